//! Which backend a run uses, and why, in a sentence for the page.

use super::scope::{has_gpu, sleep};
use crate::config::Backend;
use crate::exec::gpu::Context;
use crate::selfcheck::self_check;
use crate::train::Device;

/// A device and the reason for it.
pub struct Chosen {
    /// Where to train.
    pub device: Device,
    /// `gpu` or `cpu`.
    pub backend: &'static str,
    /// Name of the adapter, or of the CPU path.
    pub adapter: String,
    /// Why, in one sentence.
    pub reason: String,
    /// Whether `backend=gpu` was asked for and could not be had.
    pub refused: bool,
}

/// Which of the two builds this is, see `www/grokking-lab.js`.
pub const CPU: &str = if cfg!(target_feature = "relaxed-simd") { "WebAssembly, relaxed SIMD" } else { "WebAssembly SIMD" };

/// A GPU that answered. Kept across runs.
pub struct Probed {
    /// The device.
    pub context: Context,
    /// What the self-check said, once somebody wanted to know.
    pub check: Option<Result<f64, String>>,
}

impl Probed {
    /// Checks the device against the CPU, once, and unless it is out of the question anyway.
    pub async fn check(&mut self, wish: Backend) {
        let considered = wish == Backend::Gpu || !self.context.info.fallback;
        if considered && self.check.is_none() {
            self.check = Some(self_check(&Device::Gpu(self.context.clone())).await);
        }
    }

    fn verdict(&self) -> Result<f64, &str> {
        match &self.check {
            Some(Ok(error)) => Ok(*error),
            Some(Err(why)) => Err(why),
            None => Err("it was not checked"),
        }
    }
}

/// Pauses between attempts, milliseconds: some browsers have no adapter yet right after their start.
const RETRIES_MS: [f64; 3] = [50.0, 200.0, 800.0];

/// Asks for an adapter.
///
/// # Errors
/// The reason, when there is none.
pub async fn probe() -> Result<Probed, String> {
    if !has_gpu() {
        return Err("this browser offers no WebGPU here".into());
    }
    for pause in RETRIES_MS {
        if let Ok(context) = Context::request().await {
            return Ok(Probed { context, check: None });
        }
        sleep(pause).await;
    }
    Err("the browser has WebGPU, but found no adapter for it".into())
}

/// Chooses between a probed GPU and the CPU.
pub fn choose(wish: Backend, probed: Option<&Result<Probed, String>>) -> Chosen {
    match (wish, probed) {
        (Backend::Cpu, _) => cpu("chosen in the settings".into(), false),
        (Backend::Gpu, Some(Ok(gpu))) => {
            let reason = match gpu.verdict() {
                Ok(error) => format!("chosen in the settings; agrees with the CPU to {error:.0e}"),
                Err(why) => format!("chosen in the settings, although {why}"),
            };
            accept(gpu, reason)
        }
        (Backend::Auto, Some(Ok(gpu))) => match gpu.verdict() {
            _ if gpu.context.info.fallback => {
                cpu(format!("the only GPU adapter, {}, is a slow software one", gpu.context.info.name), false)
            }
            Ok(error) => accept(gpu, format!("a GPU that agrees with the CPU to {error:.0e}")),
            Err(why) => cpu(format!("the GPU {} failed its self-check: {why}", gpu.context.info.name), false),
        },
        (wish, probed) => {
            let why = match probed {
                Some(Err(why)) => why.clone(),
                _ => "no GPU was asked for".into(),
            };
            cpu(why, wish == Backend::Gpu)
        }
    }
}

fn accept(gpu: &Probed, reason: String) -> Chosen {
    let adapter = gpu.context.info.name.clone();
    Chosen { device: Device::Gpu(gpu.context.clone()), backend: "gpu", adapter, reason, refused: false }
}

fn cpu(reason: String, refused: bool) -> Chosen {
    Chosen { device: Device::Cpu, backend: "cpu", adapter: CPU.into(), reason, refused }
}
