// dprobs[i, h, j] (+)= dz[i, h] · v[rows[i, j], h], 0 where masked
// Shapes: rows [QUERIES, SLOTS], v [SOURCE, HEADS·WIDTH], dz [QUERIES, HEADS·WIDTH], dprobs [QUERIES, HEADS, SLOTS].
// One thread per element. Adds to dprobs when ACCUMULATE is 1, else overwrites it.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const SOURCE: u32 = 8u;
const ACCUMULATE: u32 = 0u;
const ROWS_RUN: u32 = 24u;
const V_RUN: u32 = 256u;
const DZ_RUN: u32 = 256u;
const DPROBS_RUN: u32 = 96u;

@group(0) @binding(0) var<storage, read> rows: array<u32>;
@group(0) @binding(1) var<storage, read> v: array<f32>;
@group(0) @binding(2) var<storage, read> dz: array<f32>;
@group(0) @binding(3) var<storage, read_write> dprobs: array<f32>;

const NONE: u32 = 0xffffffffu;
const TOTAL: u32 = QUERIES * HEADS * SLOTS;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = (group.y * ACROSS + group.x) * 64u + lane;
    if (id >= TOTAL) {
        return;
    }
    let run = group.z;
    let row = rows[run * ROWS_RUN + id / SLOTS / HEADS * SLOTS + id % SLOTS];
    var sum = 0.0;
    if (row != NONE) {
        let dz_at = run * DZ_RUN + id / SLOTS * WIDTH;
        let v_at = run * V_RUN + (row * HEADS + id / SLOTS % HEADS) * WIDTH;
        for (var c = 0u; c < WIDTH; c++) {
            sum += dz[dz_at + c] * v[v_at + c];
        }
    }
    let at = run * DPROBS_RUN + id;
    if (ACCUMULATE == 1u) {
        sum += dprobs[at];
    }
    dprobs[at] = sum;
}
