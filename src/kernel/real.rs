//! The two precisions a CPU kernel runs in, and dot products the compiler can vectorise.

use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use super::{Args, Kernel};

/// f32 or f64. Transcendental functions come from `libm`, so that every platform agrees.
pub trait Real:
    Copy
    + PartialOrd
    + Default
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + core::fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// Rounds from f64.
    fn of(x: f64) -> Self;
    /// Widens to f64.
    fn wide(self) -> f64;
    /// e^x
    fn exp(self) -> Self;
    /// ln x
    fn ln(self) -> Self;
    /// ln(1 + x)
    fn ln_1p(self) -> Self;
    /// tanh x
    fn tanh(self) -> Self;
    /// √x
    fn sqrt(self) -> Self;
    /// The function of `kernel` at this precision.
    fn function(kernel: &Kernel, optimised: bool) -> fn(&mut Args<Self>);
}

macro_rules! real {
    ($t:ty, $exp:path, $ln:path, $ln_1p:path, $tanh:path, $sqrt:path, |$k:ident, $optimised:ident| $function:expr) => {
        impl Real for $t {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            #[inline(always)]
            fn of(x: f64) -> Self {
                x as $t
            }
            #[inline(always)]
            fn wide(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn exp(self) -> Self {
                $exp(self)
            }
            fn ln(self) -> Self {
                $ln(self)
            }
            fn ln_1p(self) -> Self {
                $ln_1p(self)
            }
            fn tanh(self) -> Self {
                $tanh(self)
            }
            fn sqrt(self) -> Self {
                $sqrt(self)
            }
            fn function($k: &Kernel, $optimised: bool) -> fn(&mut Args<Self>) {
                $function
            }
        }
    };
}

real!(f32, libm::expf, libm::logf, libm::log1pf, libm::tanhf, f32::sqrt, |k, optimised| k.cpu.at(optimised));
#[cfg(not(target_arch = "wasm32"))]
real!(f64, libm::exp, libm::log, libm::log1p, libm::tanh, f64::sqrt, |k, _fast| k.cpu.f64);

/// The smallest normal f32, 2⁻¹²⁶. GPUs may take smaller numbers for 0.
pub const LEAST_NORMAL: f64 = 1.175_494_350_822_287_5e-38;

/// x ≥ 0 where it is a normal f32, else 0: so that a GPU which takes the others for 0 computes the same.
#[inline(always)]
pub fn normal_or_zero<T: Real>(x: T) -> T {
    if x < T::of(LEAST_NORMAL) { T::ZERO } else { x }
}

/// sin(πx/2) for 0 ≤ x ≤ 1, to a few 10⁻⁸: shaders have the same polynomial, as WGSL's own sine is too coarse.
pub fn quarter_sine<T: Real>(x: T) -> T {
    let u = T::of(core::f64::consts::FRAC_PI_2) * x;
    let divisors = [110.0, 72.0, 42.0, 20.0, 6.0];
    u * divisors.iter().fold(T::ONE, |inner, &d| T::ONE - u * u / T::of(d) * inner)
}

/// Σ aᵢbᵢ in eight interleaved partial sums, added in a fixed order.
#[inline(always)]
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    let mut lanes = [T::ZERO; 8];
    let (mut a8, mut b8) = (a.chunks_exact(8), b.chunks_exact(8));
    for (a, b) in (&mut a8).zip(&mut b8) {
        for l in 0..8 {
            lanes[l] += a[l] * b[l];
        }
    }
    let mut rest = T::ZERO;
    for (&a, &b) in a8.remainder().iter().zip(b8.remainder()) {
        rest += a * b;
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}

/// y += s·x
#[inline(always)]
pub fn axpy<T: Real>(s: T, x: &[T], y: &mut [T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += s * x;
    }
}
