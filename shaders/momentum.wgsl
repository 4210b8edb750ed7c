// b = β₁ b + g
// Shapes: hyper [16], see src/step.rs; g, b [N]. One thread per parameter; updates b.
const N: u32 = 64u;
const HYPER_RUN: u32 = 16u;
const G_RUN: u32 = 64u;
const B_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;

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
    let at = run * B_RUN + i;
    b[at] = hyper[run * HYPER_RUN + BETA1] * b[at] + g[run * G_RUN + i];
}
