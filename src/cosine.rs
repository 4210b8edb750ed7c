//! The cosine of an angle up to one turn, to the same bits as `libm`: without the tables that reduce large angles, which
//! would be a fiftieth of what a visitor loads.
//!
//! After FreeBSD's msun, `k_cos.c`, `k_sin.c` and `e_rem_pio2.c`: Copyright (C) 1993 by Sun Microsystems, Inc. All rights
//! reserved. Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice
//! is preserved.

/// π/2 in three parts of 33 bits; and after each what is still missing.
const HALF_PI: [[f64; 2]; 3] = [
    [1.570_796_326_734_125_6, 6.077_100_506_506_192e-11],
    [6.077_100_506_303_966e-11, 2.022_266_248_795_950_6e-21],
    [2.022_266_248_711_166_5e-21, 8.478_427_660_368_9e-32],
];

/// cos(2π t): any number of turns.
pub fn of_turns(t: f64) -> f64 {
    cos(core::f64::consts::TAU * (t - t.floor()))
}

/// cos x for 0 ≤ x ≤ 2π.
pub fn cos(x: f64) -> f64 {
    let high = (x.to_bits() >> 32) as u32;
    if high <= 0x3fe9_21fb {
        // Up to π/4; where the square vanishes, 1.
        return if high < 0x3e46_a09e { 1.0 } else { near_cos(x, 0.0) };
    }
    // Past 3π/4, 5π/4, 7π/4.
    let past = [0x4002_d97c, 0x400f_6a7a, 0x4015_fdbc].map(|bound| u8::from(high > bound));
    let quarters = 1 + past.iter().sum::<u8>();
    let (y, rest) = reduce(x, high, f64::from(quarters));
    match quarters {
        1 => -near_sin(y, rest),
        2 => -near_cos(y, rest),
        3 => near_sin(y, rest),
        _ => near_cos(y, rest),
    }
}

/// x − n π/2 as a number and what it lacks.
fn reduce(x: f64, high: u32, n: f64) -> (f64, f64) {
    let [[part, missing], more @ ..] = HALF_PI;
    let (mut r, mut w) = (x - n * part, n * missing);
    // Close to π/2, π, 3π/2 or 2π the bits cancel, and more are needed.
    if matches!(high, 0x3ff9_21fb | 0x4009_21fb | 0x4012_d97c | 0x4019_21fb) {
        let exponent = |y: f64| (y.to_bits() >> 52) as i32 & 0x7ff;
        for ([part, missing], enough) in more.into_iter().zip([16, 49]) {
            if exponent(x) - exponent(r - w) <= enough {
                break;
            }
            let before = r;
            w = n * part;
            r = before - w;
            w = n * missing - ((before - r) - w);
        }
    }
    let y = r - w;
    (y, (r - y) - w)
}

/// cos (x + rest) for |x| ≤ π/4
fn near_cos(x: f64, rest: f64) -> f64 {
    const C: [f64; 6] = [
        0.041_666_666_666_666_6,
        -0.001_388_888_888_887_411,
        2.480_158_728_947_673e-5,
        -2.755_731_435_139_066_3e-7,
        2.087_572_321_298_175e-9,
        -1.135_964_755_778_819_5e-11,
    ];
    let z = x * x;
    let w = z * z;
    let r = z * (C[0] + z * (C[1] + z * C[2])) + w * w * (C[3] + z * (C[4] + z * C[5]));
    let half = 0.5 * z;
    let w = 1.0 - half;
    w + (((1.0 - w) - half) + (z * r - x * rest))
}

/// sin (x + rest) for |x| ≤ π/4
fn near_sin(x: f64, rest: f64) -> f64 {
    const S: [f64; 6] = [
        -0.166_666_666_666_666_32,
        0.008_333_333_333_322_49,
        -0.000_198_412_698_298_579_5,
        2.755_731_370_707_006_8e-6,
        -2.505_076_025_340_686_3e-8,
        1.589_690_995_211_55e-10,
    ];
    let z = x * x;
    let w = z * z;
    let r = S[1] + z * (S[2] + z * S[3]) + z * w * (S[4] + z * S[5]);
    let v = z * x;
    x - ((z * (0.5 * rest - v * r) - rest) - v * S[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};
    use core::f64::consts::{FRAC_PI_4, TAU};

    fn check(x: f64) {
        assert_eq!(cos(x).to_bits(), libm::cos(x).to_bits(), "cos {x:e}");
    }

    #[test]
    fn every_bit_is_that_of_libm() {
        let mut rng = Rng::new(5, Stream::Test);
        (0..3_000_000).for_each(|_| check(TAU * rng.uniform()));
        // Close to where the quadrants begin and where bits cancel, from one unit in the last place to 2^-10.
        for center in (0..=8).map(|eighth| f64::from(eighth) * FRAC_PI_4) {
            let around = (0..52 - 10).flat_map(|shift| [1, 3, 5].map(|odd| odd << shift));
            for step in around.chain([0]) {
                [center.to_bits() + step, center.to_bits().saturating_sub(step)]
                    .map(f64::from_bits)
                    .into_iter()
                    .filter(|x| (0.0..=TAU).contains(x))
                    .for_each(check);
            }
        }
        // All that a random generator can make around a quarter of a turn.
        for quarter in 1..4u32 {
            (-100_000..100_000).for_each(|i| check(TAU * (f64::from(quarter << 30) + f64::from(i)) / 4_294_967_296.0));
        }
    }
}
