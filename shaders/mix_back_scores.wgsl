// dp[i, h, j] = dy[i] · table[rows[i, j], h], plus dy2[i] · table2[rows[i, j], h] when PAIRS is 2, 0 where masked;
// ds[i, h, j] = probs[i, h, j] (dp[i, h, j] − Σ_l probs[i, h, l] dp[i, h, l])/√WIDTH
// Shapes: probs and ds [ROWS, HEADS, SLOTS], rows [ROWS, SLOTS], dy [ROWS, COLS], table [SOURCE, HEADS·COLS],
// dy2 [ROWS, COLS2], table2 [SOURCE, HEADS·COLS2].
// One workgroup per two rows i: 32 lanes share the columns of one, four heads at a time, and add up in a fixed order; dp lies
// in ds until all of it is there.
// Overwrites ds.
const ROWS: u32 = 8u;
const SLOTS: u32 = 2u;
const HEADS: u32 = 4u;
const COLS: u32 = 8u;
const COLS2: u32 = 8u;
const SOURCE: u32 = 8u;
const WIDTH: u32 = 8u;
const PAIRS: u32 = 2u;
const PROBS_RUN: u32 = 64u;
const ROWS_RUN: u32 = 16u;
const DY_RUN: u32 = 64u;
const TABLE_RUN: u32 = 256u;
const DY2_RUN: u32 = 64u;
const TABLE2_RUN: u32 = 256u;
const DS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> probs: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> table: array<f32>;
@group(0) @binding(4) var<storage, read> dy2: array<f32>;
@group(0) @binding(5) var<storage, read> table2: array<f32>;
@group(0) @binding(6) var<storage, read_write> ds: array<f32>;

const NONE: u32 = 0xffffffffu;
const GROUPS: u32 = (ROWS + 1u) / 2u;
const ACROSS: u32 = min(GROUPS, 65535u);
// Slots that are reduced together, and the sums of their 64 lanes.
const BATCH: u32 = min(SLOTS, 2u);
const POOL4: u32 = 128u;

var<workgroup> pool4: array<vec4f, POOL4>;

// What this lane sums of dp of four heads.
fn lane_sum(run: u32, i: u32, row: u32, heads: vec4u, lane: u32) -> vec4f {
    var sum = vec4f(0.0);
    let at = run * TABLE_RUN + (row * HEADS + heads) * COLS;
    for (var c = lane; c < COLS; c += 32u) {
        sum += dy[run * DY_RUN + i * COLS + c] * vec4f(table[at.x + c], table[at.y + c], table[at.z + c], table[at.w + c]);
    }
    if (PAIRS == 2u) {
        let at2 = run * TABLE2_RUN + (row * HEADS + heads) * COLS2;
        for (var c = lane; c < COLS2; c += 32u) {
            let values = vec4f(table2[at2.x + c], table2[at2.y + c], table2[at2.z + c], table2[at2.w + c]);
            sum += dy2[run * DY2_RUN + i * COLS2 + c] * values;
        }
    }
    return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
    let id = group.y * ACROSS + group.x;
    if (id >= GROUPS) {
        return;
    }
    let run = group.z;
    let scale = 1.0 / sqrt(f32(WIDTH));
    let half = index / 32u;
    let lane = index % 32u;
    // Past the end the last row is repeated and not stored.
    let is_row = id * 2u + half < ROWS;
    let i = min(id * 2u + half, ROWS - 1u);
    for (var h = 0u; h < HEADS; h += 4u) {
        let heads = min(vec4u(h, h + 1u, h + 2u, h + 3u), vec4u(HEADS - 1u));
        for (var first = 0u; first < SLOTS; first += BATCH) {
            for (var b = 0u; b < BATCH; b++) {
                let row = rows[run * ROWS_RUN + i * SLOTS + min(first + b, SLOTS - 1u)];
                var sum = vec4f(0.0);
                if (row != NONE) {
                    sum = lane_sum(run, i, row, heads, lane);
                }
                pool4[b * 64u + index] = sum;
            }
            workgroupBarrier();
            // Eight lanes per row and slot of the batch add up four sums each, then one of them adds up theirs.
            let slot = lane / 8u;
            let from_at = slot * 64u + half * 32u;
            if (slot < BATCH) {
                let at = from_at + lane % 8u * 4u;
                pool4[at] += pool4[at + 1u] + pool4[at + 2u] + pool4[at + 3u];
            }
            workgroupBarrier();
            if (slot < BATCH && first + slot < SLOTS && lane % 8u == 0u && is_row) {
                var total = pool4[from_at];
                for (var part = 1u; part < 8u; part++) {
                    total += pool4[from_at + part * 4u];
                }
                for (var c = 0u; c < 4u && h + c < HEADS; c++) {
                    ds[run * DS_RUN + (i * HEADS + h + c) * SLOTS + first + slot] = total[c];
                }
            }
            workgroupBarrier();
        }
        storageBarrier();
        // One lane per row and head.
        if (lane < 4u && h + lane < HEADS && is_row) {
            let p_at = run * PROBS_RUN + (i * HEADS + h + lane) * SLOTS;
            let ds_at = run * DS_RUN + (i * HEADS + h + lane) * SLOTS;
            var mean = 0.0;
            for (var j = 0u; j < SLOTS; j++) {
                mean += probs[p_at + j] * ds[ds_at + j];
            }
            for (var j = 0u; j < SLOTS; j++) {
                ds[ds_at + j] = probs[p_at + j] * (ds[ds_at + j] - mean) * scale;
            }
        }
    }
}
