// dx (+)= dy
// Shapes: dy, dx [N]. One thread per element; adds to dx when ACCUMULATE is 1, else overwrites it.
const N: u32 = 64u;
const ACCUMULATE: u32 = 0u;
const DY_RUN: u32 = 64u;
const DX_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    var value = dy[run * DY_RUN + i];
    if (ACCUMULATE == 1u) {
        value += dx[run * DX_RUN + i];
    }
    dx[run * DX_RUN + i] = value;
}
