//! What a network would answer if it ended after each of its layers.

use super::Inspector;
use crate::exec::ExecError;
use crate::model::Head;
use crate::order::best;
use crate::plan::{List, View};
use crate::protocol::inspect::{InspectResult, Kind, Lens};
use crate::tape::Tape;

/// The logits of a sample after each layer, and which rows of the inspector these are.
pub(super) struct Depths {
    logits: Vec<View>,
    rows: Vec<usize>,
}

impl Depths {
    /// Of a network with layers in between, whose [depths](crate::model::Network::depths) on these rows those are.
    pub fn new(tape: &mut Tape, depths: &[Head], rows: &[usize]) -> Depths {
        let heads = if depths.len() > 1 { depths } else { &[] };
        let mut logits = |head: &Head| {
            let logits = head.logits(tape);
            tape.view(logits)
        };
        Depths { logits: heads.iter().map(&mut logits).collect(), rows: rows.to_vec() }
    }
}

impl Inspector {
    /// Of the weights of the last run.
    pub(super) async fn layers(&mut self) -> Result<InspectResult, ExecError> {
        if self.lens.logits.is_empty() {
            return Ok(InspectResult::None);
        }
        self.exec.run(&[List::Record]);
        let depths = self.exec.read(&self.lens.logits).await?;
        let answers = self.each;
        let there_are = |kind: &Kind| self.lens.rows.iter().any(|row| self.kind(*row) == *kind);
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(there_are).collect();
        let mut right = vec![];
        for kind in &kinds {
            for logits in &depths {
                let (mut hits, mut count) = (vec![0.0; answers], vec![0.0f32; answers]);
                for (&row, logits) in self.lens.rows.iter().zip(logits.chunks_exact(self.classes())) {
                    if self.kind(row) == *kind {
                        let (e, place) = (&self.equations[row], row % answers);
                        hits[place] += f32::from(u8::from(best(logits) == e.c as usize));
                        count[place] += 1.0;
                    }
                }
                right.extend(hits.iter().zip(&count).map(|(hits, count)| hits / count.max(1.0)));
            }
        }
        Ok(InspectResult::Layers(Lens { answers: answers as u16, kinds, right }))
    }
}
