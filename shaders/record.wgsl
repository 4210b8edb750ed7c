// ring[slot] = (step, mean row_loss, mean row_correct of the rows i with FIRST ≤ i mod ANSWERS < BEHIND, fraction of rows whose row_loss has bits below COLLAPSE, fraction whose
// row_loss is 0 or no normal number, √Σ squares) with slot = (TRAIN ? step : evaluations) mod SLOTS and
// step = TRAIN ? t − 1 : t; when TRAIN is 0 the evaluations go up by 1.
// Shapes: row_loss and row_correct [ROWS], squares [SEGMENTS], clock [5], see src/step.rs, ring [SLOTS, 6].
// One workgroup per run: 64 partial sums, added in a fixed order; thread 0 writes one slot of ring, and updates clock.
const ROWS: u32 = 8u;
const SLOTS: u32 = 8u;
const TRAIN: u32 = 1u;
const SEGMENTS: u32 = 1u;
const COLLAPSE: u32 = 0u;
const ANSWERS: u32 = 1u;
const FIRST: u32 = 0u;
const BEHIND: u32 = 1u;
const ROW_LOSS_RUN: u32 = 8u;
const ROW_CORRECT_RUN: u32 = 8u;
const SQUARES_RUN: u32 = 1u;
const CLOCK_RUN: u32 = 5u;
const RING_RUN: u32 = 48u;
const POOL: u32 = 64u;
const POOL4: u32 = 64u;

@group(0) @binding(0) var<storage, read> row_loss: array<f32>;
@group(0) @binding(1) var<storage, read> row_correct: array<f32>;
@group(0) @binding(2) var<storage, read> squares: array<f32>;
@group(0) @binding(3) var<storage, read_write> clock: array<f32>;
@group(0) @binding(4) var<storage, read_write> ring: array<f32>;

// The smallest normal number, 2^−126: GPUs may take smaller ones for 0.
const LEAST: f32 = 1.1754943508222875e-38;
// Elements of clock.
const TIME: u32 = 0u;
const EVALUATIONS: u32 = 3u;

var<workgroup> pool: array<f32, POOL>;
var<workgroup> pool4: array<vec4f, POOL4>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let run = group.z;
    var sum = vec4f(0.0);
    for (var i = lane; i < ROWS; i += 64u) {
        let loss = row_loss[run * ROW_LOSS_RUN + i];
        let collapsed = select(0.0, 1.0, bitcast<u32>(loss) < COLLAPSE);
        let zero = select(0.0, 1.0, loss < LEAST);
        let place = i % ANSWERS;
        let correct = select(0.0, row_correct[run * ROW_CORRECT_RUN + i], place >= FIRST && place < BEHIND);
        sum += vec4f(loss, correct, collapsed, zero);
    }
    var norm = 0.0;
    for (var i = lane; i < SEGMENTS; i += 64u) {
        norm += squares[run * SQUARES_RUN + i];
    }
    pool4[lane] = sum;
    pool[lane] = norm;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
        if (lane < half) {
            pool4[lane] += pool4[lane + half];
            pool[lane] += pool[lane + half];
        }
        workgroupBarrier();
    }
    if (lane != 0u) {
        return;
    }
    let t = run * CLOCK_RUN;
    let training = TRAIN == 1u;
    let step = clock[t + TIME] - select(0.0, 1.0, training);
    let slot = u32(select(clock[t + EVALUATIONS], step, training)) % SLOTS;
    let at = run * RING_RUN + slot * 6u;
    let means = pool4[0] / f32(ROWS);
    ring[at] = step;
    ring[at + 1u] = means.x;
    ring[at + 2u] = means.y * f32(ANSWERS) / f32(BEHIND - FIRST);
    ring[at + 3u] = means.z;
    ring[at + 4u] = means.w;
    ring[at + 5u] = sqrt(pool[0]);
    if (!training) {
        clock[t + EVALUATIONS] += 1.0;
    }
}
