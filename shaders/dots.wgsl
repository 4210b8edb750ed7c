// sums[k] = (Σ ab, Σ a², Σ b²) over bounds[2k] ≤ i < bounds[2k + 1]
// Shapes: a, b [N], bounds [SEGMENTS, 2], sums [SEGMENTS, 3]. One workgroup per segment: 64 partial sums, added in a fixed order;
// overwrites sums.
const N: u32 = 64u;
const SEGMENTS: u32 = 1u;
const A_RUN: u32 = 64u;
const B_RUN: u32 = 64u;
const BOUNDS_RUN: u32 = 2u;
const SUMS_RUN: u32 = 3u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> bounds: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;

const POOL: u32 = 192u;
var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let run = group.z;
    let k = group.x;
    let end = bounds[run * BOUNDS_RUN + 2u * k + 1u];
    var sum = vec3f(0.0);
    for (var i = bounds[run * BOUNDS_RUN + 2u * k] + lane; i < end; i += 64u) {
        let x = a[run * A_RUN + i];
        let y = b[run * B_RUN + i];
        sum += vec3f(x * y, x * x, y * y);
    }
    pool[lane] = sum.x;
    pool[64u + lane] = sum.y;
    pool[128u + lane] = sum.z;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
        if (lane < half) {
            pool[lane] += pool[lane + half];
            pool[64u + lane] += pool[64u + lane + half];
            pool[128u + lane] += pool[128u + lane + half];
        }
        workgroupBarrier();
    }
    if (lane < 3u) {
        sums[run * SUMS_RUN + 3u * k + lane] = pool[64u * lane];
    }
}
