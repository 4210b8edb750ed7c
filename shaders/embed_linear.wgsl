// y = x w with x[i] = e[token[i]] + p[position[i]], less e[TOKENS − 1] + p[POSITIONS − 1] when RELATIVE is 1
// Shapes: e [TOKENS, COLS], p [POSITIONS, COLS], token and position [ROWS], w [COLS, N], y [ROWS, N].
// One workgroup per 16×16 block of y, a thread for 2×2 of it; 16 columns of x and rows of w at a time in workgroup memory.
// Overwrites y.
const ROWS: u32 = 8u;
const COLS: u32 = 8u;
const TOKENS: u32 = 8u;
const POSITIONS: u32 = 3u;
const RELATIVE: u32 = 0u;
const N: u32 = 8u;
const E_RUN: u32 = 64u;
const P_RUN: u32 = 24u;
const TOKEN_RUN: u32 = 8u;
const POSITION_RUN: u32 = 8u;
const W_RUN: u32 = 64u;
const Y_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> e: array<f32>;
@group(0) @binding(1) var<storage, read> p: array<f32>;
@group(0) @binding(2) var<storage, read> token: array<u32>;
@group(0) @binding(3) var<storage, read> position: array<u32>;
@group(0) @binding(4) var<storage, read> w: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

const ACROSS_N: u32 = (N + 15u) / 16u;
const GROUPS: u32 = (ROWS + 15u) / 16u * ACROSS_N;
const ACROSS: u32 = min(GROUPS, 65535u);
const CHUNK: u32 = 16u;
// x [16, CHUNK + 1], the odd stride against bank conflicts, then w [CHUNK, 16].
const X_STRIDE: u32 = CHUNK + 1u;
const W_AT: u32 = 16u * X_STRIDE;
const POOL: u32 = W_AT + CHUNK * 16u;

var<workgroup> pool: array<f32, POOL>;

fn row_of_x(run: u32, i: u32, c: u32) -> f32 {
    let e_at = run * E_RUN + c;
    let p_at = run * P_RUN + c;
    var value = e[e_at + token[run * TOKEN_RUN + i] * COLS] + p[p_at + position[run * POSITION_RUN + i] * COLS];
    if (RELATIVE == 1u) {
        value -= e[e_at + (TOKENS - 1u) * COLS] + p[p_at + (POSITIONS - 1u) * COLS];
    }
    return value;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = group.y * ACROSS + group.x;
    if (id >= GROUPS) {
        return;
    }
    let run = group.z;
    let row = id / ACROSS_N * 16u;
    let col = id % ACROSS_N * 16u;
    // This thread's rows r and r + 8, columns c and c + 8 of the block.
    let r = lane / 8u;
    let c = lane % 8u;
    var sum = vec4f(0.0);
    for (var first = 0u; first < COLS; first += CHUNK) {
        // Past the edges: 0 in x makes whatever w holds harmless, and rows and columns past the edge are not stored.
        for (var t = lane; t < 16u * CHUNK; t += 64u) {
            let k = first + t % CHUNK;
            let value = row_of_x(run, min(row + t / CHUNK, ROWS - 1u), min(k, COLS - 1u));
            pool[t / CHUNK * X_STRIDE + t % CHUNK] = select(0.0, value, k < COLS);
        }
        for (var t = lane; t < 16u * CHUNK; t += 64u) {
            let at = min(first + t / 16u, COLS - 1u) * N + min(col + t % 16u, N - 1u);
            pool[W_AT + t] = w[run * W_RUN + at];
        }
        workgroupBarrier();
        for (var from_k = 0u; from_k < CHUNK; from_k += 4u) {
            for (var k = 0u; k < 4u; k++) {
                let x_at = r * X_STRIDE + from_k + k;
                let w_at = W_AT + (from_k + k) * 16u + c;
                sum += vec2f(pool[x_at], pool[x_at + 8u * X_STRIDE]).xxyy * vec2f(pool[w_at], pool[w_at + 8u]).xyxy;
            }
        }
        workgroupBarrier();
    }
    store_y(run, row + r, col + c, sum.x);
    store_y(run, row + r, col + c + 8u, sum.y);
    store_y(run, row + r + 8u, col + c, sum.z);
    store_y(run, row + r + 8u, col + c + 8u, sum.w);
}

fn store_y(run: u32, i: u32, n: u32, value: f32) {
    if (i < ROWS && n < N) {
        y[run * Y_RUN + i * N + n] = value;
    }
}
