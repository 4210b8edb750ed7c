//! What a worker trains on, and why, in a sentence for the page.

#[cfg(feature = "gpu")]
pub mod gpu;

use crate::config::Config;
use crate::exec::{Engine, ExecError};
use crate::ops::tiles::Tiles;
use crate::plan::Plan;
use crate::train::Device;
#[cfg(feature = "gpu")]
use crate::web::worker::scope::within;

/// A device and the reason for it.
pub struct Chosen {
    /// Where to train.
    pub device: Device,
    /// Which kind that is.
    pub engine: Engine,
    /// Name of the adapter, or of the CPU path.
    pub adapter: String,
    /// Why, in one sentence; for the CPU the page knows.
    pub reason: String,
    /// How long to wait for its answers, milliseconds.
    #[cfg(feature = "gpu")]
    pub patience_ms: f64,
}

/// Which of the CPU's builds this is, see `www/grokking-lab.js`.
pub const CPU: &str = if cfg!(target_feature = "relaxed-simd") { "WebAssembly, relaxed SIMD" } else { "WebAssembly SIMD" };

/// The devices of this worker. A GPU is kept across runs.
#[derive(Default)]
pub struct Devices {
    #[cfg(feature = "gpu")]
    probed: Option<Result<gpu::Probed, String>>,
    /// What the page remembers of a GPU's measurement, see [`cache`](crate::tuner::cache).
    #[cfg(feature = "gpu")]
    tuning_cache: String,
}

impl Devices {
    /// The device for a configuration; `recorded` are a snapshot's shaders.
    ///
    /// # Errors
    /// [`ExecError::NoAdapter`] says why the GPU cannot be used for it; [`ExecError::Lost`] that it was lost just now.
    #[cfg_attr(not(feature = "gpu"), expect(unused_variables, reason = "only a GPU has to be asked"))]
    pub async fn choose(
        &mut self,
        engine: Engine,
        (config, plan): (&Config, &Plan),
        recorded: Option<Tiles>,
    ) -> Result<Chosen, ExecError> {
        match engine {
            Engine::Cpu => Ok(Chosen {
                device: Device::Cpu,
                engine,
                adapter: CPU.into(),
                reason: String::new(),
                #[cfg(feature = "gpu")]
                patience_ms: 0.0,
            }),
            #[cfg(feature = "gpu")]
            Engine::Gpu => {
                if let Some(why) = config.needs_cpu() {
                    return Err(ExecError::NoAdapter(why.into()));
                }
                let patience_ms = gpu::patience_ms(config);
                let chosen = within(patience_ms, 250.0, self.gpu(config, plan, recorded), || ()).await;
                chosen.unwrap_or_else(|| {
                    Err(ExecError::NoAdapter(format!("the GPU has not answered for {} seconds", (patience_ms / 1000.0) as u32)))
                })
            }
            #[cfg(not(feature = "gpu"))]
            Engine::Gpu => Err(ExecError::NoAdapter("this build of the lab trains on the CPU only".into())),
        }
    }

    #[cfg(feature = "gpu")]
    async fn gpu(&mut self, config: &Config, plan: &Plan, recorded: Option<Tiles>) -> Result<Chosen, ExecError> {
        // A device that was lost while nobody used it is asked for anew.
        let known = self.probed.take().filter(|probed| probed.as_ref().is_ok_and(|gpu| !gpu.context.is_lost()));
        let mut probed = match known {
            Some(probed) => probed,
            None => gpu::probe(&self.tuning_cache).await,
        };
        if let Ok(gpu) = &mut probed {
            gpu.prepare(config, plan, recorded).await;
            if gpu.context.is_lost() {
                return Err(ExecError::Lost("while it was tried out".into()));
            }
        }
        gpu::choose(config, self.probed.insert(probed)).map_err(ExecError::NoAdapter)
    }

    /// Spares a GPU that has not been asked for yet its measurement, if the text is about it.
    #[cfg_attr(not(feature = "gpu"), expect(unused_variables, reason = "only a GPU is measured"))]
    pub fn recall(&mut self, text: String) {
        #[cfg(feature = "gpu")]
        {
            self.tuning_cache = text;
        }
    }

    /// Forgets a GPU that was lost.
    pub fn forget(&mut self) {
        #[cfg(feature = "gpu")]
        self.probed.take();
    }
}
