//! The device that plans run on, and what has gone wrong with it.

use core::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::ExecError;
use super::source::{Body, serves};

/// A GPU device and its queue. Clones share them, so that trainers can come and go on one device.
#[derive(Clone)]
pub struct Context {
    /// Which adapter this is.
    pub info: AdapterInfo,
    /// Whether the dispatches of a level become one launch. Saves waiting on real GPUs, where [`tune`](crate::tuner::tune)
    /// finds out whether that is worth the registers that a launch then needs. A software renderer has nothing to wait for,
    /// and runs a launch as slowly as the worst of its kernels: with a barrier in one of them each thread of all becomes a
    /// coroutine. lavapipe takes twice as long per step with merging, and longer to compile.
    pub merge: bool,
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) fault: Fault,
    pub(super) pipelines: Rc<RefCell<Pipelines>>,
}

/// A module on the device.
pub(super) struct Compiled {
    /// What it consists of.
    pub(super) bodies: Vec<Body>,
    arenas: usize,
    pub(super) pipeline: wgpu::ComputePipeline,
}

/// All modules that were compiled on a device. They belong to kernels, not to sizes: so there are few, and they are kept.
#[derive(Default)]
pub(super) struct Pipelines {
    made: Vec<Rc<Compiled>>,
    count: usize,
}

impl Pipelines {
    /// The smallest module that has all these bodies, for plans with that many arenas; when `exact` no other bodies.
    pub(super) fn find(&self, bodies: &[Body], arenas: usize, exact: bool) -> Option<Rc<Compiled>> {
        let has = |made: &&Rc<Compiled>| made.arenas == arenas && serves(&made.bodies, bodies, exact);
        self.made.iter().filter(has).min_by_key(|made| made.bodies.len()).cloned()
    }

    pub(super) fn insert(&mut self, bodies: &[Body], arenas: usize, pipeline: wgpu::ComputePipeline) -> Rc<Compiled> {
        let made = Rc::new(Compiled { bodies: bodies.to_vec(), arenas, pipeline });
        self.made.push(made.clone());
        self.count += 1;
        made
    }

    /// Forgets everything: a pipeline that failed must not be found again.
    pub(super) fn clear(&mut self) {
        self.made.clear();
    }
}

/// What to tell the visitor about the adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterInfo {
    /// The adapter's own name; some browsers hide it.
    pub name: String,
    /// The API underneath, e.g. `vulkan` or `webgpu`.
    pub backend: String,
    /// Whether this is a software renderer, on which the CPU backend is faster.
    pub fallback: bool,
}

impl Context {
    /// Asks for the fastest adapter and a device on it. Chrome may have none in a page's first moments: ask again.
    ///
    /// # Errors
    /// [`ExecError::NoAdapter`] when there is no adapter, or it gives no device.
    pub async fn request() -> Result<Context, ExecError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            flags: wgpu::InstanceFlags::empty(),
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let options =
            wgpu::RequestAdapterOptions { power_preference: wgpu::PowerPreference::HighPerformance, ..Default::default() };
        let none = |why: &dyn core::fmt::Display| ExecError::NoAdapter(why.to_string());
        let adapter = instance.request_adapter(&options).await.map_err(|_| none(&"none was found"))?;
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("grokking-lab"),
            required_limits: limits(&adapter.limits()),
            ..Default::default()
        };
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(|e| none(&e))?;
        let info = adapter.get_info();
        let fallback = info.device_type == wgpu::DeviceType::Cpu;
        Ok(Context {
            merge: !fallback,
            info: AdapterInfo {
                fallback,
                backend: info.backend.to_str().into(),
                name: if info.name.is_empty() { "unnamed GPU".into() } else { info.name },
            },
            fault: Fault::of(&device),
            device,
            queue,
            pipelines: Rc::default(),
        })
    }

    /// How many pipelines have been compiled on this device: changing sizes compiles none.
    pub fn compiled(&self) -> usize {
        self.pipelines.borrow().count
    }

    /// Submits nothing. Firefox looks whether a reading has finished when something is submitted, and else only every
    /// 100 ms: who waits there for a [`Reading`](super::super::Reading) should call this about every millisecond.
    pub fn nudge(&self) {
        self.queue.submit([]);
    }

    /// Whether the device is gone for good.
    pub fn is_lost(&self) -> bool {
        matches!(*self.fault.first(), Some(ExecError::Lost(_)))
    }

    /// Takes note of a device that cannot be used any more, or of the first error since the last call.
    pub(super) fn check(&self) -> Result<(), ExecError> {
        self.fault.take().map_or(Ok(()), Err)
    }
}

/// WebGPU's defaults, with the adapter's buffer sizes.
fn limits(adapter: &wgpu::Limits) -> wgpu::Limits {
    wgpu::Limits {
        max_buffer_size: adapter.max_buffer_size,
        max_storage_buffer_binding_size: adapter.max_storage_buffer_binding_size,
        min_storage_buffer_offset_alignment: adapter.min_storage_buffer_offset_alignment,
        ..wgpu::Limits::defaults().or_worse_values_from(adapter)
    }
}

/// The first thing that went wrong outside of an error scope.
#[derive(Clone, Default)]
pub(super) struct Fault(Arc<Mutex<Option<ExecError>>>);

impl Fault {
    /// Listens to a device.
    fn of(device: &wgpu::Device) -> Fault {
        let fault = Fault::default();
        let cell = fault.clone();
        device.set_device_lost_callback(move |reason, why| cell.set(ExecError::Lost(format!("{reason:?}: {why}"))));
        let cell = fault.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            cell.set(ExecError::Rejected { what: "a queued command".into(), why: error.to_string() });
        }));
        fault
    }

    fn first(&self) -> MutexGuard<'_, Option<ExecError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, error: ExecError) {
        let mut first = self.first();
        if first.is_none() || matches!(error, ExecError::Lost(_)) {
            *first = Some(error);
        }
    }

    /// What is wrong. A lost device stays lost; other errors are reported once.
    pub(super) fn take(&self) -> Option<ExecError> {
        let mut first = self.first();
        match &*first {
            Some(ExecError::Lost(_)) => first.clone(),
            _ => first.take(),
        }
    }
}
