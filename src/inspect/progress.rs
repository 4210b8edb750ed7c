//! Progress measures of the present weights and, a few at a time, of the checkpoints.

use super::Inspector;
use super::sample::sample;
use crate::analysis::{
    Basis, Fit, Measure, Measures, Pair, Parallelograms, Progress, Waves, density_and_ratio, effective_sparsity, explained,
    feature_rank, gini, keys, norm, rank_me,
};
use crate::config::MAX_LAYERS;
use crate::exec::ExecError;
use crate::order::best;
use crate::plan::List;
use crate::protocol::inspect::{InspectResult, Off};
use crate::tape::Param;
use crate::train::{CheckpointHistory, WeightCheckpoint};

/// Checkpoints that are measured for one answer, unless somebody waits for it.
const AT_ONCE: usize = 2;
/// So many kinds of measures are remembered: for a view, for claims, and for a program of the page.
const KINDS: usize = 3;

/// What was measured of checkpoints.
pub(super) struct Measured {
    which: Measures,
    /// For these key frequencies.
    keys: Vec<usize>,
    /// While this was switched off.
    off: Off,
    measures: Vec<Measure>,
}

impl Inspector {
    /// Forgets what is later than `step`: the run goes on from there.
    pub fn rewind(&mut self, step: u32) {
        for measured in &mut self.measured {
            measured.measures.retain(|measure| measure.step <= step);
        }
    }

    /// The frequencies that neurons compute with.
    pub(super) fn keys(&self, fits: &[Fit]) -> Vec<usize> {
        keys(fits, self.least)
    }

    /// Measures by the key frequencies of the present weights, as Nanda et al. 2023 do for a finished run.
    pub(super) async fn progress(
        &mut self,
        which: Measures,
        (step, weights): (u32, &[f32]),
        checkpoints: &CheckpointHistory,
        off: &Off,
        urgent: bool,
    ) -> Result<InspectResult, ExecError> {
        let responses = self.responses().await?;
        let keys = self.keys(&responses.fits);
        let mut known = self.recall(which, &keys, off);
        let before = |step: u32| checkpoints.before(step).filter(|_| which == Measures::Movement);
        let now = self.measure(which, (step, weights), &responses.fits, &keys).await?;
        let now = self.moved(now, before(step), off).await?;
        let mut left = if urgent { 0 } else { AT_ONCE };
        let steps = checkpoints.steps();
        for &at in steps.iter().rev() {
            if left == 0 || known.measures.iter().any(|measure| measure.step == at) {
                continue;
            }
            let Some(checkpoint) = checkpoints.nearest(at) else { continue };
            self.run(&checkpoint.weights, off);
            let responses = self.responses().await?;
            let measure = self.measure(which, (at, &checkpoint.weights), &responses.fits, &keys).await?;
            known.measures.push(self.moved(measure, before(at), off).await?);
            left -= 1;
        }
        let measured = |at: &u32| known.measures.iter().find(|measure| measure.step == *at);
        let mut measures: Vec<Measure> = steps.iter().filter(|at| **at != step).filter_map(measured).copied().collect();
        measures.insert(measures.partition_point(|measure| measure.step < step), now);
        let more = !steps.iter().all(|at| measured(at).is_some());
        self.measured.push(known);
        let norms = self.norms(weights);
        let keys = keys.into_iter().map(|k| k as u16).collect();
        let units = self.parts.hidden.map_or(0, |(_, units)| units as u32);
        Ok(InspectResult::Progress(Progress { keys, measures, more, units, norms }))
    }

    /// What was measured before in this way, to be put back.
    fn recall(&mut self, which: Measures, keys: &[usize], off: &Off) -> Measured {
        let same = |known: &Measured| known.which == which && known.keys == keys && known.off == *off;
        let same = self.measured.iter().position(same);
        match same {
            Some(at) => self.measured.remove(at),
            None => {
                self.measured.drain(..self.measured.len().saturating_sub(KINDS - 1));
                Measured { which, keys: keys.to_vec(), off: off.clone(), measures: vec![] }
            }
        }
    }

    /// Measures the weights of the last run by these key frequencies.
    async fn measure(
        &mut self,
        which: Measures,
        (step, weights): (u32, &[f32]),
        fits: &[Fit],
        keys: &[usize],
    ) -> Result<Measure, ExecError> {
        let mut measure = self.measure_table(step, weights, fits, keys).await?;
        match which {
            Measures::Usual | Measures::Density | Measures::Movement => {}
            Measures::Compressed => measure.compressed = self.compressed_size(weights).await?,
            Measures::Ranks => measure.ranks = self.feature_ranks().await?,
        }
        Ok(measure)
    }

    /// The measure of the weights of the last run, with how far what the last layer reads has moved since these earlier ones.
    async fn moved(&mut self, measure: Measure, before: Option<&WeightCheckpoint>, off: &Off) -> Result<Measure, ExecError> {
        let Some(before) = before else { return Ok(measure) };
        let now = self.last_features().await?;
        self.run(&before.weights, off);
        let then = self.last_features().await?;
        let change: Vec<f32> = now.iter().zip(&then).map(|(now, then)| now - then).collect();
        Ok(Measure { movement: norm(&change) / norm(&then), ..measure })
    }

    /// What the last layer reads of a sample of all examples, `[examples, k]`, with the weights of the last run.
    async fn last_features(&mut self) -> Result<Vec<f32>, ExecError> {
        self.exec.run(&[List::Record]);
        let [features] = self.read([self.features.0]).await?;
        Ok(features)
    }

    /// What one look at the whole table finds.
    async fn measure_table(&mut self, step: u32, weights: &[f32], fits: &[Fit], keys: &[usize]) -> Result<Measure, ExecError> {
        let [logits] = self.read([self.logits]).await?;
        let mut measure = Measure { rank: self.rank().await?, ..Measure::none(step) };
        measure.readout_norm = self.last_param("W_U").map_or(f32::NAN, |param| norm(param.of(weights)));
        [measure.robust, measure.local_complexity] = self.robustness_and_complexity(weights);
        if self.apart > 0 {
            measure.apart = self.each_accuracy(&self.answers(&logits))[2];
        }
        if self.p == 0 {
            measure.sparsity = self.sparsity(weights).await?;
            [measure.attention, measure.subject] = self.attention_measures().await?;
            return Ok(measure);
        }
        measure.explained = explained(fits, self.least);
        measure.zeros = self.zeros(&logits);
        if let Some(found) = self.parallelograms(weights) {
            (measure.quality, measure.predicted) = (found.quality, found.predicted);
        }
        // Without a cycle, frequencies would be an accident of how the elements are numbered.
        if let Some((_, _, spectrum)) = self.spectrum(weights).filter(|_| self.cycle.join.is_some()) {
            measure.gini = gini(&spectrum[1..]);
            measure.readout_gini = self.readout_gini(weights).unwrap_or(f32::NAN);
            let square = |k: &usize| spectrum[*k] * spectrum[*k];
            let all: f32 = (1..spectrum.len()).map(|k| square(&k)).sum();
            measure.keys = keys.iter().map(square).sum::<f32>() / all.max(f32::MIN_POSITIVE);
            [measure.density, measure.ratio] = self.density_and_ratio(weights);
        }
        if let Some(rows) = self.cycle_rows() {
            let classes = self.classes();
            let row = |pair: usize| &logits[rows[pair] * classes..][..classes];
            if let Some(waves) = Waves::of(row, &self.basis, &self.cycle) {
                let training: Vec<usize> = (0..rows.len()).filter(|pair| self.trained[rows[*pair]]).collect();
                measure.restricted = waves.restricted(keys).loss;
                measure.excluded = waves.excluded(keys, row, &training).loss;
            }
        }
        Ok(measure)
    }

    /// The parallelograms of an embedding whose vectors are added; none of another.
    pub(super) fn parallelograms(&self, weights: &[f32]) -> Option<Parallelograms> {
        let param = self.embeds().filter(|_| self.adds)?;
        let pairs = self.equations.iter().zip(&self.trained);
        let pairs = pairs.map(|(e, trained)| Pair { operands: [e.x, e.y], answer: e.c, trained: *trained });
        Some(Parallelograms::of(param.of(weights), param.shape[1], &pairs.collect::<Vec<_>>()))
    }

    /// RankMe of the weights of the last run.
    pub(super) async fn rank(&mut self) -> Result<f32, ExecError> {
        Ok(rank_me(&self.last_features().await?, self.features.1))
    }

    /// The feature rank of every hidden layer, with the weights of the last run.
    pub(super) async fn feature_ranks(&mut self) -> Result<[f32; MAX_LAYERS as usize], ExecError> {
        let (rows, mut ranks) = (sample(self.equations.len()), [f32::NAN; MAX_LAYERS as usize]);
        for (rank, view) in ranks.iter_mut().zip(self.parts.layers.clone()) {
            let [features] = self.read([view]).await?;
            let units = view.len / self.equations.len();
            let features: Vec<f32> = rows.iter().flat_map(|row| &features[row * units..][..units]).copied().collect();
            *rank = feature_rank(&features, [rows.len(), units]);
        }
        Ok(ranks)
    }

    /// The Gini coefficient of the spectrum of W_L, over the answers in the order of the cycle: W_out W_U of a transformer, W_U of an
    /// MLP. None where numbers are read off with their embeddings, or where there is no cycle.
    fn readout_gini(&self, weights: &[f32]) -> Option<f32> {
        let (_, answers) = self.cycle.join.as_ref()?;
        let (unembed, [state, classes]) = self.last_param("W_U").map(|param| (param.of(weights), param.shape))?;
        let rows = answers.iter().flat_map(|class| {
            let column: Vec<f32> = (0..state).map(|i| unembed[i * classes + *class as usize]).collect();
            let through = |down: &[f32]| down.iter().zip(&column).map(|(a, b)| a * b).sum();
            match self.last_param("W_out") {
                Some(down) => down.of(weights).chunks_exact(state).map(through).collect(),
                None => column,
            }
        });
        let rows: Vec<f32> = rows.collect();
        Some(gini(&self.basis.spectrum(&rows, rows.len() / self.basis.len())[1..]))
    }

    /// The last parameter whose name ends so; there is no W_U where answers are read off with their embeddings.
    fn last_param(&self, ends: &str) -> Option<&Param> {
        self.params.iter().rfind(|param| param.name.ends_with(ends))
    }

    /// Of the test pairs that are answered rightly or have 0 as their first operand, the fraction that both is true of.
    fn zeros(&self, logits: &[f32]) -> f32 {
        let answers = logits.chunks_exact(self.classes()).map(best).zip(&self.equations).zip(&self.trained);
        let test = answers.filter(|(_, trained)| !**trained).map(|((answer, e), _)| (answer == e.c as usize, e.x == 0));
        let (mut both, mut either) = (0.0, 0.0);
        for (right, zero) in test {
            both += f32::from(u8::from(right && zero));
            either += f32::from(u8::from(right || zero));
        }
        both / either
    }

    /// See [`density_and_ratio`]: of the embedding, whose rows are in the order of the numbers, whatever the operation makes of them.
    fn density_and_ratio(&self, weights: &[f32]) -> [f32; 2] {
        self.embeds().map_or([f32::NAN; 2], |param| {
            let cols = param.shape[1];
            density_and_ratio(&Basis::new(self.p), &param.of(weights)[..self.p * cols], cols)
        })
    }

    /// The effective sparsity of the weights of the last run, as a fraction of the last layer's hidden units.
    async fn sparsity(&mut self, weights: &[f32]) -> Result<f32, ExecError> {
        let Some((hidden, units)) = self.parts.hidden else { return Ok(f32::NAN) };
        let [hidden] = self.read([hidden]).await?;
        // It is about the one matrix that makes logits of the units.
        let down = self.last_param("W_U").filter(|down| down.shape[0] == units);
        let Some((up, down)) = self.last_param(".W").zip(down) else { return Ok(f32::NAN) };
        let norm = |unit: usize| norm(&up.of(weights).iter().skip(unit).step_by(units).copied().collect::<Vec<_>>());
        let norms: Vec<f32> = (0..units).map(norm).collect();
        // What all logits are multiplied with changes no answer.
        let base = self.last_param("b_U").map_or(vec![0.0; self.classes()], |bias| bias.of(weights).to_vec());
        let targets: Vec<u32> = self.equations.iter().map(|e| e.c).collect();
        Ok(effective_sparsity(&hidden, down.of(weights), &base, &norms, &targets) as f32 / units as f32)
    }
}
