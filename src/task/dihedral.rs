//! The symmetries of a regular polygon.

use super::{Size, Task};

/// x · y in the dihedral group D_n of order 2n. Element k < n turns by k corners; n + k mirrors, then turns by k.
pub static TASK: Task = Task {
    id: "dihedral",
    label: "Symmetries of a polygon",
    about: "Turn or mirror a polygon with p corners, first by x, then by y. There are 2p ways to do so.",
    size: Size::Corners,
    apply: Some(|x, y, n| {
        let ([a, s], [b, t]) = ([x % n, x / n], [y % n, y / n]);
        // r^a s^s, then r^b s^t: a mirror before a turn reverses it.
        let turn = if t == 1 { n - a + b } else { a + b };
        Some(turn % n + n * (s ^ t))
    }),
    rows: None,
    chain: None,
};
