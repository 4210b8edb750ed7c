// norm = √Σ params²
// Shapes: params [N], norm [1]. One workgroup per run: 256 partial sums, added in a fixed order; overwrites norm.
const N: u32 = 64u;
const PARAMS_RUN: u32 = 64u;
const NORM_RUN: u32 = 1u;

@group(0) @binding(0) var<storage, read> params: array<f32>;
@group(0) @binding(1) var<storage, read_write> norm: array<f32>;

var<workgroup> parts: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let run = group.z;
    var sum = 0.0;
    for (var i = lane; i < N; i += 256u) {
        let value = params[run * PARAMS_RUN + i];
        sum += value * value;
    }
    parts[lane] = sum;
    workgroupBarrier();
    for (var half = 128u; half > 0u; half /= 2u) {
        if (lane < half) {
            parts[lane] += parts[lane + half];
        }
        workgroupBarrier();
    }
    if (lane == 0u) {
        norm[run * NORM_RUN] = sqrt(parts[0]);
    }
}
