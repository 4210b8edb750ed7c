// y = f(x): KIND 0 is ReLU, max(x, 0); KIND 1 is GELU, ½x(1 + tanh(√(2/π)(x + 0.044715x³))); KIND 2 is tanh x; KIND 3
// is x²
// Shapes: x, y [N]. One thread per element; overwrites y.
const N: u32 = 64u;
const KIND: u32 = 0u;
const X_RUN: u32 = 64u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

const SQRT_2_OVER_PI: f32 = 0.7978845608028654;
const CUBIC: f32 = 0.044715;

// ½(1 + tanh u) = 1/(1 + e^−2u): without the cancellation at negative u, and more exact than WGSL's tanh. Beyond ±10 it is
// 0 or 1 to 2e-9, and some drivers' functions overflow.
fn gate(u: f32) -> f32 {
    return 1.0 / (1.0 + exp(-2.0 * clamp(u, -10.0, 10.0)));
}

fn f(v: f32) -> f32 {
    if (KIND == 0u) {
        return max(v, 0.0);
    }
    if (KIND == 1u) {
        return v * gate(SQRT_2_OVER_PI * (v + CUBIC * v * v * v));
    }
    if (KIND == 2u) {
        return 2.0 * gate(v) - 1.0;
    }
    return v * v;
}

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    y[run * Y_RUN + i] = f(x[run * X_RUN + i]);
}
