//! Trains a table of runs natively, a coarse grid first: on the CPU a row on each core, on a GPU side by side in one plan.

use core::ops::Range;
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::thread::{available_parallelism, scope};

use pollster::block_on;
use rayon::ThreadPoolBuilder;

use super::run::summary;
use crate::analysis::{TrainingMap, Trajectory};
use crate::config::{Config, SweepValues};
use crate::exec::{Engine, ExecError};
use crate::experiment::record::Check;
use crate::experiment::{Arm, TableRecord};
use crate::settings::to_query;
use crate::sweep::{Batch, BatchRun, LearningPhase, Outcome, Row, endings, next, rows, turns};
use crate::train::Device;

/// Most rows of a plan. More take memory, and wait for each other.
const MOST: usize = 64;
/// Steps between looks at the measurements.
const CHUNK: u32 = 50;
/// Bytes that the rows on all cores may take together. Larger ones are trained one after the other.
const MEMORY: u64 = 8 << 30;

/// A row with what became of it; nothing of one that cannot be trained.
pub type Trained = (Row, Option<Outcome>);

/// Trains all rows of a configuration that can be trained. `watch` is told how many are decided, and of how many.
///
/// # Errors
/// When the device refuses a single row, or fails: says which rows.
pub async fn run(config: &Config, device: &Device, watch: &mut dyn FnMut(usize, usize)) -> Result<Vec<Trained>, String> {
    train(config, false, &BatchRun::outcome, device, watch).await
}

/// The same, with what is kept of each row, and whether its weights are followed.
async fn train<T: Send>(
    config: &Config,
    follow: bool,
    keep: &(dyn Fn(&BatchRun) -> T + Sync),
    device: &Device,
    watch: &mut dyn FnMut(usize, usize),
) -> Result<Vec<(Row, Option<T>)>, String> {
    let rows = rows(config);
    let waiting: Vec<usize> = turns(config).filter(|&row| rows[row].usable().is_some()).collect();
    let kept = match device {
        Device::Cpu => on_cores(&rows, waiting, follow, keep, watch)?,
        Device::Gpu(..) => side_by_side(&rows, waiting, follow, keep, device, watch).await?,
    };
    Ok(rows.into_iter().zip(kept).collect())
}

/// A table of an arm with other seeds: where they are an axis, it is as many after the last.
fn with_seed(arm: &Arm, seed: u32) -> Config {
    let mut config = Config { seed, seeds: 1, ..arm.config() };
    for axis in config.sweep.0.iter_mut().filter(|axis| axis.key == "seed") {
        if let SweepValues::Range { from, to, count, .. } = &mut axis.values {
            let further = f64::from(seed * *count);
            (*from, *to) = (*from + further, *to + further);
        }
    }
    config
}

/// Trains the table that an arm asks for once for each of these seeds, and judges each. Returns the judgements, and the first table as it
/// is kept.
///
/// # Errors
/// As [`run`].
pub async fn check(
    arm: &Arm,
    seeds: Range<u32>,
    device: &Device,
    watch: &mut dyn FnMut(usize, usize),
) -> Result<(Vec<Check>, Option<TableRecord>), String> {
    let (mut verdicts, mut first) = (vec![vec![]; arm.across.len()], None);
    for seed in seeds.clone() {
        let config = with_seed(arm, seed);
        let keep = |run: &BatchRun| (run.outcome(), run.trajectory.clone());
        let rows = train(&config, arm.follows(), &keep, device, watch).await?;
        let endings = endings(rows.iter().map(|(row, kept)| (row, kept.as_ref().map(|(outcome, _)| outcome))));
        let followed = rows.iter().filter_map(|(_, kept)| kept.as_ref()?.1.clone());
        let map = TrainingMap::of(&followed.collect::<Vec<Trajectory>>());
        verdicts.iter_mut().zip(arm.across).for_each(|(list, across)| list.push(across.judge(&endings, map.as_ref(), true)));
        if seed == seeds.start {
            let across = config.sweep.shape().first().copied().unwrap_or(1);
            first = TableRecord::of(arm, across, &endings, map.as_ref());
        }
    }
    Ok((arm.across.iter().zip(&verdicts).map(|(across, verdicts)| summary(across.text(), verdicts)).collect(), first))
}

/// A plan for each row, as many at once as there are cores: a small network stays in the cache of its core, and no row waits
/// for another. The rows of one plan would be computed in turn, kernel by kernel. `keep` is what is wanted of each that is over.
pub(super) fn on_cores<T: Send>(
    rows: &[Row],
    waiting: Vec<usize>,
    follow: bool,
    keep: &(dyn Fn(&BatchRun) -> T + Sync),
    watch: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Option<T>>, String> {
    let cores = available_parallelism().map_or(1, |cores| cores.get());
    let (all, mut decided) = (waiting.len(), 0);
    let mut outcomes: Vec<Option<T>> = rows.iter().map(|_| None).collect();
    let large = |row: &usize| {
        let config = &rows[*row].config;
        Batch::build(core::slice::from_ref(config)).need(Engine::Cpu, cores as u32).refusal(config, MEMORY).is_some()
    };
    let (large, small): (Vec<usize>, Vec<usize>) = waiting.into_iter().partition(large);
    for (turns, threads) in [(small, cores), (large, 1)] {
        let turns = Mutex::new(turns.into_iter());
        let turn = || turns.lock().unwrap_or_else(PoisonError::into_inner).next();
        let train = |row: usize| {
            let trained = async {
                let configs = core::slice::from_ref(&rows[row].config);
                let mut batch = Batch::new(configs, Batch::build(configs), &Device::Cpu).await?;
                if follow {
                    batch.follow();
                }
                while !batch.over() {
                    batch = batch.advance(CHUNK, &Device::Cpu).await?;
                }
                Ok(keep(&batch.runs[0]))
            };
            block_on(trained).map_err(|error| refused(rows, &[row], &error))
        };
        let (tell, told) = channel();
        scope(|scope| {
            for _ in 0..threads {
                let tell = tell.clone();
                // Kernels that divide their work among the threads of all rows would have one row wait for another.
                let share = ThreadPoolBuilder::new().num_threads(cores / threads).build().map_err(|error| error.to_string())?;
                // After an error nobody listens any more.
                let work = move || while turn().is_some_and(|row| tell.send((row, train(row))).is_ok()) {};
                scope.spawn(move || share.install(work));
            }
            drop(tell);
            for (row, outcome) in told {
                outcomes[row] = Some(outcome?);
                decided += 1;
                watch(decided, all);
            }
            Ok::<(), String>(())
        })?;
    }
    Ok(outcomes)
}

/// In as few plans as possible: a GPU has room for many rows, and takes as many launches for them as for one.
async fn side_by_side<T>(
    rows: &[Row],
    mut waiting: Vec<usize>,
    follow: bool,
    keep: &(dyn Fn(&BatchRun) -> T + Sync),
    device: &Device,
    watch: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Option<T>>, String> {
    let (all, mut decided) = (waiting.len(), 0);
    let mut outcomes: Vec<Option<T>> = rows.iter().map(|_| None).collect();
    while !waiting.is_empty() {
        let (group, mut batch) = start(rows, &waiting, device).await?;
        if follow {
            batch.follow();
        }
        while !batch.over() {
            batch = batch.advance(CHUNK, device).await.map_err(|error| refused(rows, &group, &error))?;
            watch(decided + batch.runs.iter().filter(|run| run.over()).count(), all);
        }
        decided += group.len();
        for (row, run) in group.iter().zip(&batch.runs) {
            outcomes[*row] = Some(keep(run));
        }
        waiting.retain(|row| !group.contains(row));
    }
    Ok(outcomes)
}

/// The rows whose turn it is, at step 0: half as many, and half of those, until there is memory for them.
async fn start(rows: &[Row], waiting: &[usize], device: &Device) -> Result<(Vec<usize>, Batch), String> {
    let mut group = next(rows, waiting, MOST);
    loop {
        let configs: Vec<Config> = group.iter().map(|row| rows[*row].config.clone()).collect();
        let (built, alone) = (Batch::build(&configs), group.len() == 1);
        if alone || built.need(Engine::Gpu, 1).refusal(&configs[0], MEMORY).is_none() {
            match Batch::new(&configs, built, device).await {
                Ok(batch) => return Ok((group, batch)),
                Err(ExecError::Rejected { .. }) if !alone => {}
                Err(error) => return Err(refused(rows, &group, &error)),
            }
        }
        group.truncate(group.len() / 2);
    }
}

/// Why rows were not trained, named by their first link.
fn refused(rows: &[Row], group: &[usize], error: &ExecError) -> String {
    let (first, others) = (to_query(&rows[group[0]].config), group.len() - 1);
    let beside = if others > 0 { format!(" and {others} beside it") } else { String::new() };
    format!("the row {first}{beside}: {error}; take a smaller network, or leave its values out of the sweep")
}

/// A letter for each cell, the phase of most of its seeds, and how many runs came to each phase. The first axis goes to the
/// right, the second one up.
pub fn map(config: &Config, rows: &[Trained]) -> String {
    let (axes, values) = (&config.sweep.0, config.sweep_values());
    let cells: Vec<char> = rows.chunks(config.seeds as usize).map(cell).collect();
    let up = values.get(1).cloned().unwrap_or_else(|| vec![String::new()]);
    let across = values.first().map_or(1, Vec::len);
    let width = up.iter().map(String::len).chain(axes.get(1).map(|axis| axis.key.len())).max().unwrap_or(0);
    let mut text = String::new();
    if let Some(axis) = axes.get(1) {
        text += &format!("{:>width$}\n", axis.key);
    }
    for (label, cells) in up.iter().zip(cells.chunks(across)).rev() {
        let cells: Vec<String> = cells.iter().map(char::to_string).collect();
        text += &format!("{label:>width$}  {}\n", cells.join(" "));
    }
    if let (Some(axis), Some(values)) = (axes.first(), values.first()) {
        text += &format!("{:width$}  {} to the right: {}\n", "", axis.key, values.join(", "));
    }
    let count = |phase| rows.iter().filter(|(_, outcome)| outcome.and_then(|outcome| outcome.phase) == phase).count();
    let phases = LearningPhase::ALL.map(|phase| format!("{} {}: {} runs", letter(Some(phase)), phase.id(), count(Some(phase))));
    text += &(phases.join("\n") + "\n");
    match count(None) {
        0 => text,
        others => text + &format!("{} not trained: {others} runs\n", letter(None)),
    }
}

/// What stands for a cell, of the phases of its seeds.
fn cell(seeds: &[Trained]) -> char {
    letter(LearningPhase::of_most(seeds.iter().filter_map(|(_, outcome)| outcome.as_ref()?.phase)))
}

fn letter(phase: Option<LearningPhase>) -> char {
    match phase {
        Some(LearningPhase::Confusion) => '.',
        Some(LearningPhase::Memorisation) => 'm',
        Some(LearningPhase::Grokking) => 'G',
        Some(LearningPhase::Comprehension) => 'C',
        None => '-',
    }
}
