// dp_j = dz·v_j, ds_j = probs_j (dp_j − Σ_l probs_l dp_l)/√WIDTH, 0 where masked: the gradient by q·k
// Shapes: kv [KROWS, 2·HEADS·WIDTH] (keys, then values), keys [QUERIES, SLOTS], probs and ds [QUERIES, HEADS, SLOTS],
// dz [QUERIES, HEADS·WIDTH].
// One thread per query and head; overwrites ds.
const QUERIES: u32 = 8u;
const SLOTS: u32 = 3u;
const HEADS: u32 = 4u;
const WIDTH: u32 = 8u;
const QROWS: u32 = 8u;
const KROWS: u32 = 8u;
const KV_RUN: u32 = 512u;
const KEYS_RUN: u32 = 24u;
const PROBS_RUN: u32 = 96u;
const DZ_RUN: u32 = 256u;
const DS_RUN: u32 = 96u;

@group(0) @binding(0) var<storage, read> kv: array<f32>;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> probs: array<f32>;
@group(0) @binding(3) var<storage, read> dz: array<f32>;
@group(0) @binding(4) var<storage, read_write> ds: array<f32>;

const NONE: u32 = 0xffffffffu;
const MODEL: u32 = HEADS * WIDTH;
const SCALE: f32 = 1.0 / sqrt(f32(WIDTH));
const TOTAL: u32 = QUERIES * HEADS;
const GROUPS: u32 = (TOTAL + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = (group.y * ACROSS + group.x) * 64u + lane;
    if (id >= TOTAL) {
        return;
    }
    let run = group.z;
    let i = id / HEADS;
    let head = id % HEADS * WIDTH;
    let keys_at = run * KEYS_RUN + i * SLOTS;
    let probs_at = run * PROBS_RUN + id * SLOTS;
    let ds_at = run * DS_RUN + id * SLOTS;

    var mean = 0.0;
    for (var j = 0u; j < SLOTS; j++) {
        let key = keys[keys_at + j];
        var dp = 0.0;
        if (key != NONE) {
            let v_at = run * KV_RUN + key * 2u * MODEL + MODEL + head;
            for (var c = 0u; c < WIDTH; c++) {
                dp += dz[run * DZ_RUN + i * MODEL + head + c] * kv[v_at + c];
            }
            mean += probs[probs_at + j] * dp;
        }
        ds[ds_at + j] = dp;
    }
    for (var j = 0u; j < SLOTS; j++) {
        var value = 0.0;
        if (keys[keys_at + j] != NONE) {
            value = probs[probs_at + j] * (ds[ds_at + j] - mean) * SCALE;
        }
        ds[ds_at + j] = value;
    }
}
