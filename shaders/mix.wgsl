// y[i] = base + Σ_h Σ_j probs[i, h, j] · table[rows[i, j], h] over the unmasked slots j, or the larger of that and 0 when
// RELU is 1
// Shapes: base [1, COLS], table [SOURCE, HEADS·COLS], probs [ROWS, HEADS, SLOTS], rows [ROWS, SLOTS], y [ROWS, COLS].
// One thread per element; overwrites y.
const ROWS: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const COLS: u32 = 8u;
const SOURCE: u32 = 8u;
const RELU: u32 = 0u;
const BASE_RUN: u32 = 8u;
const TABLE_RUN: u32 = 256u;
const PROBS_RUN: u32 = 96u;
const ROWS_RUN: u32 = 24u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> base: array<f32>;
@group(0) @binding(1) var<storage, read> table: array<f32>;
@group(0) @binding(2) var<storage, read> probs: array<f32>;
@group(0) @binding(3) var<storage, read> rows: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

const NONE: u32 = 0xffffffffu;
const TOTAL: u32 = ROWS * COLS;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = (group.y * ACROSS + group.x) * 64u + lane;
    if (id >= TOTAL) {
        return;
    }
    let run = group.z;
    let i = id / COLS;
    let c = id % COLS;
    let probs_at = run * PROBS_RUN + i * HEADS * SLOTS;
    var sum = base[run * BASE_RUN + c];
    for (var j = 0u; j < SLOTS; j++) {
        let row = rows[run * ROWS_RUN + i * SLOTS + j];
        if (row != NONE) {
            let table_at = run * TABLE_RUN + row * HEADS * COLS + c;
            for (var h = 0u; h < HEADS; h++) {
                sum += probs[probs_at + h * SLOTS + j] * table[table_at + h * COLS];
            }
        }
    }
    if (RELU == 1u) {
        sum = max(sum, 0.0);
    }
    y[run * Y_RUN + id] = sum;
}
