//! `dropout`: y = x/(1 − r) for the fraction 1 − r of elements that stay, 0 for the others (Srivastava et al. 2014, scaled as
//! is usual now, so that evaluation needs nothing). Which stay is a function of (seed, step, element), so that forward and
//! backward agree without a mask in memory.

use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, input, put};
use crate::rng::Stateless;
use crate::step::{CLOCK_IN, DROPOUT, Dropout, HYPER, HYPERS, SEED, TIME};
use crate::tape::{Init, Op, Tape, Tensor};
use crate::{cpu, wgsl};

dims! {
    struct Dims { n, salt, accumulate }
}

/// Table entry.
pub static OP: Op = Op { name: "dropout", kernels: &[&KERNEL], examples: &[example] };

/// y (+)= x/(1 − r) where x stays, else 0: the gradient is the same function of the gradient
pub static KERNEL: Kernel = Kernel {
    name: "dropout",
    wgsl: wgsl!("dropout"),
    dims: Dims::NAMES,
    binds: &[HYPER, CLOCK_IN, SEED, input("x", Dims::n), in_out("y", Dims::n, Fill::Normal)],
    cpu: cpu!(reference),
    grid: |d| fold(Dims::n(d).div_ceil(64) as u32),
    flops: |d| 20 * Dims::n(d) as u64,
    checks: Checks::new(&[&[1, 0, 0], &[333, 3, 1], &[1000, 1, 0]], Tolerance { relative: 3e-7, why: "a division" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Hidden units of which some are left out, where the tape records that.
pub fn drop_out(tape: &mut Tape, hidden: Tensor) -> Tensor {
    let Some(rule) = tape.dropout else { return hidden };
    // Every layer loses units of its own.
    let salt = rule.salt ^ (tape.view(hidden).buffer as u32) << 8;
    dropout(tape, hidden, Dropout { salt, ..rule }, "mlp dropout")
}

/// Records y = x with elements left out.
pub fn dropout(tape: &mut Tape, x: Tensor, from: Dropout, name: &str) -> Tensor {
    let Dropout { hyper, clock, seed, salt } = from;
    let [rows, cols] = tape.shape(x);
    let y = tape.activation(rows, cols, name);
    let dims = move |accumulate: u32| Dims { n: rows * cols, salt: salt as usize, accumulate: accumulate as usize }.list();
    let views = vec![hyper, clock, seed, tape.view(x), tape.view(y)];
    let dispatch = tape.dispatch(&KERNEL, dims(0), views, name);
    tape.record(dispatch, &[x], move |back| {
        let dy = back.of(y);
        let (dx, accumulate) = back.into(x);
        back.push(&KERNEL, dims(accumulate), vec![hyper, clock, seed, dy, dx]);
    });
    y
}

fn reference<T: Real>(args: &mut Args<T>) {
    let Dims { salt, accumulate, .. } = Dims::of(args.dims);
    let (hyper, clock, seed, x, y) = (args.input(0), args.input(1), args.index(2), args.input(3), args.output(4));
    let (rate, time) = (hyper[DROPOUT], clock[TIME].wide() as u32);
    let seed = seed[0].wrapping_add((salt as u32).wrapping_mul(0x9e37_79b9));
    for (i, (&x, y)) in x.iter().zip(y).enumerate() {
        let [bits, ..] = Stateless::Dropout.draw(seed, time, i as u32);
        let stays = T::of(f64::from(bits >> 8) / f64::from(1 << 24)) >= rate;
        put(accumulate == 1, y, if stays { x / (T::ONE - rate) } else { T::ZERO });
    }
}

fn example(tape: &mut Tape) -> Tensor {
    let x = tape.param("x", 5, 7, Init::Normal(1.0));
    let mut numbers = [0.0; HYPERS];
    numbers[DROPOUT] = 0.4;
    let (hyper, clock) = (tape.constant(&numbers, "hyper"), tape.constant(&[3.0, 0.5, 0.5, 0.0, 0.1], "clock"));
    let seed = tape.indices(&vec![vec![9]; tape.runs()], "seed");
    dropout(tape, x, Dropout { hyper, clock, seed, salt: 1 }, "y")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::kernel::{MAX_BINDS, Slot};

    #[test]
    fn the_right_fraction_stays_scaled_and_another_one_each_step() {
        let step = |time: f64| {
            let (x, mut y) = (vec![3.0; 20_000], vec![0.0; 20_000]);
            let mut hyper = [0.0; HYPERS];
            hyper[DROPOUT] = 0.25;
            let (clock, seed) = ([time, 0.0, 0.0, 0.0, 0.0], [5]);
            let mut slots: [Option<Slot<f64>>; MAX_BINDS] = Default::default();
            slots[0] = Some(Slot::In(&hyper));
            slots[1] = Some(Slot::In(&clock));
            slots[2] = Some(Slot::Index(&seed));
            slots[3] = Some(Slot::In(&x));
            slots[4] = Some(Slot::Out(&mut y));
            reference(&mut Args::new(&[20_000, 0, 0], slots));
            y
        };
        let [first, second] = [1.0, 2.0].map(step);
        for y in [&first, &second] {
            assert!(y.iter().all(|&y| y == 0.0 || y == 4.0));
            let stays = y.iter().filter(|&&y| y > 0.0).count();
            assert!((14_750..15_250).contains(&stays), "{stays} of 15 000");
        }
        let both = first.iter().zip(&second).filter(|(a, b)| **a > 0.0 && **b > 0.0).count();
        assert!((10_950..11_550).contains(&both), "{both} of 11 250");
        assert_eq!(first, step(1.0));
    }
}
