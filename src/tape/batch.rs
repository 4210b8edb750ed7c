//! Mini-batches: a model is recorded with examples whose numbers are [`BatchToken`]s, and what is made of them — indices and
//! their inverse lists — is filled in at the start of every step.

use super::{Rows, Tape};
use crate::ops::batch::{Batch, FIELDS};
use crate::plan::{Dispatch, Kind, View};
use crate::step::BatchToken;
use crate::task::Equation;

impl Tape {
    /// Records for mini-batches from here on: returns the examples of one, the same number for each run.
    pub fn begin_batch(&mut self, batch: Batch) -> Vec<Vec<Equation>> {
        let size = batch.size;
        self.batch = Some(batch);
        let example = |i| {
            let number = |field| BatchToken { slot: (field * size + i) as u32, offset: 0 }.bits();
            let [x, y, c] = core::array::from_fn::<u32, FIELDS, _>(number);
            Equation { x, y, c }
        };
        vec![(0..size).map(example).collect(); self.runs]
    }

    /// Ends that. Returns what fills all indices in, to be run before them.
    pub fn end_batch(&mut self) -> Vec<Dispatch> {
        self.batch.take().map_or(vec![], |batch| batch.list)
    }

    /// Indices to be filled in as `plan`, a list with tokens, says.
    pub(super) fn filled(&mut self, plan: View, name: &str) -> View {
        let index = self.buffer(Kind::Filled, plan.len, name, vec![]);
        let mut batch = self.batch.take().expect("only the examples of a mini-batch have tokens");
        batch.fill(self, plan, index);
        self.batch = Some(batch);
        index
    }

    /// Whether the examples are those of a mini-batch.
    pub fn draws(&self) -> bool {
        self.batch.is_some()
    }

    /// A selection with such indices, of which `chosen` select a row; `slots` in a row make one result.
    pub(super) fn inverted(&mut self, index: View, source: usize, [chosen, slots]: [usize; 2], name: &str) -> Rows {
        let [start, entry] = [("starts", source + 1), ("entries", chosen)]
            .map(|(what, len)| self.buffer(Kind::Filled, len, &format!("{name} {what}"), vec![]));
        let mut batch = self.batch.take().expect("only the examples of a mini-batch have tokens");
        batch.invert(self, index, slots, [start, entry]);
        self.batch = Some(batch);
        Rows { index, start, entry, source }
    }
}
