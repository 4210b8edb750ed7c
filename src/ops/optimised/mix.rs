//! `mix` and its gradients: a block of columns stays in registers while all of its terms are summed.
//!
//! As in the [blocked product](crate::ops::blocked), sums and operands of one iteration must fit 15 registers.

use super::rows::for_each_part;
use crate::kernel::{Args, NONE};
use crate::ops::scores::{scale, through_softmax};
use crate::ops::simd::{FUSED, Lanes, array, load, multiply_add, splat};
use crate::ops::sizes::{BackProbs, BackScores, BackTable, Mix, Shape};

/// Registers of columns that [`mix`] sums at a time.
const WIDE: usize = if FUSED { 6 } else { 4 };
/// Rows that one pass of [`mix_back_probs`] multiplies with dy.
const DOTS: usize = 3;
/// Registers of columns that [`mix_back_table`] sums at a time, for two heads.
const COLUMNS: usize = if FUSED { 4 } else { 2 };
/// And columns, at a time.
const PANEL: usize = 4 * COLUMNS;
/// Entries that it takes at a time: their rows of dy fit a second-level cache.
const ENTRIES: usize = 64;
/// Examples that a thread takes at a time.
const EXAMPLES_AT_ONCE: usize = 128;
/// Rows of the table that a thread takes at a time.
const SOURCES_AT_ONCE: usize = 4;

/// A weight and the row it weighs.
type Term<'a> = (f32, &'a [f32]);

/// [`MIX`](crate::ops::mix::MIX)
pub fn mix(args: &mut Args<f32>) {
    let Mix { shape: Shape { slots, heads, cols, .. }, relu } = Mix::of(args.dims);
    let (base, table, probs, rows, y) = (args.input(0), args.input(1), args.input(2), args.index(3), args.output(4));
    for_each_part([(y, cols)], EXAMPLES_AT_ONCE, |first, [y]| {
        let mut terms: Vec<Term> = Vec::with_capacity(heads * slots);
        let examples = rows.chunks_exact(slots).zip(probs.chunks_exact(heads * slots)).skip(first);
        for ((rows, probs), y) in examples.zip(y.chunks_exact_mut(cols)) {
            terms.clear();
            for (s, &p) in probs.iter().enumerate().filter(|(s, _)| rows[s % slots] != NONE) {
                terms.push((p, &table[(rows[s % slots] as usize * heads + s / slots) * cols..][..cols]));
            }
            y.copy_from_slice(base);
            add(&terms, y);
            if relu == 1 {
                y.iter_mut().for_each(|y| *y = y.max(0.0));
            }
        }
    });
}

/// y += Σ p·x
fn add(terms: &[Term], y: &mut [f32]) {
    let mut at = 0;
    while at + 4 * WIDE <= y.len() {
        add_columns::<WIDE>(terms, at, y);
        at += 4 * WIDE;
    }
    while at + 4 <= y.len() {
        add_columns::<1>(terms, at, y);
        at += 4;
    }
    for (at, y) in y.iter_mut().enumerate().skip(at) {
        *y = terms.iter().fold(*y, |y, (p, x)| y + p * x[at]);
    }
}

/// y += Σ p·x in `R` registers of columns from `at`.
#[inline(never)]
fn add_columns<const R: usize>(terms: &[Term], at: usize, y: &mut [f32]) {
    let (y, _) = y[at..][..4 * R].as_chunks_mut::<4>();
    let mut sums: [Lanes; R] = core::array::from_fn(|i| load(&y[i]));
    for (p, x) in terms {
        let ((x, _), p) = (x[at..][..4 * R].as_chunks::<4>(), splat(*p));
        for i in 0..R {
            sums[i] = multiply_add(p, load(&x[i]), sums[i]);
        }
    }
    for i in 0..R {
        y[i] = array(sums[i]);
    }
}

/// [`MIX_BACK_PROBS`](crate::ops::mix::MIX_BACK_PROBS)
pub fn mix_back_probs(args: &mut Args<f32>) {
    let BackProbs { shape: Shape { slots, heads, cols, .. }, accumulate } = BackProbs::of(args.dims);
    let (table, rows, dy, dprobs) = (args.input(0), args.index(1), args.input(2), args.output(3));
    for_each_part([(dprobs, heads * slots)], EXAMPLES_AT_ONCE, |first, [dprobs]| {
        if accumulate == 0 {
            dprobs.fill(0.0);
        }
        let examples = rows.chunks_exact(slots).zip(dy.chunks_exact(cols)).skip(first);
        for ((rows, dy), dprobs) in examples.zip(dprobs.chunks_exact_mut(heads * slots)) {
            add_dots(dy, table, rows, dprobs);
        }
    });
}

/// [`MIX_BACK_SCORES`](crate::ops::mix_attention::MIX_BACK_SCORES)
pub fn mix_back_scores(args: &mut Args<f32>) {
    let BackScores { slots, heads, cols, cols2, width, pairs, .. } = BackScores::of(args.dims);
    let (probs, rows) = (args.input(0), args.index(1));
    let pairs = &[(args.input(2), args.input(3), cols), (args.input(4), args.input(5), cols2)][..pairs];
    for_each_part([(args.output(6), heads * slots)], EXAMPLES_AT_ONCE, |first, [ds]| {
        ds.fill(0.0);
        let examples = rows.chunks_exact(slots).zip(probs.chunks_exact(heads * slots)).enumerate().skip(first);
        for ((i, (rows, probs)), ds) in examples.zip(ds.chunks_exact_mut(heads * slots)) {
            for &(dy, table, cols) in pairs {
                add_dots(&dy[i * cols..][..cols], table, rows, ds);
            }
            through_softmax(probs, ds, slots, scale(width));
        }
    });
}

/// to\[h, j\] += dy · table\[rows\[j\], h\] for all heads and slots of one example that are not masked.
fn add_dots(dy: &[f32], table: &[f32], rows: &[u32], to: &mut [f32]) {
    let (slots, cols) = (rows.len(), dy.len());
    let heads = to.len() / slots;
    let row = |s: usize| match rows[s % slots] {
        NONE => None,
        row => Some(&table[(row as usize * heads + s / slots) * cols..][..cols]),
    };
    for (first, to) in (0..).step_by(DOTS).zip(to.chunks_mut(DOTS)) {
        let x: [_; DOTS] = core::array::from_fn(|i| if i < to.len() { row(first + i) } else { None });
        let products = dots(dy, x.map(|x| x.unwrap_or(dy)));
        for ((to, product), _) in to.iter_mut().zip(products).zip(x).filter(|(_, x)| x.is_some()) {
            *to += product;
        }
    }
}

/// dy · x for several x of the same length.
#[inline(never)]
fn dots(dy: &[f32], [x, y, z]: [&[f32]; DOTS]) -> [f32; DOTS] {
    let ((d8, d), (x8, x), (y8, y), (z8, z)) = (dy.as_chunks::<8>(), x.as_chunks::<8>(), y.as_chunks::<8>(), z.as_chunks::<8>());
    let zero = [splat(0.0); 2];
    let [mut sx, mut sy, mut sz] = [zero; DOTS];
    for (((d, x), y), z) in d8.iter().zip(x8).zip(y8).zip(z8) {
        let ((d, _), (x, _), (y, _), (z, _)) = (d.as_chunks::<4>(), x.as_chunks::<4>(), y.as_chunks::<4>(), z.as_chunks::<4>());
        for i in 0..2 {
            let d = load(&d[i]);
            sx[i] = multiply_add(d, load(&x[i]), sx[i]);
            sy[i] = multiply_add(d, load(&y[i]), sy[i]);
            sz[i] = multiply_add(d, load(&z[i]), sz[i]);
        }
    }
    let total = |[a, b]: [Lanes; 2], x: &[f32]| {
        let ([a, b, c, e], [f, g, h, i]) = (array(a), array(b));
        let rest = d.iter().zip(x).fold(0.0, |sum, (d, x)| sum + d * x);
        ((a + f) + (c + h)) + ((b + g) + (e + i)) + rest
    };
    [total(sx, x), total(sy, y), total(sz, z)]
}

/// [`MIX_BACK_TABLE`](crate::ops::mix::MIX_BACK_TABLE)
pub fn mix_back_table(args: &mut Args<f32>) {
    let BackTable { shape: Shape { slots, heads, cols, .. }, accumulate, .. } = BackTable::of(args.dims);
    let (probs, dy, start, entry, dtable) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    for_each_part([(dtable, heads * cols)], SOURCES_AT_ONCE, |first, [dtable]| {
        if accumulate == 0 {
            dtable.fill(0.0);
        }
        let (mut panels, mut weights) = (vec![], Vec::with_capacity(ENTRIES));
        for (bounds, dtable) in start[first..].windows(2).zip(dtable.chunks_exact_mut(heads * cols)) {
            for entries in entry[bounds[0] as usize..bounds[1] as usize].chunks(ENTRIES) {
                pack(dy, cols, entries.iter().map(|&e| e as usize / slots), &mut panels);
                for (h, dtable) in (0..heads).step_by(2).zip(dtable.chunks_mut(2 * cols)) {
                    weights.clear();
                    weights.extend(entries.iter().map(|&e| {
                        let (i, j) = (e as usize / slots, e as usize % slots);
                        let p = |h: usize| if h < heads { probs[(i * heads + h) * slots + j] } else { 0.0 };
                        [p(h), p(h + 1)]
                    }));
                    for (panel, left) in panels.chunks_exact(entries.len()).zip((0..cols).step_by(PANEL)) {
                        add_to_columns(&weights, panel, left, dtable, cols);
                    }
                }
            }
        }
    });
}

/// Copies rows of dy into panels in which they lie together: where they come from they are often a power of two apart, and
/// share a few sets of the first-level cache. The last panel ends in zeros.
fn pack(dy: &[f32], cols: usize, rows: impl ExactSizeIterator<Item = usize>, panels: &mut Vec<[f32; PANEL]>) {
    let count = rows.len();
    panels.clear();
    panels.resize(cols.div_ceil(PANEL) * count, [0.0; PANEL]);
    for (n, i) in rows.enumerate() {
        let (whole, rest) = dy[i * cols..][..cols].as_chunks::<PANEL>();
        for (left, x) in whole.iter().enumerate() {
            panels[left * count + n] = *x;
        }
        if !rest.is_empty() {
            panels[whole.len() * count + n][..rest.len()].copy_from_slice(rest);
        }
    }
}

/// dtable_h += Σ p_h · dy for one or two heads, in the columns of a panel that begins at `left`.
#[inline(never)]
fn add_to_columns(weights: &[[f32; 2]], panel: &[[f32; PANEL]], left: usize, dtable: &mut [f32], cols: usize) {
    let present = PANEL.min(cols - left);
    let mut heads = dtable.chunks_exact_mut(cols).map(|row| &mut row[left..][..present]);
    let (Some(u), v) = (heads.next(), heads.next()) else { return };
    let (mut su, mut sv) = (lanes(u), lanes(v.as_deref().unwrap_or_default()));
    for ([pu, pv], dy) in weights.iter().zip(panel) {
        let ((dy, _), pu, pv) = (dy.as_chunks::<4>(), splat(*pu), splat(*pv));
        for i in 0..COLUMNS {
            let d = load(&dy[i]);
            su[i] = multiply_add(pu, d, su[i]);
            sv[i] = multiply_add(pv, d, sv[i]);
        }
    }
    for (h, (row, sums)) in [(Some(u), su), (v, sv)].into_iter().enumerate() {
        let Some((whole, rest)) = row.map(|row| row.split_at_mut(present / 4 * 4)) else { return };
        whole.copy_from_slice(&sums.map(array).as_flattened()[..whole.len()]);
        for (at, sum) in (whole.len()..).zip(rest) {
            *sum = weights.iter().zip(panel).fold(*sum, |sum, (p, dy)| sum + p[h] * dy[at]);
        }
    }
}

/// A panel's numbers in registers, zeros where there are none.
fn lanes(x: &[f32]) -> [Lanes; COLUMNS] {
    let mut panel = [0.0; PANEL];
    panel[..x.len()].copy_from_slice(x);
    let (panel, _) = panel.as_chunks::<4>();
    core::array::from_fn(|i| load(&panel[i]))
}
