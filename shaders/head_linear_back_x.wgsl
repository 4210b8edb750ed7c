// dx[m, FROM + h·WIDTH + c] (+)= Σ_n dy[m, h, n] W[h·WIDTH + c, n]: dx_h (+)= dy_h W_hᵀ per head h
// Shapes: W [HEADS·WIDTH, N], dy [M, HEADS·N], dx [M, XCOLS].
// Adds to dx when ACCUMULATE is 1, else overwrites it, with 0 in the columns that no head reads.
// Workgroups of 8×8 threads own 32×32 blocks of one head's result, each thread 4×4 of it in registers, without workgroup memory.
const M: u32 = 8u;
const N: u32 = 8u;
const HEADS: u32 = 2u;
const WIDTH: u32 = 4u;
const XCOLS: u32 = 8u;
const FROM: u32 = 0u;
const ACCUMULATE: u32 = 0u;
const W_RUN: u32 = 64u;
const DY_RUN: u32 = 128u;
const DX_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

const BLOCKS: u32 = (WIDTH + 31u) / 32u;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    // Rows row, row + 8, … and columns col, col + 8, …; past the edge they repeat the last one and are not stored.
    let row = group.y * 32u + local.y;
    if (group.x >= HEADS * BLOCKS) {
        clear(run, row, (group.x - HEADS * BLOCKS) * 32u + local.x);
        return;
    }
    let head = group.x / BLOCKS;
    let col = group.x % BLOCKS * 32u + local.x;
    let r = min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(M - 1u));
    let c = min(vec4u(col, col + 8u, col + 16u, col + 24u), vec4u(WIDTH - 1u));
    let a_at = run * DY_RUN + (r * HEADS + head) * N;
    let b_at = run * W_RUN + (head * WIDTH + c) * N;
    var sum0 = vec4f(0.0);
    var sum1 = vec4f(0.0);
    var sum2 = vec4f(0.0);
    var sum3 = vec4f(0.0);
    for (var n = 0u; n < N; n++) {
        let b = vec4f(w[b_at.x + n], w[b_at.y + n], w[b_at.z + n], w[b_at.w + n]);
        sum0 += dy[a_at.x + n] * b;
        sum1 += dy[a_at.y + n] * b;
        sum2 += dy[a_at.z + n] * b;
        sum3 += dy[a_at.w + n] * b;
    }
    store(run, head, row + 0u, col, sum0);
    store(run, head, row + 8u, col, sum1);
    store(run, head, row + 16u, col, sum2);
    store(run, head, row + 24u, col, sum3);
}

fn store(run: u32, head: u32, row: u32, col: u32, sum: vec4f) {
    if (row >= M) {
        return;
    }
    let at = run * DX_RUN + row * XCOLS + FROM + head * WIDTH;
    for (var j = 0u; j < 4u; j++) {
        let c = col + 8u * j;
        if (c < WIDTH) {
            if (ACCUMULATE == 1u) {
                dx[at + c] += sum[j];
            } else {
                dx[at + c] = sum[j];
            }
        }
    }
}

// The columns that no head reads.
fn clear(run: u32, row: u32, col: u32) {
    if (ACCUMULATE == 1u) {
        return;
    }
    for (var i = 0u; i < 4u; i++) {
        for (var j = 0u; j < 4u; j++) {
            let r = row + 8u * i;
            let c = col + 8u * j;
            if (r < M && c < XCOLS && (c < FROM || c >= FROM + HEADS * WIDTH)) {
                dx[run * DX_RUN + r * XCOLS + c] = 0.0;
            }
        }
    }
}
