// y = gain · (x − mean)/√(var + ε) + shift, stats = (mean, 1/√(var + ε)) of each row; ε = 1e-5
// Shapes: x and y [ROWS, COLS], affine [2, COLS] (gain, then shift), stats [ROWS, 2].
// One thread per row; overwrites y and stats.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const X_RUN: u32 = 64u;
const AFFINE_RUN: u32 = 16u;
const Y_RUN: u32 = 64u;
const STATS_RUN: u32 = 16u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> affine: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> stats: array<f32>;

const EPSILON: f32 = 1e-5;
const GROUPS: u32 = (ROWS + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let row = (group.y * ACROSS + group.x) * 64u + lane;
    if (row >= ROWS) {
        return;
    }
    let run = group.z;
    let x_at = run * X_RUN + row * COLS;
    let y_at = run * Y_RUN + row * COLS;
    let gain_at = run * AFFINE_RUN;
    let shift_at = gain_at + COLS;
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) {
        sum += x[x_at + c];
    }
    let mean = sum / f32(COLS);
    var squares = 0.0;
    for (var c = 0u; c < COLS; c++) {
        let d = x[x_at + c] - mean;
        squares += d * d;
    }
    let rstd = 1.0 / sqrt(squares / f32(COLS) + EPSILON);
    for (var c = 0u; c < COLS; c++) {
        y[y_at + c] = affine[gain_at + c] * ((x[x_at + c] - mean) * rstd) + affine[shift_at + c];
    }
    stats[run * STATS_RUN + 2u * row] = mean;
    stats[run * STATS_RUN + 2u * row + 1u] = rstd;
}
