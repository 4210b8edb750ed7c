// t goes up by 1, β₁ᵗ and β₂ᵗ are multiplied by β₁ and β₂.
// Shapes: hyper [6] = [η, λ, β₁, β₂, ε, warm-up steps], clock [4] = [t, β₁ᵗ, β₂ᵗ, evaluations]. One thread updates clock.
const HYPER_RUN: u32 = 6u;
const CLOCK_RUN: u32 = 4u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read_write> clock: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    if (lane != 0u) {
        return;
    }
    let t = group.z * CLOCK_RUN;
    let h = group.z * HYPER_RUN;
    clock[t] += 1.0;
    clock[t + 1u] *= hyper[h + 2u];
    clock[t + 2u] *= hyper[h + 3u];
}
