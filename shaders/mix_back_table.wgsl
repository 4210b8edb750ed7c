// dtable[r, h] (+)= Σ probs[i, h, j] · dy[i] over the e with start[r] ≤ e < start[r + 1];
// entry[e] = i·SLOTS + j is row i's slot j, which reads row r of the table
// Shapes: probs [ROWS, HEADS, SLOTS], dy [ROWS, COLS], start [SOURCE + 1], entry [ENTRIES], dtable [SOURCE, HEADS·COLS].
// One workgroup per row and 8 columns: 8 lanes share the list and add up in a fixed order.
// Adds to dtable when ACCUMULATE is 1, else overwrites it.
const ROWS: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const COLS: u32 = 8u;
const SOURCE: u32 = 8u;
const ENTRIES: u32 = 24u;
const ACCUMULATE: u32 = 0u;
const PROBS_RUN: u32 = 96u;
const DY_RUN: u32 = 64u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 24u;
const DTABLE_RUN: u32 = 256u;

@group(0) @binding(0) var<storage, read> probs: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> start: array<u32>;
@group(0) @binding(3) var<storage, read> entry: array<u32>;
@group(0) @binding(4) var<storage, read_write> dtable: array<f32>;

const WIDE: u32 = HEADS * COLS;
const BLOCKS: u32 = (WIDE + 7u) / 8u;
const GROUPS: u32 = BLOCKS * SOURCE;
const ACROSS: u32 = min(GROUPS, 65535u);

const POOL: u32 = 64u;
var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let id = group.y * ACROSS + group.x;
    let row = id / BLOCKS;
    if (row >= SOURCE) {
        return;
    }
    let run = group.z;
    let col = id % BLOCKS * 8u + local.x;
    let c = min(col, WIDE - 1u);
    let first = start[run * START_RUN + row];
    let last = start[run * START_RUN + row + 1u];
    var sum = 0.0;
    for (var e = first + local.y; e < last; e += 8u) {
        let slot = entry[run * ENTRY_RUN + e];
        let i = slot / SLOTS;
        let score = (i * HEADS + c / COLS) * SLOTS + slot % SLOTS;
        sum += probs[run * PROBS_RUN + score] * dy[run * DY_RUN + i * COLS + c % COLS];
    }
    pool[local.y * 8u + local.x] = sum;
    workgroupBarrier();
    if (local.y != 0u || col >= WIDE) {
        return;
    }
    var total = pool[local.x];
    for (var lane = 1u; lane < 8u; lane++) {
        total += pool[lane * 8u + local.x];
    }
    let at = run * DTABLE_RUN + row * WIDE + col;
    if (ACCUMULATE == 1u) {
        total += dtable[at];
    }
    dtable[at] = total;
}
