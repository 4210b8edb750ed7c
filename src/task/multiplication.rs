//! Modular multiplication.

use super::Task;

/// Table entry.
pub static TASK: Task = Task {
    id: "x*y",
    label: "x · y",
    about: "Multiply, and keep the remainder. Modulo a prime it is addition of exponents, plus the zeros.",
    needs_prime: false,
    apply: |x, y, p| Some(x * y % p),
};
