// ring holds the last WINDOW gradients, total their sum; g takes the place of the oldest, and once the ring is full,
// g += amplify · total/WINDOW. Each step one block of 64 in WINDOW is summed anew, so that rounding does not pile up.
// Shapes: hyper [16], see src/step.rs, seen [1] = gradients before this one; g, total [N], ring [WINDOW, N].
// One thread per parameter; updates g, ring and total.
const N: u32 = 64u;
const WINDOW: u32 = 3u;
const HYPER_RUN: u32 = 16u;
const SEEN_RUN: u32 = 1u;
const G_RUN: u32 = 64u;
const RING_RUN: u32 = 192u;
const TOTAL_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> hyper: array<f32>;
@group(0) @binding(1) var<storage, read> seen: array<f32>;
@group(0) @binding(2) var<storage, read_write> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> ring: array<f32>;
@group(0) @binding(4) var<storage, read_write> total: array<f32>;

// Elements of hyper.
const AMPLIFY: u32 = 9u;

const GROUPS: u32 = (N + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = (group.y * ACROSS + group.x) * 64u + lane;
    if (i >= N) {
        return;
    }
    let run = group.z;
    let slope = g[run * G_RUN + i];
    let before = u32(seen[run * SEEN_RUN]);
    let slot = before % WINDOW;
    let at = run * RING_RUN + i;
    var sum = total[run * TOTAL_RUN + i] + (slope - ring[at + slot * N]);
    ring[at + slot * N] = slope;
    if ((i / 64u) % WINDOW == slot) {
        sum = 0.0;
        for (var k = 0u; k < WINDOW; k++) {
            sum += ring[at + k * N];
        }
    }
    total[run * TOTAL_RUN + i] = sum;
    if (before + 1u >= WINDOW) {
        g[run * G_RUN + i] = slope + hyper[run * HYPER_RUN + AMPLIFY] * (sum / f32(WINDOW));
    }
}
