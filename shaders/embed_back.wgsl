// dtable[r] (+)= Σ dy[i] over the i = entry[e] with start[r] ≤ e < start[r + 1]; when RELATIVE is 1, less Σ dy[i] over all
// i for the last r, which every row had subtracted
// Shapes: dy [ROWS, COLS], start [SOURCE + 1], entry [ROWS], dtable [SOURCE, COLS].
// One workgroup per row and 16 columns: 4 lanes share the list and add up in a fixed order.
// Adds to dtable when ACCUMULATE is 1, else overwrites it.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const SOURCE: u32 = 8u;
const RELATIVE: u32 = 0u;
const ACCUMULATE: u32 = 0u;
const DY_RUN: u32 = 64u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 8u;
const DTABLE_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> start: array<u32>;
@group(0) @binding(2) var<storage, read> entry: array<u32>;
@group(0) @binding(3) var<storage, read_write> dtable: array<f32>;

const BLOCKS: u32 = (COLS + 15u) / 16u;
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
    let c = min(col, COLS - 1u);
    let last = start[run * START_RUN + row + 1u];
    var sum = 0.0;
    for (var e = start[run * START_RUN + row] + lane / 16u; e < last; e += 4u) {
        sum += dy[run * DY_RUN + entry[run * ENTRY_RUN + e] * COLS + c];
    }
    if (RELATIVE == 1u && row + 1u == SOURCE) {
        for (var i = lane / 16u; i < ROWS; i += 4u) {
            sum -= dy[run * DY_RUN + i * COLS + c];
        }
    }
    pool[lane] = sum;
    workgroupBarrier();
    if (lane >= 16u || col >= COLS) {
        return;
    }
    var total = (pool[lane] + pool[lane + 16u]) + (pool[lane + 32u] + pool[lane + 48u]);
    let at = run * DTABLE_RUN + row * COLS + col;
    if (ACCUMULATE == 1u) {
        total += dtable[at];
    }
    dtable[at] = total;
}
