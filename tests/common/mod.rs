//! What the harnesses share, natively and in the browser: the one comparator, the GPU, and one kernel on guarded memory.
#![allow(dead_code, reason = "each test program uses a part of this")]

use std::rc::Rc;

use grokking_lab::exec::ExecError;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::exec::gpu::{Context, Gpu};
use grokking_lab::ops::{Access, Bind, Fill, Kernel, NONE};
use grokking_lab::plan::{ALIGN, Buffer, Dispatch, Kind, List, Plan, View};
use grokking_lab::rng::{Rng, Stream};

/// Below this root of Σ want² an error is absolute: a result may be all zeros.
const FLOOR: f64 = 1e-20;

/// Compares by sqrt(Σ(got−want)² / Σwant²). Returns the share of the limit that was used.
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

/// The GPU, or `None` after saying loudly what is not tested. With `GROKKING_REQUIRE_GPU=1` its absence is a failure.
#[cfg(not(target_arch = "wasm32"))]
pub fn gpu(what: &str) -> Option<Context> {
    match pollster::block_on(Context::request()) {
        Ok(context) => Some(context),
        Err(error) if std::env::var("GROKKING_REQUIRE_GPU").is_ok_and(|v| v == "1") => {
            panic!("GROKKING_REQUIRE_GPU=1, but: {error}; install a Vulkan driver (lavapipe needs no GPU)")
        }
        Err(error) => {
            eprintln!("\n===== SKIPPED {what} on the GPU: {error} =====\n");
            None
        }
    }
}

/// Around every view: read as data it shows in any result, and a write to it is noticed.
const GUARD: f32 = -7.25e29;
/// The same for indices: far outside, and not [`NONE`].
const GUARD_INDEX: u32 = 0x7fff_fff0;
/// After every view, so that runs start at odd places.
const GUARD_LEN: usize = 37;

/// One kernel on guarded memory.
pub struct Trial {
    /// Buffers with guards, and one dispatch.
    pub plan: Rc<Plan>,
    written: Vec<usize>,
}

impl Trial {
    /// Binds `data[i]` (bits, `runs × len`) to binding `i`. The contents of pure outputs are replaced by the guard.
    pub fn new(kernel: &'static Kernel, dims: &[u32], runs: usize, data: &[Vec<u32>]) -> Trial {
        let mut plan = Plan { runs, ..Plan::default() };
        let mut views = vec![];
        for (i, (bind, data)) in kernel.binds.iter().zip(data).enumerate() {
            let (len, offset) = ((bind.len)(dims), ALIGN * (1 + i % 3));
            assert_eq!(data.len(), runs * len, "`{}`: data for every run", bind.name);
            let index = bind.access == Access::Index;
            let guard = if index { GUARD_INDEX } else { GUARD.to_bits() };
            let per_run = offset + len + GUARD_LEN;
            let mut init = vec![guard; runs * per_run];
            if bind.access != Access::Out {
                for (run, data) in data.chunks(len).enumerate() {
                    init[run * per_run + offset..][..len].copy_from_slice(data);
                }
            }
            plan.buffers.push(Buffer { name: bind.name.into(), kind: if index { Kind::U32 } else { Kind::F32 }, per_run, init });
            views.push(View { buffer: i, offset, len });
        }
        plan.train.push(Dispatch { kernel, dims: dims.to_vec(), views, label: "trial".into(), variant: 0 });
        plan.check().expect("the trial's plan");
        let writes = |i: &usize| matches!(kernel.binds[*i].access, Access::Out | Access::InOut);
        Trial { plan: Rc::new(plan), written: (0..kernel.binds.len()).filter(writes).collect() }
    }

    /// Random inputs as the bindings ask for.
    pub fn random(kernel: &'static Kernel, dims: &[u32], runs: usize, seed: u64) -> Trial {
        let mut rng = Rng::new(seed, Stream::Test);
        let data = |bind: &Bind| (0..runs).flat_map(|_| fill(bind, dims, &mut rng)).collect();
        let data: Vec<Vec<u32>> = kernel.binds.iter().map(data).collect();
        Trial::new(kernel, dims, runs, &data)
    }

    /// Every written buffer as a whole, guards included.
    fn wholes(&self) -> Vec<View> {
        let whole = |&buffer: &usize| View { buffer, offset: 0, len: self.plan.buffers[buffer].per_run };
        self.written.iter().map(whole).collect()
    }

    /// Written buffers after the CPU has run the twin, or the fast version.
    pub fn cpu(&self, fast: bool) -> Vec<Vec<f32>> {
        let mut cpu = Cpu::<f32>::new(self.plan.clone(), fast);
        cpu.run(List::Train);
        self.wholes().into_iter().map(|view| cpu.read(view)).collect()
    }

    /// The same trial with another of the kernel's shaders.
    pub fn with_variant(&self, variant: usize) -> Trial {
        let mut plan = Plan::clone(&self.plan);
        plan.train[0].variant = variant;
        plan.check().expect("the trial's plan");
        Trial { plan: Rc::new(plan), written: self.written.clone() }
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

    /// Compares written buffers with the twin's: values by the kernel's tolerance, guards and left-overs by bits.
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
                match close(inside, &want[within], dispatch.kernel.tolerance.relative) {
                    Ok(share) => worst = worst.max(share),
                    Err(what) => fail(what),
                }
            }
        }
        if wrong.is_empty() { Ok(worst) } else { Err(wrong.join("\n    ")) }
    }
}

/// The parity check: fast version and every shader against the twin. Returns the worst share of the limit.
///
/// # Errors
/// Names kernel, case, seed, runs and everything that is wrong.
pub async fn parity(
    context: Option<&Context>,
    kernel: &'static Kernel,
    dims: &[u32],
    seed: u64,
    runs: usize,
) -> Result<f64, String> {
    let trial = Trial::random(kernel, dims, runs, seed);
    let want = trial.cpu(false);
    let name = |who: &str, what: String| format!("{who} {} {dims:?}, seed {seed}, runs {runs}:\n    {what}", kernel.name);
    let mut worst = trial.judge(&want, &want).map_err(|what| name("twin", what))?;
    if kernel.fast.is_some() {
        worst = worst.max(trial.judge(&trial.cpu(true), &want).map_err(|what| name("fast", what))?);
    }
    if let Some(context) = context {
        for variant in 0..=kernel.variants.len() {
            let trial = trial.with_variant(variant);
            let name = |what: String| name(&format!("shader {} of", trial.plan.train[0].shader().0), what);
            let got = trial.gpu(context).await.map_err(|error| name(error.to_string()))?;
            worst = worst.max(trial.judge(&got, &want).map_err(name)?);
        }
    }
    Ok(worst)
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

/// The first bits of seed 0's initial weights and training pairs of the standard configuration: the same on every
/// platform and backend. A change here changes every published link.
pub fn assert_seed_zero_is_unchanged() {
    use grokking_lab::config::Config;
    let built = grokking_lab::train::build(&Config::standard());
    let len: usize = built.params.iter().map(|p| (p.shape[0] * p.shape[1]).next_multiple_of(ALIGN)).sum();
    let weights = grokking_lab::train::initial(&built.params, len, 0);
    // FNV-1a over all bits.
    let hash = |words: &mut dyn Iterator<Item = u32>| {
        words.fold(0xcbf2_9ce4_8422_2325u64, |h, w| (h ^ u64::from(w)).wrapping_mul(0x100_0000_01b3))
    };
    assert_eq!(hash(&mut weights.iter().map(|w| w.to_bits())), WEIGHTS, "initial weights");
    let targets = built.plan.buffers.iter().find(|b| b.name == "targets").expect("targets");
    assert_eq!(hash(&mut targets.init.iter().copied()), TARGETS, "training pairs");
}

const WEIGHTS: u64 = 9535572207318823032;
const TARGETS: u64 = 2346278100242134274;
