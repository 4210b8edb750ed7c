//! Trains a table of runs natively: the rows that share a plan side by side, a coarse grid first.

use crate::config::Config;
use crate::exec::{Engine, ExecError};
use crate::settings::to_query;
use crate::sweep::{Batch, LearningPhase, Outcome, Row, coarse_first, next, rows};
use crate::train::Device;

/// Most rows of a plan. More take memory, and wait for each other.
const MOST: usize = 64;
/// Steps between looks at the measurements.
const CHUNK: u32 = 50;

/// A row with what became of it; nothing of one that cannot be trained.
pub type Trained = (Row, Option<Outcome>);

/// Trains all rows of a configuration that can be trained. `watch` is told how many are decided, and of how many.
///
/// # Errors
/// When the device refuses a single row, or fails: says which rows.
pub async fn run(config: &Config, device: &Device, watch: &mut dyn FnMut(usize, usize)) -> Result<Vec<Trained>, String> {
    let rows = rows(config);
    let shape: Vec<usize> = config.sweep_values().iter().map(Vec::len).collect();
    let seeds = config.runs as usize;
    let turns = coarse_first(&shape).into_iter().flat_map(|cell| cell * seeds..(cell + 1) * seeds);
    let mut waiting: Vec<usize> = turns.filter(|&row| rows[row].usable().is_some()).collect();
    let (all, mut decided) = (waiting.len(), 0);
    let mut outcomes = vec![None; rows.len()];
    while !waiting.is_empty() {
        let (group, mut batch) = start(&rows, &waiting, device).await?;
        while !batch.over() {
            batch = batch.advance(CHUNK, device).await.map_err(|error| refused(&rows, &group, &error))?;
            watch(decided + batch.runs.iter().filter(|run| run.over()).count(), all);
        }
        decided += group.len();
        for (row, run) in group.iter().zip(&batch.runs) {
            outcomes[*row] = Some(Outcome::of(&run.history, run.phase));
        }
        waiting.retain(|row| !group.contains(row));
    }
    Ok(rows.into_iter().zip(outcomes).collect())
}

/// The rows whose turn it is, at step 0: half as many, and half of those, until the device takes them.
async fn start(rows: &[Row], waiting: &[usize], device: &Device) -> Result<(Vec<usize>, Batch), String> {
    let engine = device.tiles().map_or(Engine::Cpu, |_| Engine::Gpu);
    let mut group = next(rows, waiting, MOST);
    loop {
        let configs: Vec<Config> = group.iter().map(|row| rows[*row].config.clone()).collect();
        let built = Batch::build(&configs);
        let alone = group.len() == 1;
        // As much as one worker of the page may take: a row alone gets what it needs.
        if alone || built.need(engine, 1).refusal(&configs[0], u64::MAX).is_none() {
            match Batch::new(&configs, built, device).await {
                Ok(batch) => return Ok((group, batch)),
                Err(ExecError::Rejected { .. }) if !alone => {}
                Err(error) => return Err(refused(rows, &group, &error)),
            }
        }
        group.truncate(group.len() / 2);
    }
}

fn refused(rows: &[Row], group: &[usize], error: &ExecError) -> String {
    let (first, others) = (to_query(&rows[group[0]].config), group.len() - 1);
    let beside = if others > 0 { format!(" and {others} beside it") } else { String::new() };
    format!("the row {first}{beside}: {error}; take a smaller network, or leave its values out of the sweep")
}

/// A letter for each cell, the phase of most of its seeds, and how many runs came to each phase. The first axis goes to the
/// right, the second one up.
pub fn map(config: &Config, rows: &[Trained]) -> String {
    let (axes, values) = (&config.sweep.0, config.sweep_values());
    let cells: Vec<char> = rows.chunks(config.runs as usize).map(cell).collect();
    let up = values.get(1).cloned().unwrap_or_else(|| vec![String::new()]);
    let across = values.first().map_or(1, Vec::len);
    let width = up.iter().map(String::len).max().unwrap_or(0);
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
