//! What the losses other than the standard one have in common: a kernel forward over the rows of the logits, and one back.
//!
//! Shapes: logits and dlogits [ROWS, CLASSES]; targets, row_loss, row_correct and drow_loss [ROWS].

use crate::kernel::{Args, Bind, Fill, Kernel, Real, dims, index, input, output};
use crate::plan::View;
use crate::tape::{Init, Tape, Tensor};

dims! {
    pub(super) struct Shape { rows, classes }
}

const LOGITS: Bind = input("logits", |d| Shape::rows(d) * Shape::classes(d));
const TARGETS: Bind = index("targets", Shape::rows, Fill::Below(|d| Shape::classes(d) as u32));

/// Bindings of the kernel forward: it writes loss and correctness of each row.
pub const FORWARD: &[Bind] = &[LOGITS, TARGETS, output("row_loss", Shape::rows), output("row_correct", Shape::rows)];
/// Bindings of the kernel back: it writes drow_loss times the gradient of a row's loss by its logits.
pub const BACK: &[Bind] =
    &[LOGITS, TARGETS, input("drow_loss", Shape::rows), output("dlogits", |d| Shape::rows(d) * Shape::classes(d))];

/// Records a loss of `logits` against one target per row: losses, and 1 where the largest logit is the target's, else 0.
/// Both kernels have the dims ROWS, CLASSES and `more`.
pub fn row_loss(tape: &mut Tape, kernels: [&'static Kernel; 2], more: &[u32], logits: Tensor, target: View) -> (Tensor, View) {
    let [rows, classes] = tape.shape(logits);
    let loss = tape.activation(rows, 1, "loss");
    let correct = tape.numbers(rows, "correct");
    let dims = [&[rows as u32, classes as u32], more].concat();
    let views = vec![tape.view(logits), target, tape.view(loss), correct];
    let dispatch = tape.dispatch(kernels[0], dims.clone(), views, "loss");
    tape.record(dispatch, &[logits], move |back| {
        let (logits_at, dloss) = (back.tape.view(logits), back.of(loss));
        let (dlogits, accumulate) = back.into(logits);
        assert_eq!(accumulate, 0, "the loss is the only use of the logits");
        back.push(kernels[1], dims.clone(), vec![logits_at, target, dloss, dlogits]);
    });
    (loss, correct)
}

/// The reference kernel forward, from the loss of a row with target `y`.
#[inline(always)]
pub(super) fn forward<T: Real>(args: &mut Args<T>, loss: impl Fn(&[T], usize) -> T) {
    let classes = Shape::classes(args.dims);
    let (logits, targets, losses, correct) = (args.input(0), args.index(1), args.output(2), args.output(3));
    for ((z, &y), (slot, correct)) in logits.chunks_exact(classes).zip(targets).zip(losses.iter_mut().zip(correct)) {
        *slot = loss(z, y as usize);
        *correct = if largest(z) == y as usize { T::ONE } else { T::ZERO };
    }
}

/// The reference kernel back, from what writes `scale` times the gradient of a row's loss.
#[inline(always)]
pub(super) fn back<T: Real>(args: &mut Args<T>, slopes: impl Fn(&[T], usize, T, &mut [T])) {
    let classes = Shape::classes(args.dims);
    let (logits, targets, dloss, dlogits) = (args.input(0), args.index(1), args.input(2), args.output(3));
    for ((z, dz), (&y, &scale)) in
        logits.chunks_exact(classes).zip(dlogits.chunks_exact_mut(classes)).zip(targets.iter().zip(dloss))
    {
        slopes(z, y as usize, scale, dz);
    }
}

/// The first of the largest.
pub(super) fn largest<T: Real>(z: &[T]) -> usize {
    (1..z.len()).fold(0, |best, j| if z[j] > z[best] { j } else { best })
}

/// Records one loss of five classes, for the gradient test.
pub(super) fn example(tape: &mut Tape, record: impl Fn(&mut Tape, Tensor, View) -> (Tensor, View)) -> Tensor {
    let logits = tape.param("logits", 4, 5, Init::Normal(1.0));
    let target = tape.indices(&vec![vec![1, 4, 0, 1]; tape.runs()], "target");
    record(tape, logits, target).0
}

/// Loss, correctness and gradient of one row by the reference kernels, for tests against worked numbers.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) fn of_row(kernels: [&'static Kernel; 2], more: &[u32], logits: &[f64], target: u32) -> (f64, bool, Vec<f64>) {
    use crate::kernel::{MAX_BINDS, Slot};
    let dims = [&[1, logits.len() as u32], more].concat();
    let (mut loss, mut correct, mut slopes, target, one) = ([0.0], [0.0], vec![0.0; logits.len()], [target], [1.0]);
    fn slots<'a>(slots: [Slot<'a, f64>; 4]) -> [Option<Slot<'a, f64>>; MAX_BINDS] {
        let mut slots = slots.into_iter();
        core::array::from_fn(|_| slots.next())
    }
    (kernels[0].cpu.f64)(&mut Args::new(
        &dims,
        slots([Slot::In(logits), Slot::Index(&target), Slot::Out(&mut loss), Slot::Out(&mut correct)]),
    ));
    (kernels[1].cpu.f64)(&mut Args::new(
        &dims,
        slots([Slot::In(logits), Slot::Index(&target), Slot::In(&one), Slot::Out(&mut slopes)]),
    ));
    (loss[0], correct[0] == 1.0, slopes)
}
