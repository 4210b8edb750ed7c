//! Training allocates nothing: the memory of this process, which is also that of a software GPU, stays as it is.
//!
//! The only test of its program, so that no other one allocates meanwhile. The page has its own, in `tests/e2e/budgets.rs`.
#![cfg(target_os = "linux")]

mod common;

use common::gpu;
use common::optimizer::{RUNS, optimizer, whole};
use grokking_lab::exec::gpu::Gpu;
use grokking_lab::plan::List;
use grokking_lab::step::CLOCK;
use pollster::block_on;

/// Memory of this process that is neither shared with files nor swapped out, KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("RssAnon");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn gpu_memory_stays_flat_over_twenty_thousand_steps() {
    let Some(context) = gpu("memory") else { return };
    let plan = optimizer();
    let (clock, ring) = (whole(&plan, "clock"), whole(&plan, "ring"));
    let mut gpu = block_on(Gpu::new(&context, plan)).unwrap();
    let mut before = (0, 0);
    for batch in 1..=200 {
        gpu.run(&[List::Train; 100]);
        let read = block_on(gpu.read(&[clock, ring])).unwrap();
        assert_eq!(read[0].len(), CLOCK * RUNS);
        assert_eq!(read[0][0], 100.0 * batch as f32, "steps");
        if batch == 20 {
            before = (resident(), gpu.stagings());
        }
    }
    assert_eq!(gpu.stagings(), before.1, "staging buffers");
    let grown = resident().saturating_sub(before.0);
    println!("{} KiB after 2 000 steps, {grown} KiB more after 20 000", before.0);
    // A leak of 64 bytes per step would be 1,125 KiB.
    assert!(grown < 1024, "{grown} KiB more after 20 000 steps than the {} KiB after 2 000", before.0);
}
