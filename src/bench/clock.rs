//! How long something takes: as many repeats as a coarse clock needs, several times, and the median.

use crate::exec::{Exec, ExecError};
use crate::ops::gemm::gemm;
use crate::plan::{List, View};
use crate::train::{RING, Trainer};

/// A clock, which only programs and pages have.
pub struct Clock<'a> {
    /// Milliseconds on a monotonic clock.
    pub now_ms: &'a dyn Fn() -> f64,
    /// A sample takes at least this long, see [`SAMPLE_MS`].
    pub sample_ms: f64,
}

/// What can be timed. It is one type so that there is one copy of [`Clock::time`] on the page.
pub enum Work {
    /// The training list of a plan, and a number to wait for.
    Lists(Exec, View),
    /// Steps of trainers side by side.
    Steps {
        /// Each makes the same number of steps.
        trainers: Vec<Trainer>,
        /// How many steps one repeat is.
        each: u32,
        /// Whether test pairs are evaluated by the trainer's schedule.
        evaluated: bool,
    },
    /// A product of square matrices with this edge.
    Product(usize, [Vec<f32>; 3]),
}

impl Work {
    /// Does it `n` times and waits for the result.
    async fn go(&mut self, n: u32) -> Result<(), ExecError> {
        match self {
            Work::Lists(exec, view) => {
                submit(n, |some| exec.run(&vec![List::Train; some as usize]));
                exec.read(&[*view]).await?;
            }
            Work::Steps { trainers, each, evaluated } => {
                for trainer in trainers.iter_mut() {
                    let steps = |some| if *evaluated { trainer.steps(some) } else { trainer.blind_steps(some) };
                    submit(n * *each, steps);
                }
                for trainer in trainers {
                    trainer.collect().points().await?;
                }
            }
            Work::Product(edge, [a, b, c]) => {
                let (edge, strides) = (*edge, [*edge, 1]);
                (0..n).for_each(|_| gemm([edge; 3], (a, strides), (b, strides), 0.0, (c, edge)));
            }
        }
        Ok(())
    }
}

/// Splits `n` into what one submit may hold.
fn submit(n: u32, mut some: impl FnMut(u32)) {
    for first in (0..n).step_by(SUBMIT as usize) {
        some(SUBMIT.min(n - first));
    }
}

/// Repeats in one submit.
const SUBMIT: u32 = RING / 2;
/// Long enough for clocks that tick every millisecond, as some browsers' do.
pub const SAMPLE_MS: f64 = 20.0;
/// Samples, of which the median counts.
const SAMPLES: usize = 5;
/// Most repeats in a sample.
const MOST: u32 = 1 << 20;

impl Clock<'_> {
    /// Median milliseconds of one repeat, out of at least `least` repeats. What waiting alone costs is subtracted.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn time(&self, work: &mut Work, least: u32) -> Result<f64, ExecError> {
        work.go(1).await?;
        let idle = self.median(work, 0, SAMPLES).await?;
        let mut n = 1;
        loop {
            let took = self.median(work, n, 1).await? - idle;
            if took >= self.sample_ms || n == MOST {
                break;
            }
            let fitting = 1.2 * self.sample_ms / took.max(1e-3) * f64::from(n);
            n = (fitting as u32).clamp(n + 1, (16 * n).min(MOST));
        }
        let samples = SAMPLES.max(least.div_ceil(n) as usize);
        let took = self.median(work, n, samples).await? - idle;
        Ok(took.max(1e-6) / f64::from(n))
    }

    async fn median(&self, work: &mut Work, n: u32, samples: usize) -> Result<f64, ExecError> {
        let mut took = vec![];
        for _ in 0..samples {
            let begin = (self.now_ms)();
            work.go(n).await?;
            took.push((self.now_ms)() - begin);
        }
        took.sort_by(f64::total_cmp);
        Ok(took[samples / 2])
    }
}
