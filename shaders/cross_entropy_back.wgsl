// dlogits_j = drow_loss · probs_j, but at the target −drow_loss · Σ_{j≠y} probs_j: probs_y − 1 would round to 0
// Shapes: probs and dlogits [ROWS, CLASSES]; targets and drow_loss [ROWS].
// One thread per row; overwrites dlogits.
const ROWS: u32 = 8u;
const CLASSES: u32 = 8u;
const PROBS_RUN: u32 = 64u;
const TARGETS_RUN: u32 = 8u;
const DROW_LOSS_RUN: u32 = 8u;
const DLOGITS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> probs: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> drow_loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;

const GROUPS: u32 = (ROWS + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let row = (group.y * ACROSS + group.x) * 64u + lane;
    if (row >= ROWS) {
        return;
    }
    let run = group.z;
    let y = targets[run * TARGETS_RUN + row];
    let scale = drow_loss[run * DROW_LOSS_RUN + row];
    let p_at = run * PROBS_RUN + row * CLASSES;
    let dz_at = run * DLOGITS_RUN + row * CLASSES;
    var others = 0.0;
    for (var j = 0u; j < CLASSES; j++) {
        if (j != y) {
            let p = probs[p_at + j];
            others += p;
            dlogits[dz_at + j] = scale * p;
        }
    }
    dlogits[dz_at + y] = -scale * others;
}
