// db (+)= Σ_m dy[m, :]
// Shapes: dy [M, N], db [N].
// One workgroup per 8 columns: 8 lanes share the rows and add up in a fixed order.
// Adds to db when ACCUMULATE is 1, else overwrites it.
const M: u32 = 8u;
const N: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const DY_RUN: u32 = 64u;
const DB_RUN: u32 = 8u;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> db: array<f32>;

const POOL: u32 = 64u;
var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    let col = group.x * 8u + local.x;
    let c = min(col, N - 1u);
    var sum = 0.0;
    for (var row = local.y; row < M; row += 8u) {
        sum += dy[run * DY_RUN + row * N + c];
    }
    pool[local.y * 8u + local.x] = sum;
    workgroupBarrier();
    if (local.y != 0u || col >= N) {
        return;
    }
    var total = pool[local.x];
    for (var lane = 1u; lane < 8u; lane++) {
        total += pool[lane * 8u + local.x];
    }
    let at = run * DB_RUN + col;
    if (ACCUMULATE == 1u) {
        total += db[at];
    }
    db[at] = total;
}
