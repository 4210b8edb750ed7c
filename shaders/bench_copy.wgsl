// y = x: what the memory can do
// Shapes: x, y [N]. A workgroup of 64 threads copies 256 neighbours; overwrites y.
const N: u32 = 256u;
const X_RUN: u32 = 256u;
const Y_RUN: u32 = 256u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

const GROUPS: u32 = (N + 255u) / 256u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let first = (group.y * ACROSS + group.x) * 256u + lane;
    let x_at = group.z * X_RUN;
    let y_at = group.z * Y_RUN;
    // Past the end, threads copy the last element again.
    let i = min(vec4u(first, first + 64u, first + 128u, first + 192u), vec4u(N - 1u));
    y[y_at + i.x] = x[x_at + i.x];
    y[y_at + i.y] = x[x_at + i.y];
    y[y_at + i.z] = x[x_at + i.z];
    y[y_at + i.w] = x[x_at + i.w];
}
