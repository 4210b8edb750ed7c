//! Modular addition (Power et al. 2022, A.1.1; Nanda et al. 2023).

use super::Task;

/// Table entry.
pub static TASK: Task = Task {
    id: "x+y",
    label: "x + y",
    about: "Add, and keep the remainder: a clock with p hours.",
    needs_prime: false,
    apply: |x, y, p| Some((x + y) % p),
};
