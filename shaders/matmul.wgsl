// C[h] = epilogue(Σ_k A[h][m, k] B[h][k, n]) for every h < BATCH, with element strides, so that any may be transposed
// Shapes: A [BATCH, M, K], B [BATCH, K, N], C [BATCH, M, N], bias [N], extra like C; the last two may be anything when unused.
// + bias when BIAS is 1; then max(·, 0) when RELU is 1; then + extra when EXTRA is 1, or 0 where extra ≤ 0 when it is 2.
// Adds to C when ACCUMULATE is 1, else overwrites it. With SPLIT > 1, C holds the sums over that many chunks of K
// one after the other, and there is no epilogue.
// Workgroups of 8×8 threads own 32×32 tiles of one C[h], each thread 4×4 of it in registers, without workgroup memory.
const M: u32 = 8u;
const N: u32 = 8u;
const K: u32 = 8u;
const BATCH: u32 = 1u;
const A_ROW: u32 = 8u;
const A_COL: u32 = 1u;
const A_BATCH: u32 = 0u;
const B_ROW: u32 = 8u;
const B_COL: u32 = 1u;
const B_BATCH: u32 = 0u;
const C_ROW: u32 = 8u;
const C_BATCH: u32 = 0u;
const SPLIT: u32 = 1u;
const BIAS: u32 = 1u;
const EXTRA: u32 = 1u;
const RELU: u32 = 0u;
const ACCUMULATE: u32 = 0u;
const A_RUN: u32 = 64u;
const B_RUN: u32 = 64u;
const BIAS_RUN: u32 = 8u;
const EXTRA_RUN: u32 = 64u;
const C_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> extra: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

const TILES_M: u32 = (M + 31u) / 32u;
// From the first to the last element of C.
const SPAN: u32 = (BATCH - 1u) * C_BATCH + (M - 1u) * C_ROW + N;
const CHUNK: u32 = (K + SPLIT - 1u) / SPLIT;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    let tile = group.y % TILES_M;
    let batch = group.y / TILES_M % BATCH;
    let part = group.y / (TILES_M * BATCH);
    // Rows row, row + 8, … and columns col, col + 8, …; past the edge they repeat the last one and are not stored.
    let row = tile * 32u + local.y;
    let col = group.x * 32u + local.x;
    let rows = min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(M - 1u));
    let cols = min(vec4u(col, col + 8u, col + 16u, col + 24u), vec4u(N - 1u));
    let a_first = run * A_RUN + batch * A_BATCH + rows * A_ROW;
    let b_first = run * B_RUN + batch * B_BATCH + cols * B_COL;
    var sum0 = vec4f(0.0);
    var sum1 = vec4f(0.0);
    var sum2 = vec4f(0.0);
    var sum3 = vec4f(0.0);
    for (var step = 0u; step < CHUNK; step++) {
        // Past the end of K the last product is taken 0 times.
        let k = min(part * CHUNK + step, K - 1u);
        let u = a_first + k * A_COL;
        let v = b_first + k * B_ROW;
        let y = vec4f(b[v.x], b[v.y], b[v.z], b[v.w]);
        var x = vec4f(a[u.x], a[u.y], a[u.z], a[u.w]);
        if (CHUNK * SPLIT != K) {
            x = select(vec4f(0.0), x, part * CHUNK + step < K);
        }
        sum0 += x.x * y;
        sum1 += x.y * y;
        sum2 += x.z * y;
        sum3 += x.w * y;
    }
    put_strided_row(run, part, batch, row, col, sum0);
    put_strided_row(run, part, batch, row + 8u, col, sum1);
    put_strided_row(run, part, batch, row + 16u, col, sum2);
    put_strided_row(run, part, batch, row + 24u, col, sum3);
}

fn put_strided_row(run: u32, part: u32, batch: u32, row: u32, col: u32, sum: vec4f) {
    if (row >= M) {
        return;
    }
    let at = batch * C_BATCH + row * C_ROW;
    put(run, part, at, col, sum.x);
    put(run, part, at, col + 8u, sum.y);
    put(run, part, at, col + 16u, sum.z);
    put(run, part, at, col + 24u, sum.w);
}

fn put(run: u32, part: u32, row_at: u32, col: u32, sum: f32) {
    if (col >= N) {
        return;
    }
    let at = row_at + col;
    let to = run * C_RUN + part * SPAN + at;
    var value = sum;
    if (BIAS == 1u) {
        value += bias[run * BIAS_RUN + col];
    }
    if (RELU == 1u) {
        value = max(value, 0.0);
    }
    if (EXTRA == 1u) {
        value += extra[run * EXTRA_RUN + at];
    }
    if (EXTRA == 2u) {
        value = select(0.0, value, extra[run * EXTRA_RUN + at] > 0.0);
    }
    if (ACCUMULATE == 1u) {
        value += c[to];
    }
    c[to] = value;
}
