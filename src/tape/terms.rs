//! Gradients of parameters come in parts; [`Term`]s say how they add up.

use super::Tape;
use crate::kernel::Real;
use crate::plan::{ALIGN, View};

/// One contribution to the gradient of parameters `at .. at + len` of the flat buffer: `count` partial sums, which start
/// at `source`, `source + stride`, … of the buffer of parts and are added in this order. The optimiser adds them up, so
/// that a product over thousands of examples can be cut into parts without another pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// First parameter.
    pub at: usize,
    /// Parameters.
    pub len: usize,
    /// First element of the first partial sum.
    pub source: usize,
    /// Partial sums.
    pub count: usize,
    /// Elements from one partial sum to the next.
    pub stride: usize,
    /// Whether the sum is subtracted.
    pub negative: bool,
}

/// Which rows of a part a [`Term`] adds up: `first`, `first + step`, …, `count` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSum {
    /// First row.
    pub first: usize,
    /// Rows from one to the next.
    pub step: usize,
    /// How many.
    pub count: usize,
    /// Whether the sum is subtracted.
    pub negative: bool,
}

/// Numbers of a term in [`Tape::gradient_table`].
pub const TERM: usize = 6;

/// The finished gradients of all runs, `runs × flat`, from what the buffer of parts holds: what optimisers compute while
/// they update. `flat` and `parts` are the sizes of one run.
pub fn sum_terms<T: Real>(terms: &[Term], values: &[T], flat: View, parts: View) -> Vec<T> {
    let mut gradients = vec![T::ZERO; values.len() / parts.len * flat.len];
    for (values, gradient) in values.chunks_exact(parts.len).zip(gradients.chunks_exact_mut(flat.len)) {
        for term in terms {
            let mut sum = vec![T::ZERO; term.len];
            for part in (0..term.count).map(|k| &values[term.source + k * term.stride..][..term.len]) {
                sum.iter_mut().zip(part).for_each(|(sum, &part)| *sum += part);
            }
            let sums = gradient[term.at..].iter_mut().zip(&sum);
            sums.for_each(|(g, &sum)| *g += if term.negative { -sum } else { sum });
        }
    }
    gradients
}

impl Tape {
    /// The terms as kernels read them: for each [`ALIGN`] parameters the first and past-the-last entry, and entries of
    /// [`TERM`] numbers `[at, end, source, count, stride, negative]`, with those of a block together. No terms may follow.
    pub fn gradient_table(&mut self) -> [View; 2] {
        if let Some(table) = self.table {
            return table;
        }
        let blocks = self.flat().len / ALIGN;
        let (mut start, mut entry) = (vec![0u32], vec![]);
        for block in 0..blocks {
            let (from, to) = (block * ALIGN, (block + 1) * ALIGN);
            for t in self.terms.iter().filter(|t| t.at < to && from < t.at + t.len) {
                let numbers: [usize; TERM] = [t.at, t.at + t.len, t.source, t.count, t.stride, usize::from(t.negative)];
                entry.extend(numbers.map(|n| n as u32));
            }
            start.push((entry.len() / TERM) as u32);
        }
        let mut repeat = |list: Vec<u32>, name| self.indices(&vec![list; self.runs()], name);
        let table = [repeat(start, "gradient starts"), repeat(entry, "gradient terms")];
        self.table = Some(table);
        table
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Backward, Init};
    use super::*;

    #[test]
    fn terms_add_up_parts_in_order() {
        let mut tape = Tape::new(1);
        let [w, e] = ["w", "e"].map(|name| tape.param(name, 2, 2, Init::Normal(1.0)));
        let mut back = Backward::new(&mut tape);
        let split = back.parts(w, 2).expect("a parameter takes parts");
        let (whole, accumulate) = Backward::into(&mut back, w);
        assert_eq!((split.len, whole.len, accumulate), (8, 4, 0));
        let rows = back.tape.part(6);
        back.term(e, 1, 1, rows, RowSum { first: 0, step: 2, count: 2, negative: true });
        let mut parts = vec![0.0; tape.parts().len];
        parts[split.offset..][..8].copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0]);
        parts[whole.offset..][..4].copy_from_slice(&[0.5; 4]);
        parts[rows.offset..][..6].copy_from_slice(&[1.0, 2.0, 9.0, 9.0, 5.0, 7.0]);
        let gradient = sum_terms(tape.terms(), &parts, tape.flat(), tape.parts());
        assert_eq!(gradient[..4], [11.5, 22.5, 33.5, 44.5]);
        assert_eq!(gradient[64..68], [0.0, 0.0, -6.0, -9.0]);
        let [start, entry] = tape.gradient_table();
        assert_eq!(tape.buffers[start.buffer].init, [0, 2, 3]);
        let e = [66, 68, rows.offset as u32, 2, 4, 1];
        assert_eq!(tape.buffers[entry.buffer].init[2 * TERM..], e);
    }
}
