// t goes up by 1, β₁ᵗ and β₂ᵗ are multiplied by β₁ and β₂; η_t = η min(1, t/warm-up) (floor + (1 − floor)(1 + cos πx)/2)
// with x = (t − warm-up)/(steps − warm-up), between 0 and 1.
// Shapes: hyper [14] = [η, λ, β₁, β₂, ε, warm-up steps, floor, steps, …], clock [5] = [t, β₁ᵗ, β₂ᵗ, evaluations, η_t].
// One thread updates clock.
const HYPER_RUN: u32 = 14u;
const CLOCK_RUN: u32 = 5u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read_write> clock: array<f32>;

// sin(πx/2) for 0 ≤ x ≤ 1
fn quarter_sine(x: f32) -> f32 {
    let u = 1.5707964 * x;
    let s = u * u;
    return u * (1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0 * (1.0 - s / 110.0)))));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    if (lane != 0u) {
        return;
    }
    let c = group.z * CLOCK_RUN;
    let h = group.z * HYPER_RUN;
    let t = clock[c] + 1.0;
    clock[c] = t;
    clock[c + 1u] *= hyper[h + 2u];
    clock[c + 2u] *= hyper[h + 3u];
    let past = t - hyper[h + 5u];
    let span = hyper[h + 7u] - hyper[h + 5u];
    var way = 0.0;
    if (past > 0.0 && span > 0.0) {
        way = min(past / span, 1.0);
    }
    let sine = quarter_sine(way);
    let bottom = hyper[h + 6u];
    clock[c + 4u] = hyper[h] * min(t / hyper[h + 5u], 1.0) * (bottom + (1.0 - bottom) * (1.0 - sine * sine));
}
