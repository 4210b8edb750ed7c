//! What each launch of a training step must at least take on GPUs of known peak: a prediction to compare measurements with.

use core::fmt::Write as _;

use grokking_lab::exec::gpu::source::{Launch, Program};
use grokking_lab::plan::List;

use crate::measure::{Prepared, Wish, prepare};

/// A GPU's data sheet.
struct Gpu {
    name: &'static str,
    /// Peak of f32 multiply-adds, TFLOP/s.
    tflops: f64,
    /// Peak of its memory, GB/s.
    gbytes: f64,
}

/// Two that are part of a processor, two that are not.
const GPUS: [Gpu; 4] = [
    Gpu { name: "Apple M1", tflops: 2.6, gbytes: 68.0 },
    Gpu { name: "Intel Iris Xe", tflops: 2.1, gbytes: 68.0 },
    Gpu { name: "RTX 4060", tflops: 15.1, gbytes: 272.0 },
    Gpu { name: "RX 6800", tflops: 16.2, gbytes: 512.0 },
];

/// What passes between two launches of a compute pass, ms: 5 to 20 µs are reported.
const GAP_MS: f64 = 0.01;

impl Gpu {
    /// Milliseconds under both roofs (Williams, Waterman and Patterson 2009).
    fn ms(&self, launch: &Launch) -> f64 {
        (launch.flops as f64 / self.tflops / 1e9).max(launch.bytes as f64 / self.gbytes / 1e6)
    }
}

/// The table for a configuration.
///
/// # Errors
/// Names the setting or the launch, and says what is wrong with it.
pub fn table(wish: &Wish) -> Result<String, String> {
    let Prepared { config, tiles, program, .. } = prepare(wish)?;
    Ok(format!("{config}, tiles {tiles}\n\n{}", of(&program)))
}

fn of(program: &Program) -> String {
    let launches = &program.lists[List::Train as usize];
    let mut text = format!("{:>9}{:>9}", "MFLOP", "MB");
    GPUS.iter().for_each(|gpu| _ = write!(text, "{:>15}", gpu.name));
    text += "  launch\n";
    let mut row = |flops: f64, bytes: f64, ms: [f64; 4], what: &str| {
        let _ = write!(text, "{:>9.1}{:>9.2}", flops / 1e6, bytes / 1e6);
        ms.iter().for_each(|ms| _ = write!(text, "{ms:>15.4}"));
        let _ = writeln!(text, "  {what}");
    };
    let mut sums = ([0.0; 2], [0.0; 4]);
    for launch in launches {
        let (work, ms) = ([launch.flops as f64, launch.bytes as f64], GPUS.each_ref().map(|gpu| gpu.ms(launch)));
        sums.0.iter_mut().zip(work).for_each(|(sum, work)| *sum += work);
        sums.1.iter_mut().zip(ms).for_each(|(sum, ms)| *sum += ms);
        row(work[0], work[1], ms, &launch.kernels());
    }
    let ([flops, bytes], ms) = sums;
    row(flops, bytes, ms, "ms in all, at least");
    row(flops, bytes, ms.map(|ms| ms + GAP_MS * launches.len() as f64), "with 10 µs for each launch");
    text
}
