// dlogits_j = drow_loss · 2/CLASSES · (z_j − [j = y]) for the target y
// Shapes: logits and dlogits [ROWS, CLASSES]; targets and drow_loss [ROWS].
// One thread per element; overwrites dlogits.
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

const TOTAL: u32 = ROWS * CLASSES;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= TOTAL) {
        return;
    }
    let run = group.z;
    let row = i / CLASSES;
    let target_z = select(0.0, 1.0, i % CLASSES == targets[run * TARGETS_RUN + row]);
    let scale = drow_loss[run * DROW_LOSS_RUN + row] * (2.0 / f32(CLASSES));
    dlogits[run * DLOGITS_RUN + i] = scale * (logits[run * LOGITS_RUN + i] - target_z);
}
