// y (+)= x/(1 − r) where x stays, else 0; which stay, a fraction 1 − r, is a function of seed, SALT, t and i
// Shapes: hyper [16], clock [5], see src/step.rs, seed [1]; x, y [N]. One thread per element.
// Adds to y when ACCUMULATE is 1, else overwrites it.
const N: u32 = 64u;
const SALT: u32 = 0u;
const ACCUMULATE: u32 = 0u;
const HYPER_RUN: u32 = 16u;
const CLOCK_RUN: u32 = 5u;
const SEED_RUN: u32 = 1u;
const X_RUN: u32 = 64u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> clock: array<f32>;
@group(0) @binding(2) var<storage, read> seed: array<u32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

// Elements of hyper.
const DROPOUT: u32 = 11u;
// Elements of clock.
const TIME: u32 = 0u;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);
const STREAM: u32 = 0xdaa66d2bu;

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

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let rate = hyper[run * HYPER_RUN + DROPOUT];
    let bits = draw(seed[run * SEED_RUN] + SALT * 0x9e3779b9u, u32(clock[run * CLOCK_RUN + TIME]), i).x;
    var value = 0.0;
    if (f32(bits >> 8u) / 16777216.0 >= rate) {
        value = x[run * X_RUN + i] / (1.0 - rate);
    }
    if (ACCUMULATE == 1u) {
        value += y[run * Y_RUN + i];
    }
    y[run * Y_RUN + i] = value;
}
