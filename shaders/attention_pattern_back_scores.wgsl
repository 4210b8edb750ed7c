// ds_j = probs_j (dprobs_j − Σ_l probs_l dprobs_l)/√WIDTH: the gradient by q·k
// Shapes: probs, dprobs and ds [QUERIES, HEADS, SLOTS].
// One thread per query and head; overwrites ds.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const PROBS_RUN: u32 = 96u;
const DPROBS_RUN: u32 = 96u;
const DS_RUN: u32 = 96u;

@group(0) @binding(0) var<storage, read> probs: array<f32>;
@group(0) @binding(1) var<storage, read> dprobs: array<f32>;
@group(0) @binding(2) var<storage, read_write> ds: array<f32>;

const TOTAL: u32 = QUERIES * HEADS;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = (group.y * ACROSS + group.x) * 64u + lane;
    if (id >= TOTAL) {
        return;
    }
    let p_at = group.z * PROBS_RUN + id * SLOTS;
    let dp_at = group.z * DPROBS_RUN + id * SLOTS;
    let ds_at = group.z * DS_RUN + id * SLOTS;
    let scale = 1.0 / sqrt(f32(WIDTH));
    var mean = 0.0;
    for (var j = 0u; j < SLOTS; j++) {
        mean += probs[p_at + j] * dprobs[dp_at + j];
    }
    for (var j = 0u; j < SLOTS; j++) {
        ds[ds_at + j] = probs[p_at + j] * (dprobs[dp_at + j] - mean) * scale;
    }
}
