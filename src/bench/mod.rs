//! The benchmark: this machine's peaks, then every kernel of a model and its whole step against them.
//!
//! A kernel is compared with its reference kernel before it is timed. Programs and pages bring the clock and show the tables.

pub mod clock;
pub mod peaks;
pub mod table;

use crate::config::Config;
use crate::exec::gpu::Context;
use crate::exec::gpu::source::{Arenas, Program};
use crate::exec::{Device, ExecError};
use crate::kernel_test::KernelTest;
use crate::plan::{Dispatch, List, Plan, View};
use crate::settings::to_query;
use crate::train::{self, Trainer};
use crate::tuner::tune;
use clock::{Clock, Work};
use peaks::{Peaks, giga};
pub use table::{Cell, Table};

/// What to measure.
#[derive(Debug, Clone)]
pub struct Options {
    /// The workload.
    pub config: Config,
    /// At least so many steps are timed.
    pub steps: u32,
    /// Whether every kernel is measured by itself.
    pub ops: bool,
    /// Models in one plan, compared with as many plans.
    pub runs: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options { config: Config::nanda_113(), steps: 30, ops: true, runs: 8 }
    }
}

/// A device under test.
pub struct Bench<'a> {
    /// `cpu` or `gpu`.
    pub backend: &'static str,
    /// What it is called.
    pub name: String,
    /// Where to run.
    pub device: Device,
    /// Which time it is.
    pub clock: Clock<'a>,
}

/// A GPU with the shaders that the workload names, or that are fastest on it for this workload; and its name for the table.
///
/// # Errors
/// When the device fails.
pub async fn tuned(mut context: Context, options: &Options, now_ms: impl Fn() -> f64) -> Result<(String, Device), ExecError> {
    let mut tiles = options.config.tiles.unwrap_or_default();
    if !context.info.fallback && options.config.tiles.is_none() {
        let measured = tune(&context, &train::build(&options.config).plan, now_ms, TUNE_MS).await?;
        (tiles, context.merge) = (measured.tuning.tiles, measured.tuning.merge);
    }
    let launches = if context.merge { "merged" } else { "one for each dispatch" };
    let name = format!("{} ({}), tiles {tiles}, launches {launches}", context.info.name, context.info.backend);
    Ok((name, Device::Gpu(context, tiles)))
}

/// Time for the choice of shaders, milliseconds: a benchmark need not hurry.
const TUNE_MS: f64 = 2000.0;

/// Measures everything on every device and gives away each table when it is complete. What failed is in the last one.
/// Returns whether nothing did.
pub async fn run(options: &Options, benches: &[Bench<'_>], emit: &mut dyn FnMut(Table)) -> bool {
    let mut failures = Table::new("failures", &["backend", "what"]);
    let mut fail = |bench: &Bench, what: String| failures.rows.push(vec![bench.backend.into(), Cell::Text(what)]);
    let mut tables = [
        Table::new("peaks", &["backend", "device", "copy GB/s", "FMA GFLOP/s", "measured by"]),
        Table::new("ops", OPS),
        Table::new("step", STEP),
        Table::new("runs", RUNS),
    ];
    for bench in benches {
        let result = bench.all(options, &mut tables, emit, &mut |what| fail(bench, what)).await;
        if let Err(error) = result {
            fail(bench, error.to_string());
        }
    }
    let passed = failures.rows.is_empty();
    emit(failures);
    passed
}

const OPS: &[&str] =
    &["backend", "kernel", "dims", "per step", "% of tolerance", "ms", "GFLOP/s", "GB/s", "% of peak", "% of step"];
const STEP: &[&str] = &[
    "backend",
    "configuration",
    "parameters",
    "MiB",
    "dispatches",
    "launches",
    "GFLOP",
    "ms per step",
    "GFLOP/s",
    "% of FMA peak",
    "ms with evaluation",
];
const RUNS: &[&str] = &[
    "backend",
    "configuration",
    "runs",
    "launches in one plan",
    "launches in as many plans",
    "ms in one plan",
    "ms in as many plans",
    "times faster",
];

impl Bench<'_> {
    async fn all(
        &self,
        options: &Options,
        [peaks, ops, step, runs]: &mut [Table; 4],
        emit: &mut dyn FnMut(Table),
        fail: &mut dyn FnMut(String),
    ) -> Result<(), ExecError> {
        let peak = peaks::measure(&self.device, &self.clock).await?;
        let row = vec![self.backend.into(), self.name.as_str().into(), peak.copy.into(), peak.flops.into(), peak.how.into()];
        peaks.rows.push(row);
        emit(peaks.clone());
        if options.ops {
            let mut built = train::build(&options.config);
            if let Device::Gpu(_, tiles) = self.device {
                built.choose(tiles);
            }
            let plan = built.plan;
            ops.rows.extend(self.ops(&plan, &peak, fail).await?);
            emit(ops.clone());
        }
        step.rows.push(self.step(options, &peak).await?);
        emit(step.clone());
        if options.runs > 1 {
            runs.rows.push(self.runs(options).await?);
            emit(runs.clone());
        }
        Ok(())
    }

    /// Every distinct dispatch of the training list, those that cost most first. Failures of parity are also told apart.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn ops(&self, plan: &Plan, peaks: &Peaks, fail: &mut dyn FnMut(String)) -> Result<Vec<Vec<Cell>>, ExecError> {
        let mut distinct: Vec<(&Dispatch, u32)> = vec![];
        for dispatch in &plan.train {
            let same = |d: &Dispatch| (d.shader().0, &d.dims) == (dispatch.shader().0, &dispatch.dims);
            match distinct.iter_mut().find(|(d, _)| same(d)) {
                Some((_, times)) => *times += 1,
                None => distinct.push((dispatch, 1)),
            }
        }
        let mut timed = vec![];
        for (dispatch, times) in distinct {
            let (verdict, ms) = self.op(plan, dispatch).await?;
            if let Err(what) = &verdict {
                fail(format!("{dispatch:?} disagrees with its reference kernel: {what}"));
            }
            timed.push((dispatch, times, verdict, ms));
        }
        let sum: f64 = timed.iter().map(|(_, times, _, ms)| f64::from(*times) * ms).sum();
        timed.sort_by(|a, b| (f64::from(b.1) * b.3).total_cmp(&(f64::from(a.1) * a.3)));
        let row = |(dispatch, times, verdict, ms): (&Dispatch, u32, Result<f64, String>, f64)| {
            let (flops, bytes) = (dispatch.flops(plan.runs), dispatch.kernel.bytes(&dispatch.dims) * plan.runs as u64);
            let times = f64::from(times);
            vec![
                self.backend.into(),
                dispatch.shader().0.into(),
                Cell::Text(dispatch.dims.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")),
                times.into(),
                verdict.map_or("FAILED".into(), |fraction| Cell::Number(100.0 * fraction)),
                ms.into(),
                giga(flops, ms).into(),
                giga(bytes, ms).into(),
                (100.0 * peaks.fraction(flops, bytes, ms)).into(),
                (100.0 * times * ms / sum).into(),
            ]
        };
        Ok(timed.into_iter().map(row).collect())
    }

    /// The fraction of its tolerance that a dispatch uses, and its milliseconds.
    async fn op(&self, plan: &Plan, dispatch: &Dispatch) -> Result<(Result<f64, String>, f64), ExecError> {
        let trial = KernelTest::of(plan, dispatch, 1);
        let mut exec = self.device.exec(trial.plan.clone()).await?;
        exec.run(&[List::Train]);
        let wholes = trial.wholes();
        let got = exec.read(&wholes).await?;
        let verdict = trial.judge(&got, &trial.cpu(false));
        let first = View { len: 1, ..wholes[0] };
        Ok((verdict, self.clock.time(&mut Work::Lists(exec, first), 1).await?))
    }

    async fn step(&self, options: &Options, peaks: &Peaks) -> Result<Vec<Cell>, ExecError> {
        let config = &options.config;
        let mut built = train::build(config);
        built.evaluation = built.evaluation.of_long_run();
        let mut trainer = Trainer::of(config, built, &self.device).await?;
        let (parameters, plan) = (trainer.parameters(), trainer.built().plan.clone());
        let (flops, every) = (plan.flops(List::Train), trainer.built().evaluation.interval(0));
        // Past the first steps, of which each is evaluated.
        trainer.steps(2 * every.max(8));
        let mut work = Work::Steps { trainers: vec![trainer], each: 1, evaluated: false };
        let ms = self.clock.time(&mut work, options.steps).await?;
        if let Work::Steps { each, evaluated, .. } = &mut work {
            (*each, *evaluated) = (every, true);
        }
        let trained = self.clock.time(&mut work, options.steps.div_ceil(every)).await? / f64::from(every);
        let launches = self.launches(&plan)?;
        let speed = giga(flops, ms);
        Ok(vec![
            self.backend.into(),
            Cell::Text(to_query(config)),
            (parameters as f64).into(),
            (plan.bytes() as f64 / f64::from(1 << 20)).into(),
            (plan.train.len() as f64).into(),
            (launches as f64).into(),
            (flops as f64 / 1e9).into(),
            ms.into(),
            speed.into(),
            (100.0 * speed / peaks.flops).into(),
            trained.into(),
        ])
    }

    /// How many things the device is told to do per step: a GPU's launches.
    fn launches(&self, plan: &Plan) -> Result<usize, ExecError> {
        let Device::Gpu(context, _) = &self.device else { return Ok(plan.train.len()) };
        let program = Program::new(plan, &Arenas::new(plan, u64::MAX)?, context.merge)?;
        Ok(program.lists[List::Train as usize].len())
    }

    /// Several small models in one plan against as many plans.
    async fn runs(&self, options: &Options) -> Result<Vec<Cell>, ExecError> {
        let small = |seeds| Config { mlp: 64, seeds, ..Config::small() };
        let (mut ms, mut launches) = ([0.0; 2], 0);
        for (ms, plans) in ms.iter_mut().zip([1, options.runs]) {
            let mut trainers = vec![];
            for _ in 0..plans {
                trainers.push(Trainer::new(&small(options.runs / plans), &self.device).await?);
            }
            launches = self.launches(&trainers[0].built().plan)?;
            let mut work = Work::Steps { trainers, each: 1, evaluated: false };
            *ms = self.clock.time(&mut work, options.steps).await?;
        }
        let [one, many] = ms;
        let config = Cell::Text(to_query(&small(1)));
        let (runs, launches) = (f64::from(options.runs), launches as f64);
        let counts = [runs, launches, runs * launches].map(Cell::from);
        let times = [one, many, many / one].map(Cell::from);
        Ok([self.backend.into(), config].into_iter().chain(counts).chain(times).collect())
    }
}
