// squares[i] = Σ params² over the i-th SEGMENT_LEN parameters
// Shapes: params [N], squares [N/SEGMENT_LEN, rounded up]. One workgroup per segment: 64 partial sums, added in a fixed order;
// overwrites squares.
const N: u32 = 64u;
const SEGMENT_LEN: u32 = 64u;
const PARAMS_RUN: u32 = 64u;
const SQUARES_RUN: u32 = 1u;
const POOL: u32 = 64u;

@group(0) @binding(0) var<storage, read> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> squares: array<f32>;

var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let run = group.z;
    let end = min((group.x + 1u) * SEGMENT_LEN, N);
    var sum = 0.0;
    for (var i = group.x * SEGMENT_LEN + lane; i < end; i += 64u) {
        let value = params[run * PARAMS_RUN + i];
        sum += value * value;
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
        squares[run * SQUARES_RUN + group.x] = pool[0];
    }
}
