//! `scale`: y = f·x or f·xᵀ, for a factor that belongs to a matrix rather than to what it multiplies: the output scale α,
//! the attention scale, and the transposed embedding that unembeds.
//!
//! Shapes: x [ROWS, COLS], f [1]; y is shaped like x, or like its transpose. The gradient is the same kernel the other way.

use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, input, put};
use crate::plan::View;
use crate::tape::{Init, Op, Tape, Tensor};
use crate::{cpu, wgsl};

dims! {
    struct Dims { rows, cols, transpose, accumulate }
}

/// Table entry.
pub static OP: Op = Op { name: "scale", kernels: &[&SCALE], examples: &[example, transposed] };

/// y (+)= f·x, or f·xᵀ when TRANSPOSE is 1
pub static SCALE: Kernel = Kernel {
    name: "scale",
    wgsl: wgsl!("scale"),
    dims: Dims::NAMES,
    binds: &[
        input("x", |d| Dims::rows(d) * Dims::cols(d)),
        input("factor", |_| 1),
        in_out("y", |d| Dims::rows(d) * Dims::cols(d), Fill::Normal),
    ],
    cpu: cpu!(scale_reference),
    grid: |d| fold((Dims::rows(d) * Dims::cols(d)).div_ceil(64) as u32),
    flops: |d| (Dims::rows(d) * Dims::cols(d)) as u64,
    checks: Checks::new(
        &[&[1, 1, 0, 0], &[7, 5, 1, 1], &[33, 65, 0, 1], &[130, 9, 1, 0]],
        Tolerance { relative: 2e-7, why: "one rounding, or two with an addition" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Records y = factor · x; x itself when the factor is 1.
pub fn scale(tape: &mut Tape, x: Tensor, factor: f64, name: &str) -> Tensor {
    let [rows, _] = tape.shape(x);
    if factor == 1.0 { x } else { scaled(tape, x, rows, factor, false, name) }
}

/// Records y = factor · xᵀ for the first `rows` rows of x. Only a parameter may have more.
pub fn scale_transposed(tape: &mut Tape, x: Tensor, rows: usize, factor: f64, name: &str) -> Tensor {
    scaled(tape, x, rows, factor, true, name)
}

fn scaled(tape: &mut Tape, x: Tensor, rows: usize, factor: f64, transpose: bool, name: &str) -> Tensor {
    let [all, cols] = tape.shape(x);
    assert!(rows <= all, "scale `{name}`: {rows} of {all} rows");
    let shape = if transpose { [cols, rows] } else { [rows, cols] };
    let y = tape.activation(shape[0], shape[1], name);
    let factor = tape.constant(&[factor as f32], "factor");
    let part = move |view: View| View { len: rows * cols, ..view };
    let transpose = usize::from(transpose);
    let dims =
        move |[rows, cols]: [usize; 2], accumulate: u32| Dims { rows, cols, transpose, accumulate: accumulate as usize }.list();
    let views = vec![part(tape.view(x)), factor, tape.view(y)];
    let dispatch = tape.dispatch(&SCALE, dims([rows, cols], 0), views, name);
    tape.record(dispatch, &[x], move |back| {
        for dy in back.all(y) {
            let (dx, accumulate) = match back.parts(x, 1) {
                // Nobody else writes here, so that the rows that were not used stay 0.
                Some(dx) => (dx, 0),
                None => {
                    assert_eq!(rows, all, "only a parameter may be scaled in part");
                    back.into(x)
                }
            };
            back.push(&SCALE, dims(shape, accumulate), vec![dy, factor, part(dx)]);
        }
    });
    y
}

fn scale_reference<T: Real>(args: &mut Args<T>) {
    let Dims { rows, cols, transpose, accumulate } = Dims::of(args.dims);
    let (x, factor, y) = (args.input(0), args.input(1)[0], args.output(2));
    for (i, &x) in x.iter().enumerate() {
        let at = if transpose == 1 { i % cols * rows + i / cols } else { i };
        put(accumulate == 1, &mut y[at], factor * x);
    }
}

/// Used twice, so that gradients accumulate.
fn example(tape: &mut Tape) -> Tensor {
    let [a, b] = ["a", "b"].map(|name| tape.param(name, 3, 5, Init::Normal(1.0)));
    let x = super::add::add(tape, a, b, "x");
    let [y, z] = [0.75, -3.0].map(|factor| scale(tape, x, factor, "y"));
    super::add::add(tape, y, z, "sum")
}

/// Of all rows, and of the first two of three.
fn transposed(tape: &mut Tape) -> Tensor {
    let [a, b] = [("a", 2), ("b", 3)].map(|(name, rows)| tape.param(name, rows, 5, Init::Normal(1.0)));
    let [a, b] = [a, b].map(|x| scale_transposed(tape, x, 2, 0.75, "y"));
    super::add::add(tape, a, b, "sum")
}
