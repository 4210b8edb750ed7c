//! What a worker trains on, and why, in a sentence for the page.

#[cfg(feature = "gpu")]
pub mod gpu;

use crate::config::Config;
use crate::protocol::Engine;
use crate::train::Device;
use crate::tuner::Tiles;

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
}

/// Which of the CPU's builds this is, see `www/grokking-lab.js`.
pub const CPU: &str = if cfg!(target_feature = "relaxed-simd") { "WebAssembly, relaxed SIMD" } else { "WebAssembly SIMD" };

/// The devices of this worker. A GPU is kept across runs.
#[derive(Default)]
pub struct Devices {
    #[cfg(feature = "gpu")]
    probed: Option<Result<gpu::Probed, String>>,
    /// What the page remembers of a GPU's measurement, see [`kept`](crate::tuner::kept).
    #[cfg(feature = "gpu")]
    kept: String,
}

impl Devices {
    /// The device for a configuration; `recorded` are a snapshot's shaders.
    ///
    /// # Errors
    /// Why the GPU cannot be used for it.
    #[cfg_attr(not(feature = "gpu"), expect(unused_variables, reason = "only a GPU has to be asked"))]
    pub async fn choose(&mut self, engine: Engine, config: &Config, recorded: Option<Tiles>) -> Result<Chosen, String> {
        match engine {
            Engine::Cpu => Ok(Chosen { device: Device::Cpu, engine, adapter: CPU.into(), reason: String::new() }),
            #[cfg(feature = "gpu")]
            Engine::Gpu => {
                if let Some(why) = config.needs_cpu() {
                    return Err(why.into());
                }
                let probed = match self.probed.take() {
                    Some(probed) => probed,
                    None => gpu::probe(&self.kept).await,
                };
                let probed = self.probed.insert(probed);
                if let Ok(gpu) = probed {
                    gpu.prepare(config, recorded).await;
                }
                gpu::choose(config.backend, probed)
            }
            #[cfg(not(feature = "gpu"))]
            Engine::Gpu => Err("this build of the lab trains on the CPU only".into()),
        }
    }

    /// Spares a GPU that has not been asked for yet its measurement, if the text is about it.
    #[cfg_attr(not(feature = "gpu"), expect(unused_variables, reason = "only a GPU is measured"))]
    pub fn recall(&mut self, text: String) {
        #[cfg(feature = "gpu")]
        {
            self.kept = text;
        }
    }

    /// Forgets a GPU that was lost.
    pub fn forget(&mut self) {
        #[cfg(feature = "gpu")]
        self.probed.take();
    }
}
