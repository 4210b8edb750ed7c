//! The GPU executor: batches, the order of reads and writes, early drops, and what it refuses.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::rc::Rc;

use common::optimizer::{N, RUNS, optimizer, whole};
use common::{KernelTest, close, gpu};
use grokking_lab::config::{Config, Norm};
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::exec::gpu::Gpu;
use grokking_lab::exec::{Exec, ExecError};
use grokking_lab::kernel::Kernel;
use grokking_lab::ops::add;
use grokking_lab::plan::{List, Plan, View};
use grokking_lab::step::CLOCK;
use pollster::block_on;

#[test]
fn a_batch_of_steps_is_the_steps_one_by_one() {
    let Some(context) = gpu("batches") else { return };
    let plan = optimizer();
    let views = ["params", "m", "v", "clock", "ring"].map(|name| whole(&plan, name));
    let lists = [[List::Train; 5].as_slice(), &[List::Evaluate], &[List::Train; 7]].concat();
    let run = |exec: &mut Exec, batch: usize| {
        lists.chunks(batch).for_each(|lists| exec.run(lists));
        block_on(exec.read(&views)).unwrap()
    };
    let on_gpu = || Exec::Gpu(block_on(Gpu::new(&context, plan.clone())).unwrap());
    let batched = run(&mut on_gpu(), lists.len());
    assert_eq!(batched, run(&mut on_gpu(), 1));
    let want = run(&mut Exec::Cpu(Cpu::new(plan.clone(), true)), 1);
    for (got, want) in batched.iter().zip(&want) {
        close(got, want, 1e-6).unwrap();
    }
    assert_eq!(batched[3][0], 12.0, "steps");
    assert_eq!(batched[3][3], 1.0, "evaluations");
}

/// Software renderers run every dispatch by itself; this is what real GPUs run.
#[test]
fn merged_launches_compute_the_same_step() {
    let Some(mut context) = gpu("merged launches") else { return };
    // With a norm nothing associates: fewer kernels per launch, or compiling takes lavapipe half a minute. The self-check in
    // tests/web.rs has them all.
    let config = Config { p: 5, train: 0.6, width: 8, heads: 2, mlp: 8, norm: Norm::Pre, seeds: 2, ..Config::standard() };
    let built = grokking_lab::train::build(&config);
    // The evaluation would only take longer to compile.
    let plan = Rc::new(Plan { evaluate: vec![], ..Plan::clone(&built.plan) });
    let step = |mut exec: Exec| {
        exec.run(&[List::Train]);
        block_on(exec.read(&[built.parts, built.row_loss, built.flat])).unwrap()
    };
    context.merge = true;
    let merged = block_on(Gpu::new(&context, plan.clone())).unwrap();
    assert_eq!(merged.launches(List::Train), plan.levels(List::Train));
    assert!(merged.launches(List::Train) < plan.train.len());
    context.merge = false;
    let apart = block_on(Gpu::new(&context, plan.clone())).unwrap();
    assert_eq!(apart.launches(List::Train), plan.train.len());
    let want = step(Exec::Cpu(Cpu::new(plan, true)));
    let [merged, apart] = [merged, apart].map(|gpu| step(Exec::Gpu(gpu)));
    for (got, want) in merged.iter().chain(&apart).zip(want.iter().cycle()) {
        close(got, want, 1e-4).unwrap();
    }
    // No order of sums depends on what is merged. A GPU's compiler may still round differently in another module.
    assert!(merged == apart || !context.info.fallback);
}

#[test]
fn another_size_compiles_nothing() {
    let Some(context) = gpu("other sizes") else { return };
    block_on(common::assert_another_size_compiles_nothing(&context));
}

#[test]
fn reads_and_writes_happen_in_the_order_they_were_queued() {
    let Some(context) = gpu("the order of reads and writes") else {
        return;
    };
    let plan = optimizer();
    let (clock, params) = (whole(&plan, "clock"), whole(&plan, "params"));
    let mut gpu = block_on(Gpu::new(&context, plan)).unwrap();
    let before = gpu.read(&[clock]);
    gpu.run(&[List::Train; 2]);
    let after = gpu.read(&[clock, params]);
    gpu.write(clock, &[40.0, 1.0, 1.0, 0.0, 0.0].repeat(RUNS));
    // A part of every run.
    let part = View { offset: 64, len: 2, ..params };
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    gpu.write(part, &values);
    assert_eq!(block_on(gpu.read(&[part])).unwrap(), [values.to_vec()]);
    drop(gpu.read(&[clock]));
    gpu.run(&[List::Train]);
    let last = gpu.read(&[clock]);
    drop(gpu);
    // Awaited in another order, after the executor is gone.
    let steps = |numbers: Vec<Vec<f32>>| numbers[0].chunks(CLOCK).map(|clock| clock[0]).collect::<Vec<_>>();
    assert_eq!(steps(block_on(last).unwrap()), [41.0; RUNS]);
    assert_eq!(steps(block_on(before).unwrap()), [0.0; RUNS]);
    let after = block_on(after).unwrap();
    assert_eq!(after[1].len(), N * RUNS);
    assert_eq!(steps(after), [2.0; RUNS]);
}

#[test]
fn nothing_to_run_and_nothing_to_read_are_fine() {
    let Some(context) = gpu("empty lists") else { return };
    let mut gpu = block_on(Gpu::new(&context, optimizer())).unwrap();
    gpu.run(&[]);
    assert_eq!(block_on(gpu.read(&[])).unwrap(), Vec::<Vec<f32>>::new());
}

#[test]
fn what_does_not_fit_is_named() {
    let Some(context) = gpu("what does not fit") else { return };
    let refuse = |plan: Plan, name: &str, reason: &str| {
        match block_on(Gpu::new(&context, Rc::new(plan))).map(|_| ()) {
            Err(ExecError::Rejected { what, why }) => {
                assert!(what.contains(name) && why.contains(reason), "{what}: {why}");
            }
            other => panic!("{name}: {other:?}"),
        }
        // The device is still good.
        block_on(Gpu::new(&context, optimizer())).map(|_| ()).unwrap();
    };
    let mut plan = Plan::clone(&optimizer());
    plan.buffers[3].per_run = usize::MAX >> 8;
    refuse(plan, "params", "use fewer runs or a smaller model");

    let mut plan = Plan::clone(&optimizer());
    plan.train[2].views[0].len = 5;
    refuse(plan, "adamw [test]", "binds 5 elements");

    let trial = |kernel: Kernel| Plan::clone(&KernelTest::random(Box::leak(Box::new(kernel)), &[63], 1, 1).plan);
    let broken = |was: &str, is: &str| {
        let wgsl = add::ADD.wgsl.replace(was, is).leak();
        trial(Kernel { wgsl, ..add::ADD })
    };
    refuse(broken("= a[", "= c["), "add", "no definition in scope");
    refuse(broken("const N:", "const SIZE:"), "add", "no definition in scope");
    refuse(broken("fn main", "fn other"), "add [trial]", "main");
    refuse(broken("var<storage, read> a", "var<storage, read_write> a"), "add [trial]", "binding 0 is declared as");
    refuse(broken("size(64)", "size(128)"), "add [trial]", "64 threads");

    let far = trial(Kernel { grid: |_| [1 << 16, 1 << 16], ..add::ADD });
    refuse(far, "add [trial]", "workgroups");
}
