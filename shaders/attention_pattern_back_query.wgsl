// dq[r] (+)= Σ ds · k over the queries i = entry[e], start[r] ≤ e < start[r + 1], and their unmasked slots
// Shapes: k [KROWS, HEADS·WIDTH], keys [QUERIES, SLOTS], ds [QUERIES, HEADS, SLOTS], start [QROWS + 1], entry [QUERIES],
// dq [QROWS, HEADS·WIDTH].
// Where rows serve many queries, one workgroup per row and column: 64 lanes share the slots of the row's queries; else
// one per row and 16 columns, 4 lanes each. They add up in a fixed order.
// Adds to dq when ACCUMULATE is 1, else overwrites it.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const QROWS: u32 = 8u;
const KROWS: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const K_RUN: u32 = 256u;
const KEYS_RUN: u32 = 24u;
const DS_RUN: u32 = 96u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 8u;
const DQ_RUN: u32 = 256u;

@group(0) @binding(0) var<storage, read> k: array<f32>;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> ds: array<f32>;
@group(0) @binding(3) var<storage, read> start: array<u32>;
@group(0) @binding(4) var<storage, read> entry: array<u32>;
@group(0) @binding(5) var<storage, read_write> dq: array<f32>;

const MODEL: u32 = HEADS * WIDTH;
// 64 lanes and 1 column, or 4 lanes and 16 columns.
const LANES: u32 = 4u + 60u * min(QUERIES / QROWS / 64u, 1u);
const COLUMNS: u32 = 64u / LANES;
const BLOCKS: u32 = (MODEL + COLUMNS - 1u) / COLUMNS;
const GROUPS: u32 = BLOCKS * QROWS;
const ACROSS: u32 = min(GROUPS, 65535u);
const POOL: u32 = 64u;

var<workgroup> pool: array<f32, POOL>;

// ds · k of slot s, counted over the entries' slots.
fn term(run: u32, s: u32, c: u32) -> f32 {
    let slot = entry[run * ENTRY_RUN + s / SLOTS] * SLOTS + s % SLOTS;
    // A masked slot has key NONE: any row will do, as its ds is not used.
    let key = keys[run * KEYS_RUN + slot];
    let score = (slot / SLOTS * HEADS + c / WIDTH) * SLOTS + slot % SLOTS;
    return select(0.0, ds[run * DS_RUN + score] * k[run * K_RUN + min(key, KROWS - 1u) * MODEL + c], key < KROWS);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = group.y * ACROSS + group.x;
    let row = id / BLOCKS;
    if (row >= QROWS) {
        return;
    }
    let run = group.z;
    let col = id % BLOCKS * COLUMNS + lane % COLUMNS;
    let c = min(col, MODEL - 1u);
    let last = start[run * START_RUN + row + 1u] * SLOTS;
    var sum = vec4f(0.0);
    // Four independent terms at a time, so that their loads overlap.
    for (var s = start[run * START_RUN + row] * SLOTS + lane / COLUMNS; s < last; s += 4u * LANES) {
        let at = min(vec4u(s, s + LANES, s + 2u * LANES, s + 3u * LANES), vec4u(last - 1u));
        let terms = vec4f(term(run, at.x, c), term(run, at.y, c), term(run, at.z, c), term(run, at.w, c));
        let left = vec4u(last - s);
        sum += select(vec4f(0.0), terms, left > vec4u(0u, LANES, 2u * LANES, 3u * LANES));
    }
    pool[lane] = (sum.x + sum.y) + (sum.z + sum.w);
    workgroupBarrier();
    for (var half = 32u; half >= COLUMNS; half /= 2u) {
        if (lane < half) {
            pool[lane] += pool[lane + half];
        }
        workgroupBarrier();
    }
    if (lane >= COLUMNS || col >= MODEL) {
        return;
    }
    var total = pool[lane];
    let at = run * DQ_RUN + row * MODEL + col;
    if (ACCUMULATE == 1u) {
        total += dq[at];
    }
    dq[at] = total;
}
