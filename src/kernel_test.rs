//! One kernel on guarded memory: random inputs, and a judge who compares with the reference kernel.
//!
//! Tests and the benchmark share this.

use std::rc::Rc;

use crate::exec::ExecError;
use crate::exec::cpu::Cpu;
use crate::exec::gpu::{Context, Gpu};
use crate::kernel::{Access, Bind, Fill, Kernel, NONE};
use crate::plan::{ALIGN, Buffer, Dispatch, Kind, List, Plan, View};
use crate::rng::{Rng, Stream};

/// Below this root of Σ want² an error is absolute: a result may be all zeros.
const FLOOR: f64 = 1e-20;

/// Compares by sqrt(Σ(got−want)² / Σwant²). Returns the fraction of the limit that was used.
///
/// # Errors
/// When that is above `relative`, when a value is not finite, and when there is nothing to compare.
pub fn close(got: &[f32], want: &[f32], relative: f64) -> Result<f64, String> {
    if got.len() != want.len() || want.is_empty() {
        return Err(format!("{} values, {} expected", got.len(), want.len()));
    }
    let finite = |what: &str, values: &[f32]| match values.iter().position(|v| !v.is_finite()) {
        Some(i) => Err(format!("{what}[{i}] is {}", values[i])),
        None => Ok(()),
    };
    finite("got", got)?;
    finite("want", want)?;
    let gap = |i: usize| (f64::from(got[i]) - f64::from(want[i])).abs();
    let norm = want.iter().map(|&w| f64::from(w).powi(2)).sum::<f64>().sqrt();
    let error = (0..want.len()).map(|i| gap(i).powi(2)).sum::<f64>().sqrt() / norm.max(FLOOR);
    #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "what is not a number must fail")]
    if !(error <= relative) {
        let worst = (0..want.len()).max_by(|&i, &j| gap(i).total_cmp(&gap(j))).unwrap_or(0);
        return Err(format!(
            "off by {error:.2e} where {relative:.0e} is allowed; worst is [{worst}]: {} for {}",
            got[worst], want[worst]
        ));
    }
    Ok(if error == 0.0 { 0.0 } else { error / relative })
}

/// Compares indices, which are read back as the numbers that have their bits; [`NONE`] would be none.
fn same(got: &[f32], want: &[f32]) -> Result<f64, String> {
    let [got, want] = [got, want].map(bytemuck::cast_slice::<f32, u32>);
    match got.iter().zip(want).position(|(got, want)| got != want) {
        Some(i) => Err(format!("[{i}] is {} for {}", got[i], want[i])),
        None => Ok(0.0),
    }
}

/// Around every view: read as data it shows in any result, and a write to it is noticed.
const GUARD: f32 = -7.25e29;
/// The same for indices: far outside, and not [`NONE`].
const GUARD_INDEX: u32 = 0x7fff_fff0;
/// After every view, so that runs start at odd offsets.
const GUARD_LEN: usize = 37;

/// One kernel on guarded memory.
pub struct KernelTest {
    /// Buffers with guards, and one dispatch.
    pub plan: Rc<Plan>,
    written: Vec<usize>,
}

impl KernelTest {
    /// Binds `data[i]` (bits, `runs × len`) to binding `i`. The contents of pure outputs are replaced by the guard.
    pub fn new(kernel: &'static Kernel, dims: &[u32], runs: usize, data: &[Vec<u32>]) -> KernelTest {
        let mut plan = Plan { runs, ..Plan::default() };
        let mut views = vec![];
        for (i, (bind, data)) in kernel.binds.iter().zip(data).enumerate() {
            let (len, offset) = ((bind.len)(dims), ALIGN * (1 + i % 3));
            assert_eq!(data.len(), runs * len, "`{}`: data for every run", bind.name);
            let (kind, guard) = match bind.access {
                Access::Index => (Kind::U32, GUARD_INDEX),
                // What is written is read back as numbers.
                Access::OutIndex => (Kind::Filled, GUARD.to_bits()),
                _ => (Kind::F32, GUARD.to_bits()),
            };
            let per_run = offset + len + GUARD_LEN;
            let mut init = vec![guard; runs * per_run];
            if !matches!(bind.access, Access::Out | Access::OutIndex) {
                for (run, data) in data.chunks(len).enumerate() {
                    init[run * per_run + offset..][..len].copy_from_slice(data);
                }
            }
            plan.buffers.push(Buffer { name: bind.name.into(), kind, per_run, init });
            views.push(View { buffer: i, offset, len });
        }
        plan.train.push(Dispatch { kernel, dims: dims.to_vec(), views, label: "trial".into(), variant: 0 });
        plan.check().expect("the trial's plan");
        let writes = |i: &usize| kernel.binds[*i].access.writes();
        KernelTest { plan: Rc::new(plan), written: (0..kernel.binds.len()).filter(writes).collect() }
    }

    /// Random inputs as the bindings ask for.
    pub fn random(kernel: &'static Kernel, dims: &[u32], runs: usize, seed: u64) -> KernelTest {
        let mut rng = Rng::new(seed, Stream::Test);
        let data = |bind: &Bind| (0..runs).flat_map(|_| fill(bind, dims, &mut rng)).collect();
        let data: Vec<Vec<u32>> = kernel.binds.iter().map(data).collect();
        KernelTest::new(kernel, dims, runs, &data)
    }

    /// A dispatch of `plan` with its own index tables, and random numbers in everything else it reads.
    pub fn of(plan: &Plan, dispatch: &Dispatch, seed: u64) -> KernelTest {
        let (kernel, dims) = (dispatch.kernel, &dispatch.dims);
        let mut rng = Rng::new(seed, Stream::Test);
        let mut data = vec![];
        for (bind, view) in kernel.binds.iter().zip(&dispatch.views) {
            let Buffer { per_run, init, .. } = &plan.buffers[view.buffer];
            let mut bits = Vec::with_capacity(plan.runs * view.len);
            for run in 0..plan.runs {
                match bind.access {
                    Access::Index if !init.is_empty() => bits.extend(&init[run * per_run + view.offset..][..view.len]),
                    _ => bits.extend(fill(bind, dims, &mut rng)),
                }
            }
            data.push(bits);
        }
        let mut trial = KernelTest::new(kernel, dims, plan.runs, &data);
        Rc::make_mut(&mut trial.plan).train[0].variant = dispatch.variant;
        trial
    }

    /// The same trial with another of the kernel's shaders.
    pub fn with_variant(&self, variant: usize) -> KernelTest {
        let mut plan = Plan::clone(&self.plan);
        plan.train[0].variant = variant;
        plan.check().expect("the trial's plan");
        KernelTest { plan: Rc::new(plan), written: self.written.clone() }
    }

    /// Every written buffer as a whole, guards included.
    pub fn wholes(&self) -> Vec<View> {
        let whole = |&buffer: &usize| View { buffer, offset: 0, len: self.plan.buffers[buffer].per_run };
        self.written.iter().map(whole).collect()
    }

    /// Written buffers after the CPU has run the reference kernel, or the optimised version.
    pub fn cpu(&self, optimised: bool) -> Vec<Vec<f32>> {
        let mut cpu = Cpu::<f32>::new(self.plan.clone(), optimised);
        cpu.run(List::Train);
        self.wholes().into_iter().map(|view| cpu.read(view)).collect()
    }

    /// Written buffers after the GPU has run the shader.
    ///
    /// # Errors
    /// What the executor says.
    pub async fn gpu(&self, context: &Context) -> Result<Vec<Vec<f32>>, ExecError> {
        let mut gpu = Gpu::new(context, self.plan.clone()).await?;
        gpu.run(&[List::Train]);
        gpu.read(&self.wholes()).await
    }

    /// Compares written buffers with the reference kernel's: values by the kernel's tolerance, indices, guards and left-overs by bits.
    ///
    /// # Errors
    /// Names binding and run of everything that is wrong.
    pub fn judge(&self, got: &[Vec<f32>], want: &[Vec<f32>]) -> Result<f64, String> {
        let dispatch = &self.plan.train[0];
        let (mut worst, mut wrong) = (0f64, vec![]);
        for ((&i, got), want) in self.written.iter().zip(got).zip(want) {
            let (bind, view) = (&dispatch.kernel.binds[i], dispatch.views[i]);
            let per_run = self.plan.buffers[i].per_run;
            for (run, (got, want)) in got.chunks(per_run).zip(want.chunks(per_run)).enumerate() {
                let mut fail = |what: String| wrong.push(format!("`{}`, run {run}: {what}", bind.name));
                let is_guard = |v: &f32| v.to_bits() == GUARD.to_bits();
                let within = view.offset..view.offset + view.len;
                let inside = &got[within.clone()];
                if let Some(at) = (0..per_run).find(|at| !within.contains(at) && !is_guard(&got[*at])) {
                    fail(format!("element {at} of the buffer was overwritten, the view is {within:?}"));
                }
                if let Some(at) = inside.iter().position(is_guard) {
                    fail(format!("element {at} was not written"));
                }
                let want = &want[within];
                let compared = match bind.access {
                    Access::OutIndex => same(inside, want),
                    _ => close(inside, want, dispatch.kernel.checks.tolerance.relative),
                };
                match compared {
                    Ok(fraction) => worst = worst.max(fraction),
                    Err(what) => fail(what),
                }
            }
        }
        if wrong.is_empty() { Ok(worst) } else { Err(wrong.join("\n    ")) }
    }
}

/// Bits for one run of a binding.
pub fn fill(bind: &Bind, dims: &[u32], rng: &mut Rng) -> Vec<u32> {
    let len = (bind.len)(dims);
    let number = |x: f64| (x as f32).to_bits();
    match bind.fill {
        Fill::Normal => (0..len).map(|_| number(rng.normal())).collect(),
        Fill::Uniform => (0..len).map(|_| number((rng.uniform() + 1e-9).min(1.0 - 1e-7))).collect(),
        Fill::These(values) => (0..len).map(|i| values[i % values.len()].to_bits()).collect(),
        Fill::Exactly(indices) => indices(dims),
        Fill::Below(below) => (0..len).map(|_| rng.below(below(dims))).collect(),
        Fill::BelowOrNone(below, stride) => {
            let mut pick = |i: usize| {
                let row = rng.below(below(dims));
                let masked = rng.below(4) == 0 && !(i as u32).is_multiple_of(stride(dims));
                if masked { NONE } else { row }
            };
            (0..len).map(&mut pick).collect()
        }
        Fill::Offsets(total) => {
            let total = total(dims);
            let mut cuts: Vec<u32> = (0..len).map(|_| rng.below(total + 1)).collect();
            cuts.sort_unstable();
            cuts[0] = 0;
            cuts[len - 1] = total;
            cuts
        }
    }
}
