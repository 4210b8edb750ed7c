// ring[slot] = (steps, mean row_loss, mean row_correct, norm) with slot = (TRAIN ? steps : evaluations) mod SLOTS; then
// that counter goes up by 1 and, when TRAIN is 1, the powers of β are multiplied by β.
// clock: [steps, β₁ᵗ, β₂ᵗ, evaluations]. hyper: [η, λ, β₁, β₂, ε, warm-up steps].
// Shapes: row_loss and row_correct [ROWS], norm [1], hyper [6], clock [4], ring [SLOTS, 4].
// One workgroup per run: 64 partial sums, added in a fixed order; thread 0 writes one slot of ring, and updates clock.
const ROWS: u32 = 8u;
const SLOTS: u32 = 8u;
const TRAIN: u32 = 1u;
const ROW_LOSS_RUN: u32 = 8u;
const ROW_CORRECT_RUN: u32 = 8u;
const NORM_RUN: u32 = 1u;
const HYPER_RUN: u32 = 6u;
const CLOCK_RUN: u32 = 4u;
const RING_RUN: u32 = 32u;

@group(0) @binding(0) var<storage, read> row_loss: array<f32>;
@group(0) @binding(1) var<storage, read> row_correct: array<f32>;
@group(0) @binding(2) var<storage, read> norm: array<f32>;
@group(0) @binding(3) var<storage, read> hyper: array<f32>;
@group(0) @binding(4) var<storage, read_write> clock: array<f32>;
@group(0) @binding(5) var<storage, read_write> ring: array<f32>;

const POOL: u32 = 128u;
var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let run = group.z;
    var sum = vec2f(0.0);
    for (var i = lane; i < ROWS; i += 64u) {
        sum += vec2f(row_loss[run * ROW_LOSS_RUN + i], row_correct[run * ROW_CORRECT_RUN + i]);
    }
    pool[lane] = sum.x;
    pool[64u + lane] = sum.y;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
        if (lane < half) {
            pool[lane] += pool[lane + half];
            pool[64u + lane] += pool[64u + lane + half];
        }
        workgroupBarrier();
    }
    if (lane != 0u) {
        return;
    }
    let mean = vec2f(pool[0], pool[64]) / f32(ROWS);
    let t = run * CLOCK_RUN;
    let counter = t + select(3u, 0u, TRAIN == 1u);
    let at = run * RING_RUN + u32(clock[counter]) % SLOTS * 4u;
    ring[at] = clock[t];
    ring[at + 1u] = mean.x;
    ring[at + 2u] = mean.y;
    ring[at + 3u] = norm[run * NORM_RUN];
    clock[counter] += 1.0;
    if (TRAIN == 1u) {
        clock[t + 1u] *= hyper[run * HYPER_RUN + 2u];
        clock[t + 2u] *= hyper[run * HYPER_RUN + 3u];
    }
}
