// With z = a b, plus init when INIT is 1, e_j = exp(z_j − max z) and O = Σ_{j≠y} e_j for the target y: row_loss = log1p(O)
// where y has the largest logit, else (max z − z_y) + ln(O + e_y); row_correct = 1 where the first largest logit is y's;
// When BACKWARD is 1, of the mean loss: dlogits_j = e_j/(O + e_y)/ROWS for j ≠ y, dlogits_y = −O/(O + e_y)/ROWS; da =
// dlogits bᵀ, and 0 where a ≤ 0 when MASK is 1. When it is 0: probs_j = e_j/(O + e_y), and da is one 0.
// Shapes: a and da [ROWS, K], b [K, CLASSES], init (when INIT is 0 anything) and probs_or_dlogits [ROWS, CLASSES];
// targets, row_loss and row_correct [ROWS].
// One workgroup per 16 rows: a thread has four of them and every 16th column of a tile, which lies where its result will be.
// Overwrites row_loss, row_correct, probs_or_dlogits and da.
const ROWS: u32 = 16u;
const K: u32 = 8u;
const CLASSES: u32 = 8u;
const INIT: u32 = 0u;
const MASK: u32 = 0u;
const BACKWARD: u32 = 1u;
const A_RUN: u32 = 128u;
const B_RUN: u32 = 64u;
const INIT_RUN: u32 = 1u;
const TARGETS_RUN: u32 = 16u;
const ROW_LOSS_RUN: u32 = 16u;
const ROW_CORRECT_RUN: u32 = 16u;
const PROBS_OR_DLOGITS_RUN: u32 = 128u;
const DA_RUN: u32 = 128u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> init: array<f32>;
@group(0) @binding(3) var<storage, read> targets: array<u32>;
@group(0) @binding(4) var<storage, read_write> row_loss: array<f32>;
@group(0) @binding(5) var<storage, read_write> row_correct: array<f32>;
@group(0) @binding(6) var<storage, read_write> probs_or_dlogits: array<f32>;
@group(0) @binding(7) var<storage, read_write> da: array<f32>;

const GROUPS: u32 = (ROWS + 15u) / 16u;
const ACROSS: u32 = min(GROUPS, 65535u);
// Columns of the tile that a thread owns, and how often it takes eight of them.
const COLUMNS: u32 = (CLASSES + 15u) / 16u;
const PASSES: u32 = (COLUMNS + 7u) / 8u;
// Room for 32 columns of a, for sums over lanes, or for 64 rows of eight columns of b; and for those columns of dlogits.
const D_AT: u32 = 128u;
const POOL4: u32 = D_AT + 32u;

var<workgroup> pool4: array<vec4f, POOL4>;

// ln(1 + x) for x ≥ 0. Near 1, WGSL's log is good to 5e-7 absolute only, which is nothing next to a loss of 1e-7; so
// below 1 this sums ln(1 + x) = 2 artanh(s) = 2(s + s³/3 + s⁵/5 + …) with s = x/(2 + x) ≤ 1/3, to 2e-8 relative.
fn log1p4(x: vec4f) -> vec4f {
    let s = x / (2.0 + x);
    let q = s * s;
    let tail = q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0)))));
    return select(2.0 * (s + s * tail), log(1.0 + x), x > vec4f(1.0));
}

// Four rows' elements of a at column k, 0 past the last column.
fn column_of_a(run: u32, rows: vec4u, k: u32) -> vec4f {
    let at = run * A_RUN + rows * K + min(k, K - 1u);
    return select(vec4f(0.0), vec4f(a[at.x], a[at.y], a[at.z], a[at.w]), k < K);
}

fn four_rows(first: u32) -> vec4u {
    return min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(ROWS - 1u));
}

// Puts the thread's part of a b into the tile: quad·4 … + 3 of the 16 rows from `first`, columns l, l + 16, …
fn product(run: u32, first: u32, quad: u32, l: u32, lane: u32) {
    for (var part = 0u; part < PASSES; part++) {
        let col = part * 128u + l;
        let last = CLASSES - 1u;
        let low = min(vec4u(col, col + 16u, col + 32u, col + 48u), vec4u(last));
        let high = min(vec4u(col + 64u, col + 80u, col + 96u, col + 112u), vec4u(last));
        var s0 = vec4f(0.0);
        var s1 = vec4f(0.0);
        var s2 = vec4f(0.0);
        var s3 = vec4f(0.0);
        var s4 = vec4f(0.0);
        var s5 = vec4f(0.0);
        var s6 = vec4f(0.0);
        var s7 = vec4f(0.0);
        for (var from_k = 0u; from_k < K; from_k += 32u) {
            let q = lane / 32u;
            let k = lane % 32u;
            pool4[k * 4u + q] = column_of_a(run, four_rows(first + q * 4u), from_k + k);
            pool4[k * 4u + q + 2u] = column_of_a(run, four_rows(first + q * 4u + 8u), from_k + k);
            workgroupBarrier();
            for (var from_n = 0u; from_n < 32u; from_n += 4u) {
                for (var n = 0u; n < 4u; n++) {
                    let x = pool4[(from_n + n) * 4u + quad];
                    let at = run * B_RUN + min(from_k + from_n + n, K - 1u) * CLASSES;
                    s0 += x * b[at + low.x];
                    s1 += x * b[at + low.y];
                    s2 += x * b[at + low.z];
                    s3 += x * b[at + low.w];
                    s4 += x * b[at + high.x];
                    s5 += x * b[at + high.y];
                    s6 += x * b[at + high.z];
                    s7 += x * b[at + high.w];
                }
            }
            workgroupBarrier();
        }
        store(run, first + quad * 4u, col, s0);
        store(run, first + quad * 4u, col + 16u, s1);
        store(run, first + quad * 4u, col + 32u, s2);
        store(run, first + quad * 4u, col + 48u, s3);
        store(run, first + quad * 4u, col + 64u, s4);
        store(run, first + quad * 4u, col + 80u, s5);
        store(run, first + quad * 4u, col + 96u, s6);
        store(run, first + quad * 4u, col + 112u, s7);
    }
}

// Four rows of the tile at one column.
fn column(run: u32, rows: vec4u, col: u32) -> vec4f {
    let at = run * PROBS_OR_DLOGITS_RUN + rows * CLASSES + col;
    return vec4f(probs_or_dlogits[at.x], probs_or_dlogits[at.y], probs_or_dlogits[at.z], probs_or_dlogits[at.w]);
}

fn store(run: u32, first: u32, col: u32, value: vec4f) {
    if (col >= CLASSES) {
        return;
    }
    for (var r = 0u; r < 4u; r++) {
        if (first + r < ROWS) {
            probs_or_dlogits[run * PROBS_OR_DLOGITS_RUN + (first + r) * CLASSES + col] = value[r];
        }
    }
}

fn logit(run: u32, rows: vec4u, col: u32) -> vec4f {
    let z = column(run, rows, col);
    if (INIT == 0u) {
        return z;
    }
    let at = run * INIT_RUN + rows * CLASSES + col;
    return z + vec4f(init[at.x], init[at.y], init[at.z], init[at.w]);
}

// Turns the logits of the tile into e, writes row_loss and row_correct of four rows, and returns Σ of the other e,
// then that of all.
fn cross_entropy(run: u32, first: u32, quad: u32, l: u32, lane: u32, y: vec4u) -> array<vec4f, 2> {
    let rows = four_rows(first + quad * 4u);
    // The first largest logit of the own columns, then of all 16 lanes'; a lane without columns has none of either.
    var highest = vec4f(-3.4028234e38);
    var best = vec4u(CLASSES);
    for (var col = l; col < CLASSES; col += 16u) {
        let z = logit(run, rows, col);
        best = select(best, vec4u(col), z > highest);
        highest = max(highest, z);
    }
    pool4[lane] = highest;
    pool4[64u + lane] = vec4f(best);
    workgroupBarrier();
    for (var n = 0u; n < 16u; n++) {
        let z = pool4[quad * 16u + n];
        let col = vec4u(pool4[64u + quad * 16u + n]);
        best = select(best, col, (z > highest) | ((z == highest) & (col < best)));
        highest = max(highest, z);
    }
    workgroupBarrier();

    // Σ of the others' e, and the target's logit less the largest.
    var others = vec4f(0.0);
    var gap = vec4f(0.0);
    for (var col = l; col < CLASSES; col += 16u) {
        let z = logit(run, rows, col) - highest;
        let e = exp(z);
        let own = y == vec4u(col);
        others += select(e, vec4f(0.0), own);
        gap += select(vec4f(0.0), z, own);
        store(run, first + quad * 4u, col, e);
    }
    pool4[lane] = others;
    pool4[64u + lane] = gap;
    workgroupBarrier();
    others = vec4f(0.0);
    gap = vec4f(0.0);
    for (var n = 0u; n < 16u; n++) {
        others += pool4[quad * 16u + n];
        gap += pool4[64u + quad * 16u + n];
    }
    workgroupBarrier();

    let sum = others + exp(gap);
    let loss = select(log(sum) - gap, log1p4(others), gap == vec4f(0.0));
    let correct = select(vec4f(0.0), vec4f(1.0), best == y);
    let row = first + quad * 4u + l;
    if (l < 4u && row < ROWS) {
        row_loss[run * ROW_LOSS_RUN + row] = loss[l];
        row_correct[run * ROW_CORRECT_RUN + row] = correct[l];
    }
    return array<vec4f, 2>(others, sum);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = group.y * ACROSS + group.x;
    if (id >= GROUPS) {
        return;
    }
    let run = group.z;
    let first = id * 16u;
    let quad = lane / 16u;
    let l = lane % 16u;
    let rows = four_rows(first + quad * 4u);
    let t = run * TARGETS_RUN + rows;
    let y = vec4u(targets[t.x], targets[t.y], targets[t.z], targets[t.w]);
    product(run, first, quad, l, lane);
    let sums = cross_entropy(run, first, quad, l, lane, y);
    if (BACKWARD == 0u) {
        for (var col = l; col < CLASSES; col += 16u) {
            store(run, first + quad * 4u, col, column(run, rows, col) / sums[1]);
        }
        if (id == 0u && lane == 0u) {
            da[run * DA_RUN] = 0.0;
        }
        return;
    }
    let scale = 1.0 / f32(ROWS) / sums[1];
    for (var col = l; col < CLASSES; col += 16u) {
        let dz = select(column(run, rows, col), -sums[0], y == vec4u(col)) * scale;
        store(run, first + quad * 4u, col, dz);
    }
    storageBarrier();
    for (var k = 0u; k < K; k += 64u) {
        back(run, first, quad, l, lane, k);
    }
}

// b at one column and rows k, k + 16, k + 32, k + 48, 0 past the last column.
fn rows_of_b(run: u32, k: u32, col: u32) -> vec4f {
    let at = run * B_RUN + min(vec4u(k, k + 16u, k + 32u, k + 48u), vec4u(K - 1u)) * CLASSES + min(col, CLASSES - 1u);
    return select(vec4f(0.0), vec4f(b[at.x], b[at.y], b[at.z], b[at.w]), col < CLASSES);
}

// da of four rows at columns first_k + l + 0, 16, 32, 48; eight columns of b and of dlogits at a time go through workgroup
// memory, and the next eight are fetched meanwhile.
fn back(run: u32, first: u32, quad: u32, l: u32, lane: u32, first_k: u32) {
    let c = lane % 8u;
    let k = lane / 8u;
    let rows = four_rows(first + k % 4u * 4u);
    var next_d = column(run, rows, min(c, CLASSES - 1u));
    var next0 = rows_of_b(run, first_k + k, c);
    var next1 = rows_of_b(run, first_k + k + 8u, c);
    var s0 = vec4f(0.0);
    var s1 = vec4f(0.0);
    var s2 = vec4f(0.0);
    var s3 = vec4f(0.0);
    for (var from_c = 0u; from_c < CLASSES; from_c += 8u) {
        pool4[c * 16u + k] = next0;
        pool4[c * 16u + k + 8u] = next1;
        if (k < 4u) {
            pool4[D_AT + c * 4u + k] = next_d;
        }
        workgroupBarrier();
        next_d = column(run, rows, min(from_c + 8u + c, CLASSES - 1u));
        next0 = rows_of_b(run, first_k + k, from_c + 8u + c);
        next1 = rows_of_b(run, first_k + k + 8u, from_c + 8u + c);
        for (var n = 0u; n < 8u; n++) {
            let dz = pool4[D_AT + n * 4u + quad];
            let w = pool4[n * 16u + l];
            s0 += dz * w.x;
            s1 += dz * w.y;
            s2 += dz * w.z;
            s3 += dz * w.w;
        }
        workgroupBarrier();
    }
    store_da(run, first + quad * 4u, first_k + l, s0);
    store_da(run, first + quad * 4u, first_k + l + 16u, s1);
    store_da(run, first + quad * 4u, first_k + l + 32u, s2);
    store_da(run, first + quad * 4u, first_k + l + 48u, s3);
}

fn store_da(run: u32, first: u32, k: u32, value: vec4f) {
    if (k >= K) {
        return;
    }
    for (var r = 0u; r < 4u; r++) {
        let row = first + r;
        if (row < ROWS) {
            let masked = MASK == 1u && a[run * A_RUN + row * K + k] <= 0.0;
            da[run * DA_RUN + row * K + k] = select(value[r], 0.0, masked);
        }
    }
}
