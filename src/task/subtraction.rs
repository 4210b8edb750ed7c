//! Modular subtraction (Power et al. 2022, A.1.1).

use super::Task;

/// Table entry.
pub static TASK: Task = Task {
    id: "x-y",
    label: "x − y",
    about: "Subtract, and keep the remainder. Not symmetric, so it needs more pairs than addition.",
    needs_prime: false,
    apply: |x, y, p| Some((x + p - y) % p),
};
