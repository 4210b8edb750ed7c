//! Examples of all runs.

use crate::model::Examples;
use crate::task::{Dataset, Equation, Split};

/// The same number of examples for each run.
pub(super) struct ExampleSet {
    pub pairs: Vec<Vec<Equation>>,
    pub features: Option<Vec<Vec<f32>>>,
    pub sequences: Option<Vec<Vec<u32>>>,
}

impl ExampleSet {
    pub fn new(data: &[Dataset], part: impl Fn(&Split) -> &[Equation]) -> Self {
        let pairs: Vec<Vec<Equation>> = data.iter().map(|data| part(&data.split).to_vec()).collect();
        let each = || data.iter().zip(&pairs);
        let features = each().map(|(data, pairs)| Some(data.features.as_ref()?.of(pairs))).collect();
        let sequences = each().map(|(data, pairs)| Some(data.sequences.as_ref()?.of(pairs))).collect();
        ExampleSet { pairs, features, sequences }
    }

    /// Of examples that a step draws, whose [`fields`](Self::fields) these are.
    pub fn drawn(fields: &[Vec<Vec<u32>>], data: &[Dataset]) -> Self {
        let equation = |fields: &Vec<u32>| Equation { x: fields[0], y: fields[1], c: fields[fields.len() - 1] };
        let operands = |fields: &Vec<u32>| fields[..fields.len() - 1].to_vec();
        let sequences = data[0].sequences.is_some();
        ExampleSet {
            pairs: fields.iter().map(|run| run.iter().map(equation).collect()).collect(),
            // A row says which of all inputs is its own.
            features: data.iter().map(|data| data.features.as_ref().map(|features| features.values.clone())).collect(),
            sequences: sequences.then(|| fields.iter().map(|run| run.iter().flat_map(operands).collect()).collect()),
        }
    }

    pub fn examples(&self) -> Examples<'_> {
        Examples { pairs: &self.pairs, features: self.features.as_deref(), sequences: self.sequences.as_deref() }
    }

    /// What identifies each example of a run, and its result: its operands, or x, y.
    pub fn fields(&self, run: usize) -> Vec<Vec<u32>> {
        let pairs = &self.pairs[run];
        let operands = |i: usize, e: &Equation| match &self.sequences {
            Some(lists) => {
                let length = lists[run].len() / pairs.len();
                lists[run][i * length..][..length].to_vec()
            }
            None => vec![e.x, e.y],
        };
        pairs.iter().enumerate().map(|(i, e)| [operands(i, e), vec![e.c]].concat()).collect()
    }
}
