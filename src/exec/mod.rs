//! Executors: run a [`Plan`](crate::plan::Plan) on the CPU or the GPU, with the same results.

#[cfg(feature = "cpu")]
pub mod cpu;
#[cfg(not(feature = "cpu"))]
#[path = "no_cpu.rs"]
mod cpu;
#[cfg(feature = "gpu")]
pub mod gpu;
mod tuning;

use core::future::{Future, ready};
use core::pin::Pin;
use std::rc::Rc;

use crate::ops::tiles::Tiles;
use serde::{Deserialize, Serialize};

use crate::plan::{List, Plan, View};
use crate::tr;
pub use tuning::Tuning;

/// What a worker computes on. Each has a build of the module for itself, see `xtask/src/dist.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Engine {
    /// WebAssembly SIMD.
    Cpu,
    /// WebGPU.
    Gpu,
}

impl Engine {
    /// As the public contract spells it.
    pub fn id(self) -> &'static str {
        match self {
            Engine::Cpu => "cpu",
            Engine::Gpu => "gpu",
        }
    }
}

/// The closed set of backends.
pub enum Exec {
    /// The reference kernels and their optimised versions, on this thread.
    Cpu(cpu::Cpu<f32>),
    /// WGSL through wgpu.
    #[cfg(feature = "gpu")]
    Gpu(gpu::Gpu),
}

/// Where to run plans.
pub enum Device {
    /// This thread.
    Cpu,
    /// A GPU, with the shaders it is fastest with.
    #[cfg(feature = "gpu")]
    Gpu(gpu::Context, Tiles),
}

impl Device {
    /// The shaders of a GPU.
    pub fn tiles(&self) -> Option<Tiles> {
        match self {
            Device::Cpu => None,
            #[cfg(feature = "gpu")]
            Device::Gpu(_, tiles) => Some(*tiles),
        }
    }

    /// How a GPU runs plans.
    pub fn tuning(&self) -> Option<Tuning> {
        match self {
            Device::Cpu => None,
            #[cfg(feature = "gpu")]
            Device::Gpu(context, tiles) => Some(Tuning { tiles: *tiles, merge: context.merge }),
        }
    }

    /// Whether it is gone for good, and has to be asked for anew.
    pub fn is_lost(&self) -> bool {
        match self {
            Device::Cpu => false,
            #[cfg(feature = "gpu")]
            Device::Gpu(context, _) => context.is_lost(),
        }
    }

    /// Gives a plan its memory here.
    ///
    /// # Errors
    /// When the device rejects the plan.
    pub async fn exec(&self, plan: Rc<Plan>) -> Result<Exec, ExecError> {
        Ok(match self {
            Device::Cpu => Exec::Cpu(cpu::Cpu::new(plan, true)),
            #[cfg(feature = "gpu")]
            Device::Gpu(context, _) => Exec::Gpu(gpu::Gpu::new(context, plan).await?),
        })
    }
}

/// Why an executor cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecError {
    /// No usable GPU.
    #[error("{}", tr!("no GPU adapter: {why}", why = .0))]
    NoAdapter(String),
    /// The plan does not fit the device, or a shader did not compile.
    #[error("{}", tr!("the GPU rejected “{what}”: {why}", what, why))]
    Rejected {
        /// Buffer, shader or dispatch.
        what: String,
        /// The device's words.
        why: String,
    },
    /// The device went away; rebuild from the last snapshot.
    #[error("{}", tr!("the GPU device was lost: {why}", why = .0))]
    Lost(String),
}

/// Numbers on their way back: one vector of `runs × view.len` for each view asked for.
pub type Reading = Pin<Box<dyn Future<Output = Result<Vec<Vec<f32>>, ExecError>>>>;

impl Exec {
    /// Queues the lists in order. On the CPU they have run when this returns.
    pub fn run(&mut self, lists: &[List]) {
        match self {
            Exec::Cpu(cpu) => lists.iter().for_each(|&list| cpu.run(list)),
            #[cfg(feature = "gpu")]
            Exec::Gpu(gpu) => gpu.run(lists),
        }
    }

    /// Overwrites a view in every run: `runs × view.len` numbers, run by run.
    pub fn write(&mut self, view: View, values: &[f32]) {
        match self {
            Exec::Cpu(cpu) => cpu.write(view, values),
            #[cfg(feature = "gpu")]
            Exec::Gpu(gpu) => gpu.write(view, values),
        }
    }

    /// Starts reading views as they are after everything queued so far.
    pub fn read(&mut self, views: &[View]) -> Reading {
        match self {
            Exec::Cpu(cpu) => Box::pin(ready(Ok(views.iter().map(|&v| cpu.read(v)).collect()))),
            #[cfg(feature = "gpu")]
            Exec::Gpu(gpu) => gpu.read(views),
        }
    }
}
