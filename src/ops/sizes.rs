//! Sizes of the kernels whose optimised versions stand in files of their own: both sides name them.

use crate::kernel::dims;

dims! {
    pub(super) struct CrossEntropyDims { rows, classes }
}
dims! {
    pub(super) struct UnembedDims { rows, k, classes, init, mask, backward }
}
dims! {
    /// The dims that all kernels of `mix` begin with.
    pub(super) struct Shape { rows, slots, heads, cols, source }
}
dims! {
    pub(super) struct Mix: Shape { relu }
}
dims! {
    pub(super) struct BackProbs: Shape { accumulate }
}
dims! {
    pub(super) struct BackTable: Shape { entries, accumulate }
}
dims! {
    pub(super) struct BackScores { rows, slots, heads, cols, cols2, source, width, pairs }
}
