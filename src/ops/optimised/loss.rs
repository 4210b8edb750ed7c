//! `cross_entropy` by rows: the same formulas as the reference kernel, with sums in lanes.

use super::exp::exp_slice;
use super::rows::for_each_part;
use crate::kernel::Args;
use crate::ops::simd::{Lanes, add, array, larger, load, splat};
use crate::ops::sizes::CrossEntropyDims;

/// Sums and maxima are taken in this many interleaved parts.
const LANES: usize = 8;
/// Rows that a thread takes at a time.
const ROWS_AT_ONCE: usize = 256;

/// Σ x in interleaved partial sums, added in a fixed order.
#[inline(always)]
fn sum(x: &[f32]) -> f32 {
    reduce(x, 0.0, add, |a, b| a + b)
}

/// Folds interleaved parts, then the parts by halves.
#[inline(always)]
fn reduce(x: &[f32], start: f32, fold: impl Fn(Lanes, Lanes) -> Lanes, f: impl Fn(f32, f32) -> f32) -> f32 {
    let (whole, rest) = x.as_chunks::<LANES>();
    let mut parts = [splat(start); LANES / 4];
    for x in whole {
        let (x, _) = x.as_chunks::<4>();
        for (part, x) in parts.iter_mut().zip(x) {
            *part = fold(*part, load(x));
        }
    }
    let mut lanes: [f32; LANES] = bytemuck::cast(parts.map(array));
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = f(*lane, x);
    }
    let [a, b, c, d, e, g, h, i] = lanes;
    f(f(f(a, e), f(c, h)), f(f(b, g), f(d, i)))
}

/// Turns a row of logits into probabilities. Returns its loss against class `y`, and whether `y` is the first of the
/// largest.
pub fn row(z: &mut [f32], y: usize) -> (f32, bool) {
    let top = reduce(z, f32::NEG_INFINITY, larger, |a, b| if b > a { b } else { a });
    let behind = top - z[y];
    let first = behind == 0.0 && !z[..y].contains(&top);
    for z in &mut *z {
        *z -= top;
    }
    exp_slice(z);
    let own = core::mem::take(&mut z[y]);
    let others = sum(z);
    z[y] = own;
    let total = others + own;
    for z in z {
        *z /= total;
    }
    (if behind == 0.0 { libm::log1pf(others) } else { behind + libm::logf(total) }, first)
}

/// Turns the probabilities of a row into the gradient of `scale` times that loss by the logits.
pub fn row_back(p: &mut [f32], y: usize, scale: f32) {
    p[y] = 0.0;
    let others = sum(p);
    for p in &mut *p {
        *p *= scale;
    }
    p[y] = -scale * others;
}

/// [`CROSS_ENTROPY`](crate::ops::cross_entropy::CROSS_ENTROPY)
pub fn cross_entropy(args: &mut Args<f32>) {
    let classes = CrossEntropyDims::classes(args.dims);
    let (logits, target, probs, loss, correct) = (args.input(0), args.index(1), args.output(2), args.output(3), args.output(4));
    for_each_part([(probs, classes), (loss, 1), (correct, 1)], ROWS_AT_ONCE, |first, [probs, loss, correct]| {
        let rows = logits[first * classes..].chunks_exact(classes).zip(probs.chunks_exact_mut(classes));
        for ((z, probs), ((loss, correct), &y)) in rows.zip(loss.iter_mut().zip(correct).zip(&target[first..])) {
            probs.copy_from_slice(z);
            let (nats, right) = row(probs, y as usize);
            *loss = nats;
            *correct = f32::from(right);
        }
    });
}

/// [`CROSS_ENTROPY_BACK`](crate::ops::cross_entropy::CROSS_ENTROPY_BACK)
pub fn cross_entropy_back(args: &mut Args<f32>) {
    let classes = CrossEntropyDims::classes(args.dims);
    let (probs, target, dloss, dlogits) = (args.input(0), args.index(1), args.input(2), args.output(3));
    for_each_part([(dlogits, classes)], ROWS_AT_ONCE, |first, [dlogits]| {
        let rows = probs[first * classes..].chunks_exact(classes).zip(dlogits.chunks_exact_mut(classes));
        for ((p, dz), (&scale, &y)) in rows.zip(dloss[first..].iter().zip(&target[first..])) {
            dz.copy_from_slice(p);
            row_back(dz, y as usize, scale);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_stay_exact_when_they_are_tiny() {
        let mut z = [0.0, 60.0, -1.0];
        let (loss, correct) = row(&mut z, 1);
        let want = f64::exp(-60.0) + f64::exp(-61.0);
        assert!(correct && (f64::from(loss) / want - 1.0).abs() < 1e-6, "{loss}");
        row_back(&mut z, 1, 2.0);
        assert!((f64::from(z[1]) / (-2.0 * want) - 1.0).abs() < 1e-6, "{}", z[1]);
    }

    #[test]
    fn only_the_first_of_the_largest_is_the_answer() {
        assert_eq!([0, 1, 2].map(|y| row(&mut [1.0, 3.0, 3.0, 2.0], y).1), [false, true, false]);
        let (loss, _) = row(&mut [200.0, 0.0, 0.0, 0.0], 1);
        assert_eq!(loss, 200.0);
    }
}
