//! A multilayer perceptron with ReLU between its layers, computed outside a plan: for what is asked of inputs that are in no data set.

use crate::ops::gemm::gemm;

/// A layer, y = W x + b.
pub struct Layer<'a> {
    /// `[inputs, outputs]`
    pub w: &'a [f32],
    /// `[outputs]`
    pub b: Vec<f32>,
}

impl Layer<'_> {
    /// Numbers that it reads.
    pub fn inputs(&self) -> usize {
        self.w.len() / self.b.len()
    }

    /// `[rows, inputs]` to `[rows, outputs]`
    pub fn forward(&self, x: &[f32]) -> Vec<f32> {
        let ([inputs, outputs], rows) = ([self.inputs(), self.b.len()], x.len() / self.inputs());
        let mut y = self.b.repeat(rows);
        gemm([rows, inputs, outputs], (x, [inputs, 1]), (self.w, [outputs, 1]), 1.0, (&mut y, outputs));
        y
    }

    /// From the gradient by y to that by x.
    pub fn back(&self, dy: &[f32]) -> Vec<f32> {
        let ([inputs, outputs], rows) = ([self.inputs(), self.b.len()], dy.len() / self.b.len());
        let mut dx = vec![0.0; rows * inputs];
        gemm([rows, outputs, inputs], (dy, [outputs, 1]), (self.w, [1, outputs]), 0.0, (&mut dx, inputs));
        dx
    }
}

/// What a next layer reads of what a layer gives.
pub fn relu(y: &mut [f32]) {
    y.iter_mut().for_each(|y| *y = y.max(0.0));
}
