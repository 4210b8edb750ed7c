//! The start-up measurement: every shader on the heaviest product of each class, then whether launches are merged.

use std::rc::Rc;

use crate::exec::gpu::{Context, Gpu};
use crate::exec::{ExecError, Tuning};
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

/// Compiling does not count as measuring, but both together may not take longer than so many budgets.
const PATIENCE: f64 = 10.0;

/// What a measurement found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// The fastest shaders and launches, see [`Context::merge`].
    pub tuning: Tuning,
    /// Whether that is worth knowing at the next visit: everything was tried, on products of some size.
    pub lasting: bool,
}

/// Times every shader on the heaviest product of each class in the plan's training list, and chooses the fastest ones; then
/// that list with merged launches and with one for each dispatch. Starts nothing new after measuring for `budget_ms` of
/// `now_ms`; what was not tried is not chosen. What the device rejects is passed over.
///
/// # Errors
/// [`ExecError::Lost`] when the device is gone.
pub async fn tune(context: &Context, plan: &Plan, now_ms: impl Fn() -> f64, budget_ms: f64) -> Result<Measured, ExecError> {
    let mut stopwatch = Stopwatch { end: now_ms() + PATIENCE * budget_ms, left: budget_ms, now_ms };
    let mut heaviest: Vec<(usize, &Dispatch)> = vec![];
    for c in 0..CLASSES {
        if let Some(found) = plan.train.iter().filter(|d| class(d) == Some(c)).max_by_key(|d| d.flops(1)) {
            // The heaviest class first: the budget may end before the last one.
            heaviest.insert(heaviest.partition_point(|(_, before)| before.flops(1) >= found.flops(1)), (c, found));
        }
    }
    let telling = heaviest.iter().all(|(_, dispatch)| dispatch.flops(1) >= TELLING);
    let tuning = Tuning { tiles: Tiles::default(), merge: context.merge };
    let mut measured = Measured { tuning, lasting: false };
    for (class, dispatch) in heaviest {
        let tries = (0..=MATMUL.variants.len()).map(|variant| (variant, context.merge, alone(dispatch, plan.runs, variant)));
        if !stopwatch.choose(context, tries, &mut measured.tuning.tiles.0[class]).await? {
            return Ok(measured);
        }
    }
    let mut plan = plan.clone();
    measured.tuning.tiles.apply(&mut plan);
    let tries = [context.merge, !context.merge].map(|merge| (merge, merge, plan.clone()));
    measured.lasting = stopwatch.choose(context, tries, &mut measured.tuning.merge).await? && telling;
    Ok(measured)
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

/// Measures until its time is up.
struct Stopwatch<F> {
    now_ms: F,
    /// When to stop, whatever took so long.
    end: f64,
    /// What may still be spent on submits that are measured, milliseconds.
    left: f64,
}

impl<F: Fn() -> f64> Stopwatch<F> {
    fn is_over(&self) -> bool {
        self.left <= 0.0 || (self.now_ms)() >= self.end
    }

    /// Times what there is to choose from — its name, whether launches are merged, the plan — and leaves in `chosen` the name of
    /// the fastest. Returns whether there was time for all.
    ///
    /// # Errors
    /// [`ExecError::Lost`] when the device is gone.
    async fn choose<T>(
        &mut self,
        context: &Context,
        tries: impl IntoIterator<Item = (T, bool, Plan)>,
        chosen: &mut T,
    ) -> Result<bool, ExecError> {
        let (mut best, mut repeats) = (f64::INFINITY, 1);
        let mut context = context.clone();
        for (name, merge, plan) in tries {
            if self.is_over() {
                return Ok(false);
            }
            context.merge = merge;
            if let Some(ms) = self.time(&context, plan, &mut repeats).await?
                && ms < CLEARLY * best
            {
                (best, *chosen) = (ms, name);
            }
        }
        Ok(true)
    }

    /// Milliseconds of a plan's training list; none where the device rejects it. Raises `repeats` until a submit is long enough
    /// for the clock.
    ///
    /// # Errors
    /// [`ExecError::Lost`] when the device is gone.
    async fn time(&mut self, context: &Context, plan: Plan, repeats: &mut usize) -> Result<Option<f64>, ExecError> {
        match self.submits(context, plan, repeats).await {
            Ok(ms) => Ok(Some(ms)),
            Err(ExecError::Rejected { .. }) => Ok(None),
            Err(lost) => Err(lost),
        }
    }

    async fn submits(&mut self, context: &Context, plan: Plan, repeats: &mut usize) -> Result<f64, ExecError> {
        let plan = Rc::new(plan);
        let result = plan.train.last().and_then(|last| last.views.last().copied()).expect("a plan has dispatches with bindings");
        let mut gpu = Gpu::new(context, plan).await?;
        // The first submit includes what drivers put off until then.
        gpu.run(&[List::Train]);
        gpu.read(&[View { len: 1, ..result }]).await?;
        loop {
            let start = (self.now_ms)();
            gpu.run(&vec![List::Train; *repeats]);
            gpu.read(&[View { len: 1, ..result }]).await?;
            let took = (self.now_ms)() - start;
            self.left -= took;
            if took >= SUBMIT_MS || *repeats >= REPEATS {
                return Ok(took / *repeats as f64);
            }
            *repeats *= 4;
        }
    }
}
