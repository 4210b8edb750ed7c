//! Mini-batches: a model is recorded with examples whose numbers are [`place`]s, and what is made of them — indices and
//! their inverse lists — is filled in at the start of every step.

use super::{Rows, Tape};
use crate::kernel::NONE;
use crate::ops::batch::{Batch, FIELDS};
use crate::plan::{Dispatch, Kind, View};
use crate::task::Equation;

/// Set in a place, and in no index.
const PLACE: u32 = 1 << 31;
/// What an index may add to a place stays below 2 to the power of this.
pub const OFFSET_BITS: u32 = 10;

/// Stands for field `field` of example `i` of a batch. Something below 1024 may be added, as for an index.
pub fn place(field: usize, i: usize, batch: usize) -> u32 {
    PLACE | ((field * batch + i) as u32) << OFFSET_BITS
}

pub(super) fn is_place(index: u32) -> bool {
    index != NONE && index & PLACE != 0
}

impl Tape {
    /// Records for mini-batches from here on: returns the examples of one, the same number for each run.
    pub fn begin_batch(&mut self, batch: Batch) -> Vec<Vec<Equation>> {
        let size = batch.size;
        self.batch = Some(batch);
        let example = |i| {
            let [x, y, c] = core::array::from_fn::<u32, FIELDS, _>(|field| place(field, i, size));
            Equation { x, y, c }
        };
        vec![(0..size).map(example).collect(); self.runs]
    }

    /// Ends that. Returns what fills all indices in, to be run before them.
    pub fn end_batch(&mut self) -> Vec<Dispatch> {
        self.batch.take().map_or(vec![], |batch| batch.list)
    }

    /// Indices to be filled in as `plan`, a list with places, says.
    pub(super) fn filled(&mut self, plan: View, name: &str) -> View {
        let index = self.buffer(Kind::Filled, plan.len, name, vec![]);
        let mut batch = self.batch.take().expect("only the examples of a mini-batch have places");
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
        let mut batch = self.batch.take().expect("only the examples of a mini-batch have places");
        batch.invert(self, index, slots, [start, entry]);
        self.batch = Some(batch);
        Rows { index, start, entry, source }
    }
}
