//! Numbers that a GPU may flush: an f32 whose operations take everything below 2⁻¹²⁶ for 0.

use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
struct Flushed(f32);

fn flush(x: f32) -> f32 {
    if x.is_subnormal() { 0.0 } else { x }
}

macro_rules! operators {
    ($($trait:ident $function:ident $operator:tt),+) => {
        $(impl $trait for Flushed {
            type Output = Self;
            fn $function(self, other: Self) -> Self {
                Flushed(flush(flush(self.0) $operator flush(other.0)))
            }
        })+
    };
}
operators!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Flushed {
    type Output = Self;
    fn neg(self) -> Self {
        Flushed(-self.0)
    }
}

impl AddAssign for Flushed {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Real for Flushed {
    const ZERO: Self = Flushed(0.0);
    const ONE: Self = Flushed(1.0);
    fn of(x: f64) -> Self {
        Flushed(flush(x as f32))
    }
    fn wide(self) -> f64 {
        self.0.into()
    }
    fn exp(self) -> Self {
        Flushed(flush(self.0.exp()))
    }
    fn ln(self) -> Self {
        Flushed(flush(self.0.ln()))
    }
    fn ln_1p(self) -> Self {
        Flushed(flush(self.0.ln_1p()))
    }
    fn tanh(self) -> Self {
        Flushed(flush(self.0.tanh()))
    }
    fn sqrt(self) -> Self {
        Flushed(self.0.sqrt())
    }
    fn function(kernel: &Kernel, _: bool) -> fn(&mut Args<Self>) {
        unreachable!("{} has no function for this", kernel.name)
    }
}

/// The directions of 300 steps whose gradients have about this size.
fn directions<T: Real>(size: f64, [beta1, beta2, epsilon]: [f64; 3], careful: bool) -> Vec<f64> {
    let (mut m, mut v, mut power) = (T::ZERO, T::ZERO, [1.0; 2]);
    let step = |k: u32| {
        let g = T::of(size * (0.3 + libm::sin(f64::from(k * k))));
        power = [power[0] * beta1, power[1] * beta2];
        let rates = Rates {
            lr: T::ONE,
            decay: T::ZERO,
            beta: [beta1, beta2].map(T::of),
            correct: power.map(|power| T::of(1.0 - power)),
            epsilon: T::of(epsilon),
        };
        if careful {
            return rates.direction(g, &mut m, &mut v).wide();
        }
        // As it is usually written.
        m = rates.beta[0] * m + (T::ONE - rates.beta[0]) * g;
        v = rates.beta[1] * v + (T::ONE - rates.beta[1]) * g * g;
        ((m / rates.correct[0]) / ((v / rates.correct[1]).sqrt() + rates.epsilon)).wide()
    };
    (0..300).map(step).collect()
}

#[test]
fn flushing_changes_no_direction() {
    let (mut usual, mut same) = (0.0f64, 0);
    for epsilon in [1e-8, 1e-15, 1e-25, 1e-30] {
        for beta2 in [0.9, 0.98, 0.999] {
            for exponent in -380..20 {
                let size = libm::pow(10.0, f64::from(exponent) / 10.0);
                let rates = [0.9, beta2, epsilon];
                let [kept, flushed] = [directions::<f32>(size, rates, true), directions::<Flushed>(size, rates, true)];
                for (step, (kept, flushed)) in kept.iter().zip(&flushed).enumerate() {
                    let far = (kept - flushed).abs();
                    assert!(
                        far <= 1e-6 && kept.abs() < 10.0,
                        "{rates:?}, gradients of {size:e}, step {step}: {kept} or {flushed}"
                    );
                }
                let written = directions::<Flushed>(size, rates, false);
                usual = written.iter().fold(usual, |most, direction| most.max(direction.abs()));
                // Where ε is much larger than what is flushed, or nothing is, it is Adam as written, bit for bit.
                if epsilon == 1e-8 || size > 1e-13 {
                    assert_eq!(kept, directions::<f32>(size, rates, false), "{rates:?}, gradients of {size:e}");
                    same += 1;
                }
            }
        }
    }
    assert!(usual > 1e5 && same > 1000, "as usually written, a direction of {usual} was possible");
}
