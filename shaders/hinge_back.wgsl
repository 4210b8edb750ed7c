// Where 1 + max_{j≠y} z_j − z_y > 0: dlogits = drow_loss at the first largest logit but the target's, −drow_loss at the
// target y; else 0
// Shapes: logits and dlogits [ROWS, CLASSES]; targets and drow_loss [ROWS].
// One thread per row; overwrites dlogits.
const ROWS: u32 = 8u;
const CLASSES: u32 = 8u;
const LOGITS_RUN: u32 = 64u;
const TARGETS_RUN: u32 = 8u;
const DROW_LOSS_RUN: u32 = 8u;
const DLOGITS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
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
    let z_at = run * LOGITS_RUN + row * CLASSES;
    let dz_at = run * DLOGITS_RUN + row * CLASSES;
    let scale = drow_loss[run * DROW_LOSS_RUN + row];
    // The first largest logit but the target's.
    var rival = CLASSES;
    for (var j = 0u; j < CLASSES; j++) {
        if (j != y && (rival == CLASSES || logits[z_at + j] > logits[z_at + min(rival, CLASSES - 1u)])) {
            rival = j;
        }
    }
    var loss = 0.0;
    if (rival < CLASSES) {
        loss = max(0.0, 1.0 + (logits[z_at + rival] - logits[z_at + y]));
    }
    for (var j = 0u; j < CLASSES; j++) {
        dlogits[dz_at + j] = 0.0;
    }
    if (loss > 0.0) {
        dlogits[dz_at + rival] = scale;
        dlogits[dz_at + y] = -scale;
    }
}
