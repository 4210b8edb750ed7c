// y = x W, plus b when BIAS is 1 (else b is bound to anything)
// Shapes: x [M, K], W [K, N], b [N], y [M, N]. Overwrites y.
// Workgroups of 8×8 threads own 32×32 blocks of the result, each thread 4×4 of it in registers, without workgroup memory.
const M: u32 = 8u;
const N: u32 = 8u;
const K: u32 = 8u;
const BIAS: u32 = 1u;
const X_RUN: u32 = 64u;
const W_RUN: u32 = 64u;
const B_RUN: u32 = 8u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    // Rows row, row + 8, … and columns col, col + 8, …; past the edge they repeat the last one and are not stored.
    let row = group.y * 32u + local.y;
    let col = group.x * 32u + local.x;
    let r = min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(M - 1u));
    let c = min(vec4u(col, col + 8u, col + 16u, col + 24u), vec4u(N - 1u));
    let a_at = run * X_RUN + r * K;
    let b_at = run * W_RUN + c;
    var bias = vec4f(0.0);
    if (BIAS == 1u) {
        let at = run * B_RUN + c;
        bias = vec4f(b[at.x], b[at.y], b[at.z], b[at.w]);
    }
    var sum0 = bias;
    var sum1 = bias;
    var sum2 = bias;
    var sum3 = bias;
    for (var k = 0u; k < K; k++) {
        let wide = vec4f(w[b_at.x + k * N], w[b_at.y + k * N], w[b_at.z + k * N], w[b_at.w + k * N]);
        sum0 += x[a_at.x + k] * wide;
        sum1 += x[a_at.y + k] * wide;
        sum2 += x[a_at.z + k] * wide;
        sum3 += x[a_at.w + k] * wide;
    }
    store(run, row + 0u, col, sum0);
    store(run, row + 8u, col, sum1);
    store(run, row + 16u, col, sum2);
    store(run, row + 24u, col, sum3);
}

fn store(run: u32, row: u32, col: u32, sum: vec4f) {
    if (row >= M) {
        return;
    }
    let at = run * Y_RUN + row * N;
    for (var j = 0u; j < 4u; j++) {
        let c = col + 8u * j;
        if (c < N) {
            y[at + c] = sum[j];
        }
    }
}
