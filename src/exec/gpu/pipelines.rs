//! From a plan to GPU objects: arenas, their bindings and pipelines, each with the name it is blamed by.

use core::future::Future;
use core::pin::Pin;
use std::rc::Rc;

use super::super::ExecError;
use super::context::Compiled;
use super::source::{Arenas, Launch, Program, TABLE_ALIGN, TABLE_QUADS};
use super::{Context, Lists, Memory, Step};
use crate::plan::{Kind, Plan};

/// Creates GPU objects and collects what the device says about each. On the web the answers arrive later, so all
/// objects are made first, and compile side by side.
pub(super) struct Builder<'c> {
    context: &'c Context,
    verdicts: Vec<(String, Verdict)>,
}

type Verdict = Pin<Box<dyn Future<Output = Option<wgpu::Error>>>>;

impl<'c> Builder<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Builder { context, verdicts: vec![] }
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
                first = Err(ExecError::Rejected { what, why: error.to_string() });
            }
        }
        self.context.check()?;
        first
    }

    /// Whether the device is better off with few launches.
    pub(super) fn merges(&self) -> bool {
        self.context.merge
    }

    /// Where everything lies on this device.
    pub(super) fn arenas(&self, plan: &Plan) -> Result<Arenas, ExecError> {
        let limits = self.context.device.limits();
        Arenas::new(plan, limits.max_buffer_size.min(limits.max_storage_buffer_binding_size))
    }

    /// All memory of the plan, with its first contents.
    pub(super) fn memory(&mut self, plan: &Plan, arenas: &Arenas) -> Memory {
        let mut buffers = vec![];
        for (kind, len) in &arenas.arenas {
            let descriptor = wgpu::BufferDescriptor {
                label: Some("arena"),
                size: (4 * len).max(4),
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            };
            let what = format!("the plan's memory, {} bytes of {kind:?}", descriptor.size);
            buffers.push(self.blame(&what, |device| device.create_buffer(&descriptor)));
        }
        let queue = &self.context.queue;
        self.blame("the plan's first contents", |_| {
            for (buffer, &(arena, at)) in plan.buffers.iter().zip(&arenas.offsets).filter(|(b, _)| !b.init.is_empty()) {
                queue.write_buffer(&buffers[arena], 4 * at, bytemuck::cast_slice(&buffer.init));
            }
        });
        self.blame("the plan's bindings", |device| bind(device, arenas, buffers))
    }

    /// All launches of a program.
    ///
    /// # Errors
    /// [`ExecError::Rejected`] names the shader that does not obey the conventions.
    pub(super) fn lists(&mut self, program: &Program, arenas: &Arenas, memory: &Memory) -> Result<Lists, ExecError> {
        let is_new = self.context.pipelines.borrow().find(&program.common, arenas.arenas.len(), false).is_none();
        let (mut found, mut tables) = (vec![], vec![]);
        for launch in program.lists.iter().flatten() {
            let module = self.module(program, launch, is_new, arenas, memory)?;
            let table = 4 * tables.len() as u64;
            tables.extend(launch.table(&module.bodies));
            tables.resize(tables.len().next_multiple_of(TABLE_ALIGN / 4), 0);
            found.push((module, table, launch.grid));
        }
        let mut steps = self.steps(found, &tables, memory).into_iter();
        Ok(program.lists.each_ref().map(|launches| steps.by_ref().take(launches.len()).collect()))
    }

    /// The module of a launch: one of those that there are, if it does not [need its own](Launch::needs_own).
    fn module(
        &mut self,
        program: &Program,
        launch: &Launch,
        is_new: bool,
        arenas: &Arenas,
        memory: &Memory,
    ) -> Result<Rc<Compiled>, ExecError> {
        let cache = self.context.pipelines.clone();
        let count = arenas.arenas.len();
        let found = cache.borrow().find(&launch.bodies, count, launch.needs_own(is_new, self.context.merge));
        if let Some(found) = found {
            return Ok(found);
        }
        let what = launch.module.iter().map(|body| body.name).collect::<Vec<_>>().join(", ");
        let text = program.text(&launch.module, arenas).map_err(|why| ExecError::Rejected { what: what.clone(), why })?;
        let pipeline = self.blame(&what, |device| compile(device, &what, &text, &memory.layout));
        Ok(cache.borrow_mut().insert(&launch.module, count, pipeline))
    }

    /// Binds the tables, each of which begins at a byte of `words`. They are storage: for each launch that binds a uniform
    /// buffer, lavapipe (Mesa 22.3) keeps 100 KB for ever.
    fn steps(&mut self, launches: Vec<(Rc<Compiled>, u64, [u32; 3])>, words: &[u32], memory: &Memory) -> Vec<Step> {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST;
        // The last one is bound as long as all.
        let size = 4 * words.len() as u64 + TABLE_BYTES;
        let descriptor = wgpu::BufferDescriptor { label: Some("tables"), size, usage, mapped_at_creation: false };
        let queue = &self.context.queue;
        self.blame("the launches' tables", |device| {
            let buffer = device.create_buffer(&descriptor);
            queue.write_buffer(&buffer, 0, bytemuck::cast_slice(words));
            let step = |(module, offset, grid)| {
                let binding = wgpu::BufferBinding { buffer: &buffer, offset, size: wgpu::BufferSize::new(TABLE_BYTES) };
                let table = device.create_bind_group(&wgpu::BindGroupDescriptor {
                    label: descriptor.label,
                    layout: &memory.table_layout,
                    entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(binding) }],
                });
                Step { module, table, grid }
            };
            launches.into_iter().map(step).collect()
        })
    }
}

/// What a launch binds of the tables.
const TABLE_BYTES: u64 = 16 * TABLE_QUADS as u64;

/// One layout and one bind group for every launch, arena i being binding i; and a layout for its table.
fn bind(device: &wgpu::Device, arenas: &Arenas, buffers: Vec<wgpu::Buffer>) -> Memory {
    let label = Some("arenas");
    let entries = (0..).zip(&arenas.arenas).map(|(binding, (kind, _))| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only: *kind == Kind::U32 },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    });
    let entries: Vec<_> = entries.collect();
    let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label, entries: &entries });
    let resources = buffers.iter().map(wgpu::Buffer::as_entire_binding);
    let entries: Vec<_> = (0..).zip(resources).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor { label, layout: &layout, entries: &entries });
    let table = wgpu::BindGroupLayoutEntry {
        binding: 0,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only: true },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let table_layout =
        device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("table"), entries: &[table] });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label,
        bind_group_layouts: &[Some(&layout), Some(&table_layout)],
        immediate_size: 0,
    });
    Memory { buffers, layout, group, table_layout }
}

fn compile(device: &wgpu::Device, what: &str, text: &str, layout: &wgpu::PipelineLayout) -> wgpu::ComputePipeline {
    let label = Some(what);
    let source = wgpu::ShaderSource::Wgsl(text.into());
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label, source });
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label,
        layout: Some(layout),
        module: &module,
        entry_point: Some("main"),
        // Every kernel writes its workgroup memory before it reads it. wgpu would clear it by one store of all 16 KiB, which
        // takes lavapipe seconds to compile; browsers clear it anyway, by a loop.
        compilation_options: wgpu::PipelineCompilationOptions { zero_initialize_workgroup_memory: false, ..Default::default() },
        cache: None,
    })
}
