// dW (+)= xᵀ dy
// Shapes: x [M, K], dy [M, N], dW [K, N]. Adds to dW when ACCUMULATE is 1, else overwrites it.
// Workgroups of 8×8 threads own 32×32 blocks of the result, each thread 4×4 of it in registers, without workgroup memory.
const M: u32 = 8u;
const N: u32 = 8u;
const K: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const X_RUN: u32 = 64u;
const DY_RUN: u32 = 64u;
const DW_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    // Rows row, row + 8, … and columns col, col + 8, …; past the edge they repeat the last one and are not stored.
    let row = group.y * 32u + local.y;
    let col = group.x * 32u + local.x;
    let r = min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(K - 1u));
    let c = min(vec4u(col, col + 8u, col + 16u, col + 24u), vec4u(N - 1u));
    let a_at = run * X_RUN + r;
    let b_at = run * DY_RUN + c;
    var sum0 = vec4f(0.0);
    var sum1 = vec4f(0.0);
    var sum2 = vec4f(0.0);
    var sum3 = vec4f(0.0);
    for (var m = 0u; m < M; m++) {
        let b = vec4f(dy[b_at.x + m * N], dy[b_at.y + m * N], dy[b_at.z + m * N], dy[b_at.w + m * N]);
        sum0 += x[a_at.x + m * K] * b;
        sum1 += x[a_at.y + m * K] * b;
        sum2 += x[a_at.z + m * K] * b;
        sum3 += x[a_at.w + m * K] * b;
    }
    store(run, row + 0u, col, sum0);
    store(run, row + 8u, col, sum1);
    store(run, row + 16u, col, sum2);
    store(run, row + 24u, col, sum3);
}

fn store(run: u32, row: u32, col: u32, sum: vec4f) {
    if (row >= K) {
        return;
    }
    let at = run * DW_RUN + row * N;
    for (var j = 0u; j < 4u; j++) {
        let c = col + 8u * j;
        if (c < N) {
            if (ACCUMULATE == 1u) {
                dw[at + c] += sum[j];
            } else {
                dw[at + c] = sum[j];
            }
        }
    }
}
