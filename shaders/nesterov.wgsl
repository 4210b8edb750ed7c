// b = μ b + (1 − μ) g; y = (1 − μ) g + μ b, with μ = β₁
// Shapes: hyper [16], see src/step.rs; g, b, y [N]. One thread per parameter; updates b, overwrites y.
const N: u32 = 64u;
const HYPER_RUN: u32 = 16u;
const G_RUN: u32 = 64u;
const B_RUN: u32 = 64u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// Elements of hyper.
const BETA1: u32 = 2u;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let mu = hyper[run * HYPER_RUN + BETA1];
    let slope = g[run * G_RUN + i];
    let mean = mu * b[run * B_RUN + i] + (1.0 - mu) * slope;
    b[run * B_RUN + i] = mean;
    y[run * Y_RUN + i] = (1.0 - mu) * slope + mu * mean;
}
