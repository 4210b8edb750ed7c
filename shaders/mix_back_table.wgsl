// dtable[r, h] (+)= Σ probs[i, h, j] · dy[i] over the e with start[r] ≤ e < start[r + 1];
// entry[e] = i·SLOTS + j is row i's slot j, which reads row r of the table
// Shapes: probs [ROWS, HEADS, SLOTS], dy [ROWS, COLS], start [SOURCE + 1], entry [ENTRIES], dtable [SOURCE, HEADS·COLS].
// One workgroup per row, 16 columns and 4 heads: 4 lanes share the list and add up in a fixed order.
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

const BLOCKS: u32 = (COLS + 15u) / 16u;
const QUADS: u32 = (HEADS + 3u) / 4u;
const GROUPS: u32 = BLOCKS * QUADS * SOURCE;
const ACROSS: u32 = min(GROUPS, 65535u);
const POOL4: u32 = 64u;

var<workgroup> pool4: array<vec4f, POOL4>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = group.y * ACROSS + group.x;
    let row = id / BLOCKS / QUADS;
    if (row >= SOURCE) {
        return;
    }
    let run = group.z;
    let head = id / BLOCKS % QUADS * 4u;
    let heads = min(vec4u(head, head + 1u, head + 2u, head + 3u), vec4u(HEADS - 1u)) * SLOTS;
    let col = id % BLOCKS * 16u + lane % 16u;
    let c = min(col, COLS - 1u);
    let last = start[run * START_RUN + row + 1u];
    var sum = vec4f(0.0);
    for (var e = start[run * START_RUN + row] + lane / 16u; e < last; e += 4u) {
        let slot = entry[run * ENTRY_RUN + e];
        let i = slot / SLOTS;
        let at = run * PROBS_RUN + i * HEADS * SLOTS + slot % SLOTS + heads;
        sum += dy[run * DY_RUN + i * COLS + c] * vec4f(probs[at.x], probs[at.y], probs[at.z], probs[at.w]);
    }
    pool4[lane] = sum;
    workgroupBarrier();
    // One thread per column and head.
    let h = lane / 16u;
    if (head + h >= HEADS || col >= COLS) {
        return;
    }
    let l = lane % 16u;
    var total = (pool4[l][h] + pool4[l + 16u][h]) + (pool4[l + 32u][h] + pool4[l + 48u][h]);
    let at = run * DTABLE_RUN + (row * HEADS + head + h) * COLS + col;
    if (ACCUMULATE == 1u) {
        total += dtable[at];
    }
    dtable[at] = total;
}
