//! The likelihood of a class given a function's value, Φ(f) or Φ(−f), and its expectation under a normal distribution.

/// Half the number of points of the quadrature, and their distance in standard deviations. The integrand is smooth, so that the
/// trapezoidal rule converges exponentially: what is left out beyond ±6 is 1e-9.
const HALF: i32 = 16;
const STEP: f64 = 0.375;

/// ln Φ(z) and its derivative.
fn log_normal_cdf(z: f64) -> [f64; 2] {
    let density = |z: f64| libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * core::f64::consts::PI);
    if z < -25.0 {
        // Both Φ and its derivative are near the end of the range; Φ(z) ≈ φ(z)/|z|.
        return [-z * z / 2.0 - libm::log(-z * libm::sqrt(2.0 * core::f64::consts::PI)), -z];
    }
    let cdf = libm::erfc(-z / core::f64::consts::SQRT_2) / 2.0;
    [libm::log(cdf), density(z) / cdf]
}

/// E[ln Φ(s f)] for f ~ N(mean, deviation²) and a sign s, and its derivatives by the mean and by the deviation.
pub fn expectation(mean: f64, deviation: f64, sign: f64) -> [f64; 3] {
    let mut sums = [0.0; 3];
    let mut whole = 0.0;
    for i in -HALF..=HALF {
        let t = STEP * f64::from(i);
        let weight = libm::exp(-t * t / 2.0);
        let [value, slope] = log_normal_cdf(sign * (mean + deviation * t));
        whole += weight;
        for (sum, part) in sums.iter_mut().zip([value, sign * slope, sign * slope * t]) {
            *sum += weight * part;
        }
    }
    sums.map(|sum| sum / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_values_have_their_likelihood() {
        // Φ(1) = 0.8413447…, Φ(0) = ½, Φ(−30) by Mills' ratio.
        for (mean, sign, want) in
            [(1.0, 1.0, 0.841_344_746_068_542_9f64.ln()), (0.0, -1.0, 0.5f64.ln()), (30.0, -1.0, -454.321_243_643_727)]
        {
            let got = expectation(mean, 0.0, sign)[0];
            assert!((got - want).abs() < 1e-3 * want.abs().max(1e-6), "{mean} {sign}: {got} for {want}");
        }
    }

    #[test]
    fn derivatives_are_those_of_the_expectation() {
        for (mean, deviation, sign) in [(0.3, 0.8, 1.0), (-1.2, 0.4, 1.0), (0.7, 2.0, -1.0)] {
            let [_, by_mean, by_deviation] = expectation(mean, deviation, sign);
            let slope = |m: f64, d: f64| {
                (expectation(mean + m, deviation + d, sign)[0] - expectation(mean - m, deviation - d, sign)[0]) / 2e-5
            };
            assert!((by_mean - slope(1e-5, 0.0)).abs() < 1e-8, "{mean} {deviation} {sign}");
            assert!((by_deviation - slope(0.0, 1e-5)).abs() < 1e-8, "{mean} {deviation} {sign}");
        }
    }

    #[test]
    fn both_signs_mirror_each_other() {
        let ([a, da, va], [b, db, vb]) = (expectation(0.4, 1.1, 1.0), expectation(-0.4, 1.1, -1.0));
        assert!((a - b).abs() < 1e-14 && (da + db).abs() < 1e-14 && (va - vb).abs() < 1e-14);
    }
}
