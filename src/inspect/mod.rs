//! A look inside a network: a second, small plan that computes the whole operation table, run on demand with given weights.
//!
//! It is made of the model's own forward tape; what it shows is found on that tape by kernel, so that any model can be looked
//! into. Nothing here is on the way of training: weights are copied in, and what is switched off is a matter of that copy.

mod attention;
mod embedding;
mod matrix;
mod neurons;
mod pair;
mod parts;
mod progress;
mod table;

use std::rc::Rc;

use crate::analysis::{Basis, Cycle, EXPLAINED, Fit, fits};
use crate::config::Config;
use crate::exec::{Device, Exec, ExecError};
use crate::model::{self, Examples, Head, Sizes};
use crate::ops::activation::Activation;
use crate::ops::cross_entropy::cross_entropy;
use crate::ops::linear::linear_onto;
use crate::plan::{List, View};
use crate::protocol::inspect::{InspectQuery, InspectReply, InspectRequest, InspectResult, Off};
use crate::tape::{self, Param, Tape};
use crate::task::{self, Dataset, Equation};
use crate::train::CheckpointHistory;
use parts::Parts;

/// Memory that a look may take, bytes: 199 numbers and a width of 512 are within it.
const MOST: u64 = 800_000_000;

/// Everything about the table and its plan, and what the last looks found.
pub struct Inspector {
    exec: Exec,
    /// Numbers that there are; none where the network is shown bits.
    p: usize,
    /// All equations, the rows of the plan.
    equations: Vec<Equation>,
    /// The row of each cell of the p × p table.
    rows: Vec<Option<u32>>,
    /// Whether each row is a training pair.
    trained: Vec<bool>,
    cycle: Cycle,
    basis: Basis,
    params: Vec<Param>,
    flat: View,
    logits: View,
    probs: View,
    losses: View,
    parts: Parts,
    /// The fraction of its variance from which a neuron is explained.
    least: f32,
    /// Progress measures, the ones used last at the end.
    measured: Vec<progress::Measured>,
}

impl Inspector {
    /// Prepares looks into the first run of a valid configuration.
    ///
    /// # Errors
    /// Says why this network cannot be looked into: it would take too much memory, or the device rejects it.
    pub async fn new(config: &Config, device: &Device) -> Result<Self, String> {
        let seed = config.seed.into();
        let Dataset { symbols, classes, split, features } = task::dataset(config, seed);
        let (p, mut equations) = match features {
            Some(_) => (0, [&split.train[..], &split.test].concat()),
            None => (symbols as usize, task::table(config, seed)),
        };
        let shown: Option<Vec<Vec<f32>>> =
            features.as_ref().map(|features| vec![equations.iter().flat_map(|e| features.row(e.x)).copied().collect()]);
        let mut trained: Vec<bool> = (0..equations.len()).map(|row| p == 0 && row < split.train.len()).collect();
        let mut cells = vec![None; p * p];
        let mut rows = cells.clone();
        for (row, e) in equations.iter().enumerate().filter(|_| p > 0) {
            let cell = e.x as usize * p + e.y as usize;
            (cells[cell], rows[cell]) = (Some(e.c), Some(row as u32));
        }
        for e in split.train.iter().filter(|_| p > 0) {
            if let Some(row) = rows[e.x as usize * p + e.y as usize] {
                trained[row as usize] = true;
                // What it is taught, right or wrong.
                equations[row as usize].c = e.c;
            }
        }
        let cycle = Cycle::of(&cells, p);

        let mut tape = Tape::new(1);
        let sizes = Sizes { symbols, classes, features: features.map(|features| features.width) };
        let network = model::network(&mut tape, config, sizes);
        let (pairs, targets) = ([equations.clone()], [equations.iter().map(|e| e.c).collect()]);
        let examples = Examples { pairs: &pairs, features: shown.as_deref() };
        let Head { state, unembed, bias, direct, .. } = network.answer(&mut tape, &examples);
        let logits = linear_onto(&mut tape, state, unembed, bias, direct, "logits");
        let targets = tape.indices(&targets, "targets");
        let loss = cross_entropy(&mut tape, logits, targets);
        let list = tape::forward(&tape.take());
        let (params, flat) = (tape.params().to_vec(), tape.flat());
        let parts = Parts::find(&list, &params, equations.len(), config.mlp as usize);
        let [logits, losses] = [logits, loss.rows].map(|t| tape.view(t));
        let mut plan = tape.plan(vec![], list);
        if let Some(tiles) = device.tiles() {
            tiles.apply(&mut plan);
        }
        if plan.bytes() > MOST {
            return Err(format!(
                "Looking at all pairs at once would take {} million bytes, which is too much.",
                plan.bytes() / 1_000_000
            ));
        }
        let exec = device.exec(Rc::new(plan)).await.map_err(|error| error.to_string())?;
        let basis = Basis::new(cycle.len());
        let probs = loss.probs;
        let measured = vec![];
        // (cos + cos)² has a fifth of its variance at twice its frequency: see the test with written weights.
        let least = if config.activation == Activation::Quadratic { 0.75 } else { EXPLAINED };
        Ok(Inspector {
            exec,
            p,
            least,
            equations,
            rows,
            trained,
            cycle,
            basis,
            params,
            flat,
            logits,
            probs,
            losses,
            parts,
            measured,
        })
    }

    /// Looks at `weights`, which start with those of the first run.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn inspect(
        &mut self,
        weights: &[f32],
        request: &InspectRequest,
        off: &Off,
    ) -> Result<([f32; 2], InspectResult), ExecError> {
        self.run(weights, off);
        let [logits, losses] = self.read([self.logits, self.losses]).await?;
        let accuracy = self.accuracy(&logits);
        let result = match request {
            // The rest is about pairs of numbers.
            InspectRequest::Progress => InspectResult::None,
            InspectRequest::Matrix(index) => self.matrix(weights, *index as usize),
            _ if self.p == 0 => InspectResult::None,
            InspectRequest::Table => self.table(&logits, &losses).await?,
            InspectRequest::Embedding(plane) => self.embedding(weights, *plane).await?,
            InspectRequest::Neurons(first) => self.neurons(*first as usize).await?,
            InspectRequest::Attention => self.attention().await?,
            InspectRequest::Pair(x, y) => self.pair([*x, *y], &logits).await?,
        };
        Ok((accuracy, result))
    }

    /// Answers a question with the weights of a step.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn answer(
        &mut self,
        InspectQuery { asker, request, off, urgent, .. }: &InspectQuery,
        step: u32,
        weights: &[f32],
        checkpoints: &CheckpointHistory,
    ) -> Result<InspectReply, ExecError> {
        let (accuracy, mut result) = self.inspect(weights, request, off).await?;
        if *request == InspectRequest::Progress {
            result = self.progress(step, weights, checkpoints, off, *urgent).await?;
        }
        Ok(InspectReply { asker: *asker, step, accuracy, checkpoint_steps: checkpoints.steps(), result })
    }

    /// Computes the whole table.
    fn run(&mut self, weights: &[f32], off: &Off) {
        let mut weights = weights[..self.flat.len].to_vec();
        self.parts.switch_off(&mut weights, off);
        self.exec.write(self.flat, &weights);
        self.exec.run(&[List::Evaluate]);
    }

    async fn read<const N: usize>(&mut self, views: [View; N]) -> Result<[Vec<f32>; N], ExecError> {
        let read = self.exec.read(&views).await?;
        Ok(read.try_into().unwrap_or_else(|_| core::array::from_fn(|_| vec![])))
    }

    /// Fractions of right answers among training and test pairs.
    fn accuracy(&self, logits: &[f32]) -> [f32; 2] {
        let (mut right, mut count) = ([0.0; 2], [0.0f32; 2]);
        for ((row, e), trained) in logits.chunks_exact(self.classes()).zip(&self.equations).zip(&self.trained) {
            let which = usize::from(!trained);
            right[which] += f32::from(u8::from(best(row) == e.c as usize));
            count[which] += 1.0;
        }
        [0, 1].map(|i| right[i] / count[i].max(1.0))
    }

    fn classes(&self) -> usize {
        self.logits.len / self.equations.len()
    }

    /// The row of the plan for each pair of cycle indices, if all have one.
    fn cycle_rows(&self) -> Option<Vec<usize>> {
        self.cycle.pairs(self.p).map(|cell| self.rows[cell].map(|row| row as usize)).collect()
    }

    /// Every neuron's frequency with the weights of the last [`run`](Self::run), and all activations.
    async fn fits(&mut self) -> Result<(Vec<Fit>, Vec<f32>), ExecError> {
        let Some((hidden, units)) = self.parts.hidden.filter(|_| self.p > 0) else { return Ok((vec![], vec![])) };
        let [hidden] = self.read([hidden]).await?;
        // A pair without a result is no answer's business: as if the neuron were silent there.
        let rows: Vec<Option<u32>> = self.cycle.pairs(self.p).map(|cell| self.rows[cell]).collect();
        let activation = |i: usize, m: usize| rows[i].map_or(0.0, |row| hidden[row as usize * units + m]);
        Ok((fits(&self.basis, units, activation), hidden))
    }
}

/// A fraction as a byte.
fn byte(fraction: f32) -> u8 {
    (fraction * 255.0).round() as u8
}

/// The first of the largest.
fn best(row: &[f32]) -> usize {
    (1..row.len()).fold(0, |best, j| if row[j] > row[best] { j } else { best })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
