//! What a worker trains on, and why, in a sentence for the page.

#[cfg(feature = "gpu")]
pub mod gpu;
#[cfg(not(feature = "gpu"))]
#[path = "backend/no_gpu.rs"]
mod gpu;

pub use gpu::answer;

use crate::config::Config;
use crate::exec::{Engine, ExecError};
use crate::ops::tiles::Tiles;
use crate::plan::Plan;
use crate::train::Device;

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
    /// How long to wait for answers of a GPU, milliseconds. The CPU answers at once.
    pub patience_ms: f64,
}

/// Which of the CPU's builds this is, see `www/grokking-lab.js`.
pub const CPU: &str = if cfg!(target_feature = "relaxed-simd") { "WebAssembly, relaxed SIMD" } else { "WebAssembly SIMD" };

/// The devices of this worker. A GPU is kept across runs.
#[derive(Default)]
pub struct Devices {
    gpu: gpu::Gpu,
}

impl Devices {
    /// The device for a configuration; `recorded` are a snapshot's shaders.
    ///
    /// # Errors
    /// [`ExecError::NoAdapter`] says why the GPU cannot be used for it; [`ExecError::Lost`] that it was lost just now.
    pub async fn choose(
        &mut self,
        engine: Engine,
        (config, plan): (&Config, &Plan),
        recorded: Option<Tiles>,
    ) -> Result<Chosen, ExecError> {
        match engine {
            Engine::Cpu => {
                Ok(Chosen { device: Device::Cpu, engine, adapter: CPU.into(), reason: String::new(), patience_ms: f64::INFINITY })
            }
            Engine::Gpu => self.gpu.choose(config, plan, recorded).await,
        }
    }

    /// Spares a GPU that has not been asked for yet its measurement, if the text is about it.
    pub fn recall(&mut self, text: String) {
        self.gpu.recall(text);
    }

    /// Forgets a GPU that was lost.
    pub fn forget(&mut self) {
        self.gpu.forget();
    }
}
