// params −= η_t (λ (params − origin) + direction + σ ξ), with 0 for origin when ORIGIN is 0, λ only when DECAY is 1, and
// ξ ~ N(0, 1), a function of seed, t and i, only when NOISE is 1. When APART is 1, λ is WD_EMBED times as large in blocks of 64
// that are of the embedding, and η_t LR_DECODER times as large in the others.
// Shapes: hyper [16], clock [5], see src/step.rs, seed [1]; embedding [N/64, rounded up], or [1] when APART is 0; direction, params
// [N], origin [N], or [1] when ORIGIN is 0. One thread per parameter; updates params.
const N: u32 = 64u;
const ORIGIN: u32 = 0u;
const DECAY: u32 = 1u;
const NOISE: u32 = 1u;
const APART: u32 = 1u;
const HYPER_RUN: u32 = 16u;
const CLOCK_RUN: u32 = 5u;
const SEED_RUN: u32 = 1u;
const EMBEDDING_RUN: u32 = 1u;
const DIRECTION_RUN: u32 = 64u;
const ORIGIN_RUN: u32 = 64u;
const PARAMS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> clock: array<f32>;
@group(0) @binding(2) var<storage, read> seed: array<u32>;
@group(0) @binding(3) var<storage, read> embedding: array<u32>;
@group(0) @binding(4) var<storage, read> direction: array<f32>;
@group(0) @binding(5) var<storage, read> origin: array<f32>;
@group(0) @binding(6) var<storage, read_write> params: array<f32>;

// Elements of hyper.
const WD: u32 = 1u;
const GRAD_NOISE: u32 = 13u;
const LR_DECODER: u32 = 14u;
const WD_EMBED: u32 = 15u;
// Elements of clock.
const TIME: u32 = 0u;
const RATE: u32 = 4u;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);
const STREAM: u32 = 0x3c6ef372u;

// PCG3D, as `Stateless::draw` in src/rng.rs.
fn draw(seed_of_run: u32, step: u32, i: u32) -> vec3u {
    var key = vec3u(i, step, seed_of_run ^ STREAM) * 1664525u + 1013904223u;
    key.x += key.y * key.z;
    key.y += key.z * key.x;
    key.z += key.x * key.y;
    key ^= key >> vec3u(16u);
    key.x += key.y * key.z;
    key.y += key.z * key.x;
    key.z += key.x * key.y;
    return key;
}

// sin(πx/2) for 0 ≤ x ≤ 1
fn quarter_sine(x: f32) -> f32 {
    let u = 1.5707964 * x;
    let s = u * u;
    return u * (1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0 * (1.0 - s / 110.0)))));
}

// Box–Muller, with cos 2πb = 1 − 2 sin² πb.
fn normal(bits: vec3u) -> f32 {
    let a = f32((bits.x >> 8u) + 1u) / 16777216.0;
    let b = f32(bits.y >> 8u) / 16777216.0;
    let sine = quarter_sine(2.0 * min(b, 1.0 - b));
    return sqrt(-2.0 * log(a)) * (1.0 - 2.0 * sine * sine);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let h = run * HYPER_RUN;
    var rate = clock[run * CLOCK_RUN + RATE];
    var decay = hyper[h + WD];
    if (APART == 1u) {
        if (embedding[run * EMBEDDING_RUN + i / 64u] == 1u) {
            decay *= hyper[h + WD_EMBED];
        } else {
            rate *= hyper[h + LR_DECODER];
        }
    }
    let weight = params[run * PARAMS_RUN + i];
    var along = direction[run * DIRECTION_RUN + i];
    if (DECAY == 1u) {
        var displacement = weight;
        if (ORIGIN == 1u) {
            displacement -= origin[run * ORIGIN_RUN + i];
        }
        along = decay * displacement + along;
    }
    if (NOISE == 1u) {
        along += hyper[h + GRAD_NOISE] * normal(draw(seed[run * SEED_RUN], u32(clock[run * CLOCK_RUN + TIME]), i));
    }
    params[run * PARAMS_RUN + i] = weight - rate * along;
}
