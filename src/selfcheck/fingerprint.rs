//! Many numbers as a few sums, which are as far apart, relatively, as the numbers are.

use crate::number::exponential;
use crate::rng::{Rng, Stream};
use crate::tr;

/// Largest accepted relative difference. Correct devices stay below 1e-5; a wrong kernel is off by far more.
pub const LIMIT: f64 = 1e-3;

/// Kinds of numbers, each judged by itself, for they differ in size.
pub(super) const SECTIONS: usize = 4;

/// What they are called.
pub(super) fn sections() -> [&'static str; SECTIONS] {
    [tr!("gradients"), tr!("losses"), tr!("updates"), tr!("measurements")]
}

/// Sums of each section. What six show of a difference is less than a fifth of it in one of 3000 cases.
const SUMS: usize = 6;

/// The sums of all sections, as the bits of f32.
pub(super) type Fingerprint = [[u32; SUMS]; SECTIONS];

/// Sums with random signs (Johnson and Lindenstrauss 1984).
fn sums(numbers: &[f32]) -> [f64; SUMS] {
    let (mut sums, mut rng) = ([0.0; SUMS], Rng::new(0, Stream::Signs));
    for &x in numbers {
        let signs = rng.bits();
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += if signs >> i & 1 == 0 { f64::from(x) } else { -f64::from(x) };
        }
    }
    sums
}

/// What to record of a device's numbers, section by section.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) fn fingerprint(numbers: &[Vec<f32>; SECTIONS]) -> Fingerprint {
    numbers.each_ref().map(|numbers| sums(numbers).map(|sum| (sum as f32).to_bits()))
}

/// The largest of the sections' differences, each √(Σ(got−want)²/Σwant²).
///
/// # Errors
/// Names the section that differs by more than [`LIMIT`], or has something else than numbers.
pub(super) fn judge(numbers: &[Vec<f32>; SECTIONS], want: &Fingerprint) -> Result<f64, String> {
    let mut worst = 0.0f64;
    for ((numbers, want), section) in numbers.iter().zip(want).zip(sections()) {
        let square = |x: f64| x * x;
        let want = want.map(|bits| f64::from(f32::from_bits(bits)));
        let difference: f64 = sums(numbers).iter().zip(want).map(|(got, want)| square(got - want)).sum();
        let size: f64 = want.into_iter().map(square).sum();
        let error = (difference / size).sqrt();
        if error > LIMIT || error.is_nan() {
            let [error, limit] = [(error, 1), (LIMIT, 0)].map(|(number, decimals)| exponential(number, decimals));
            return Err(tr!("its {section} differ from those of the CPU by {error}, more than {limit}", section, error, limit));
        }
        worst = worst.max(error);
    }
    Ok(worst)
}
