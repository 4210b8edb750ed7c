//! Gradients whose squares are below the normal numbers, which a GPU may take for 0: the kernels of Adam and AdamW agree with
//! their reference, and make no huge steps. Devices that flush are emulated in `src/optim/adamw/tests.rs`.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{KernelTest, gpu};
use grokking_lab::kernel::Kernel;
use grokking_lab::optim::{adam, adamw};
use grokking_lab::step::{BETA1, BETA1_POWER, BETA2, BETA2_POWER, CLOCK, EPS, HYPERS, LR, RATE};
use pollster::block_on;

const N: usize = 64;

/// As Prieto et al. 2025 have it, at step 5.
fn rates() -> [Vec<f32>; 2] {
    let (mut hyper, mut clock) = (vec![0.0; HYPERS], vec![0.0; CLOCK]);
    (hyper[LR], hyper[BETA1], hyper[BETA2], hyper[EPS]) = (1.0, 0.9, 0.99, 1e-25);
    (clock[BETA1_POWER], clock[BETA2_POWER], clock[RATE]) = (0.9f32.powi(5), 0.99f32.powi(5), 1.0);
    [hyper, clock]
}

#[test]
fn tiny_gradients_make_no_huge_steps() {
    // From 1e-8 to 1e-33.
    let size = |i: usize| libm::exp10f(-8.0 - 0.4 * i as f32) * if i.is_multiple_of(3) { -1.0 } else { 1.0 };
    let g: Vec<f32> = (0..N).map(size).collect();
    let v: Vec<f32> = g.iter().map(|g| g * g).collect();
    let (zero, [hyper, clock]) = (vec![0.0; N], rates());
    let bits = |numbers: &Vec<f32>| numbers.iter().map(|x| x.to_bits()).collect::<Vec<u32>>();
    let [hyper, clock, g, v, zero] = [hyper, clock, g, v, zero].each_ref().map(bits);
    let alone = vec![hyper.clone(), clock.clone(), g.clone(), g.clone(), v.clone(), zero.clone()];
    // One term: the gradient itself.
    let fused = vec![hyper, clock, vec![0, 1], vec![0, N as u32, 0, 1, 0, 0], g.clone(), zero, g, v];
    let context = gpu("tiny gradients");
    for (kernel, dims, data, changed) in
        [(&adam::DIRECTION as &'static Kernel, &[N as u32][..], alone, 2), (&adamw::UPDATE, &[N as u32, 1, N as u32], fused, 0)]
    {
        let trial = KernelTest::new(kernel, dims, 1, &data);
        let want = trial.cpu(false);
        let view = trial.plan.train[0].views
            [kernel.binds.iter().position(|bind| ["direction", "params"].contains(&bind.name)).expect("a step")];
        let steps = &want[changed][view.offset..][..N];
        let largest = steps.iter().fold(0.0f32, |most, step| most.max(step.abs()));
        assert!(
            steps.iter().all(|step| step.is_finite() && *step != 0.0) && (0.1..3.0).contains(&largest),
            "{}: {steps:?}",
            kernel.name
        );
        trial.judge(&trial.cpu(true), &want).expect(kernel.name);
        if let Some(context) = &context {
            trial.judge(&block_on(trial.gpu(context)).expect("runs"), &want).expect(kernel.name);
        }
    }
}
