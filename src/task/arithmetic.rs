//! Arithmetic modulo n (Power et al. 2022, A.1.1; p = 97 there), and without a modulus. Operands are 0 … n − 1 unless a task says
//! otherwise.

use super::{Size, Task};
use crate::builds::words;

const fn task(id: &'static str, label: &'static str, about: &'static str, apply: super::Apply) -> Task {
    Task { id, label: words(label), about: words(about), size: Size::Modulus, apply: Some(apply), rows: None, chain: None }
}

/// x + y (also Nanda et al. 2023).
pub static ADDITION: Task = task("x+y", "x + y", "Add as on a clock with p hours.", |x, y, n| Some((x + y) % n));

/// x − y
pub static SUBTRACTION: Task = task(
    "x-y",
    "x − y",
    "Subtract, and keep the remainder. Not symmetric, so it needs more pairs than addition.",
    |x, y, n| Some((x + n - y) % n),
);

/// x · y
pub static MULTIPLICATION: Task = task(
    "x*y",
    "x · y",
    "Multiply, and keep the remainder. Modulo a prime this is adding exponents, apart from 0.",
    |x, y, n| Some(x * y % n),
);

/// x / y: 0 < y < p, x · y⁻¹.
pub static DIVISION: Task = task(
    "x/y",
    "x / y",
    "The c with c · y = x, wherever there is exactly one: modulo a prime, for every y but 0.",
    |x, y, n| Some(x * inverse(y, n)? % n),
);

/// [x / y if y is odd, otherwise x − y]: the parity is that of the integer y in 0 … n − 1. As in the paper's code, where
/// y is even nothing is divided, so y = 0 is in the domain.
pub static MIXED: Task = task(
    "x/y-or-x-y",
    "x / y for odd y, else x − y",
    "Two rules in one table; the second number says which one holds.",
    |x, y, n| if y % 2 == 1 { (DIVISION.apply?)(x, y, n) } else { (SUBTRACTION.apply?)(x, y, n) },
);

/// x² + y²
pub static SQUARES: Task =
    task("x^2+y^2", "x² + y²", "Square both, add, and keep the remainder.", |x, y, n| Some((x * x + y * y) % n));

/// x² + xy + y²
pub static QUADRATIC: Task =
    task("x^2+xy+y^2", "x² + xy + y²", "Symmetric in x and y, yet it needs far more pairs than a sum.", |x, y, n| {
        Some((x * x + x * y + y * y) % n)
    });

/// x² + xy + y² + x
pub static SKEWED: Task = task(
    "x^2+xy+y^2+x",
    "x² + xy + y² + x",
    "The same with one more x, which breaks the symmetry: harder again.",
    |x, y, n| Some((x * x + x * y + y * y + x) % n),
);

/// x³ + xy
pub static CUBIC: Task =
    task("x^3+xy", "x³ + xy", "A cube and a product. In the paper it took most of the table to learn.", |x, y, n| {
        Some((x * x % n * x + x * y) % n)
    });

/// x³ + xy² + y
pub static HARD_CUBIC: Task =
    task("x^3+xy^2+y", "x³ + xy² + y", "In the paper no network learnt this one, even from 95 % of the table.", |x, y, n| {
        Some((x * x % n * x + y * y % n * x + y) % n)
    });

/// x + y as a whole number, from 0 to 2n − 2 (Liu et al. 2022, whose toy adds the digits 0 to 9).
pub static PLAIN_SUM: Task = Task {
    id: "plain-sum",
    label: words("x + y, no modulus"),
    about: words("Add, and keep all of it: sums go up to 2p − 2."),
    size: Size::Numbers,
    apply: Some(|x, y, _| Some(x + y)),
    rows: None,
    chain: None,
};

/// The c < n with c · y ≡ 1 (mod n), if there is one (extended Euclid).
pub fn inverse(y: u32, n: u32) -> Option<u32> {
    let (mut a, mut b) = (i64::from(n), i64::from(y % n));
    let (mut s, mut t) = (0, 1);
    while b != 0 {
        let q = a / b;
        (a, b) = (b, a - q * b);
        (s, t) = (t, s - q * t);
    }
    (a == 1).then(|| s.rem_euclid(i64::from(n)) as u32)
}
