// norm = √Σ params²
// Shapes: params [N], norm [1]. One workgroup per run: 64 partial sums, added in a fixed order; overwrites norm.
const N: u32 = 64u;
const PARAMS_RUN: u32 = 64u;
const NORM_RUN: u32 = 1u;

@group(0) @binding(0) var<storage, read> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> norm: array<f32>;

// Numbers that a lane asks for at once: one workgroup alone must not wait for memory after each.
const BATCH: u32 = 16u;
const POOL: u32 = 64u;
var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let run = group.z;
    var sum = 0.0;
    for (var first = lane; first < N; first += 64u * BATCH) {
        var squares = 0.0;
        for (var k = 0u; k < BATCH; k++) {
            let i = first + 64u * k;
            let value = select(0.0, params[run * PARAMS_RUN + min(i, N - 1u)], i < N);
            squares += value * value;
        }
        sum += squares;
    }
    pool[lane] = sum;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
        if (lane < half) {
            pool[lane] += pool[lane + half];
        }
        workgroupBarrier();
    }
    if (lane == 0u) {
        norm[run * NORM_RUN] = sqrt(pool[0]);
    }
}
