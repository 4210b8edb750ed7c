// dgain (+)= Σ dy x̂ and dshift (+)= Σ dy over the rows, with x̂ = (x − mean) · rstd
// Shapes: x and dy [ROWS, COLS], stats [ROWS, 2] (mean, rstd), daffine [2, COLS] (gain, then shift).
// One workgroup per 8 columns: 8 lanes share the rows and add up in a fixed order.
// Adds to daffine when ACCUMULATE is 1, else overwrites it.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const X_RUN: u32 = 64u;
const STATS_RUN: u32 = 16u;
const DY_RUN: u32 = 64u;
const DAFFINE_RUN: u32 = 16u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> stats: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> daffine: array<f32>;

const POOL: u32 = 128u;
var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    let col = group.x * 8u + local.x;
    let c = min(col, COLS - 1u);
    var sum = vec2f(0.0);
    for (var row = local.y; row < ROWS; row += 8u) {
        let mean = stats[run * STATS_RUN + 2u * row];
        let rstd = stats[run * STATS_RUN + 2u * row + 1u];
        let g = dy[run * DY_RUN + row * COLS + c];
        sum += vec2f(g * ((x[run * X_RUN + row * COLS + c] - mean) * rstd), g);
    }
    let slot = local.y * 8u + local.x;
    pool[slot] = sum.x;
    pool[64u + slot] = sum.y;
    workgroupBarrier();
    if (local.y != 0u || col >= COLS) {
        return;
    }
    var total = sum;
    for (var lane = 1u; lane < 8u; lane++) {
        total += vec2f(pool[lane * 8u + local.x], pool[64u + lane * 8u + local.x]);
    }
    let at = run * DAFFINE_RUN + col;
    if (ACCUMULATE == 1u) {
        total += vec2f(daffine[at], daffine[at + COLS]);
    }
    daffine[at] = total.x;
    daffine[at + COLS] = total.y;
}
