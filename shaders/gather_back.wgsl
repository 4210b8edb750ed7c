// dx[r, :] (+)= Σ dy[i, :] over the i = entry[e] with start[r] ≤ e < start[r + 1]
// Shapes: dy [ROWS, COLS], start [SOURCE + 1], entry [ENTRIES], dx [SOURCE, COLS].
// One workgroup per row and 8 columns: 8 lanes share the list and add up in a fixed order.
// Adds to dx when ACCUMULATE is 1, else overwrites it.
const ENTRIES: u32 = 8u;
const COLS: u32 = 8u;
const SOURCE: u32 = 8u;
const ROWS: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const DY_RUN: u32 = 64u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 8u;
const DX_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> start: array<u32>;
@group(0) @binding(2) var<storage, read> entry: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

const BLOCKS: u32 = (COLS + 7u) / 8u;
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
    let c = min(col, COLS - 1u);
    let first = start[run * START_RUN + row];
    let last = start[run * START_RUN + row + 1u];
    var sum = 0.0;
    for (var e = first + local.y; e < last; e += 8u) {
        sum += dy[run * DY_RUN + entry[run * ENTRY_RUN + e] * COLS + c];
    }
    pool[local.y * 8u + local.x] = sum;
    workgroupBarrier();
    if (local.y != 0u || col >= COLS) {
        return;
    }
    var total = pool[local.x];
    for (var lane = 1u; lane < 8u; lane++) {
        total += pool[lane * 8u + local.x];
    }
    let at = run * DX_RUN + row * COLS + col;
    if (ACCUMULATE == 1u) {
        total += dx[at];
    }
    dx[at] = total;
}
