// z[i, h] = Σ_j probs[i, h, j] · v[rows[i, j], h] over the unmasked slots j
// Shapes: probs [QUERIES, HEADS, SLOTS], rows [QUERIES, SLOTS], v [SOURCE, HEADS·WIDTH], z [QUERIES, HEADS·WIDTH].
// One thread per element; overwrites z.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const SOURCE: u32 = 8u;
const PROBS_RUN: u32 = 96u;
const ROWS_RUN: u32 = 24u;
const V_RUN: u32 = 256u;
const Z_RUN: u32 = 256u;

@group(0) @binding(0) var<storage, read> probs: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> z: array<f32>;

const NONE: u32 = 0xffffffffu;
const MODEL: u32 = HEADS * WIDTH;
const TOTAL: u32 = QUERIES * MODEL;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = (group.y * ACROSS + group.x) * 64u + lane;
    if (id >= TOTAL) {
        return;
    }
    let run = group.z;
    let i = id / MODEL;
    let c = id % MODEL;
    let probs_at = run * PROBS_RUN + id / WIDTH * SLOTS;
    var sum = 0.0;
    for (var j = 0u; j < SLOTS; j++) {
        let row = rows[run * ROWS_RUN + i * SLOTS + j];
        if (row != NONE) {
            sum += probs[probs_at + j] * v[run * V_RUN + row * MODEL + c];
        }
    }
    z[run * Z_RUN + id] = sum;
}
