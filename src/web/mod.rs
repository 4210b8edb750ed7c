//! The browser: with the feature `page` what draws, with `cpu` or `gpu` what trains in a worker, and the benchmark in both.

#[cfg(feature = "bench")]
pub mod bench;
#[cfg(feature = "page")]
pub mod page;
#[cfg(any(feature = "cpu", feature = "gpu"))]
pub mod worker;
