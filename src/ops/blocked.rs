//! A blocked matrix product for 128-bit registers: what the page runs, 1.5 times as fast there as the GEMM crate.
//!
//! A block of depth of B is packed into panels of 12 columns, a block of rows of A into panels of 3 rows, and each
//! pair of panels makes one 3×12 tile of C in nine registers. V8 has 15 registers to give on x64 and loads everything
//! an iteration needs before it multiplies, so 9 sums + 3 of B + 3 of A is the largest tile that does not spill.
//! Where multiply and add are two instructions the products need registers as well, and 3×8 is the largest.
//! Each element is summed in order of depth within a block, and blocks are added in order.

use super::simd::{FUSED, Lanes, array, load, multiply_add, splat};

/// Rows of a tile.
const ROWS: usize = 3;
/// Columns of a tile.
const COLS: usize = if FUSED { 12 } else { 8 };
/// Most depth of a block: a panel of B fills most of a 32 KiB first-level cache.
const DEPTH: usize = 512;
/// Rows of A that are packed at a time: 192 KiB, for the second-level cache.
const BLOCK: usize = 96;

/// Columns that are packed at a time where neighbours lie together: whole cache lines, and as wide as a block of A.
const TOGETHER: usize = BLOCK;

/// Sums over the depth of two panels, `REGISTERS` × 4 columns wide.
type Tile<const REGISTERS: usize> = [[Lanes; REGISTERS]; ROWS];

/// C = A B + β·C with row and column strides, as [`gemm`](super::gemm::gemm).
pub fn gemm(
    [m, k, n]: [usize; 3],
    (a, a_strides): (&[f32], [usize; 2]),
    (b, [b_down, b_across]): (&[f32], [usize; 2]),
    beta: f32,
    (c, c_stride): (&mut [f32], usize),
) {
    let (mut a_panels, mut b_panels) = (vec![], vec![]);
    // Equal blocks. Where there are several their depth is rarely a power of two, at which panels would share cache sets.
    let depth = k.div_ceil(k.div_ceil(DEPTH));
    for top in (0..k).step_by(depth) {
        let depth = depth.min(k - top);
        let beta = if top == 0 { beta } else { 1.0 };
        pack(&b[top * b_down..], n, depth, [b_across, b_down], &mut b_panels);
        for first in (0..m).step_by(BLOCK) {
            let rows = BLOCK.min(m - first);
            pack(&a[first * a_strides[0] + top * a_strides[1]..], rows, depth, a_strides, &mut a_panels);
            block([rows, depth, n], &a_panels, &b_panels, beta, (&mut c[first * c_stride..], c_stride));
        }
    }
}

/// The tiles of a block of rows.
fn block([m, depth, n]: [usize; 3], a: &[[f32; ROWS]], b: &[[f32; COLS]], beta: f32, (c, c_stride): (&mut [f32], usize)) {
    for (b, left) in b.chunks_exact(depth).zip((0..n).step_by(COLS)) {
        let cols = COLS.min(n - left);
        for (a, top) in a.chunks_exact(depth).zip((0..m).step_by(ROWS)) {
            let c = &mut c[top * c_stride + left..];
            let c = c.chunks_mut(c_stride).take(ROWS.min(m - top)).map(|c| &mut c[..cols]);
            match cols.div_ceil(4) {
                1 => store(tile::<1>(a, b), beta, c),
                2 => store(tile::<2>(a, b), beta, c),
                _ => store(tile::<{ COLS / 4 }>(a, b), beta, c),
            }
        }
    }
}

/// Copies `width` vectors of `depth` numbers into panels of `W` vectors, so that numbers of one depth lie together.
/// `across` and `along` are the strides between vectors and within one. The last panel ends in anything.
fn pack<const W: usize>(x: &[f32], width: usize, depth: usize, [across, along]: [usize; 2], panels: &mut Vec<[f32; W]>) {
    panels.resize(width.div_ceil(W) * depth, [0.0; W]);
    let whole = if across == 1 { width / W } else { 0 };
    // Where neighbours lie together, several panels at a time: each cache line is read once.
    for first in (0..whole).step_by(TOGETHER / W) {
        let count = (TOGETHER / W).min(whole - first);
        let panels = &mut panels[first * depth..][..count * depth];
        for d in 0..depth {
            let (groups, _) = x[first * W + d * along..][..count * W].as_chunks::<W>();
            for (i, group) in groups.iter().enumerate() {
                panels[i * depth + d] = *group;
            }
        }
    }
    for (i, panel) in panels.chunks_exact_mut(depth).enumerate().skip(whole) {
        let x = &x[i * W * across..];
        let present = W.min(width - i * W);
        if present == W && along == 1 {
            let vectors: [&[f32]; W] = core::array::from_fn(|i| &x[i * across..][..depth]);
            for (d, group) in panel.iter_mut().enumerate() {
                *group = vectors.map(|v| v[d]);
            }
        } else {
            for (d, group) in panel.iter_mut().enumerate() {
                for (i, slot) in group[..present].iter_mut().enumerate() {
                    *slot = x[d * along + i * across];
                }
            }
        }
    }
}

/// Not inlined, and the sums are separate variables: otherwise they live in memory.
#[inline(never)]
fn tile<const REGISTERS: usize>(a: &[[f32; ROWS]], b: &[[f32; COLS]]) -> Tile<REGISTERS> {
    let zero = [splat(0.0); REGISTERS];
    let [mut sum0, mut sum1, mut sum2] = [zero; ROWS];
    for (a, b) in a.iter().zip(b) {
        let [a0, a1, a2] = a.map(splat);
        let (b, _) = b.as_chunks::<4>();
        for j in 0..REGISTERS {
            let b = load(&b[j]);
            sum0[j] = multiply_add(a0, b, sum0[j]);
            sum1[j] = multiply_add(a1, b, sum1[j]);
            sum2[j] = multiply_add(a2, b, sum2[j]);
        }
    }
    [sum0, sum1, sum2]
}

/// C = tile + beta·C, as far as the rows and columns of C reach; what C held is not read when `beta` is 0.
#[inline(always)]
fn store<'c, const REGISTERS: usize>(tile: Tile<REGISTERS>, beta: f32, c: impl Iterator<Item = &'c mut [f32]>) {
    let rows = c.zip(tile);
    if beta == 0.0 {
        rows.for_each(|(c, sums)| put(c, sums, |_, sum| sum));
    } else if beta == 1.0 {
        rows.for_each(|(c, sums)| put(c, sums, |c, sum| c + sum));
    } else {
        rows.for_each(|(c, sums)| put(c, sums, |c, sum| beta * c + sum));
    }
}

/// One row of a tile.
#[inline(always)]
fn put<const REGISTERS: usize>(c: &mut [f32], sums: [Lanes; REGISTERS], value: impl Fn(f32, f32) -> f32) {
    let (whole, rest) = c.as_chunks_mut::<4>();
    for (c, sums) in whole.iter_mut().zip(sums) {
        let sums = array(sums);
        *c = core::array::from_fn(|l| value(c[l], sums[l]));
    }
    if let Some(sums) = sums.get(whole.len()) {
        for (c, sum) in rest.iter_mut().zip(array(*sums)) {
            *c = value(*c, sum);
        }
    }
}
