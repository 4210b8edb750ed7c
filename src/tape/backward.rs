//! What the ops' derivations talk to.

use std::collections::HashMap;

use super::{PARAMS, PARTS, RowSum, Tape, Tensor, Term};
use crate::ops::{Kernel, add};
use crate::plan::{Dispatch, View};

/// Collects the backward list; what the ops' derivations talk to.
pub struct Backward<'t> {
    /// For new scratch buffers.
    pub tape: &'t mut Tape,
    pub(super) uses: HashMap<Tensor, usize>,
    pub(super) grads: HashMap<Tensor, View>,
    pub(super) spread: HashMap<Tensor, Vec<View>>,
    pub(super) list: Vec<Dispatch>,
    pub(super) label: String,
}

impl Backward<'_> {
    /// The finished gradient of an op's result. Panics when nothing used the result: a dead op.
    pub fn of(&self, y: Tensor) -> View {
        *self.grads.get(&y).unwrap_or_else(|| panic!("`{}` is computed but never used", self.tape.tensors[y.0].name))
    }

    /// Where to write the gradient of an input, and whether to add (1) or overwrite (0).
    pub fn into(&mut self, x: Tensor) -> (View, u32) {
        if let Some(view) = self.parts(x, 1) {
            return (view, 0);
        }
        if let Some(&view) = self.grads.get(&x) {
            return (view, 1);
        }
        let name = format!("d {}", self.tape.tensors[x.0].name);
        let view = self.tape.numbers(self.tape.view(x).len, &name);
        self.grads.insert(x, view);
        (view, 0)
    }

    /// Where to write `count` partial sums of the gradient of `x`, one after the other, if `x` is a parameter or
    /// [spreads](Tape::spreads) its gradient.
    pub fn parts(&mut self, x: Tensor, count: usize) -> Option<View> {
        let at = self.tape.view(x);
        let (is_parameter, spreads) = (at.buffer == PARAMS, self.tape.tensors[x.0].spread);
        if !is_parameter && (!spreads || count != 1) {
            return None;
        }
        let view = self.tape.part(count * at.len);
        if is_parameter {
            let term = Term { at: at.offset, len: at.len, source: view.offset, count, stride: at.len, negative: false };
            self.tape.terms.push(term);
        } else {
            self.spread.entry(x).or_default().push(view);
        }
        Some(view)
    }

    /// The gradient of an op's result: one finished view, or the parts of it when it [spreads](Tape::spreads).
    pub fn all(&self, y: Tensor) -> Vec<View> {
        self.spread.get(&y).cloned().unwrap_or_else(|| vec![self.of(y)])
    }

    /// The gradient of rows of a parameter gets another term: `sum` says which of the rows of a part are summed.
    pub fn term(&mut self, parameter: Tensor, row: usize, rows: usize, part: View, sum: RowSum) {
        let ([_, cols], at) = (self.tape.shape(parameter), self.tape.view(parameter));
        assert!(at.buffer == PARAMS && part.buffer == PARTS, "terms lead from parts to parameters");
        self.tape.terms.push(Term {
            at: at.offset + row * cols,
            len: rows * cols,
            source: part.offset + sum.first * cols,
            count: sum.count,
            stride: sum.step * cols,
            negative: sum.negative,
        });
    }

    /// The gradient of `x` is that of `y`: shared when nothing else adds to it, else copied or added.
    pub fn pass(&mut self, x: Tensor, y: Tensor) {
        let dy = self.of(y);
        if self.uses[&x] == 1 && !self.sums(x) {
            self.grads.insert(x, dy);
        } else {
            let (dx, accumulate) = self.into(x);
            self.push(&add::ADD_BACK, vec![dy.len as u32, accumulate], vec![dy, dx]);
        }
    }

    /// The gradient of `x` is `view`, which a forward dispatch has written. Panics when it is a sum: when `x` has another
    /// use, or takes parts.
    pub fn set(&mut self, x: Tensor, view: View) {
        let sum = self.uses[&x] > 1 || self.grads.contains_key(&x) || self.sums(x);
        assert!(!sum, "the gradient of `{}` is not this one alone", self.tape.tensors[x.0].name);
        self.grads.insert(x, view);
    }

    /// Whether the gradient of `x` is kept in parts.
    fn sums(&self, x: Tensor) -> bool {
        self.tape.view(x).buffer == PARAMS || self.tape.tensors[x.0].spread
    }

    /// Appends a backward dispatch.
    pub fn push(&mut self, kernel: &'static Kernel, dims: Vec<u32>, views: Vec<View>) {
        self.list.push(Dispatch { kernel, dims, views, label: self.label.clone(), variant: 0 });
    }
}
