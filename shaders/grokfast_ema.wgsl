// mean = α mean + (1 − α) g, or g when it is the first (seen is 0); then g += amplify · mean
// Shapes: hyper [16], see src/step.rs, seen [1]; g, mean [N]. One thread per parameter; updates g and mean.
const N: u32 = 64u;
const HYPER_RUN: u32 = 16u;
const SEEN_RUN: u32 = 1u;
const G_RUN: u32 = 64u;
const MEAN_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> seen: array<f32>;
@group(0) @binding(2) var<storage, read_write> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> mean: array<f32>;

// Elements of hyper.
const EMA: u32 = 8u;
const AMPLIFY: u32 = 9u;

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
    let slope = g[run * G_RUN + i];
    var slow = slope;
    if (seen[run * SEEN_RUN] > 0.0) {
        slow = hyper[h + EMA] * mean[run * MEAN_RUN + i] + (1.0 - hyper[h + EMA]) * slope;
    }
    mean[run * MEAN_RUN + i] = slow;
    g[run * G_RUN + i] = slope + hyper[h + AMPLIFY] * slow;
}
