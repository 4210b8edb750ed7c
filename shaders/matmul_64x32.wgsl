// C[h] = epilogue(Σ_k A[h][m, k] B[h][k, n]) for every h < BATCH, with element strides, so that any may be transposed
// Shapes: A [BATCH, M, K], B [BATCH, K, N], C [BATCH, M, N], bias [N], extra like C; the last two may be anything when unused.
// + bias when BIAS is 1; then max(·, 0) when RELU is 1; then + extra when EXTRA is 1, or 0 where extra ≤ 0 when it is 2.
// Adds to C when ACCUMULATE is 1, else overwrites it. With SPLIT > 1, C holds the sums over that many chunks of K
// one after the other, and there is no epilogue.
// Workgroups of 64 threads own 64×32 tiles of one C[h], each thread 8×4 of it in registers. 16 columns of A and rows of B
// at a time lie in workgroup memory, and the next ones are already on their way.
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

const TILE_M: u32 = 64u;
const TILE_N: u32 = 32u;
const TILE_K: u32 = 16u;
const TILES_M: u32 = (M + TILE_M - 1u) / TILE_M;
// From the first to the last element of C.
const SPAN: u32 = (BATCH - 1u) * C_BATCH + (M - 1u) * C_ROW + N;
const CHUNK: u32 = (K + SPLIT - 1u) / SPLIT;
const STEPS: u32 = (CHUNK + TILE_K - 1u) / TILE_K;
// vec4s along m or n per k, and one more: neighbours in k then lie in different banks.
const A_LINE: u32 = TILE_M / 4u + 1u;
const B_LINE: u32 = TILE_N / 4u + 1u;
const B_FIRST: u32 = TILE_K * A_LINE;
const POOL4: u32 = TILE_K * (A_LINE + B_LINE);

// A[TILE_K][TILE_M], then B[TILE_K][TILE_N].
var<workgroup> pool4: array<vec4f, POOL4>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
    let run = group.z;
    let batch = group.y / TILES_M % BATCH;
    let part = group.y / (TILES_M * BATCH);
    let tile = vec2u(group.y % TILES_M * TILE_M, group.x * TILE_N);
    let first = part * CHUNK;
    let end = min(first + CHUNK, K);
    let a_first = run * A_RUN + batch * A_BATCH;
    let b_first = run * B_RUN + batch * B_BATCH;
    // Coordinates of what this thread fills: (k, vec4 along m or n).
    let a_coords0 = a_coords(thread);
    let a_coords1 = a_coords(thread + 64u);
    let a_coords2 = a_coords(thread + 128u);
    let a_coords3 = a_coords(thread + 192u);
    let b_coords0 = b_coords(thread);
    let b_coords1 = b_coords(thread + 64u);
    var a_next0 = load_a(a_first, tile.x, first, end, a_coords0);
    var a_next1 = load_a(a_first, tile.x, first, end, a_coords1);
    var a_next2 = load_a(a_first, tile.x, first, end, a_coords2);
    var a_next3 = load_a(a_first, tile.x, first, end, a_coords3);
    var b_next0 = load_b(b_first, tile.y, first, b_coords0);
    var b_next1 = load_b(b_first, tile.y, first, b_coords1);
    let x = thread % 8u;
    let y = thread / 8u;
    var sum0 = vec4f(0.0);
    var sum1 = vec4f(0.0);
    var sum2 = vec4f(0.0);
    var sum3 = vec4f(0.0);
    var sum4 = vec4f(0.0);
    var sum5 = vec4f(0.0);
    var sum6 = vec4f(0.0);
    var sum7 = vec4f(0.0);
    for (var step = 0u; step < STEPS; step++) {
        workgroupBarrier();
        pool4[a_coords0.x * A_LINE + a_coords0.y] = a_next0;
        pool4[a_coords1.x * A_LINE + a_coords1.y] = a_next1;
        pool4[a_coords2.x * A_LINE + a_coords2.y] = a_next2;
        pool4[a_coords3.x * A_LINE + a_coords3.y] = a_next3;
        pool4[B_FIRST + b_coords0.x * B_LINE + b_coords0.y] = b_next0;
        pool4[B_FIRST + b_coords1.x * B_LINE + b_coords1.y] = b_next1;
        workgroupBarrier();
        if (step + 1u < STEPS) {
            let next = first + (step + 1u) * TILE_K;
            a_next0 = load_a(a_first, tile.x, next, end, a_coords0);
            a_next1 = load_a(a_first, tile.x, next, end, a_coords1);
            a_next2 = load_a(a_first, tile.x, next, end, a_coords2);
            a_next3 = load_a(a_first, tile.x, next, end, a_coords3);
            b_next0 = load_b(b_first, tile.y, next, b_coords0);
            b_next1 = load_b(b_first, tile.y, next, b_coords1);
        }
        for (var k = 0u; k < TILE_K; k++) {
            let a0 = pool4[k * A_LINE + y];
            let a1 = pool4[k * A_LINE + 8u + y];
            let b0 = pool4[B_FIRST + k * B_LINE + x];
            sum0 += a0.x * b0;
            sum1 += a0.y * b0;
            sum2 += a0.z * b0;
            sum3 += a0.w * b0;
            sum4 += a1.x * b0;
            sum5 += a1.y * b0;
            sum6 += a1.z * b0;
            sum7 += a1.w * b0;
        }
    }
    let row = tile.x + 4u * y;
    let col = tile.y + 4u * x;
    put_row(run, part, batch, row, col, sum0);
    put_row(run, part, batch, row + 1u, col, sum1);
    put_row(run, part, batch, row + 2u, col, sum2);
    put_row(run, part, batch, row + 3u, col, sum3);
    put_row(run, part, batch, row + 32u, col, sum4);
    put_row(run, part, batch, row + 33u, col, sum5);
    put_row(run, part, batch, row + 34u, col, sum6);
    put_row(run, part, batch, row + 35u, col, sum7);
}

// Neighbouring threads load neighbouring elements: along k when that is how the matrix lies in memory.
fn a_coords(slot: u32) -> vec2u {
    if (A_COL == 1u) {
        return vec2u(slot % TILE_K, slot / TILE_K);
    }
    return vec2u(slot / (TILE_M / 4u), slot % (TILE_M / 4u));
}

fn b_coords(slot: u32) -> vec2u {
    if (B_ROW == 1u) {
        return vec2u(slot % TILE_K, slot / TILE_K);
    }
    return vec2u(slot / (TILE_N / 4u), slot % (TILE_N / 4u));
}

// Four rows of A in one column; 0 past the end of the chunk. Past the last row they repeat it and are not stored.
fn load_a(start: u32, tile_row: u32, tile_k: u32, end: u32, coords: vec2u) -> vec4f {
    let k = tile_k + coords.x;
    let row = tile_row + 4u * coords.y;
    let rows = min(vec4u(row, row + 1u, row + 2u, row + 3u), vec4u(M - 1u));
    let at = start + min(k, K - 1u) * A_COL + rows * A_ROW;
    let values = vec4f(a[at.x], a[at.y], a[at.z], a[at.w]);
    return select(vec4f(0.0), values, k < end);
}

// Four columns of B in one row; past the end of K the last row, where A is 0.
fn load_b(start: u32, tile_col: u32, tile_k: u32, coords: vec2u) -> vec4f {
    let k = tile_k + coords.x;
    let col = tile_col + 4u * coords.y;
    let cols = min(vec4u(col, col + 1u, col + 2u, col + 3u), vec4u(N - 1u));
    let at = start + min(k, K - 1u) * B_ROW + cols * B_COL;
    return vec4f(b[at.x], b[at.y], b[at.z], b[at.w]);
}

fn put_row(run: u32, part: u32, batch: u32, row: u32, col: u32, sum: vec4f) {
    if (row >= M) {
        return;
    }
    let at = batch * C_BATCH + row * C_ROW;
    put(run, part, at, col, sum.x);
    put(run, part, at, col + 1u, sum.y);
    put(run, part, at, col + 2u, sum.z);
    put(run, part, at, col + 3u, sum.w);
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
