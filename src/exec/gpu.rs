//! The GPU backend: a plan as WGSL through wgpu, natively and in browsers. Only this module and its parts name wgpu.
//!
//! Everything is allocated in [`Gpu::new`]: all buffers lie in one or a few [`Arenas`], and the dispatches of a list become
//! few [`Launch`](source::Launch)es, each many kernels wide. Their pipelines are compiled once per device. [`Gpu::run`]
//! encodes many of them into one compute pass and one submit, and waits for nothing; [`Gpu::read`] copies into a staging
//! buffer and hands back a future.

mod context;
mod pipelines;
mod reading;
pub mod source;

use std::rc::Rc;

use super::{ExecError, Reading};
use crate::plan::{List, Plan, View};
use context::Compiled;
pub use context::{AdapterInfo, Context};
use pipelines::Builder;
use reading::{Mapping, Pool};
use source::{Arenas, Program};

/// A plan with its memory on a GPU.
pub struct Gpu {
    context: Context,
    plan: Rc<Plan>,
    built: Box<Built>,
    staging: Pool,
}

/// The arenas on the device, and all of them as what every launch binds.
struct Memory {
    buffers: Vec<wgpu::Buffer>,
    layouts: Layouts,
    group: wgpu::BindGroup,
}

/// What a launch binds, without the memory.
struct Layouts {
    arenas: wgpu::BindGroupLayout,
    table: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
}

/// The launches of each [`List`], in the order of its variants.
type Lists = [Vec<Step>; 3];

/// One launch, ready to encode.
struct Step {
    module: Rc<Compiled>,
    /// Its part of the tables.
    table: wgpu::BindGroup,
    grid: [u32; 3],
}

impl Gpu {
    /// Allocates the plan's buffers and compiles its kernels.
    ///
    /// # Errors
    /// [`ExecError::Rejected`] names the buffer, shader or dispatch that the device does not take;
    /// [`ExecError::Lost`] when the device is gone.
    pub async fn new(context: &Context, plan: Rc<Plan>) -> Result<Gpu, ExecError> {
        if let Some(lost @ ExecError::Lost(_)) = context.fault.take() {
            return Err(lost);
        }
        plan.check().map_err(|error| ExecError::Rejected { what: error.dispatch, why: error.what })?;
        let built = Box::new(Builder::work(context, |builder| build(builder, &plan)).await?);
        Ok(Gpu { context: context.clone(), plan, built, staging: Pool::default() })
    }

    /// Compiles one of the pipelines that [`Gpu::new`] would compile for this plan, and nothing else. Returns whether there was
    /// one: called again until there is none, `new` compiles nothing.
    ///
    /// # Errors
    /// Those of `new`, as far as pipelines can have them.
    pub async fn warm(context: &Context, plan: &Plan) -> Result<bool, ExecError> {
        Builder::work(context, |builder| {
            let arenas = builder.arenas(plan)?;
            builder.one(&Program::new(plan, &arenas, context.merge)?, &arenas)
        })
        .await
    }

    /// Queues the lists in order, as one compute pass in one submit. Give many lists to train many steps at once.
    pub fn run(&mut self, lists: &[List]) {
        let mut encoder = self.context.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_bind_group(0, &self.built.memory.group, &[]);
            let mut current: Option<&Rc<Compiled>> = None;
            for step in lists.iter().flat_map(|&list| self.steps(list)) {
                if !current.is_some_and(|module| Rc::ptr_eq(module, &step.module)) {
                    pass.set_pipeline(&step.module.pipeline);
                    current = Some(&step.module);
                }
                pass.set_bind_group(1, &step.table, &[]);
                let [x, y, z] = step.grid;
                pass.dispatch_workgroups(x, y, z);
            }
        }
        self.context.queue.submit([encoder.finish()]);
    }

    fn steps(&self, list: List) -> &[Step] {
        &self.built.lists[list as usize]
    }

    /// How many launches a list is.
    pub fn launches(&self, list: List) -> usize {
        self.steps(list).len()
    }

    /// How many staging buffers have been created: the only thing that is after [`Gpu::new`].
    pub fn stagings(&self) -> usize {
        self.staging.made()
    }

    /// Overwrites a view in every run, after everything queued so far: `runs × view.len` numbers, run by run.
    pub fn write(&mut self, view: View, values: &[f32]) {
        assert_eq!(values.len(), view.len * self.plan.runs, "one value per element and run");
        for ((at, len), values) in self.ranges(view).zip(values.chunks(self.chunk(view))) {
            debug_assert_eq!(len, 4 * values.len() as u64);
            self.context.queue.write_buffer(self.arena(view), at, bytemuck::cast_slice(values));
        }
    }

    /// Starts reading views as they are after everything queued so far. The future does not block in a browser, waits
    /// for the GPU natively, and may be dropped at any time.
    pub fn read(&mut self, views: &[View]) -> Reading {
        let lens: Vec<usize> = views.iter().map(|view| view.len * self.plan.runs).collect();
        let bytes = 4 * lens.iter().sum::<usize>() as u64;
        if bytes == 0 {
            let numbers = self.context.check().map(|()| vec![vec![]; views.len()]);
            return Box::pin(core::future::ready(numbers));
        }
        let staging = self.staging.take(&self.context.device, bytes);
        let mut encoder = self.context.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut to = 0;
        for &view in views {
            for (at, len) in self.ranges(view) {
                encoder.copy_buffer_to_buffer(self.arena(view), at, &staging, to, len);
                to += len;
            }
        }
        let submission = self.context.queue.submit([encoder.finish()]);
        let (context, pool) = (self.context.clone(), self.staging.clone());
        Box::pin(Mapping::start(context, pool, staging, submission, lens))
    }

    fn arena(&self, view: View) -> &wgpu::Buffer {
        &self.built.memory.buffers[self.built.arenas.offsets[view.buffer].0]
    }

    /// Numbers of the view that lie together: those of one run, or of all.
    fn chunk(&self, view: View) -> usize {
        let whole = view.len == self.plan.buffers[view.buffer].per_run;
        (if whole { view.len * self.plan.runs } else { view.len }).max(1)
    }

    /// Byte offsets in the arena and byte lengths of the view's chunks.
    fn ranges(&self, view: View) -> impl Iterator<Item = (u64, u64)> + use<> {
        let (chunk, per_run) = (self.chunk(view), self.plan.buffers[view.buffer].per_run);
        let (chunks, (_, start)) = (view.len * self.plan.runs / chunk, self.built.arenas.offsets[view.buffer]);
        (0..chunks).map(move |run| (4 * (start + (run * per_run + view.offset) as u64), 4 * chunk as u64))
    }
}

/// What a plan became on the device.
struct Built {
    arenas: Arenas,
    memory: Memory,
    lists: Lists,
}

fn build(builder: &mut Builder, plan: &Plan) -> Result<Built, ExecError> {
    let arenas = builder.arenas(plan)?;
    let program = Program::new(plan, &arenas, builder.merges())?;
    let memory = builder.memory(plan, &arenas);
    let lists = builder.lists(&program, &arenas, &memory)?;
    Ok(Built { arenas, memory, lists })
}
