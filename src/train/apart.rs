//! What a network answers out of distribution, on a plan of those examples alone: cheap enough to look at again and again.

use core::ops::Range;
use std::rc::Rc;

use super::example_set::ExampleSet;
use crate::config::Config;
use crate::exec::{Device, Exec, ExecError};
use crate::model::{self, Head, Sizes};
use crate::ops::linear::linear_onto;
use crate::order::best;
use crate::plan::{List, View};
use crate::tape::{self, Tape};
use crate::task::{self, Equation};

/// The examples out of distribution of a run, and a plan that answers them.
pub struct Apart {
    exec: Exec,
    flat: View,
    logits: View,
    equations: Vec<Equation>,
    /// Which answers accuracy counts.
    judged: Range<usize>,
}

impl Apart {
    /// Of a valid configuration's run; none where it has no such examples.
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn new(config: &Config, device: &Device) -> Result<Option<Apart>, ExecError> {
        let data = [task::dataset(config, config.seed.into())];
        let mut examples = ExampleSet::new(&data, |split| &split.apart);
        if examples.pairs[0].is_empty() {
            return Ok(None);
        }
        let mut tape = Tape::new(1);
        let network = model::network(&mut tape, config, Sizes::of(&data[0]));
        let Head { state, unembed, bias, direct, .. } = network.answer(&mut tape, &examples.examples());
        let logits = linear_onto(&mut tape, state, unembed, bias, direct, "logits");
        let (flat, logits) = (tape.flat(), tape.view(logits));
        let list = tape::forward(&tape.take());
        let mut plan = tape.plan(vec![], list);
        if let Some(tiles) = device.tiles() {
            tiles.apply(&mut plan);
        }
        let exec = device.exec(Rc::new(plan)).await?;
        Ok(Some(Apart { exec, flat, logits, equations: examples.pairs.remove(0), judged: data[0].judged.clone() }))
    }

    /// Fraction of them that these weights, which start with those of the run, answer rightly.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn accuracy(&mut self, weights: &[f32]) -> Result<f32, ExecError> {
        self.exec.write(self.flat, &weights[..self.flat.len]);
        self.exec.run(&[List::Evaluate]);
        let read = self.exec.read(&[self.logits]).await?;
        let classes = self.logits.len / self.equations.len();
        let rows = read.iter().flat_map(|logits| logits.chunks_exact(classes)).zip(&self.equations);
        let counted = rows.filter(|(_, e)| self.judged.contains(&(e.y as usize)));
        let (right, all) = counted.fold((0, 0), |(right, all), (row, e)| (right + u32::from(best(row) as u32 == e.c), all + 1));
        Ok(right as f32 / all as f32)
    }
}
