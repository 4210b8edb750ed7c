//! The start-up measurement: every shader on the heaviest product of each class.

use std::rc::Rc;

use crate::exec::ExecError;
use crate::exec::gpu::{Context, Gpu};
use crate::ops::matmul::MATMUL;
use crate::ops::tiles::{CLASSES, Tiles, class};
use crate::plan::{Buffer, Dispatch, Kind, List, Plan, View};

/// A submit that takes this long can be compared by a clock that ticks every 0.1 ms, milliseconds.
const SUBMIT_MS: f64 = 5.0;
/// Most repeats in one submit.
const REPEATS: usize = 1024;
/// A shader must take less than this fraction of the best one's time to replace it.
const CLEARLY: f64 = 0.97;

/// Products with less arithmetic are over before it matters how they are multiplied; which shader was fastest is chance.
const TELLING: u64 = 5_000_000;

/// What a measurement found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// The fastest shaders.
    pub tiles: Tiles,
    /// Whether that is worth knowing at the next visit: every shader was tried, on products of some size.
    pub lasting: bool,
}

/// Times every shader on the heaviest product of each class in the plan's training list, and chooses the fastest ones.
/// Starts nothing new after `budget_ms` of `now_ms`; what was not tried is not chosen. A rejected shader is passed over.
///
/// # Errors
/// [`ExecError::Lost`] when the device is gone.
pub async fn tune(context: &Context, plan: &Plan, now_ms: impl Fn() -> f64, budget_ms: f64) -> Result<Measured, ExecError> {
    let end = now_ms() + budget_ms;
    let mut heaviest: Vec<(usize, &Dispatch)> = vec![];
    for c in 0..CLASSES {
        if let Some(found) = plan.train.iter().filter(|d| class(d) == Some(c)).max_by_key(|d| d.flops(1)) {
            // The heaviest class first: the budget may end before the last one.
            heaviest.insert(heaviest.partition_point(|(_, before)| before.flops(1) >= found.flops(1)), (c, found));
        }
    }
    let mut tiles = Tiles::default();
    let lasting = heaviest.iter().all(|(_, dispatch)| dispatch.flops(1) >= TELLING);
    for (class, dispatch) in heaviest {
        let (mut best, mut repeats) = (f64::INFINITY, 1);
        for variant in 0..=MATMUL.variants.len() {
            if now_ms() >= end {
                return Ok(Measured { tiles, lasting: false });
            }
            match time(context, alone(dispatch, plan.runs, variant), &now_ms, &mut repeats).await {
                Ok(ms) if ms < CLEARLY * best => {
                    best = ms;
                    tiles.0[class] = variant;
                }
                Ok(_) | Err(ExecError::Rejected { .. }) => (),
                Err(lost) => return Err(lost),
            }
        }
    }
    Ok(Measured { tiles, lasting })
}

/// A plan of this product only, on memory of its own.
fn alone(dispatch: &Dispatch, runs: usize, variant: usize) -> Plan {
    let mut plan = Plan { runs, ..Plan::default() };
    let mut views = vec![];
    for (bind, view) in dispatch.kernel.binds.iter().zip(&dispatch.views) {
        views.push(View { buffer: plan.buffers.len(), offset: 0, len: view.len });
        plan.buffers.push(Buffer { name: bind.name.into(), kind: Kind::F32, per_run: view.len, init: vec![] });
    }
    plan.train.push(Dispatch { views, variant, ..dispatch.clone() });
    plan
}

/// Milliseconds of one dispatch. Raises `repeats` until a submit is long enough for the clock.
async fn time(context: &Context, plan: Plan, now_ms: &impl Fn() -> f64, repeats: &mut usize) -> Result<f64, ExecError> {
    let plan = Rc::new(plan);
    let result = *plan.train[0].views.last().expect("a product has bindings");
    let mut gpu = Gpu::new(context, plan).await?;
    // The first submit includes what drivers put off until then.
    gpu.run(&[List::Train]);
    gpu.read(&[View { len: 1, ..result }]).await?;
    loop {
        let start = now_ms();
        gpu.run(&vec![List::Train; *repeats]);
        gpu.read(&[View { len: 1, ..result }]).await?;
        let took = now_ms() - start;
        if took >= SUBMIT_MS || *repeats >= REPEATS {
            return Ok(took / *repeats as f64);
        }
        *repeats *= 4;
    }
}
