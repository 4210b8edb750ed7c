//! Runs an arm natively, for the runner and for tests: the same trainer and the same stop rule as in the page.

use core::ops::Range;

use super::weights::{self, Ended};
use crate::config::Config;
use crate::experiment::record::{ArmRecord, Check, Curve};
use crate::experiment::{Arm, Compare, Expect, Experiment, Judgement, Verdict};
use crate::metrics::{History, end, limit};
use crate::train::{CheckpointHistory, Device, Trainer, WeightCheckpoint};

/// Steps between looks at the points.
const CHUNK: u32 = 50;
/// The same where there are checkpoints on the way.
const FINE: u32 = 10;

/// Trains runs of an arm with these seeds to their end, side by side in one plan. `watch` is told after every chunk
/// how far they are. Returns the measurements, and what the probes found.
///
/// # Errors
/// When the device refuses or fails.
pub async fn run(
    arm: &Arm,
    seeds: Range<u32>,
    device: &Device,
    watch: &mut dyn FnMut(u32, &Config),
) -> Result<(Vec<History>, Vec<Check>), String> {
    let seed = seeds.start;
    let mut config = Config { seed, seeds: seeds.len() as u32, ..arm.config() };
    let mut trainer = Trainer::new(&config, device).await.map_err(|e| e.to_string())?;
    let mut histories = vec![History::default(); config.seeds as usize];
    let mut then = arm.then.as_ref();
    let mut all_checkpoints: Vec<CheckpointHistory> = seeds.map(|_| CheckpointHistory::default()).collect();
    let chunk = if arm.probes.is_empty() { CHUNK } else { FINE };
    loop {
        // A change of the middle is due for all runs at once.
        let change = then.take_if(|then| then.due(&histories, trainer.step()));
        let due = change.map(|change| config.with_query(change.query).0).or_else(|| trainer.due());
        if let Some(now) = due {
            if now.task != config.task {
                all_checkpoints.fill_with(CheckpointHistory::default);
            }
            trainer = trainer.carried(&now, device).await.map_err(|e| e.to_string())?;
            config = now;
            let turned = trainer.record().turned(trainer.step());
            histories.iter_mut().for_each(|history| history.turn(turned));
        }
        let left = limit(&config, &histories).saturating_sub(trainer.step());
        let points = match left {
            // The last measurement may show that it has not settled yet.
            0 => trainer.measure().await,
            left => {
                trainer.steps(trainer.until_change(left.min(chunk)));
                trainer.collect().points().await
            }
        };
        for point in points.map_err(|e| e.to_string())? {
            histories[point.run as usize].push(point);
        }
        if left == 0 && end(&config, &histories, trainer.step()).is_some() {
            break;
        }
        watch(trainer.step(), &config);
        if !arm.probes.is_empty() && all_checkpoints[0].wants(trainer.step()) {
            for (checkpoints, weights) in all_checkpoints.iter_mut().zip(weights(&mut trainer).await?) {
                checkpoints.add(WeightCheckpoint::of(trainer.step(), &weights));
            }
        }
    }
    let last = if arm.probes.is_empty() { vec![] } else { weights(&mut trainer).await? };
    let configs = config.each_run();
    let params = &trainer.built().params;
    let ended = last.iter().enumerate().map(|(i, weights)| Ended {
        config: &configs[i],
        params,
        weights,
        checkpoints: &all_checkpoints[i],
        history: &histories[i],
    });
    let checks = weights::check(arm.probes, &ended.collect::<Vec<_>>(), device).await?;
    Ok((histories, checks))
}

/// The weights of all runs.
async fn weights(trainer: &mut Trainer) -> Result<Vec<Vec<f32>>, String> {
    let flat = trainer.built().flat;
    let all = trainer.read(&[flat]).await.map_err(|e| e.to_string())?.remove(0);
    Ok(all.chunks_exact(flat.len).map(<[f32]>::to_vec).collect())
}

/// What is kept of an arm's runs, which were made on a machine and a day, and took so many seconds; of an arm that is a table, that table
/// is added.
pub fn record(arm: &Arm, histories: &[History], found: Vec<Check>, made: &str, seconds: u32) -> ArmRecord {
    let check = |expect: &Expect| {
        let verdicts: Vec<_> = histories.iter().map(|history| expect.judge(history, true)).collect();
        summary(expect.text(), &verdicts)
    };
    let found_on = found.first().map_or(0, |check| check.all as usize);
    let curve = histories.first().map(Curve::of).unwrap_or_default();
    let checks = arm.expect.iter().map(check).chain(found).collect();
    // A table has no curve, and one run of its own for each seed.
    let seeds = histories.len().max(found_on) as u32;
    ArmRecord { id: arm.id.into(), made: made.into(), seeds, seconds: Some(seconds), checks, curve, table: None }
}

/// What is kept of an experiment's comparisons, from the histories of its arms in order.
pub fn compare(experiment: &Experiment, histories: &[Vec<History>]) -> Vec<Check> {
    let check = |compare: &Compare| {
        let arms: Vec<&[History]> = compare.arms().iter().filter_map(|id| Some(&histories[experiment.arm(id)?][..])).collect();
        let runs = arms.iter().map(|runs| runs.len()).min().unwrap_or(0);
        let each = |run: usize| compare.judge(&arms.iter().map(|runs| &runs[run]).collect::<Vec<_>>());
        summary(compare.text(|id| experiment.label(id)), &(0..runs).map(each).collect::<Vec<_>>())
    };
    experiment.compare.iter().map(check).collect()
}

/// How many runs met something, and what each did.
pub(super) fn summary(text: String, verdicts: &[Verdict]) -> Check {
    let met = verdicts.iter().filter(|v| v.judgement == Judgement::Holds).count() as u32;
    let measured: Vec<&str> = verdicts.iter().map(|v| v.measured.as_str()).collect();
    Check { met, all: verdicts.len() as u32, text, measured: measured.join(", ") }
}
