//! `cross_entropy` by rows: the same formulas as the twin, with sums in lanes.

use super::exp::exp_slice;
use super::rows::for_each_part;
use crate::ops::Args;

/// Sums and maxima are taken in this many interleaved parts.
const LANES: usize = 8;
/// Rows that a thread takes at a time.
const ROWS_AT_ONCE: usize = 256;

/// Σ x in interleaved partial sums, added in a fixed order.
#[inline(always)]
fn sum(x: &[f32]) -> f32 {
    reduce(x, 0.0, |a, b| a + b)
}

/// Folds interleaved parts, then the parts by halves.
#[inline(always)]
fn reduce(x: &[f32], start: f32, f: impl Fn(f32, f32) -> f32) -> f32 {
    let (whole, rest) = x.as_chunks::<LANES>();
    let mut lanes = [start; LANES];
    for x in whole {
        for l in 0..LANES {
            lanes[l] = f(lanes[l], x[l]);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = f(*lane, x);
    }
    let [a, b, c, d, e, g, h, i] = lanes;
    f(f(f(a, e), f(c, h)), f(f(b, g), f(d, i)))
}

/// Loss of a row of logits against class `y`, and whether `y` is the first of the largest; fills the probabilities.
pub fn row(z: &[f32], y: usize, probs: &mut [f32]) -> (f32, bool) {
    let top = reduce(z, f32::NEG_INFINITY, |a, b| if b > a { b } else { a });
    for (p, &z) in probs.iter_mut().zip(z) {
        *p = z - top;
    }
    exp_slice(probs);
    let own = core::mem::take(&mut probs[y]);
    let others = sum(probs);
    probs[y] = own;
    let total = others + own;
    for p in probs {
        *p /= total;
    }
    let is_top = z[y] == top;
    let loss = if is_top { libm::log1pf(others) } else { top - z[y] + libm::logf(total) };
    (loss, is_top && !z[..y].contains(&top))
}

/// Gradient of `scale` times that loss by the logits, from the probabilities.
pub fn row_back(probs: &[f32], y: usize, scale: f32, dz: &mut [f32]) {
    dz.copy_from_slice(probs);
    dz[y] = 0.0;
    let others = sum(dz);
    for dz in &mut *dz {
        *dz *= scale;
    }
    dz[y] = -scale * others;
}

/// [`CROSS_ENTROPY`](crate::ops::cross_entropy::CROSS_ENTROPY)
pub fn cross_entropy(args: &mut Args<f32>) {
    let [_, classes] = args.dims();
    let (logits, target, probs, loss, correct) = (args.input(0), args.index(1), args.output(2), args.output(3), args.output(4));
    for_each_part([(probs, classes), (loss, 1), (correct, 1)], ROWS_AT_ONCE, |first, [probs, loss, correct]| {
        let rows = logits[first * classes..].chunks_exact(classes).zip(probs.chunks_exact_mut(classes));
        for ((z, probs), ((loss, correct), &y)) in rows.zip(loss.iter_mut().zip(correct).zip(&target[first..])) {
            let (nats, right) = row(z, y as usize, probs);
            *loss = nats;
            *correct = f32::from(right);
        }
    });
}

/// [`CROSS_ENTROPY_BACK`](crate::ops::cross_entropy::CROSS_ENTROPY_BACK)
pub fn cross_entropy_back(args: &mut Args<f32>) {
    let [_, classes] = args.dims();
    let (probs, target, dloss, dlogits) = (args.input(0), args.index(1), args.input(2), args.output(3));
    for_each_part([(dlogits, classes)], ROWS_AT_ONCE, |first, [dlogits]| {
        let rows = probs[first * classes..].chunks_exact(classes).zip(dlogits.chunks_exact_mut(classes));
        for ((p, dz), (&scale, &y)) in rows.zip(dloss[first..].iter().zip(&target[first..])) {
            row_back(p, y as usize, scale, dz);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_stay_exact_when_they_are_tiny() {
        let (mut probs, mut dz) = ([0.0; 3], [0.0; 3]);
        let (loss, correct) = row(&[0.0, 60.0, -1.0], 1, &mut probs);
        let want = f64::exp(-60.0) + f64::exp(-61.0);
        assert!(correct && (f64::from(loss) / want - 1.0).abs() < 1e-6, "{loss}");
        row_back(&probs, 1, 2.0, &mut dz);
        assert!((f64::from(dz[1]) / (-2.0 * want) - 1.0).abs() < 1e-6, "{}", dz[1]);
    }

    #[test]
    fn only_the_first_of_the_largest_is_the_answer() {
        let mut probs = [0.0; 4];
        let z = [1.0, 3.0, 3.0, 2.0];
        assert_eq!([0, 1, 2].map(|y| row(&z, y, &mut probs).1), [false, true, false]);
        let (loss, _) = row(&[200.0, 0.0, 0.0, 0.0], 1, &mut probs);
        assert_eq!(loss, 200.0);
    }
}
