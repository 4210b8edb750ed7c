// db (+)= Σ_m dy[m, :]
// Shapes: dy [M, N], db [N].
// Many rows: one workgroup per 4 columns, of which 16 lanes share the rows, eight at a time, and add up in a fixed order.
// At most 16 rows, as partial sums have: one thread per column.
// Adds to db when ACCUMULATE is 1, else overwrites it.
const M: u32 = 8u;
const N: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const DY_RUN: u32 = 64u;
const DB_RUN: u32 = 8u;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> db: array<f32>;

const WIDTH: u32 = select(4u, 64u, M <= 16u);
const GROUPS: u32 = (N + WIDTH - 1u) / WIDTH;
const ACROSS: u32 = min(GROUPS, 65535u);
const POOL: u32 = 64u;

var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = group.y * ACROSS + group.x;
    if (id >= GROUPS) {
        return;
    }
    let run = group.z;
    if (WIDTH == 64u) {
        few(run, id * 64u + lane);
    } else {
        many(run, id * 4u + lane % 4u, lane);
    }
}

fn few(run: u32, col: u32) {
    if (col >= N) {
        return;
    }
    var total = 0.0;
    for (var row = 0u; row < M; row++) {
        total += dy[run * DY_RUN + row * N + col];
    }
    put_sum(run, col, total);
}

fn many(run: u32, col: u32, lane: u32) {
    let first = run * DY_RUN + min(col, N - 1u);
    var row = lane / 4u;
    var low = vec4f(0.0);
    var high = vec4f(0.0);
    // Eight independent loads at a time: rows row, row + 16, …
    for (; row + 112u < M; row += 128u) {
        let at = first + row * N;
        low += vec4f(dy[at], dy[at + 16u * N], dy[at + 32u * N], dy[at + 48u * N]);
        high += vec4f(dy[at + 64u * N], dy[at + 80u * N], dy[at + 96u * N], dy[at + 112u * N]);
    }
    for (; row < M; row += 16u) {
        low.x += dy[first + row * N];
    }
    let sum = low + high;
    pool[lane] = (sum.x + sum.y) + (sum.z + sum.w);
    workgroupBarrier();
    for (var half = 32u; half >= 4u; half /= 2u) {
        if (lane < half) {
            pool[lane] += pool[lane + half];
        }
        workgroupBarrier();
    }
    if (lane >= 4u || col >= N) {
        return;
    }
    put_sum(run, col, pool[lane]);
}

fn put_sum(run: u32, col: u32, sum: f32) {
    var total = sum;
    if (ACCUMULATE == 1u) {
        total += db[run * DB_RUN + col];
    }
    db[run * DB_RUN + col] = total;
}
