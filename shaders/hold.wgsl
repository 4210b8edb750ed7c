// params = 0 where before is 0, in blocks of 64 whose held is 1; params = before in those whose held is 2
// Shapes: held [N/64, rounded up]; before, params [N]. One thread per parameter; updates params.
const N: u32 = 64u;
const HELD_RUN: u32 = 1u;
const BEFORE_RUN: u32 = 64u;
const PARAMS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> held: array<u32>;
@group(0) @binding(1) var<storage, read> before: array<f32>;
@group(0) @binding(2) var<storage, read_write> params: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let kind = held[run * HELD_RUN + i / 64u];
    let was = before[run * BEFORE_RUN + i];
    let at = run * PARAMS_RUN + i;
    params[at] = select(params[at], was, kind == 2u || (kind == 1u && was == 0.0));
}
