// dx (+)= rstd · (g − mean(g) − x̂ · mean(g x̂)) with g = gain · dy and x̂ = (x − mean) · rstd
// Shapes: x, dy and dx [ROWS, COLS], affine [2, COLS] (gain, then shift), stats [ROWS, 2] (mean, rstd).
// One thread per row; adds to dx when ACCUMULATE is 1, else overwrites it.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const X_RUN: u32 = 64u;
const AFFINE_RUN: u32 = 16u;
const STATS_RUN: u32 = 16u;
const DY_RUN: u32 = 64u;
const DX_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> affine: array<f32>;
@group(0) @binding(2) var<storage, read> stats: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

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
    let dy_at = run * DY_RUN + row * COLS;
    let dx_at = run * DX_RUN + row * COLS;
    let gain_at = run * AFFINE_RUN;
    let mean = stats[run * STATS_RUN + 2u * row];
    let rstd = stats[run * STATS_RUN + 2u * row + 1u];
    var sum_g = 0.0;
    var sum_gx = 0.0;
    for (var c = 0u; c < COLS; c++) {
        let g = affine[gain_at + c] * dy[dy_at + c];
        sum_g += g;
        sum_gx += g * ((x[x_at + c] - mean) * rstd);
    }
    let mean_g = sum_g / f32(COLS);
    let mean_gx = sum_gx / f32(COLS);
    for (var c = 0u; c < COLS; c++) {
        let normed = (x[x_at + c] - mean) * rstd;
        var value = rstd * (affine[gain_at + c] * dy[dy_at + c] - mean_g - normed * mean_gx);
        if (ACCUMULATE == 1u) {
            value += dx[dx_at + c];
        }
        dx[dx_at + c] = value;
    }
}
