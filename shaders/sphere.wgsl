// params *= r/√Σ squares, when the radius r is positive
// Shapes: hyper [16], see src/step.rs, squares [SEGMENTS], params [N]. One thread per parameter, which adds up the squares in
// order; updates params.
const N: u32 = 64u;
const SEGMENTS: u32 = 1u;
const HYPER_RUN: u32 = 16u;
const SQUARES_RUN: u32 = 1u;
const PARAMS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> squares: array<f32>;
@group(0) @binding(2) var<storage, read_write> params: array<f32>;

// Elements of hyper.
const SPHERE: u32 = 10u;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    var sum = 0.0;
    for (var segment = 0u; segment < SEGMENTS; segment++) {
        sum += squares[run * SQUARES_RUN + segment];
    }
    let radius = hyper[run * HYPER_RUN + SPHERE];
    let norm = sqrt(sum);
    if (radius > 0.0 && norm > 0.0) {
        params[run * PARAMS_RUN + i] *= radius / norm;
    }
}
