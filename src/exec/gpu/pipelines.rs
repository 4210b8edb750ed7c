//! From a plan to GPU objects: buffers, pipelines and bind groups, each with the name it is blamed by.

use core::future::Future;
use core::pin::Pin;
use std::rc::Rc;

use super::super::ExecError;
use super::source::specialize;
use super::{Context, Step};
use crate::ops::{Access, Kernel};
use crate::plan::{Dispatch, Plan, View};

/// A compiled kernel.
pub(super) struct Pipeline {
    pub(super) pipeline: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
}

/// Creates GPU objects and collects what the device says about each. On the web the answers arrive later, so all
/// objects are made first, and compile side by side.
pub(super) struct Builder<'c> {
    context: &'c Context,
    plan: &'c Plan,
    verdicts: Vec<(String, Verdict)>,
}

type Verdict = Pin<Box<dyn Future<Output = Option<wgpu::Error>>>>;

fn rejected(what: impl Into<String>, why: impl Into<String>) -> ExecError {
    let (what, why) = (what.into(), why.into());
    ExecError::Rejected { what, why }
}

impl<'c> Builder<'c> {
    pub(super) fn new(context: &'c Context, plan: &'c Plan) -> Self {
        Builder { context, plan, verdicts: vec![] }
    }

    fn blame<T>(&mut self, what: &str, make: impl FnOnce(&wgpu::Device) -> T) -> T {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        let device = &self.context.device;
        let scopes = [OutOfMemory, Internal, Validation].map(|filter| device.push_error_scope(filter));
        let made = make(device);
        for scope in scopes.into_iter().rev() {
            self.verdicts.push((what.into(), Box::pin(scope.pop())));
        }
        made
    }

    /// Waits for the device to accept everything.
    pub(super) async fn finish(self) -> Result<(), ExecError> {
        let mut first = Ok(());
        for (what, verdict) in self.verdicts {
            if let (Some(error), Ok(())) = (verdict.await, &first) {
                first = Err(rejected(what, error.to_string()));
            }
        }
        self.context.check()?;
        first
    }

    /// All memory of the plan, with its first contents.
    pub(super) fn buffers(&mut self) -> Result<Vec<wgpu::Buffer>, ExecError> {
        let limits = self.context.device.limits();
        let limit = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
        let mut buffers = vec![];
        for buffer in &self.plan.buffers {
            let bytes = 4 * (buffer.per_run * self.plan.runs) as u64;
            if bytes > limit {
                let why = format!("it needs {bytes} bytes and this GPU allows {limit}; use fewer runs or a smaller model");
                return Err(rejected(&buffer.name, why));
            }
            let descriptor = wgpu::BufferDescriptor {
                label: Some(&buffer.name),
                size: bytes.max(4),
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            };
            let queue = &self.context.queue;
            buffers.push(self.blame(&buffer.name, |device| {
                let made = device.create_buffer(&descriptor);
                if !buffer.init.is_empty() {
                    queue.write_buffer(&made, 0, bytemuck::cast_slice(&buffer.init));
                }
                made
            }));
        }
        Ok(buffers)
    }

    /// Pipeline, bind group and grid of one dispatch.
    pub(super) fn step(&mut self, dispatch: &Dispatch, buffers: &[wgpu::Buffer]) -> Result<Step, ExecError> {
        let what = format!("{} [{}]", dispatch.kernel.name, dispatch.label);
        let pipeline = self.pipeline(dispatch, &what)?;
        let bindings: Vec<_> = dispatch.views.iter().map(|&view| self.binding(view, buffers)).collect();
        let entries: Vec<_> = (0..).zip(bindings).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
        let group = self.blame(&what, |device| {
            device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(&what),
                layout: &pipeline.layout,
                entries: &entries,
            })
        });
        let (_, _, [x, y]) = dispatch.shader();
        let grid = [x, y, self.plan.runs as u32];
        let limit = self.context.device.limits().max_compute_workgroups_per_dimension;
        if grid.iter().any(|&n| n > limit) {
            let why =
                format!("it needs {grid:?} workgroups and this GPU allows {limit} each way; use fewer runs or a smaller model");
            return Err(rejected(what, why));
        }
        Ok(Step { pipeline, group, grid })
    }

    /// From the view in the first run to its end in the last one.
    fn binding<'b>(&self, view: View, buffers: &'b [wgpu::Buffer]) -> wgpu::BindingResource<'b> {
        let reach = (self.plan.runs - 1) * self.plan.buffers[view.buffer].per_run + view.len;
        wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer: &buffers[view.buffer],
            offset: 4 * view.offset as u64,
            size: wgpu::BufferSize::new(4 * reach as u64),
        })
    }

    fn pipeline(&mut self, dispatch: &Dispatch, what: &str) -> Result<Rc<Pipeline>, ExecError> {
        let (name, wgsl, _) = dispatch.shader();
        let kernel = &Kernel { name, wgsl, ..*dispatch.kernel };
        let per_run: Vec<usize> = dispatch.views.iter().map(|view| self.plan.buffers[view.buffer].per_run).collect();
        let text = specialize(kernel, &dispatch.dims, &per_run).map_err(|why| rejected(what, why))?;
        let cache = self.context.pipelines.clone();
        if let Some(found) = cache.borrow().get(&text) {
            return Ok(found.clone());
        }
        let made = Rc::new(self.blame(what, |device| compile(device, kernel, &text)));
        cache.borrow_mut().insert(text, made.clone());
        Ok(made)
    }
}

fn compile(device: &wgpu::Device, kernel: &Kernel, text: &str) -> Pipeline {
    let label = Some(kernel.name);
    let entries = (0..).zip(kernel.binds).map(|(binding, bind)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only: matches!(bind.access, Access::In | Access::Index) },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    });
    let entries: Vec<_> = entries.collect();
    let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label, entries: &entries });
    let module =
        device.create_shader_module(wgpu::ShaderModuleDescriptor { label, source: wgpu::ShaderSource::Wgsl(text.into()) });
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label,
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label,
        layout: Some(&pipeline_layout),
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    Pipeline { pipeline, layout }
}
