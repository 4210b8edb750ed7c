//! Sum of squares (Power et al. 2022, A.1.1).

use super::Task;

/// Table entry.
pub static TASK: Task = Task {
    id: "x^2+y^2",
    label: "x² + y²",
    about: "Square both, add, and keep the remainder.",
    needs_prime: false,
    apply: |x, y, p| Some((x * x + y * y) % p),
};
