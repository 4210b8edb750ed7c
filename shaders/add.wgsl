// y = a + b
// Shapes: a, b, y [N]. One thread per element; overwrites y.
const N: u32 = 64u;
const A_RUN: u32 = 64u;
const B_RUN: u32 = 64u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    y[run * Y_RUN + i] = a[run * A_RUN + i] + b[run * B_RUN + i];
}
