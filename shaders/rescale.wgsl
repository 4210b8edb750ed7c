// g *= √before/(√after + 1e-30), tensor by tensor, with the sums of g² before and after; that of block i/64 has the
// segments from segment_range[2·block] to before segment_range[2·block + 1]. Sums below 1e-30 have lost squares that are no
// normal numbers, which GPUs may take for 0: with such a sum before, g stays.
// Shapes: before, sums [SEGMENTS, 3] with g² at 2, segment_range [N/64, 2], g [N]. One thread per parameter; updates g.
const N: u32 = 64u;
const SEGMENTS: u32 = 1u;
const BEFORE_RUN: u32 = 3u;
const SUMS_RUN: u32 = 3u;
const SEGMENT_RANGE_RUN: u32 = 2u;
const G_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> before: array<f32>;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read> segment_range: array<u32>;
@group(0) @binding(3) var<storage, read_write> g: array<f32>;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

// The sum of numbers `which` over the segments of a block's tensor, in order.
fn over(run: u32, block: u32, which: u32) -> f32 {
    var sum = 0.0;
    let last = segment_range[run * SEGMENT_RANGE_RUN + 2u * block + 1u];
    for (var k = segment_range[run * SEGMENT_RANGE_RUN + 2u * block]; k < last; k++) {
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
    let block = i / 64u;
    var square = 0.0;
    let last = segment_range[run * SEGMENT_RANGE_RUN + 2u * block + 1u];
    for (var k = segment_range[run * SEGMENT_RANGE_RUN + 2u * block]; k < last; k++) {
        square += before[run * BEFORE_RUN + 3u * k + 2u];
    }
    if (square >= 1e-30) {
        g[run * G_RUN + i] *= sqrt(square) / (sqrt(over(run, block, 2u)) + 1e-30);
    }
}
