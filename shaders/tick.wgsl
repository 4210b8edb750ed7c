// t goes up by 1, β₁ᵗ and β₂ᵗ are multiplied by β₁ and β₂; η_t = η min(1, t/warm-up) (floor + (1 − floor)(1 + cos πx)/2)
// with x = (t − warm-up)/(steps − warm-up), between 0 and 1.
// Shapes: hyper [16], clock [5], see src/step.rs. One thread updates clock.
const HYPER_RUN: u32 = 16u;
const CLOCK_RUN: u32 = 5u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read_write> clock: array<f32>;

// Elements of hyper.
const LR: u32 = 0u;
const BETA1: u32 = 2u;
const BETA2: u32 = 3u;
const WARMUP: u32 = 5u;
const FLOOR: u32 = 6u;
const STEPS: u32 = 7u;
// Elements of clock.
const TIME: u32 = 0u;
const BETA1_POWER: u32 = 1u;
const BETA2_POWER: u32 = 2u;
const RATE: u32 = 4u;

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
    let t = clock[c + TIME] + 1.0;
    clock[c + TIME] = t;
    clock[c + BETA1_POWER] *= hyper[h + BETA1];
    clock[c + BETA2_POWER] *= hyper[h + BETA2];
    let past = t - hyper[h + WARMUP];
    let span = hyper[h + STEPS] - hyper[h + WARMUP];
    var way = 0.0;
    if (past > 0.0 && span > 0.0) {
        way = min(past / span, 1.0);
    }
    let sine = quarter_sine(way);
    let bottom = hyper[h + FLOOR];
    clock[c + RATE] = hyper[h + LR] * min(t / hyper[h + WARMUP], 1.0) * (bottom + (1.0 - bottom) * (1.0 - sine * sine));
}
