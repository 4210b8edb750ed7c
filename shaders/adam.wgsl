// m = β₁m + (1 − β₁)g, v = β₂v + (1 − β₂)g², direction = m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ);
// what of v is no normal number is 0, and the root of that is |m̂|, as far as it can be: see direction_of.
// Shapes: hyper [16], clock [5], see src/step.rs; g, m, v, direction [N].
// One thread per parameter; updates m and v, overwrites direction.
const N: u32 = 64u;
const HYPER_RUN: u32 = 16u;
const CLOCK_RUN: u32 = 5u;
const G_RUN: u32 = 64u;
const M_RUN: u32 = 64u;
const V_RUN: u32 = 64u;
const DIRECTION_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> clock: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;
@group(0) @binding(5) var<storage, read_write> direction: array<f32>;

// Elements of hyper.
const BETA1: u32 = 2u;
const BETA2: u32 = 3u;
const EPS: u32 = 4u;
// Elements of clock.
const BETA1_POWER: u32 = 1u;
const BETA2_POWER: u32 = 2u;

// The smallest normal number, 2^−126: GPUs may take smaller ones for 0.
const LEAST: f32 = 1.1754943508222875e-38;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

// x ≥ 0 where it is a normal number, else 0.
fn normal_or_zero(x: f32) -> f32 {
    return select(x, 0.0, x < LEAST);
}

// m̂/(√v̂ + ε), for the powers of the betas. A v of 0 may have been anything below LEAST: then √v̂ is |m̂|, as for a gradient
// that stays, but at most what it can have been.
fn direction_of(first: f32, second: f32, power1: f32, power2: f32, epsilon: f32) -> f32 {
    let mean = first / (1.0 - power1);
    let root = sqrt(max(second, LEAST) / (1.0 - power2));
    return mean / (select(root, min(root, abs(mean)), second == 0.0) + epsilon);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let h = run * HYPER_RUN;
    let t = run * CLOCK_RUN;
    let beta1 = hyper[h + BETA1];
    let beta2 = hyper[h + BETA2];
    let slope = g[run * G_RUN + i];
    let first = beta1 * m[run * M_RUN + i] + (1.0 - beta1) * slope;
    let second = normal_or_zero(beta2 * v[run * V_RUN + i]) + normal_or_zero((1.0 - beta2) * slope * slope);
    m[run * M_RUN + i] = first;
    v[run * V_RUN + i] = second;
    direction[run * DIRECTION_RUN + i] =
        direction_of(first, second, clock[t + BETA1_POWER], clock[t + BETA2_POWER], hyper[h + EPS]);
}
