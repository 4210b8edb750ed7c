// g += λ (params − origin), with 0 for origin when ORIGIN is 0; when APART is 1, λ is WD_EMBED times as large in blocks of 64 that
// are of the embedding
// Shapes: hyper [16], see src/step.rs; embedding [N/64, rounded up], or [1] when APART is 0; params, g [N], origin [N], or [1] when
// ORIGIN is 0. One thread per parameter; adds to g.
const N: u32 = 64u;
const ORIGIN: u32 = 0u;
const APART: u32 = 1u;
const HYPER_RUN: u32 = 16u;
const EMBEDDING_RUN: u32 = 1u;
const PARAMS_RUN: u32 = 64u;
const ORIGIN_RUN: u32 = 64u;
const G_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> embedding: array<u32>;
@group(0) @binding(2) var<storage, read> params: array<f32>;
@group(0) @binding(3) var<storage, read> origin: array<f32>;
@group(0) @binding(4) var<storage, read_write> g: array<f32>;

// Elements of hyper.
const WD: u32 = 1u;
const WD_EMBED: u32 = 15u;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    var displacement = params[run * PARAMS_RUN + i];
    if (ORIGIN == 1u) {
        displacement -= origin[run * ORIGIN_RUN + i];
    }
    var decay = hyper[run * HYPER_RUN + WD];
    if (APART == 1u && embedding[run * EMBEDDING_RUN + i / 64u] == 1u) {
        decay *= hyper[run * HYPER_RUN + WD_EMBED];
    }
    g[run * G_RUN + i] += decay * displacement;
}
