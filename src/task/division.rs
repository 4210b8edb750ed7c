//! Modular division: 0 ≤ x < p, 0 < y < p, x · y⁻¹ mod p (Power et al. 2022, A.1.1).

use super::Task;

/// Table entry.
pub static TASK: Task = Task {
    id: "x/y",
    label: "x / y",
    about: "The c with c · y = x, for y ≠ 0. Only a prime modulus has one for every y.",
    needs_prime: true,
    apply: |x, y, p| (y != 0).then(|| x * inverse(y, p) % p),
};

/// y⁻¹ = y^(p−2) mod a prime p (Fermat), for 0 < y < p < 2¹⁶.
fn inverse(y: u32, p: u32) -> u32 {
    let (mut base, mut exponent, mut power) = (y % p, p - 2, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = power * base % p;
        }
        base = base * base % p;
        exponent >>= 1;
    }
    power
}
