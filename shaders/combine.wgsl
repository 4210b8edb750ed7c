// z = factors[0] x + factors[1] y
// Shapes: factors [2], x, y, z [N]. One thread per element; overwrites z.
const N: u32 = 64u;
const FACTORS_RUN: u32 = 2u;
const X_RUN: u32 = 64u;
const Y_RUN: u32 = 64u;
const Z_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> factors: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> z: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let f = run * FACTORS_RUN;
    z[run * Z_RUN + i] = factors[f] * x[run * X_RUN + i] + factors[f + 1u] * y[run * Y_RUN + i];
}
