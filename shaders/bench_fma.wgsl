// y = sum of eight chains s <- s x + x of STEPS links each, which start at 0 … 7: what the arithmetic units can do
// Shapes: x, y [N]. One thread per element, nothing but registers inside the loop; overwrites y.
const N: u32 = 64u;
const STEPS: u32 = 8u;
const X_RUN: u32 = 64u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let f = vec4f(x[group.z * X_RUN + i]);
    var s = vec4f(0.0, 1.0, 2.0, 3.0);
    var t = vec4f(4.0, 5.0, 6.0, 7.0);
    // Eight links at a time, so that counting them costs little.
    for (var k = 0u; k < STEPS; k += 8u) {
        s = fma(s, f, f);
        t = fma(t, f, f);
        s = fma(s, f, f);
        t = fma(t, f, f);
        s = fma(s, f, f);
        t = fma(t, f, f);
        s = fma(s, f, f);
        t = fma(t, f, f);
        s = fma(s, f, f);
        t = fma(t, f, f);
        s = fma(s, f, f);
        t = fma(t, f, f);
        s = fma(s, f, f);
        t = fma(t, f, f);
        s = fma(s, f, f);
        t = fma(t, f, f);
    }
    let sum = s + t;
    y[group.z * Y_RUN + i] = (sum.x + sum.y) + (sum.z + sum.w);
}
