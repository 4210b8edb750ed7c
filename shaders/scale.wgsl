// y (+)= factor · x, or factor · xᵀ when TRANSPOSE is 1
// Shapes: x [ROWS, COLS]; y [ROWS, COLS], or [COLS, ROWS] when TRANSPOSE is 1; factor [1].
// One thread per element; adds to y when ACCUMULATE is 1, else overwrites it.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const TRANSPOSE: u32 = 0u;
const ACCUMULATE: u32 = 0u;
const X_RUN: u32 = 64u;
const FACTOR_RUN: u32 = 1u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> factor: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

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
    var value = factor[run * FACTOR_RUN] * x[run * X_RUN + i];
    let to = select(i, i % COLS * ROWS + i / COLS, TRANSPOSE == 1u);
    let at = run * Y_RUN + to;
    if (ACCUMULATE == 1u) {
        value += y[at];
    }
    y[at] = value;
}
