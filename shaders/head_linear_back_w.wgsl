// dW[h·WIDTH + c, :] (+)= Σ_m x[m, FROM + h·WIDTH + c] dy[m, h, :]: dW_h (+)= x_hᵀ dy_h per head h
// Shapes: x [M, XCOLS], dy [M, HEADS·N], dW [HEADS·WIDTH, N]. Adds to dW when ACCUMULATE is 1, else overwrites it.
// Workgroups of 8×8 threads own 32×32 blocks of one head's result, each thread 4×4 of it in registers, without workgroup memory.
const M: u32 = 8u;
const N: u32 = 8u;
const HEADS: u32 = 2u;
const WIDTH: u32 = 4u;
const XCOLS: u32 = 8u;
const FROM: u32 = 0u;
const ACCUMULATE: u32 = 0u;
const X_RUN: u32 = 64u;
const DY_RUN: u32 = 128u;
const DW_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;

const BLOCKS: u32 = (WIDTH + 31u) / 32u;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let run = group.z;
    // Rows row, row + 8, … and columns col, col + 8, …; past the edge they repeat the last one and are not stored.
    let head = group.y / BLOCKS;
    let row = group.y % BLOCKS * 32u + local.y;
    let col = group.x * 32u + local.x;
    let r = min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(WIDTH - 1u));
    let c = min(vec4u(col, col + 8u, col + 16u, col + 24u), vec4u(N - 1u));
    let a_at = run * X_RUN + FROM + head * WIDTH + r;
    let b_at = run * DY_RUN + head * N + c;
    var sum0 = vec4f(0.0);
    var sum1 = vec4f(0.0);
    var sum2 = vec4f(0.0);
    var sum3 = vec4f(0.0);
    for (var m = 0u; m < M; m++) {
        let at = b_at + m * HEADS * N;
        let b = vec4f(dy[at.x], dy[at.y], dy[at.z], dy[at.w]);
        sum0 += x[a_at.x + m * XCOLS] * b;
        sum1 += x[a_at.y + m * XCOLS] * b;
        sum2 += x[a_at.z + m * XCOLS] * b;
        sum3 += x[a_at.w + m * XCOLS] * b;
    }
    store(run, head, row + 0u, col, sum0);
    store(run, head, row + 8u, col, sum1);
    store(run, head, row + 16u, col, sum2);
    store(run, head, row + 24u, col, sum3);
}

fn store(run: u32, head: u32, row: u32, col: u32, sum: vec4f) {
    if (row >= WIDTH) {
        return;
    }
    let at = run * DW_RUN + (head * WIDTH + row) * N;
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
