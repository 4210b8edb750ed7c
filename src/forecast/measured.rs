//! Written by `cargo run --release --bin reproduce -- --forecast`, from the runs of `src/reproduce/forecast.rs`.

use super::Measured;

/// The share, and how far off forecasts with it were.
pub const MEASURED: Measured = Measured {
    share: 0.485,
    runs: [29, 78],
    spoken: 0.470,
    within: 0.615,
    quartiles: [0.635, 0.931, 1.760],
    others: 91,
    others_spoken: 0.133,
    others_early: 0.028,
};
