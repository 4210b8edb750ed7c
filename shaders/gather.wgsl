// y[i, :] = x[rows[i], :]
// Shapes: x [SOURCE, COLS], rows [ROWS], y [ROWS, COLS]. One thread per element; overwrites y.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const SOURCE: u32 = 8u;
const X_RUN: u32 = 64u;
const ROWS_RUN: u32 = 8u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
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
    let row = rows[run * ROWS_RUN + i / COLS];
    y[run * Y_RUN + i] = x[run * X_RUN + row * COLS + i % COLS];
}
