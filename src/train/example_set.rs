//! Examples of all runs.

use crate::model::Examples;
use crate::task::{Dataset, Equation, Split};

/// The same number of examples for each run.
pub(super) struct ExampleSet {
    pub pairs: Vec<Vec<Equation>>,
    pub features: Option<Vec<Vec<f32>>>,
    pub sequences: Option<Vec<Vec<u32>>>,
    /// How many equations of each run follow each other for an example.
    pub answers: usize,
}

impl ExampleSet {
    pub fn new(data: &[Dataset], part: impl Fn(&Split) -> &[Equation]) -> Self {
        let pairs: Vec<Vec<Equation>> = data.iter().map(|data| part(&data.split).to_vec()).collect();
        let each = || data.iter().zip(&pairs);
        let features = each().map(|(data, pairs)| Some(data.features.as_ref()?.of(pairs))).collect();
        let answers = data[0].answers;
        let sequences = each().map(|(data, pairs)| Some(data.sequences.as_ref()?.shared(pairs, answers))).collect();
        ExampleSet { pairs, features, sequences, answers }
    }

    /// Of examples that a step draws, whose [`fields`](Self::fields) these are.
    pub fn drawn(fields: &[Vec<Vec<u32>>], data: &[Dataset]) -> Self {
        let answers = data[0].answers;
        let equations = |fields: &Vec<u32>| {
            let (read, results) = (&fields[..2], &fields[fields.len() - answers..]);
            results.iter().map(|c| Equation { x: read[0], y: read[1], c: *c }).collect::<Vec<_>>()
        };
        let read = |fields: &Vec<u32>| fields[..fields.len() - 1].to_vec();
        let sequences = data[0].sequences.is_some();
        ExampleSet {
            pairs: fields.iter().map(|run| run.iter().flat_map(equations).collect()).collect(),
            // A row says which of all inputs is its own.
            features: data.iter().map(|data| data.features.as_ref().map(|features| features.values.clone())).collect(),
            sequences: sequences.then(|| fields.iter().map(|run| run.iter().flat_map(read).collect()).collect()),
            answers,
        }
    }

    pub fn examples(&self) -> Examples<'_> {
        Examples { pairs: &self.pairs, features: self.features.as_deref(), sequences: self.sequences.as_deref() }
    }

    /// How many examples a run has.
    pub fn examples_of_a_run(&self) -> usize {
        self.pairs[0].len() / self.answers
    }

    /// What identifies each example of a run, and its results: its operands, or x, y, and all answers.
    pub fn fields(&self, run: usize) -> Vec<Vec<u32>> {
        let pairs = &self.pairs[run];
        let operands = |i: usize, e: &Equation| match &self.sequences {
            Some(lists) => {
                let length = lists[run].len() / self.examples_of_a_run();
                lists[run][i * length..][..length].to_vec()
            }
            None => vec![e.x, e.y],
        };
        // What is read has all answers but the last.
        let lasts = pairs.iter().skip(self.answers - 1).step_by(self.answers);
        lasts.enumerate().map(|(i, e)| [operands(i, e), vec![e.c]].concat()).collect()
    }
}
