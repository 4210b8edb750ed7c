//! Runs an arm natively, for the runner and for tests: the same trainer and the same stop rule as in the page.

use super::record::{ArmRecord, Check, Curve};
use super::{Arm, Compare, Experiment};
use crate::config::Config;
use crate::metrics::{History, limit};
use crate::train::{Device, Trainer};

/// Steps between looks at the points.
const CHUNK: u32 = 50;

/// Trains `seeds` runs of an arm to their end, with seeds 0, 1, …, side by side in one plan. `watch` is told after every chunk
/// how far they are.
///
/// # Errors
/// When the device refuses or fails.
pub async fn run(arm: &Arm, seeds: u32, device: &Device, watch: &mut dyn FnMut(u32, &Config)) -> Result<Vec<History>, String> {
    let mut config = Config { runs: seeds, ..arm.config() };
    let mut trainer = Trainer::new(&config, device).await.map_err(|e| e.to_string())?;
    let mut histories = vec![History::default(); seeds as usize];
    let mut then = arm.then.as_ref();
    loop {
        // A change of the middle is due for all runs at once.
        let due = then.and_then(|then| {
            Some(histories.iter().map(|h| h.grokked).collect::<Option<Vec<u32>>>()?.into_iter().max()? + then.after)
        });
        if let Some(change) = then.filter(|_| due.is_some_and(|due| trainer.step() >= due)) {
            then = None;
            let mut snapshot = trainer.snapshot().snapshot().await.map_err(|e| e.to_string())?;
            let pairs = crate::pairs::from_query(change.query);
            config = config.with_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()))).0;
            snapshot.adopt(config.clone());
            trainer = Trainer::new(&config, device).await.map_err(|e| e.to_string())?;
            trainer.restore(&snapshot)?;
        }
        let left = limit(&config, &histories).saturating_sub(trainer.step());
        if left == 0 {
            return Ok(histories);
        }
        trainer.steps(left.min(CHUNK));
        for point in trainer.collect().points().await.map_err(|e| e.to_string())? {
            histories[point.run as usize].push(point);
        }
        watch(trainer.step(), &config);
    }
}

/// What is kept of an arm's runs.
pub fn record(arm: &Arm, histories: &[History], made: &str) -> ArmRecord {
    let check = |expect: &super::Expect| {
        let verdicts: Vec<_> = histories.iter().map(|history| expect.judge(history, true)).collect();
        summary(expect.text(), &verdicts)
    };
    let curve = histories.first().map(Curve::of).unwrap_or_default();
    let checks = arm.expect.iter().map(check).collect();
    ArmRecord { id: arm.id.into(), made: made.into(), seeds: histories.len() as u32, checks, curve }
}

/// What is kept of an experiment's comparisons, from the histories of its arms in order.
pub fn compare(experiment: &Experiment, histories: &[Vec<History>]) -> Vec<Check> {
    let check = |compare: &Compare| {
        let [a, b] = compare.arms().map(|id| experiment.arm(id).unwrap_or(0));
        let verdicts: Vec<_> = histories[a].iter().zip(&histories[b]).map(|(a, b)| compare.judge(a, b)).collect();
        summary(compare.text([experiment.arms[a].label, experiment.arms[b].label]), &verdicts)
    };
    experiment.compare.iter().map(check).collect()
}

fn summary(text: String, verdicts: &[super::Verdict]) -> Check {
    let met = verdicts.iter().filter(|v| v.judgement == super::Judgement::Holds).count() as u32;
    let measured: Vec<&str> = verdicts.iter().map(|v| v.measured.as_str()).collect();
    Check { met, all: verdicts.len() as u32, text, measured: measured.join(", ") }
}
