// With t = max z and S = Σ exp(z_j − t), rounded after each operation to f32, or to f16 when FORMAT is 1 (S is added up in
// f32): p_j = exp(z_j − t − ln S),
// dlogits_j = drow_loss · (p_j − [j = y]) for the target y. FORMAT 2, f64, is the CPU's alone.
// Shapes: logits and dlogits [ROWS, CLASSES]; targets and drow_loss [ROWS].
// One thread per row; overwrites dlogits.
const ROWS: u32 = 8u;
const CLASSES: u32 = 8u;
const FORMAT: u32 = 0u;
const LOGITS_RUN: u32 = 64u;
const TARGETS_RUN: u32 = 8u;
const DROW_LOSS_RUN: u32 = 8u;
const DLOGITS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> drow_loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;

// ln(1 + x) for x ≥ 0, with all its digits when x is small: see cross_entropy.wgsl.
fn log1p(x: f32) -> f32 {
    if (x > 1.0) {
        return log(1.0 + x);
    }
    let s = x / (2.0 + x);
    let q = s * s;
    let tail = q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0)))));
    return 2.0 * (s + s * tail);
}

// The nearest f16, ties to even, at most ±65504, when FORMAT is 1. Below 2^−14 the last digit is 2^−24. Factors are powers
// of two, so that the products are exact.
fn rounded(x: f32) -> f32 {
    if (FORMAT != 1u) {
        return x;
    }
    let last = max((bitcast<u32>(x) >> 23u) & 0xffu, 113u) - 10u;
    let units = round(x * bitcast<f32>((254u - last) << 23u));
    return clamp(units * bitcast<f32>(last << 23u), -65504.0, 65504.0);
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
    let dz_at = run * DLOGITS_RUN + row * CLASSES;
    let scale = drow_loss[run * DROW_LOSS_RUN + row];
    var highest = -3e38;
    for (var j = 0u; j < CLASSES; j++) {
        highest = max(highest, rounded(logits[z_at + j]));
    }
    var sum = 0.0;
    for (var j = 0u; j < CLASSES; j++) {
        sum += rounded(exp(rounded(rounded(logits[z_at + j]) - highest)));
    }
    // S ≥ 1, and S − 1 is exact where S < 2.
    let log_sum = rounded(log1p(rounded(sum) - 1.0));
    for (var j = 0u; j < CLASSES; j++) {
        let log_p = rounded(rounded(rounded(logits[z_at + j]) - highest) - log_sum);
        dlogits[dz_at + j] = scale * rounded(rounded(exp(log_p)) - select(0.0, 1.0, j == y));
    }
}
