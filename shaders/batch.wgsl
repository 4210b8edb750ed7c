// index[j] = tokens[j]; but where that is a batch token, with a slot = field · SIZE + i and an offset, see src/step.rs,
// index[j] = offset + pairs[field, order(step · SIZE + i)], order being a shuffle of all pairs, another one in each epoch
// of PAIRS/SIZE steps.
// Shapes: clock [5] with t ≥ 1, see src/step.rs, seed [1], pairs [FIELDS, PAIRS], tokens, index [LEN]. 4^HALF ≥ PAIRS.
// One thread per index; overwrites index.
const LEN: u32 = 64u;
const PAIRS: u32 = 64u;
const SIZE: u32 = 8u;
const HALF: u32 = 3u;
const FIELDS: u32 = 3u;
const CLOCK_RUN: u32 = 5u;
const SEED_RUN: u32 = 1u;
const PAIRS_RUN: u32 = 192u;
const TOKENS_RUN: u32 = 64u;
const INDEX_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> clock: array<f32>;
@group(0) @binding(1) var<storage, read> seed: array<u32>;
@group(0) @binding(2) var<storage, read> pairs: array<u32>;
@group(0) @binding(3) var<storage, read> tokens: array<u32>;
@group(0) @binding(4) var<storage, read_write> index: array<u32>;

// Elements of clock.
const TIME: u32 = 0u;
// Bits of a batch token.
const TOKEN_BIT: u32 = 31u;
const OFFSET_BITS: u32 = 13u;

const NONE: u32 = 0xffffffffu;
const GROUPS: u32 = (LEN + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);
const STREAM: u32 = 0x78dde6e4u;

// PCG3D, as `Stateless::draw` in src/rng.rs.
fn draw(seed_of_run: u32, step: u32, i: u32) -> vec3u {
    var key = vec3u(i, step, seed_of_run ^ STREAM) * 1664525u + 1013904223u;
    key.x += key.y * key.z;
    key.y += key.z * key.x;
    key.z += key.x * key.y;
    key ^= key >> vec3u(16u);
    key.x += key.y * key.z;
    key.y += key.z * key.x;
    key.z += key.x * key.y;
    return key;
}

// A Feistel network over 2 HALF bits, walked until it meets a pair.
fn order(position: u32, seed_of_run: u32, epoch: u32) -> u32 {
    let mask = (1u << HALF) - 1u;
    var at = position;
    loop {
        var left = at >> HALF;
        var right = at & mask;
        for (var round = 0u; round < 6u; round++) {
            let mixed = left ^ (draw(seed_of_run, epoch, (right << 3u) | round).x & mask);
            left = right;
            right = mixed;
        }
        at = (left << HALF) | right;
        if (at < PAIRS) {
            break;
        }
    }
    return at;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let j = (group.y * ACROSS + group.x) * 64u + lane;
    if (j >= LEN) {
        return;
    }
    let run = group.z;
    var value = tokens[run * TOKENS_RUN + j];
    if ((value >> TOKEN_BIT) == 1u && value != NONE) {
        let slot = (value & ~(1u << TOKEN_BIT)) >> OFFSET_BITS;
        let step = u32(clock[run * CLOCK_RUN + TIME]) - 1u;
        let position = step % (PAIRS / SIZE) * SIZE + slot % SIZE;
        let pair = order(position, seed[run * SEED_RUN], step / (PAIRS / SIZE));
        value = (value & ((1u << OFFSET_BITS) - 1u)) + pairs[run * PAIRS_RUN + slot / SIZE * PAIRS + pair];
    }
    index[run * INDEX_RUN + j] = value;
}
