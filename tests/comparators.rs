//! Negative controls: the comparator and the parity check must fail where something is wrong.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use pollster::block_on;

use common::{KernelTest, close, gpu, parity};
use grokking_lab::kernel::{Args, Cpu, Kernel};
use grokking_lab::ops::{add, matmul};

const WANT: [f32; 5] = [1.0, -2.0, 3.0, -4.0, 5.0];

fn changed(i: usize, value: f32) -> [f32; 5] {
    let mut got = WANT;
    got[i] = value;
    got
}

#[test]
fn equal_passes_and_a_small_error_is_measured() {
    assert_eq!(close(&WANT, &WANT, 0.0), Ok(0.0));
    let fraction = close(&changed(4, 5.000_05), &WANT, 1e-5).unwrap();
    assert!((0.6..0.75).contains(&fraction), "{fraction}");
    assert_eq!(close(&[0.0; 3], &[0.0; 3], 1e-6), Ok(0.0));
}

#[test]
fn wrong_values_fail_and_are_named() {
    let error = close(&changed(2, 3.01), &WANT, 1e-4).unwrap_err();
    assert!(error.contains("[2]: 3.01 for 3"), "{error}");
    close(&[-2.0, 1.0, 3.0, -4.0, 5.0], &WANT, 1e-4).unwrap_err();
    close(&[0.0; 5], &WANT, 1e-4).unwrap_err();
    close(&[1e-3; 3], &[0.0; 3], 1e-4).unwrap_err();
    close(&changed(0, 1.000_000_1), &WANT, 0.0).unwrap_err();
}

#[test]
fn what_is_not_a_number_fails_on_either_side() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = close(&changed(3, bad), &WANT, f64::INFINITY).unwrap_err();
        assert!(error.contains("got[3]"), "{error}");
        close(&WANT, &changed(3, bad), f64::INFINITY).unwrap_err();
        close(&changed(3, bad), &changed(3, bad), f64::INFINITY).unwrap_err();
    }
    close(&WANT, &WANT, f64::NAN).unwrap_err();
}

#[test]
fn other_lengths_and_nothing_fail() {
    close(&WANT[..4], &WANT, 1.0).unwrap_err();
    close(&WANT, &WANT[..4], 1.0).unwrap_err();
    close(&[], &[], 1.0).unwrap_err();
}

/// A leaked copy of a kernel whose shader differs in one place.
fn broken(kernel: &'static Kernel, was: &str, is: &str) -> &'static Kernel {
    assert_eq!(kernel.wgsl.matches(was).count(), 1, "`{was}` in {}", kernel.name);
    let wgsl: &'static str = kernel.wgsl.replace(was, is).leak();
    Box::leak(Box::new(Kernel { wgsl, ..*kernel }))
}

#[test]
fn a_wrong_shader_is_caught() {
    let Some(context) = gpu("wrong shaders") else { return };
    let check = |kernel, dims: &[u32], want: &str| {
        let failure = block_on(parity(Some(&context), kernel, dims, 1, 3)).expect_err(want);
        assert!(failure.contains(want), "{failure:?} does not say {want:?}");
    };
    let sum = "a[run * A_RUN + i] + b[run * B_RUN + i]";
    block_on(parity(Some(&context), broken(&add::ADD, sum, &format!("({sum})")), &[63], 1, 3)).unwrap();
    check(broken(&add::ADD, "A_RUN + i] + b", "A_RUN + i] - b"), &[63], "off by");
    check(broken(&add::ADD, "if (i >= N)", "if (i >= N - 1u)"), &[63], "element 62 was not written");
    check(
        broken(&add::ADD, "if (i >= N)", "if (i > N)"),
        &[63],
        "element 255 of the buffer was overwritten, the view is 192..255",
    );
    check(broken(&add::ADD, "y[run * Y_RUN", "y[0u * Y_RUN"), &[63], "run 1: element 0 was not written");
    check(broken(&add::ADD, "a[run * A_RUN + i]", "a[i]"), &[63], "run 1: off by");
    check(broken(&add::ADD, "= a[", "= c["), &[63], "rejected");
    check(broken(&matmul::MATMUL, "step < CHUNK", "step + 1u < CHUNK"), matmul::MATMUL.checks.cases[1], "`c`, run 0");
}

#[test]
fn a_wrong_fast_version_is_caught() {
    fn skip(args: &mut Args<f32>) {
        args.output(2)[1..].fill(0.0);
    }
    let kernel: &'static Kernel =
        Box::leak(Box::new(Kernel { cpu: Cpu { run: skip, optimised: true, ..add::ADD.cpu }, ..add::ADD }));
    let failure = block_on(parity(None, kernel, &[63], 1, 1)).unwrap_err();
    assert!(failure.contains("optimised") && failure.contains("element 0 was not written"), "{failure}");
}

#[test]
fn the_harness_judges_each_run() {
    let trial = KernelTest::random(&add::ADD, &[63], 3, 1);
    let want = trial.cpu(false);
    let view = trial.plan.train[0].views[2];
    let per_run = trial.plan.buffers[view.buffer].per_run;
    for run in 0..3 {
        let mut got = want.clone();
        got[0][run * per_run + view.offset] += 1.0;
        let failure = trial.judge(&got, &want).unwrap_err();
        assert!(failure.starts_with(&format!("`y`, run {run}: off by")), "{failure}");
    }
}
