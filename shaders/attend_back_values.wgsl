// dv[r, h] (+)= Σ probs[i, h, j] · dz[i, h] over the e with start[r] ≤ e < start[r + 1];
// entry[e] = i·SLOTS + j is query i's slot j, which reads row r of v
// Shapes: probs [QUERIES, HEADS, SLOTS], dz [QUERIES, HEADS·WIDTH], start [SOURCE + 1], entry [ENTRIES],
// dv [SOURCE, HEADS·WIDTH].
// One workgroup per row and 16 columns: 4 lanes share the list and add up in a fixed order.
// Adds to dv when ACCUMULATE is 1, else overwrites it.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const SOURCE: u32 = 8u;
const ENTRIES: u32 = 24u;
const ACCUMULATE: u32 = 0u;
const PROBS_RUN: u32 = 96u;
const DZ_RUN: u32 = 256u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 24u;
const DV_RUN: u32 = 256u;

@group(0) @binding(0) var<storage, read> probs: array<f32>;
@group(0) @binding(1) var<storage, read> dz: array<f32>;
@group(0) @binding(2) var<storage, read> start: array<u32>;
@group(0) @binding(3) var<storage, read> entry: array<u32>;
@group(0) @binding(4) var<storage, read_write> dv: array<f32>;

const MODEL: u32 = HEADS * WIDTH;
const BLOCKS: u32 = (MODEL + 15u) / 16u;
const GROUPS: u32 = BLOCKS * SOURCE;
const ACROSS: u32 = min(GROUPS, 65535u);
const POOL: u32 = 64u;

var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = group.y * ACROSS + group.x;
    let row = id / BLOCKS;
    if (row >= SOURCE) {
        return;
    }
    let run = group.z;
    let col = id % BLOCKS * 16u + lane % 16u;
    let c = min(col, MODEL - 1u);
    let last = start[run * START_RUN + row + 1u];
    var sum = 0.0;
    for (var e = start[run * START_RUN + row] + lane / 16u; e < last; e += 4u) {
        let slot = entry[run * ENTRY_RUN + e];
        let i = slot / SLOTS;
        let score = (i * HEADS + c / WIDTH) * SLOTS + slot % SLOTS;
        sum += probs[run * PROBS_RUN + score] * dz[run * DZ_RUN + i * MODEL + c];
    }
    pool[lane] = sum;
    workgroupBarrier();
    if (lane >= 16u || col >= MODEL) {
        return;
    }
    var total = (pool[lane] + pool[lane + 16u]) + (pool[lane + 32u] + pool[lane + 48u]);
    let at = run * DV_RUN + row * MODEL + col;
    if (ACCUMULATE == 1u) {
        total += dv[at];
    }
    dv[at] = total;
}
