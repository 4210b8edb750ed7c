// y[i, :] = Σ_s x[rows[i, s], :], plus bias when BIAS is 1
// Shapes: x [SOURCE, COLS], rows [ROWS, SLOTS], bias [COLS], y [ROWS, COLS]. One thread per element; overwrites y.
const ROWS: u32 = 8u;
const SLOTS: u32 = 2u;
const COLS: u32 = 8u;
const SOURCE: u32 = 8u;
const BIAS: u32 = 1u;
const X_RUN: u32 = 64u;
const ROWS_RUN: u32 = 16u;
const BIAS_RUN: u32 = 8u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const TOTAL: u32 = ROWS * COLS;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= TOTAL) {
        return;
    }
    let run = group.z;
    let col = i % COLS;
    let rows_at = run * ROWS_RUN + i / COLS * SLOTS;
    var sum = 0.0;
    for (var s = 0u; s < SLOTS; s++) {
        sum += x[run * X_RUN + rows[rows_at + s] * COLS + col];
    }
    if (BIAS == 1u) {
        sum += bias[run * BIAS_RUN + col];
    }
    y[run * Y_RUN + i] = sum;
}
