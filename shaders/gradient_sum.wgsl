// g = the sum of its parts: block i/64 has entries start[i/64] .. start[i/64 + 1], each [at, end, source, count, stride,
// negative]: for at ≤ i < end, g ±= Σ_k parts[source + k·stride + i − at].
// Shapes: start [N/64 + 1], entry [TERMS, 6], parts [PARTS], g [N], N a multiple of 64. One thread per parameter;
// overwrites g.
const N: u32 = 64u;
const TERMS: u32 = 1u;
const PARTS: u32 = 64u;
const START_RUN: u32 = 2u;
const ENTRY_RUN: u32 = 6u;
const PARTS_RUN: u32 = 64u;
const G_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> start: array<u32>;
@group(0) @binding(1) var<storage, read> entry: array<u32>;
@group(0) @binding(2) var<storage, read> parts: array<f32>;
@group(0) @binding(3) var<storage, read_write> g: array<f32>;

const GROUPS: u32 = N / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

fn gradient(run: u32, block: u32, i: u32) -> f32 {
    let first = start[run * START_RUN + block];
    let last = start[run * START_RUN + block + 1u];
    var total = 0.0;
    for (var term = first; term < last; term++) {
        let e = run * ENTRY_RUN + term * 6u;
        let at = entry[e];
        if (at <= i && i < entry[e + 1u]) {
            let source = run * PARTS_RUN + entry[e + 2u] + i - at;
            let count = entry[e + 3u];
            let stride = entry[e + 4u];
            var sum = 0.0;
            for (var k = 0u; k < count; k++) {
                sum += parts[source + k * stride];
            }
            total += select(sum, -sum, entry[e + 5u] == 1u);
        }
    }
    return total;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let block = group.y * ACROSS + group.x;
    if (block >= GROUPS) {
        return;
    }
    let i = block * 64u + lane;
    g[group.z * G_RUN + i] = gradient(group.z, block, i);
}
