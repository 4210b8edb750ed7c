// dq[r] (+)= Σ ds · k over the queries i = entry[e], start[r] ≤ e < start[r + 1], and their unmasked slots
// Shapes: kv [KROWS, 2·HEADS·WIDTH] (keys, then values), keys [QUERIES, SLOTS], ds [QUERIES, HEADS, SLOTS],
// start [QROWS + 1], entry [QUERIES], dq [QROWS, HEADS·WIDTH].
// One workgroup per row and 8 columns: 8 lanes share the list and add up in a fixed order.
// Adds to dq when ACCUMULATE is 1, else overwrites it.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const QROWS: u32 = 8u;
const KROWS: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const KV_RUN: u32 = 512u;
const KEYS_RUN: u32 = 24u;
const DS_RUN: u32 = 96u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 8u;
const DQ_RUN: u32 = 256u;

@group(0) @binding(0) var<storage, read> kv: array<f32>;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> ds: array<f32>;
@group(0) @binding(3) var<storage, read> start: array<u32>;
@group(0) @binding(4) var<storage, read> entry: array<u32>;
@group(0) @binding(5) var<storage, read_write> dq: array<f32>;

const NONE: u32 = 0xffffffffu;
const MODEL: u32 = HEADS * WIDTH;
const BLOCKS: u32 = (MODEL + 7u) / 8u;
const GROUPS: u32 = BLOCKS * QROWS;
const ACROSS: u32 = min(GROUPS, 65535u);

const POOL: u32 = 64u;
var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let id = group.y * ACROSS + group.x;
    let row = id / BLOCKS;
    if (row >= QROWS) {
        return;
    }
    let run = group.z;
    let col = id % BLOCKS * 8u + local.x;
    let c = min(col, MODEL - 1u);
    let first = start[run * START_RUN + row];
    let last = start[run * START_RUN + row + 1u];
    var sum = 0.0;
    for (var e = first + local.y; e < last; e += 8u) {
        let i = entry[run * ENTRY_RUN + e];
        for (var j = 0u; j < SLOTS; j++) {
            let key = keys[run * KEYS_RUN + i * SLOTS + j];
            if (key != NONE) {
                sum += ds[run * DS_RUN + (i * HEADS + c / WIDTH) * SLOTS + j] * kv[run * KV_RUN + key * 2u * MODEL + c];
            }
        }
    }
    pool[local.y * 8u + local.x] = sum;
    workgroupBarrier();
    if (local.y != 0u || col >= MODEL) {
        return;
    }
    var total = pool[local.x];
    for (var lane = 1u; lane < 8u; lane++) {
        total += pool[lane * 8u + local.x];
    }
    let at = run * DQ_RUN + row * MODEL + col;
    if (ACCUMULATE == 1u) {
        total += dq[at];
    }
    dq[at] = total;
}
