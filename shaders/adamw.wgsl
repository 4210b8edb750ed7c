// AdamW: m = β₁m + (1 − β₁)g, v = β₂v + (1 − β₂)g², w −= η_t (λ w + m̂/(√v̂ + ε)), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
// hyper: [η, λ, β₁, β₂, ε, warm-up steps]. clock: [t, β₁ᵗ, β₂ᵗ, evaluations], already advanced to t ≥ 1.
// Shapes: grads, params, m, v [N]. One thread per parameter; updates params, m and v in place.
const N: u32 = 64u;
const HYPER_RUN: u32 = 6u;
const CLOCK_RUN: u32 = 4u;
const GRADS_RUN: u32 = 64u;
const PARAMS_RUN: u32 = 64u;
const M_RUN: u32 = 64u;
const V_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> clock: array<f32>;
@group(0) @binding(2) var<storage, read> grads: array<f32>;
@group(0) @binding(3) var<storage, read_write> params: array<f32>;
@group(0) @binding(4) var<storage, read_write> m: array<f32>;
@group(0) @binding(5) var<storage, read_write> v: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let h = run * HYPER_RUN;
    let t = run * CLOCK_RUN;
    let lr = hyper[h] * min(clock[t] / hyper[h + 5u], 1.0);
    let decay = hyper[h + 1u];
    let beta1 = hyper[h + 2u];
    let beta2 = hyper[h + 3u];
    let epsilon = hyper[h + 4u];
    let g = grads[run * GRADS_RUN + i];
    let first = beta1 * m[run * M_RUN + i] + (1.0 - beta1) * g;
    let second = beta2 * v[run * V_RUN + i] + (1.0 - beta2) * g * g;
    m[run * M_RUN + i] = first;
    v[run * V_RUN + i] = second;
    let direction = (first / (1.0 - clock[t + 1u])) / (sqrt(second / (1.0 - clock[t + 2u])) + epsilon);
    let weight = params[run * PARAMS_RUN + i];
    params[run * PARAMS_RUN + i] = weight - lr * (decay * weight + direction);
}
