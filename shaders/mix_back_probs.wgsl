// dprobs[i, h, j] (+)= dy[i] · table[rows[i, j], h], 0 where masked
// Shapes: table [SOURCE, HEADS·COLS], rows [ROWS, SLOTS], dy [ROWS, COLS], dprobs [ROWS, HEADS, SLOTS].
// One workgroup per row i: 64 lanes share the columns, 8 scores at a time, and add up in a fixed order.
// Adds to dprobs when ACCUMULATE is 1, else overwrites it.
const ROWS: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const COLS: u32 = 8u;
const SOURCE: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const TABLE_RUN: u32 = 256u;
const ROWS_RUN: u32 = 24u;
const DY_RUN: u32 = 64u;
const DPROBS_RUN: u32 = 96u;

@group(0) @binding(0) var<storage, read> table: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dprobs: array<f32>;

const NONE: u32 = 0xffffffffu;
const SCORES: u32 = HEADS * SLOTS;
const ACROSS: u32 = min(ROWS, 65535u);

const POOL: u32 = 512u;

var<workgroup> pool: array<f32, POOL>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let i = group.y * ACROSS + group.x;
    if (i >= ROWS) {
        return;
    }
    let run = group.z;
    for (var first = 0u; first < SCORES; first += 8u) {
        let count = min(8u, SCORES - first);
        for (var s = 0u; s < count; s++) {
            let row = rows[run * ROWS_RUN + i * SLOTS + (first + s) % SLOTS];
            var sum = 0.0;
            if (row != NONE) {
                let table_at = run * TABLE_RUN + (row * HEADS + (first + s) / SLOTS) * COLS;
                for (var c = lane; c < COLS; c += 64u) {
                    sum += dy[run * DY_RUN + i * COLS + c] * table[table_at + c];
                }
            }
            pool[s * 64u + lane] = sum;
        }
        workgroupBarrier();
        if (lane < count) {
            var total = 0.0;
            for (var k = 0u; k < 64u; k++) {
                // Each lane starts elsewhere, so that they do not meet in one memory bank.
                total += pool[lane * 64u + (k + lane) % 64u];
            }
            let at = run * DPROBS_RUN + i * SCORES + first + lane;
            if (ACCUMULATE == 1u) {
                total += dprobs[at];
            }
            dprobs[at] = total;
        }
        workgroupBarrier();
    }
}
