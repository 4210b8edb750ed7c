//! What the ops' derivations talk to.

use super::{ADD_BACK, AccumulateDims, Gathering, PARAMS, PARTS, RowSum, Tape, Tensor, Term};
use crate::kernel::Kernel;
use crate::plan::{Dispatch, View};

/// Collects the backward list; what the ops' derivations talk to.
pub struct Backward<'t> {
    /// For new scratch buffers.
    pub tape: &'t mut Tape,
    // By number of tensor: how often it is used, and its gradient, whole or in contributions.
    pub(super) uses: Vec<usize>,
    pub(super) grads: Vec<Option<View>>,
    pub(super) spread: Vec<Vec<View>>,
    pub(super) list: Vec<Dispatch>,
    pub(super) label: String,
}

impl<'t> Backward<'t> {
    /// For the tensors that are on the tape now.
    pub(super) fn new(tape: &'t mut Tape) -> Self {
        let count = tape.tensors.len();
        let (uses, grads, spread) = (vec![0; count], vec![None; count], vec![vec![]; count]);
        Backward { tape, uses, grads, spread, list: vec![], label: String::new() }
    }

    /// The finished gradient of an op's result. Panics when nothing used the result: a dead op.
    pub fn of(&self, y: Tensor) -> View {
        self.grads[y.0].unwrap_or_else(|| panic!("`{}` is computed but never used", self.tape.tensors[y.0].name))
    }

    /// Where to write the gradient of an input, and whether to add (1) or overwrite (0).
    pub fn into(&mut self, x: Tensor) -> (View, u32) {
        if let Some(view) = self.parts(x, 1) {
            return (view, 0);
        }
        if let Some(view) = self.grads[x.0] {
            return (view, 1);
        }
        let view = self.buffer(x);
        self.grads[x.0] = Some(view);
        (view, 0)
    }

    /// Whether the gradient of `x` serves anything: not that of [`fixed`](Tape::fixed) numbers.
    pub fn wants(&self, x: Tensor) -> bool {
        !self.tape.tensors[x.0].fixed
    }

    /// A new buffer for a contribution to the gradient of `x`.
    fn buffer(&mut self, x: Tensor) -> View {
        let name = format!("d {}", self.tape.tensors[x.0].name);
        self.tape.numbers(self.tape.view(x).len, &name)
    }

    /// Where to write `count` partial sums of the gradient of `x`, one after the other, if `x` is a parameter; or one, if
    /// it [spreads](Tape::spreads).
    pub fn parts(&mut self, x: Tensor, count: usize) -> Option<View> {
        let at = self.tape.view(x);
        let view = match self.tape.tensors[x.0].gradient {
            _ if at.buffer == PARAMS => {
                let view = self.tape.part(count * at.len);
                let term = Term { at: at.offset, len: at.len, source: view.offset, count, stride: at.len, negative: false };
                self.tape.terms.push(term);
                return Some(view);
            }
            Gathering::Apart if count == 1 => self.buffer(x),
            Gathering::Parts if count == 1 => self.tape.part(at.len),
            _ => return None,
        };
        self.spread[x.0].push(view);
        Some(view)
    }

    /// The gradient of an op's result: one finished view, or the parts of it when it [spreads](Tape::spreads).
    pub fn all(&self, y: Tensor) -> Vec<View> {
        if self.spread[y.0].is_empty() { vec![self.of(y)] } else { self.spread[y.0].clone() }
    }

    /// A contribution in the buffer of parts: itself, or a copy.
    pub fn in_parts(&mut self, view: View) -> View {
        if view.buffer == PARTS {
            return view;
        }
        let part = self.tape.part(view.len);
        self.push(&ADD_BACK, AccumulateDims { n: view.len, accumulate: 0 }.list(), vec![view, part]);
        part
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
        let all = self.all(y);
        if let ([dy], 1, false) = (&all[..], self.uses[x.0], self.sums(x)) {
            self.grads[x.0] = Some(*dy);
            return;
        }
        for dy in all {
            let (dx, accumulate) = self.into(x);
            self.push(&ADD_BACK, AccumulateDims { n: dy.len, accumulate: accumulate as usize }.list(), vec![dy, dx]);
        }
    }

    /// The gradient of `x` is `view`, which a forward dispatch has written. Panics when it is a sum: when `x` has another
    /// use, or takes parts.
    pub fn set(&mut self, x: Tensor, view: View) {
        let sum = self.uses[x.0] > 1 || self.grads[x.0].is_some() || self.sums(x);
        assert!(!sum, "the gradient of `{}` is not this one alone", self.tape.tensors[x.0].name);
        self.grads[x.0] = Some(view);
    }

    /// Whether the gradient of `x` is kept in parts.
    fn sums(&self, x: Tensor) -> bool {
        self.tape.view(x).buffer == PARAMS || self.tape.tensors[x.0].gradient != Gathering::Sum
    }

    /// Appends a backward dispatch.
    pub fn push(&mut self, kernel: &'static Kernel, dims: Vec<u32>, views: Vec<View>) {
        self.list.push(Dispatch { kernel, dims, views, label: self.label.clone(), variant: 0 });
    }
}
