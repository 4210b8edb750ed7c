//! What a plan runs of the shaders: which of them, and which of their branches.

use crate::ops::tiles::class;
use crate::plan::{Dispatch, Plan};

/// Dims that shaders do not count with but branch on.
const SWITCHES: &[&str] = &[
    "ACCUMULATE",
    "APART",
    "BACKWARD",
    "BIAS",
    "DECAY",
    "EXTRA",
    "FORMAT",
    "INIT",
    "KIND",
    "MASK",
    "NOISE",
    "ORIGIN",
    "RELATIVE",
    "RELU",
    "SINK",
    "TRAIN",
    "TRANSPOSE",
];

/// A shader with one of its switches in some position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// Stem of the shader file.
    pub shader: &'static str,
    /// Name of the dim; empty for the shader as such.
    pub switch: &'static str,
    /// Value of the dim; of a matrix product as such, the class of its strides.
    pub position: u32,
}

fn of_dispatch(dispatch: &Dispatch) -> impl Iterator<Item = Path> + '_ {
    let (shader, ..) = dispatch.shader();
    let itself = Path { shader, switch: "", position: class(dispatch).unwrap_or(0) as u32 };
    let dims = dispatch.kernel.dims.iter().zip(&dispatch.dims).filter(|(name, _)| SWITCHES.contains(name));
    [itself].into_iter().chain(dims.map(move |(switch, &position)| Path { shader, switch, position }))
}

/// Everything that a plan runs, each once, in order.
pub fn paths(plan: &Plan) -> Vec<Path> {
    let mut found = vec![];
    for path in [&plan.train, &plan.record, &plan.evaluate].into_iter().flatten().flat_map(of_dispatch) {
        let at = found.partition_point(|before| *before < path);
        if found.get(at) != Some(&path) {
            found.insert(at, path);
        }
    }
    found
}
