// y[i] = e[token[i]] + p[position[i]], less e[TOKENS − 1] + p[POSITIONS − 1] when RELATIVE is 1
// Shapes: e [TOKENS, COLS], p [POSITIONS, COLS], token and position [ROWS], y [ROWS, COLS].
// One thread per element; overwrites y.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const TOKENS: u32 = 8u;
const POSITIONS: u32 = 3u;
const RELATIVE: u32 = 0u;
const E_RUN: u32 = 64u;
const P_RUN: u32 = 24u;
const TOKEN_RUN: u32 = 8u;
const POSITION_RUN: u32 = 8u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> e: array<f32>;
@group(0) @binding(1) var<storage, read> p: array<f32>;
@group(0) @binding(2) var<storage, read> token: array<u32>;
@group(0) @binding(3) var<storage, read> position: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

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
    let e_at = run * E_RUN + id % COLS;
    let p_at = run * P_RUN + id % COLS;
    var value = e[e_at + token[run * TOKEN_RUN + i] * COLS] + p[p_at + position[run * POSITION_RUN + i] * COLS];
    if (RELATIVE == 1u) {
        value -= e[e_at + (TOKENS - 1u) * COLS] + p[p_at + (POSITIONS - 1u) * COLS];
    }
    y[run * Y_RUN + id] = value;
}
