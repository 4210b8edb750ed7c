// g −= (w·g/(w·w + 1e-30)) w, tensor by tensor; block i/64 belongs to that of the pieces extent[2·block] .. extent[2·block + 1]
// Shapes: w, g [N], sums [PIECES, 3] = (w·g, w·w, g·g), extent [N/64, 2]. One thread per parameter; updates g.
const N: u32 = 64u;
const PIECES: u32 = 1u;
const W_RUN: u32 = 64u;
const SUMS_RUN: u32 = 3u;
const EXTENT_RUN: u32 = 2u;
const G_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read> extent: array<u32>;
@group(0) @binding(3) var<storage, read_write> g: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

// The sum of numbers `which` of a block's pieces, in order.
fn over(run: u32, block: u32, which: u32) -> f32 {
    var sum = 0.0;
    let last = extent[run * EXTENT_RUN + 2u * block + 1u];
    for (var k = extent[run * EXTENT_RUN + 2u * block]; k < last; k++) {
        sum += sums[run * SUMS_RUN + 3u * k + which];
    }
    return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let along = over(run, i / 64u, 0u) / (over(run, i / 64u, 1u) + 1e-30);
    g[run * G_RUN + i] -= along * w[run * W_RUN + i];
}
