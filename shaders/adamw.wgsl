// AdamW: m = β₁m + (1 − β₁)g, v = β₂v + (1 − β₂)g², w −= η_t (λ w + m̂/(√v̂ + ε)), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ);
// what of v is no normal number is 0, and the root of that is |m̂|, as far as it can be: see direction_of.
// with g the sum of its parts: block i/64 has entries start[i/64] .. start[i/64 + 1], each [at, end, source, count,
// stride, negative]: for at ≤ i < end, g ±= Σ_k parts[source + k·stride + i − at].
// Shapes: hyper [16] and clock [5], already advanced to t ≥ 1, see src/step.rs; start [N/64 + 1], entry [TERMS, 6], parts
// [PARTS]; params, m, v [N], N a multiple of 64. One thread per parameter; updates params, m and v in place.
const N: u32 = 64u;
const TERMS: u32 = 1u;
const PARTS: u32 = 64u;
const HYPER_RUN: u32 = 16u;
const CLOCK_RUN: u32 = 5u;
const START_RUN: u32 = 2u;
const ENTRY_RUN: u32 = 6u;
const PARTS_RUN: u32 = 64u;
const PARAMS_RUN: u32 = 64u;
const M_RUN: u32 = 64u;
const V_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> clock: array<f32>;
@group(0) @binding(2) var<storage, read> start: array<u32>;
@group(0) @binding(3) var<storage, read> entry: array<u32>;
@group(0) @binding(4) var<storage, read> parts: array<f32>;
@group(0) @binding(5) var<storage, read_write> params: array<f32>;
@group(0) @binding(6) var<storage, read_write> m: array<f32>;
@group(0) @binding(7) var<storage, read_write> v: array<f32>;

// Elements of hyper.
const WD: u32 = 1u;
const BETA1: u32 = 2u;
const BETA2: u32 = 3u;
const EPS: u32 = 4u;
// Elements of clock.
const BETA1_POWER: u32 = 1u;
const BETA2_POWER: u32 = 2u;
const RATE: u32 = 4u;

// The smallest normal number, 2^−126: GPUs may take smaller ones for 0.
const LEAST: f32 = 1.1754943508222875e-38;

const GROUPS: u32 = N / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

fn gradient(run: u32, block: u32, i: u32) -> f32 {
    let first = start[run * START_RUN + block];
    let last = start[run * START_RUN + block + 1u];
    var total = 0.0;
    for (var term = first; term < last; term++) {
        let e = run * ENTRY_RUN + term * 6u;
        let at = entry[e];
        if (at <= i && i < entry[e + 1u]) {
            let source = run * PARTS_RUN + entry[e + 2u] + i - at;
            let count = entry[e + 3u];
            let stride = entry[e + 4u];
            var sum = 0.0;
            for (var k = 0u; k < count; k++) {
                sum += parts[source + k * stride];
            }
            total += select(sum, -sum, entry[e + 5u] == 1u);
        }
    }
    return total;
}

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
    let block = group.y * ACROSS + group.x;
    if (block >= GROUPS) {
        return;
    }
    let i = block * 64u + lane;
    let run = group.z;
    let h = run * HYPER_RUN;
    let t = run * CLOCK_RUN;
    let lr = clock[t + RATE];
    let decay = hyper[h + WD];
    let beta1 = hyper[h + BETA1];
    let beta2 = hyper[h + BETA2];
    let epsilon = hyper[h + EPS];
    let g = gradient(run, block, i);
    let first = beta1 * m[run * M_RUN + i] + (1.0 - beta1) * g;
    let second = normal_or_zero(beta2 * v[run * V_RUN + i]) + normal_or_zero((1.0 - beta2) * g * g);
    m[run * M_RUN + i] = first;
    v[run * V_RUN + i] = second;
    let direction = direction_of(first, second, clock[t + BETA1_POWER], clock[t + BETA2_POWER], epsilon);
    let weight = params[run * PARAMS_RUN + i];
    params[run * PARAMS_RUN + i] = weight - lr * (decay * weight + direction);
}
