//! Examples of all runs.

use crate::model::Examples;
use crate::task::{Dataset, Equation, Split};

/// The same number of examples for each run.
pub(super) struct ExampleSet {
    pub pairs: Vec<Vec<Equation>>,
    pub features: Option<Vec<Vec<f32>>>,
}

impl ExampleSet {
    pub fn new(data: &[Dataset], part: impl Fn(&Split) -> &[Equation]) -> Self {
        let pairs: Vec<Vec<Equation>> = data.iter().map(|data| part(&data.split).to_vec()).collect();
        let rows = |(data, pairs): (&Dataset, &Vec<Equation>)| {
            let features = data.features.as_ref()?;
            Some(pairs.iter().flat_map(|e| features.row(e.x)).copied().collect())
        };
        let features = data.iter().zip(&pairs).map(rows).collect();
        ExampleSet { pairs, features }
    }

    pub fn examples(&self) -> Examples<'_> {
        Examples { pairs: &self.pairs, features: self.features.as_deref() }
    }
}

/// The numbers of all inputs of each run, where there are any.
pub(super) fn all_features(data: &[Dataset]) -> Option<Vec<Vec<f32>>> {
    data.iter().map(|data| data.features.as_ref().map(|features| features.values.clone())).collect()
}
