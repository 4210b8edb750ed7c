//! e^x for many numbers at once, without branches and without functions of the platform.

/// Adding it rounds a small f32 to an integer, in the lowest bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts: products of the first with integers up to 512 are exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
/// Cephes' polynomial for (e^r − 1 − r)/r² on |r| ≤ ½ ln 2, highest power first.
const POLYNOMIAL: [f32; 6] = [1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
/// Below, e^x is within 4 % of the smallest normal number or less, and becomes 0.
const LOWEST: f32 = -87.3;
/// Above, e^x is infinite.
const HIGHEST: f32 = 88.722_83;

/// x = e^x for each element, within one unit in the last place where e^x is above 1.2e-38, else 0.
pub fn exp_slice(x: &mut [f32]) {
    for x in x {
        *x = exp(*x);
    }
}

/// e^x = 2^n · e^r with n = round(x / ln 2).
#[inline(always)]
fn exp(x: f32) -> f32 {
    let shifted = x * core::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    let [highest, rest @ ..] = POLYNOMIAL;
    let q = rest.into_iter().fold(highest, |q, c| q * r + c);
    let power = q * (r * r) + r + 1.0;
    // n is in the lowest bits of `shifted`: add it to the exponent.
    let scaled = f32::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 23));
    let scaled = if x < LOWEST { 0.0 } else { scaled };
    let scaled = if x > HIGHEST { f32::INFINITY } else { scaled };
    if x.is_nan() { x } else { scaled }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 61st f32 between 0 and ±89, and all special ones.
    #[test]
    fn agrees_with_libm() {
        let mut worst = 0f64;
        for start in [0f32, -0.0] {
            let bits = (start.to_bits()..start.to_bits() + 89f32.to_bits()).step_by(61);
            let xs: Vec<f32> = bits.map(f32::from_bits).collect();
            let mut got = xs.clone();
            exp_slice(&mut got);
            for (&x, &got) in xs.iter().zip(&got) {
                let want = libm::exp(f64::from(x));
                if want > f64::from(f32::MAX) {
                    assert_eq!(got, f32::INFINITY, "e^{x}");
                } else if want < 1.22e-38 {
                    assert!(got == 0.0 || f64::from(got) / want < 1.000_000_2, "e^{x} is {got}");
                } else {
                    let exponent = (want as f32).to_bits() >> 23;
                    let unit = 2f64.powi(exponent as i32 - 127 - 23);
                    worst = worst.max((f64::from(got) - want).abs() / unit);
                }
            }
        }
        assert!(worst < 1.0, "off by {worst} units in the last place");
        let mut special = [f32::NEG_INFINITY, f32::MIN, -1e5, -104.0, 0.0, f32::INFINITY, f32::MAX, f32::NAN];
        exp_slice(&mut special);
        assert_eq!(special[..7], [0.0, 0.0, 0.0, 0.0, 1.0, f32::INFINITY, f32::INFINITY]);
        assert!(special[7].is_nan());
    }
}
