// y[m, h, :] = Σ_c x[m, FROM + h·WIDTH + c] W[h·WIDTH + c, :]: one product per head h
// Shapes: x [M, XCOLS], W [HEADS·WIDTH, N], y [M, HEADS·N]. Overwrites y.
// Workgroups of 8×8 threads own 32×32 blocks of one head's result, each thread 4×4 of it in registers, without workgroup memory.
const M: u32 = 8u;
const N: u32 = 8u;
const HEADS: u32 = 2u;
const WIDTH: u32 = 4u;
const XCOLS: u32 = 8u;
const FROM: u32 = 0u;
const X_RUN: u32 = 64u;
const W_RUN: u32 = 64u;
const Y_RUN: u32 = 128u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const BLOCKS: u32 = (N + 31u) / 32u;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    // Rows row, row + 8, … and columns col, col + 8, …; past the edge they repeat the last one and are not stored.
    let row = group.y * 32u + local.y;
    let head = group.x / BLOCKS;
    let col = group.x % BLOCKS * 32u + local.x;
    let r = min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(M - 1u));
    let c = min(vec4u(col, col + 8u, col + 16u, col + 24u), vec4u(N - 1u));
    let a_at = run * X_RUN + r * XCOLS + FROM + head * WIDTH;
    let b_at = run * W_RUN + head * WIDTH * N + c;
    var sum0 = vec4f(0.0);
    var sum1 = vec4f(0.0);
    var sum2 = vec4f(0.0);
    var sum3 = vec4f(0.0);
    for (var k = 0u; k < WIDTH; k++) {
        let b = vec4f(w[b_at.x + k * N], w[b_at.y + k * N], w[b_at.z + k * N], w[b_at.w + k * N]);
        sum0 += x[a_at.x + k] * b;
        sum1 += x[a_at.y + k] * b;
        sum2 += x[a_at.z + k] * b;
        sum3 += x[a_at.w + k] * b;
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
    let at = run * Y_RUN + (row * HEADS + head) * N;
    for (var j = 0u; j < 4u; j++) {
        let c = col + 8u * j;
        if (c < N) {
            y[at + c] = sum[j];
        }
    }
}
