// params = 0 where before is 0, in blocks of 64 that are of a matrix
// Shapes: matrices [N/64, rounded up]; before, params [N]. One thread per parameter; updates params.
const N: u32 = 64u;
const MATRICES_RUN: u32 = 1u;
const BEFORE_RUN: u32 = 64u;
const PARAMS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> matrices: array<u32>;
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
    let pruned = matrices[run * MATRICES_RUN + i / 64u] == 1u && before[run * BEFORE_RUN + i] == 0.0;
    let at = run * PARAMS_RUN + i;
    params[at] = select(params[at], 0.0, pruned);
}
