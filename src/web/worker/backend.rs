//! What a worker trains on, and why, in a sentence for the page.

#[cfg(feature = "gpu")]
pub mod gpu;
#[cfg(not(feature = "gpu"))]
#[path = "backend/no_gpu.rs"]
mod gpu;

pub use gpu::answer;

use crate::config::Config;
use crate::exec::{Engine, ExecError, Tuning};
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
    /// The device for a configuration; `recorded` is how a snapshot's run was run.
    ///
    /// # Errors
    /// [`ExecError::NoAdapter`] says why the GPU cannot be used for it; [`ExecError::Lost`] that it was lost just now.
    pub async fn choose(
        &mut self,
        engine: Engine,
        (config, plan): (&Config, &Plan),
        recorded: Option<Tuning>,
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

    /// Does a piece of what makes a GPU ready for the runs that may be next. Returns whether there may be more to do.
    ///
    /// # Errors
    /// When the GPU is lost, or refuses something: then there is no more to do.
    pub async fn warm_up(&mut self) -> Result<bool, ExecError> {
        self.gpu.warm_up().await
    }

    /// Forgets a GPU that was lost.
    pub fn forget(&mut self) {
        self.gpu.forget();
    }
}
