// probs = softmax of q·k_j/√WIDTH over the query's unmasked slots (0 where masked), and over a score of 0 when SINK is 1,
// whose probability 1 − Σ probs is not stored
// Shapes: q [QROWS, HEADS·WIDTH], k [KROWS, HEADS·WIDTH], query [QUERIES], keys [QUERIES, SLOTS],
// probs [QUERIES, HEADS, SLOTS].
// One thread per query and head; overwrites probs.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const QROWS: u32 = 8u;
const KROWS: u32 = 8u;
const SINK: u32 = 0u;
const Q_RUN: u32 = 256u;
const K_RUN: u32 = 256u;
const QUERY_RUN: u32 = 8u;
const KEYS_RUN: u32 = 24u;
const PROBS_RUN: u32 = 96u;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> query: array<u32>;
@group(0) @binding(3) var<storage, read> keys: array<u32>;
@group(0) @binding(4) var<storage, read_write> probs: array<f32>;

const NONE: u32 = 0xffffffffu;
const MODEL: u32 = HEADS * WIDTH;
const TOTAL: u32 = QUERIES * HEADS;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = (group.y * ACROSS + group.x) * 64u + lane;
    if (id >= TOTAL) {
        return;
    }
    let run = group.z;
    let i = id / HEADS;
    let head = id % HEADS * WIDTH;
    let q_at = run * Q_RUN + query[run * QUERY_RUN + i] * MODEL + head;
    let k_at = run * K_RUN + head;
    let keys_at = run * KEYS_RUN + i * SLOTS;
    let probs_at = run * PROBS_RUN + id * SLOTS;

    let scale = 1.0 / sqrt(f32(WIDTH));
    var highest = -3e38;
    if (SINK == 1u) {
        highest = 0.0;
    }
    for (var j = 0u; j < SLOTS; j++) {
        let key = keys[keys_at + j];
        if (key != NONE) {
            var score = 0.0;
            for (var c = 0u; c < WIDTH; c++) {
                score += q[q_at + c] * k[k_at + key * MODEL + c];
            }
            probs[probs_at + j] = score * scale;
            highest = max(highest, score * scale);
        }
    }

    var sum = 0.0;
    if (SINK == 1u) {
        sum = exp(-highest);
    }
    for (var j = 0u; j < SLOTS; j++) {
        var p = 0.0;
        if (keys[keys_at + j] != NONE) {
            p = exp(probs[probs_at + j] - highest);
        }
        probs[probs_at + j] = p;
        sum += p;
    }
    // With every slot masked there is nothing to attend to: all zeros.
    let inverse = select(0.0, 1.0 / sum, sum > 0.0);
    for (var j = 0u; j < SLOTS; j++) {
        probs[probs_at + j] *= inverse;
    }
}
