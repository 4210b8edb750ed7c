//! The GPU of a worker: asked for, measured, checked, and then taken or not.

mod patience;

use std::rc::Rc;

use js_sys::Reflect;

pub use self::patience::answer;
use self::patience::{patience_ms, ready};
use super::Chosen;
use crate::config::{Backend, Config};
use crate::exec::gpu::Context;
use crate::exec::{Engine, ExecError, Tuning};
use crate::number::exponential;
use crate::ops::tiles::Tiles;
use crate::plan::Plan;
use crate::protocol::Event;
use crate::selfcheck::SelfCheck;
use crate::tr;
use crate::train::Device;
use crate::tuner::{cache, tune};
use crate::warm_up::{WarmUp, families};
use crate::web::worker::scope::{now_ms, post, scope, sleep};

/// The GPU, if it was asked for: kept across runs.
#[derive(Default)]
pub struct Gpu {
    probed: Option<Result<Probed, String>>,
    /// What the page remembers of a measurement, see [`cache`].
    tuning_cache: String,
}

impl Gpu {
    /// The GPU for a configuration; `recorded` is how a snapshot's run was run.
    ///
    /// # Errors
    /// [`ExecError::NoAdapter`] says why it cannot be used; [`ExecError::Lost`] that it was lost just now.
    pub async fn choose(&mut self, config: &Config, plan: &Plan, recorded: Option<Tuning>) -> Result<Chosen, ExecError> {
        if let Some(why) = config.needs_cpu() {
            return Err(ExecError::NoAdapter(why.into()));
        }
        ready(patience_ms(config), self.prepare(config, plan, recorded)).await
    }

    async fn prepare(&mut self, config: &Config, plan: &Plan, recorded: Option<Tuning>) -> Result<Chosen, ExecError> {
        // A device that was lost while nobody used it is asked for anew.
        let known = self.probed.take().filter(|probed| probed.as_ref().is_ok_and(|gpu| !gpu.context.is_lost()));
        let mut probed = match known {
            Some(probed) => probed,
            None => probe(&self.tuning_cache).await,
        };
        if let Ok(gpu) = &mut probed {
            gpu.prepare(config, plan, recorded).await;
            if gpu.context.is_lost() {
                return Err(ExecError::Lost(tr!("while it was tried out").into()));
            }
        }
        choose(config, self.probed.insert(probed)).map_err(ExecError::NoAdapter)
    }

    /// Does a piece of [`Probed::warm_up`], if the GPU is in use.
    ///
    /// # Errors
    /// When the GPU is lost, or refuses something.
    pub async fn warm_up(&mut self) -> Result<bool, ExecError> {
        match &mut self.probed {
            Some(Ok(probed)) => probed.warm_up().await,
            _ => Ok(false),
        }
    }

    /// Spares a GPU that has not been asked for yet its measurement, if the text is about it.
    pub fn recall(&mut self, text: String) {
        self.tuning_cache = text;
    }

    /// Forgets a GPU that was lost.
    pub fn forget(&mut self) {
        self.probed = None;
    }
}

/// A GPU that answered.
pub struct Probed {
    /// The device, as runs use it that nothing else is recorded of.
    pub context: Context,
    /// What it was fastest with, once measured, now or at another visit.
    pub tuned: Option<Tuning>,
    /// What was found out about which kernels.
    pub check: SelfCheck,
    /// How the last plan is run, and whether its kernels agree with the CPU: once somebody wanted to know.
    verdict: Option<(Tuning, Result<f64, String>)>,
    /// What other runs need.
    warm_up: WarmUp,
}

/// How long to measure which shaders and launches are fastest, milliseconds; compiling them does not count.
const TUNE_MS: f64 = 150.0;

impl Probed {
    /// A device of which nothing is known yet, unless another visit found out what it is fastest with.
    pub fn new(mut context: Context, tuned: Option<Tuning>) -> Self {
        if let Some(tuned) = tuned {
            context.merge = tuned.merge;
        }
        Probed { context, tuned, check: SelfCheck::default(), verdict: None, warm_up: WarmUp::new(families()) }
    }

    /// Makes the device ready, unless it is out of the question anyway: with the shaders and launches that a snapshot
    /// (`recorded`) or the configuration asks for, else with the fastest ones, the kernels of the plan must agree with the
    /// CPU. Each is found out once.
    pub async fn prepare(&mut self, config: &Config, plan: &Plan, recorded: Option<Tuning>) {
        let considered = match config.backend {
            Backend::Auto => !self.context.info.fallback,
            Backend::Gpu => true,
            Backend::Cpu => false,
        };
        if !considered {
            return;
        }
        let tuning = match (recorded, config.tiles) {
            (Some(recorded), _) => recorded,
            (None, Some(tiles)) => Tuning { tiles, merge: self.context.merge },
            (None, None) => self.tuned(plan).await,
        };
        if self.verdict.as_ref().is_some_and(|(last, _)| last.merge != tuning.merge) {
            // What was checked ran in other pipelines.
            self.check = SelfCheck::default();
        }
        let (mut plan, device) = (plan.clone(), self.device(tuning));
        tuning.tiles.apply(&mut plan);
        let plan = Rc::new(plan);
        if self.check.is_new(&plan) {
            // Its pipelines first, which are then those that are checked. What is wrong with them shows there.
            _ = device.exec(plan.clone()).await;
        }
        let verdict = self.check.examine(&device, &plan).await;
        self.verdict = Some((tuning, verdict));
    }

    /// Does a piece of what makes it ready for the runs that may be next, as the last one is run. Returns whether there may be
    /// more to do. A software renderer would take the time from the page, and is not used unless it is asked for.
    ///
    /// # Errors
    /// When the GPU is lost, or refuses something: then there is no more to do.
    pub async fn warm_up(&mut self) -> Result<bool, ExecError> {
        if self.context.info.fallback || self.verdict().is_err() {
            return Ok(false);
        }
        let Device::Gpu(context, tiles) = self.device(self.tuning()) else { return Ok(false) };
        // It is gone unless the piece succeeds; nobody may wait for it to the end.
        let mut warm_up = core::mem::take(&mut self.warm_up);
        let more = warm_up.piece(&context, tiles).await?;
        self.warm_up = warm_up;
        Ok(more)
    }

    /// What it is fastest with. A software renderer is not worth the time; a lost device shows in the self-check.
    async fn tuned(&mut self, plan: &Plan) -> Tuning {
        if self.tuned.is_none()
            && !self.context.info.fallback
            && let Ok(measured) = tune(&self.context, plan, now_ms, TUNE_MS).await
        {
            self.tuned = Some(measured.tuning);
            self.context.merge = measured.tuning.merge;
            if measured.lasting {
                post(&Event::Measured { text: cache::write(measured.tuning, &self.context.info.name) });
            }
        }
        self.tuned.unwrap_or(self.usual())
    }

    /// How runs are run before anything is measured.
    fn usual(&self) -> Tuning {
        Tuning { tiles: Tiles::default(), merge: self.context.merge }
    }

    /// The device when plans are run in this way.
    fn device(&self, tuning: Tuning) -> Device {
        let mut context = self.context.clone();
        context.merge = tuning.merge;
        Device::Gpu(context, tuning.tiles)
    }

    fn verdict(&self) -> Result<f64, &str> {
        match &self.verdict {
            Some((_, Ok(error))) => Ok(*error),
            Some((_, Err(why))) => Err(why),
            None => Err(tr!("it was not checked")),
        }
    }

    fn tuning(&self) -> Tuning {
        self.verdict.as_ref().map_or(self.usual(), |(tuning, _)| *tuning)
    }
}

/// Whether this worker has the WebGPU API at all.
fn has_gpu() -> bool {
    Reflect::get(&scope().navigator(), &"gpu".into()).is_ok_and(|gpu| gpu.is_truthy())
}

/// Pauses between attempts, milliseconds: some browsers have no adapter yet right after their start.
const RETRIES_MS: [f64; 3] = [50.0, 200.0, 800.0];

/// Asks for an adapter; `tuning_cache` is what the page remembers of a measurement.
///
/// # Errors
/// The reason, when there is none.
pub async fn probe(tuning_cache: &str) -> Result<Probed, String> {
    if !has_gpu() {
        return Err(tr!("this browser offers no WebGPU here").into());
    }
    let mut last = String::new();
    for pause in RETRIES_MS {
        match Context::request().await {
            Ok(context) => {
                let tuned = cache::read(tuning_cache, &context.info.name);
                return Ok(Probed::new(context, tuned));
            }
            Err(error) => last = error.to_string(),
        }
        sleep(pause).await;
    }
    Err(tr!("the browser has WebGPU, but gives no device ({why})", why = last))
}

/// Takes a probed GPU.
///
/// # Errors
/// Says why it is not to be used: wrong numbers always count, software unless it is asked for.
pub fn choose(config: &Config, probed: &Result<Probed, String>) -> Result<Chosen, String> {
    let gpu = probed.as_ref().map_err(String::clone)?;
    let (name, tuning) = (&gpu.context.info.name, gpu.tuning());
    let why = match (config.backend, gpu.verdict()) {
        (Backend::Cpu, _) => return Err(tr!("the settings want the CPU").into()),
        (Backend::Gpu, Ok(error)) => tr!("chosen in the settings; agrees with the CPU to {error}", error = exponential(error, 0)),
        (Backend::Auto, _) if gpu.context.info.fallback => {
            return Err(tr!("the only GPU adapter, {name}, is a slow software one", name));
        }
        (Backend::Auto, Ok(error)) => tr!("a GPU that agrees with the CPU to {error}", error = exponential(error, 0)),
        (_, Err(why)) => return Err(tr!("the GPU {name} failed its self-check: {why}", name, why)),
    };
    let launches = if tuning.merge { tr!("merged launches") } else { tr!("a launch for each kernel") };
    let reason = tr!("{why}, with tiles {tiles} and {launches}", why, tiles = tuning.tiles, launches);
    Ok(Chosen {
        device: gpu.device(tuning),
        engine: Engine::Gpu,
        adapter: name.clone(),
        reason,
        patience_ms: patience_ms(config),
    })
}
