// With e_j = exp(z_j − max z) and O = Σ_{j≠y} e_j: probs_j = e_j/(O + e_y); loss = log1p(O) where the target y has the
// largest logit, else (max z − z_y) + ln(O + e_y); correct = 1 where the first largest logit is the target's, else 0.
// Shapes: logits and probs [ROWS, CLASSES]; targets, row_loss and row_correct [ROWS].
// One thread per row; overwrites probs, row_loss and row_correct.
const ROWS: u32 = 8u;
const CLASSES: u32 = 8u;
const LOGITS_RUN: u32 = 64u;
const TARGETS_RUN: u32 = 8u;
const PROBS_RUN: u32 = 64u;
const ROW_LOSS_RUN: u32 = 8u;
const ROW_CORRECT_RUN: u32 = 8u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> probs: array<f32>;
@group(0) @binding(3) var<storage, read_write> row_loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> row_correct: array<f32>;

// ln(1 + x) for x ≥ 0. Near 1, WGSL's log is good to 5e-7 absolute only, which is nothing next to a loss of 1e-7; so
// below 1 this sums ln(1 + x) = 2 artanh(s) = 2(s + s³/3 + s⁵/5 + …) with s = x/(2 + x) ≤ 1/3, to 2e-8 relative.
fn log1p(x: f32) -> f32 {
    if (x > 1.0) {
        return log(1.0 + x);
    }
    let s = x / (2.0 + x);
    let q = s * s;
    let tail = q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0)))));
    return 2.0 * (s + s * tail);
}

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
    let p_at = run * PROBS_RUN + row * CLASSES;

    var best = 0u;
    var highest = logits[z_at];
    for (var j = 1u; j < CLASSES; j++) {
        let z = logits[z_at + j];
        if (z > highest) {
            highest = z;
            best = j;
        }
    }

    var others = 0.0;
    var own = 0.0;
    for (var j = 0u; j < CLASSES; j++) {
        let e = exp(logits[z_at + j] - highest);
        probs[p_at + j] = e;
        if (j == y) {
            own = e;
        } else {
            others += e;
        }
    }
    let sum = others + own;
    for (var j = 0u; j < CLASSES; j++) {
        probs[p_at + j] /= sum;
    }

    let z_y = logits[z_at + y];
    var loss = highest - z_y + log(sum);
    if (z_y == highest) {
        loss = log1p(others);
    }
    row_loss[run * ROW_LOSS_RUN + row] = loss;
    row_correct[run * ROW_CORRECT_RUN + row] = select(0.0, 1.0, best == y);
}
