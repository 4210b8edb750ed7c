//! A look inside a network: a second, small plan that computes the whole operation table, run on demand with given weights.
//!
//! It is made of the model's own forward tape; what it shows is found on that tape by kernel, so that any model can be looked
//! into. Nothing here is on the way of training: weights are copied in, and what is switched off is a matter of that copy.

mod attention;
mod compression;
mod embedding;
mod lens;
mod losses;
mod matrix;
mod neurons;
mod pair;
mod parts;
mod pictures;
mod progress;
mod sample;
mod sequences;
mod table;

use core::ops::Range;
use std::rc::Rc;

use crate::analysis::{Basis, Cycle, EXPLAINED, Fit, fits};
use crate::config::{Config, Inputs, Model};
use crate::exec::{Device, Exec, ExecError};
use crate::model::{self, Examples, Head, Sizes};
use crate::ops::activation::Activation;
use crate::ops::cross_entropy::cross_entropy;
use crate::ops::linear::linear_onto;
use crate::order::best;
use crate::plan::{List, View};
use crate::protocol::inspect::{Asker, InspectQuery, InspectReply, InspectRequest, InspectResult, Kind, Off};
use crate::tape::{self, Param, Tape};
use crate::task::{self, Dataset, Equation, Operation, Sequences};
use crate::train::CheckpointHistory;
use parts::Parts;
use pictures::Pictures;
use sample::{sample, spread};

/// So many looks of the stage in a row do with the frequencies that an earlier one found, while the network trains.
const LATELY: u32 = 7;
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
    /// So many rows at the end are out of distribution.
    apart: usize,
    cycle: Cycle,
    basis: Basis,
    params: Vec<Param>,
    flat: View,
    logits: View,
    probs: View,
    losses: View,
    /// What the last layer reads of a sample of the equations, `[examples, k]`, and its shape.
    features: (View, [usize; 2]),
    /// What that sample would be answered after each layer.
    lens: lens::Depths,
    parts: Parts,
    /// Whether the network is shown the sum of its operands' vectors.
    adds: bool,
    /// Operands, of a network that is shown sequences.
    sequences: Option<Sequences>,
    /// How many operands an example has.
    operands: usize,
    /// How many of the first say whom an example is about.
    subject: usize,
    /// How many answers it has.
    each: usize,
    /// Which of them accuracy counts.
    judged: Range<usize>,
    /// Pictures of the test, of a network that is shown such.
    pictures: Option<Pictures>,
    /// The fraction of its variance from which a neuron is explained.
    least: f32,
    /// What the hidden units do with the weights of the last [`run`](Self::run), once somebody asked.
    responses: Option<Rc<Responses>>,
    /// The frequencies of the hidden units as a look in passing found them last, and how many such looks have made do with them
    /// since. Looks at other steps leave them alone.
    lately: Option<(Rc<Vec<Fit>>, u32)>,
    /// Whether somewhat older frequencies will do.
    hurry: bool,
    /// Progress measures, the ones used last at the end.
    measured: Vec<progress::Measured>,
}

/// What the hidden units do on all pairs.
#[derive(Default)]
struct Responses {
    /// Every unit's frequency; none where there are no pairs or no units.
    fits: Rc<Vec<Fit>>,
    /// All activations, `[rows, units]`.
    hidden: Vec<f32>,
}

impl Inspector {
    /// Prepares looks into the first run of a valid configuration.
    ///
    /// # Errors
    /// Says why this network cannot be looked into: it would take too much memory, or the device rejects it.
    pub async fn new(config: &Config, device: &Device) -> Result<Self, String> {
        let seed = config.seed.into();
        let data = task::dataset(config, seed);
        let sizes = Sizes::of(&data);
        let Dataset { symbols, mut split, features, sequences, answers, judged, .. } = data;
        if answers > 1 {
            for list in [&mut split.train, &mut split.test, &mut split.apart] {
                *list = spread(list, answers, sizes.operands);
            }
        }
        let pictures = Pictures::of(config, &split, features.as_ref());
        let (p, mut equations) = match (&features, &sequences) {
            (None, None) => (symbols as usize, task::table(config, seed)),
            _ => (0, [&split.train[..], &split.test, &split.apart].concat()),
        };
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
        let network = model::network(&mut tape, config, sizes);
        let (pairs, targets) = ([equations.clone()], [equations.iter().map(|e| e.c).collect()]);
        let given = |equations: &[Equation]| {
            let read = sequences.as_ref().map(|all| vec![all.shared(equations, answers)]);
            (features.as_ref().map(|all| vec![all.of(equations)]), read)
        };
        let (numbers, operands) = given(&equations);
        let examples = Examples { pairs: &pairs, features: numbers.as_deref(), sequences: operands.as_deref() };
        let Head { state, unembed, bias, direct, .. } = network.answer(&mut tape, &examples);
        let logits = linear_onto(&mut tape, state, unembed, bias, direct, "logits");
        let targets = tape.indices(&targets, "targets");
        let loss = cross_entropy(&mut tape, logits, targets);
        let list = tape::forward(&tape.take());
        let sample = sample(equations.len() / answers);
        let of_sample: Vec<usize> = sample.iter().flat_map(|example| example * answers..(example + 1) * answers).collect();
        let pairs = [of_sample.iter().map(|row| equations[*row]).collect::<Vec<_>>()];
        let (numbers, operands) = given(&pairs[0]);
        let examples = Examples { pairs: &pairs, features: numbers.as_deref(), sequences: operands.as_deref() };
        let depths = network.depths(&mut tape, &examples);
        let lens = lens::Depths::new(&mut tape, &depths, &of_sample);
        let features_list = tape::forward(&tape.take());
        let features = depths.last().map_or(logits, |last| last.state);
        let features = (tape.view(features), tape.shape(features));
        let (params, flat) = (tape.params().to_vec(), tape.flat());
        let [logits, losses] = [logits, loss.rows].map(|t| tape.view(t));
        let mut plan = tape.plan(vec![], list);
        plan.record = features_list;
        let parts = Parts::find(&plan, &params, equations.len(), config);
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
            adds: config.model == Model::Mlp && config.inputs == Inputs::Summed && config.embed > 0,
            least,
            responses: None,
            lately: None,
            hurry: false,
            equations,
            rows,
            trained,
            apart: split.apart.len(),
            cycle,
            basis,
            params,
            flat,
            logits,
            probs,
            losses,
            features,
            lens,
            parts,
            sequences,
            operands: sizes.operands,
            subject: Operation::of(config).subject(),
            each: answers,
            judged,
            pictures,
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
        let answers = self.answers(&logits);
        let accuracy = self.accuracy(&answers);
        let result = match request {
            InspectRequest::Several(requests) => {
                let mut results = Vec::with_capacity(requests.len());
                for request in requests {
                    results.push(self.find(weights, request, (&logits, &losses, &answers)).await?);
                }
                InspectResult::Several(results)
            }
            one => self.find(weights, one, (&logits, &losses, &answers)).await?,
        };
        Ok((accuracy, result))
    }

    /// What is asked for of the weights of the last [`run`](Self::run), which gave these logits, losses and answers.
    async fn find(
        &mut self,
        weights: &[f32],
        request: &InspectRequest,
        (logits, losses, answers): (&[f32], &[f32], &[u16]),
    ) -> Result<InspectResult, ExecError> {
        Ok(match request {
            // Measured over many weights, see `answer`; and lists are not nested.
            InspectRequest::Progress(_) | InspectRequest::Several(_) => InspectResult::None,
            InspectRequest::Matrix(index) => self.matrix(weights, *index as usize),
            InspectRequest::Pictures => self.answered_pictures(answers),
            InspectRequest::Sequences => self.answered_sequences(answers).await?,
            InspectRequest::Attention => self.attention().await?,
            InspectRequest::Layers => self.layers().await?,
            InspectRequest::Losses => self.each_loss(losses, answers).await?,
            // The rest is about pairs of numbers.
            _ if self.p == 0 => InspectResult::None,
            InspectRequest::Table => self.table(logits, losses, answers),
            InspectRequest::Embedding(plane) => self.embedding(weights, *plane).await?,
            InspectRequest::Neurons(selection) => self.neurons(*selection).await?,
            InspectRequest::Pair(x, y) => self.pair([*x, *y], logits).await?,
        })
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
        // The stage is looked at again and again while the network trains, and finding frequencies takes longest by far.
        self.hurry = matches!(asker, Asker::Stage(_)) && !urgent;
        let looked = self.inspect(weights, request, off).await;
        self.hurry = false;
        let (accuracy, mut result) = looked?;
        if let InspectRequest::Progress(which) = request {
            result = self.progress(*which, (step, weights), checkpoints, off, *urgent).await?;
        }
        Ok(InspectReply { asker: *asker, step, accuracy, checkpoint_steps: checkpoints.steps(), result })
    }

    /// Computes the whole table.
    fn run(&mut self, weights: &[f32], off: &Off) {
        self.responses = None;
        let mut weights = weights[..self.flat.len].to_vec();
        self.parts.switch_off(&mut weights, off);
        self.exec.write(self.flat, &weights);
        self.exec.run(&[List::Evaluate]);
    }

    async fn read<const N: usize>(&mut self, views: [View; N]) -> Result<[Vec<f32>; N], ExecError> {
        let read = self.exec.read(&views).await?;
        Ok(read.try_into().unwrap_or_else(|_| core::array::from_fn(|_| vec![])))
    }

    /// What is answered to each row, given all logits.
    fn answers(&self, logits: &[f32]) -> Vec<u16> {
        logits.chunks_exact(self.classes()).map(|row| best(row) as u16).collect()
    }

    /// Fractions of right answers among training and test pairs.
    fn accuracy(&self, answers: &[u16]) -> [f32; 2] {
        let [train, test, _] = self.each_accuracy(answers);
        [train, test]
    }

    /// Whether accuracy counts the answer to an equation.
    fn counts(&self, e: &Equation) -> bool {
        self.p > 0 || self.judged.contains(&(e.y as usize))
    }

    /// What the equation of a row is for.
    fn kind(&self, row: usize) -> Kind {
        match self.trained[row] {
            _ if row >= self.equations.len() - self.apart => Kind::Apart,
            true => Kind::Training,
            false => Kind::Test,
        }
    }

    /// The same, and among those out of distribution; 0 where there are none.
    fn each_accuracy(&self, answers: &[u16]) -> [f32; 3] {
        let (mut right, mut count) = ([0.0; 3], [0.0f32; 3]);
        for (row, (answer, e)) in answers.iter().zip(&self.equations).enumerate().filter(|(_, (_, e))| self.counts(e)) {
            let which = self.kind(row) as usize;
            right[which] += f32::from(u8::from(u32::from(*answer) == e.c));
            count[which] += 1.0;
        }
        [0, 1, 2].map(|i| right[i] / count[i].max(1.0))
    }

    fn classes(&self) -> usize {
        self.logits.len / self.equations.len()
    }

    /// The row of the plan for each pair of cycle indices, if all have one.
    fn cycle_rows(&self) -> Option<Vec<usize>> {
        self.cycle.pairs(self.p).map(|cell| self.rows[cell].map(|row| row as usize)).collect()
    }

    /// What the hidden units do with the weights of the last [`run`](Self::run), found once.
    async fn responses(&mut self) -> Result<Rc<Responses>, ExecError> {
        if let Some(found) = &self.responses {
            return Ok(found.clone());
        }
        let found = Rc::new(self.respond().await?);
        Ok(self.responses.insert(found).clone())
    }

    async fn respond(&mut self) -> Result<Responses, ExecError> {
        let Some((hidden, units)) = self.parts.hidden.filter(|_| self.p > 0) else { return Ok(Responses::default()) };
        let [hidden] = self.read([hidden]).await?;
        // A pair without a result is no answer's business: as if the neuron were silent there.
        let rows: Vec<Option<u32>> = self.cycle.pairs(self.p).map(|cell| self.rows[cell]).collect();
        let activation = |i: usize, m: usize| rows[i].map_or(0.0, |row| hidden[row as usize * units + m]);
        let find = || Rc::new(fits(&self.basis, units, activation));
        if !self.hurry {
            return Ok(Responses { fits: find(), hidden });
        }
        let (fits, looks) = match self.lately.take() {
            Some((fits, looks)) if looks < LATELY => (fits, looks + 1),
            _ => (find(), 0),
        };
        self.lately = Some((fits.clone(), looks));
        Ok(Responses { fits, hidden })
    }
}

/// A fraction as a byte.
fn byte(fraction: f32) -> u8 {
    (fraction * 255.0).round() as u8
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
