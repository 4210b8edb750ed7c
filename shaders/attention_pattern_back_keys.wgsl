// dk[r] (+)= Σ ds · q over the e with start[r] ≤ e < start[r + 1]; entry[e] = i·SLOTS + j is query i's slot j, which
// attends to row r
// Shapes: q [QROWS, HEADS·WIDTH], query [QUERIES], ds [QUERIES, HEADS, SLOTS], start [KROWS + 1], entry [ENTRIES],
// dk [KROWS, HEADS·WIDTH].
// One workgroup per row and 16 columns: 4 lanes share the list and add up in a fixed order.
// Adds to dk when ACCUMULATE is 1, else overwrites it.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const QROWS: u32 = 8u;
const KROWS: u32 = 8u;
const ENTRIES: u32 = 24u;
const ACCUMULATE: u32 = 0u;
const Q_RUN: u32 = 256u;
const QUERY_RUN: u32 = 8u;
const DS_RUN: u32 = 96u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 24u;
const DK_RUN: u32 = 256u;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> query: array<u32>;
@group(0) @binding(2) var<storage, read> ds: array<f32>;
@group(0) @binding(3) var<storage, read> start: array<u32>;
@group(0) @binding(4) var<storage, read> entry: array<u32>;
@group(0) @binding(5) var<storage, read_write> dk: array<f32>;

const MODEL: u32 = HEADS * WIDTH;
const BLOCKS: u32 = (MODEL + 15u) / 16u;
const GROUPS: u32 = BLOCKS * KROWS;
const ACROSS: u32 = min(GROUPS, 65535u);
const POOL: u32 = 64u;

var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = group.y * ACROSS + group.x;
    let row = id / BLOCKS;
    if (row >= KROWS) {
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
        sum += ds[run * DS_RUN + score] * q[run * Q_RUN + query[run * QUERY_RUN + i] * MODEL + c];
    }
    pool[lane] = sum;
    workgroupBarrier();
    if (lane >= 16u || col >= MODEL) {
        return;
    }
    var total = (pool[lane] + pool[lane + 16u]) + (pool[lane + 32u] + pool[lane + 48u]);
    let at = run * DK_RUN + row * MODEL + col;
    if (ACCUMULATE == 1u) {
        total += dk[at];
    }
    dk[at] = total;
}
