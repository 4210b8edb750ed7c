// row_loss = Σ_j (z_j − [j = y])²/CLASSES for the target y
// Shapes: logits [ROWS, CLASSES]; targets, row_loss and row_correct [ROWS].
// One thread per row; overwrites row_loss and row_correct, which is 1 where the first largest logit is the target's, else 0.
const ROWS: u32 = 8u;
const CLASSES: u32 = 8u;
const LOGITS_RUN: u32 = 64u;
const TARGETS_RUN: u32 = 8u;
const ROW_LOSS_RUN: u32 = 8u;
const ROW_CORRECT_RUN: u32 = 8u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> row_loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> row_correct: array<f32>;

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
    var best = 0u;
    for (var j = 1u; j < CLASSES; j++) {
        if (logits[z_at + j] > logits[z_at + best]) {
            best = j;
        }
    }
    var sum = 0.0;
    for (var j = 0u; j < CLASSES; j++) {
        let error = logits[z_at + j] - select(0.0, 1.0, j == y);
        sum += error * error;
    }
    row_loss[run * ROW_LOSS_RUN + row] = sum / f32(CLASSES);
    row_correct[run * ROW_CORRECT_RUN + row] = select(0.0, 1.0, best == y);
}
