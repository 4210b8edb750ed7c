//! From a plan to GPU objects: arenas, their bindings and pipelines, each with the name it is blamed by.

use core::future::Future;
use core::pin::Pin;
use std::rc::Rc;

use super::super::ExecError;
use super::context::Compiled;
use super::source::{Arenas, Launch, Program, TABLE_ALIGN, TABLE_QUADS};
use super::{Context, Layouts, Lists, Memory, Step};
use crate::plan::{Kind, Plan};
use crate::tr;

/// Creates GPU objects and collects what the device says about each. On the web the answers arrive later, so all
/// objects are made first, and compile side by side.
pub(super) struct Builder<'c> {
    context: &'c Context,
    verdicts: Vec<(String, Verdict)>,
}

type Verdict = Pin<Box<dyn Future<Output = Option<wgpu::Error>>>>;

impl<'c> Builder<'c> {
    /// Makes something, and waits for the device to accept all of it. A pipeline that it refuses must not be found again.
    ///
    /// # Errors
    /// Those of `make`, and what the device refuses.
    pub(super) async fn work<T>(
        context: &'c Context,
        make: impl FnOnce(&mut Builder) -> Result<T, ExecError>,
    ) -> Result<T, ExecError> {
        let mut builder = Builder { context, verdicts: vec![] };
        let made = make(&mut builder);
        // The scopes must be answered even when making stopped half-way.
        let accepted = builder.finish().await;
        if accepted.is_err() {
            context.pipelines.borrow_mut().clear();
        }
        let made = made?;
        accepted.map(|()| made)
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
    async fn finish(self) -> Result<(), ExecError> {
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
            let what = tr!("the plan’s memory, {bytes} bytes of {kind}", bytes = descriptor.size, kind = format!("{kind:?}"));
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
        let is_new = self.is_new(program, arenas);
        let (mut found, mut tables) = (vec![], vec![]);
        for launch in program.lists.iter().flatten() {
            let module = match self.find(launch, is_new, arenas) {
                Some(module) => module,
                None => self.compile(program, launch, arenas, &memory.layouts)?,
            };
            let table = 4 * tables.len() as u64;
            tables.extend(launch.table(&module.bodies));
            tables.resize(tables.len().next_multiple_of(TABLE_ALIGN / 4), 0);
            found.push((module, table, launch.grid));
        }
        let mut steps = self.steps(found, &tables, memory).into_iter();
        Ok(program.lists.each_ref().map(|launches| steps.by_ref().take(launches.len()).collect()))
    }

    /// Compiles one of the modules that [`lists`](Builder::lists) would compile. Returns whether there was one.
    ///
    /// # Errors
    /// Those of `lists`.
    pub(super) fn one(&mut self, program: &Program, arenas: &Arenas) -> Result<bool, ExecError> {
        let is_new = self.is_new(program, arenas);
        // What launches have in common comes last: once it is there, the plan is not new.
        let (common, own): (Vec<_>, Vec<_>) = program.lists.iter().flatten().partition(|launch| launch.module == program.common);
        let Some(launch) = own.into_iter().chain(common).find(|launch| self.find(launch, is_new, arenas).is_none()) else {
            return Ok(false);
        };
        let layouts = self.blame("the plan's bindings", |device| Layouts::new(device, arenas));
        self.compile(program, launch, arenas, &layouts).map(|_| true)
    }

    /// Whether nothing of the kind of this plan was compiled.
    fn is_new(&self, program: &Program, arenas: &Arenas) -> bool {
        self.context.pipelines.borrow().find(&program.common, arenas.arenas.len(), false).is_none()
    }

    /// The module of a launch among those that there are, if it does not [need its own](Launch::needs_own).
    fn find(&self, launch: &Launch, is_new: bool, arenas: &Arenas) -> Option<Rc<Compiled>> {
        let exact = launch.needs_own(is_new, self.context.merge);
        self.context.pipelines.borrow().find(&launch.bodies, arenas.arenas.len(), exact)
    }

    fn compile(
        &mut self,
        program: &Program,
        launch: &Launch,
        arenas: &Arenas,
        layouts: &Layouts,
    ) -> Result<Rc<Compiled>, ExecError> {
        let what = launch.module.iter().map(|body| body.name).collect::<Vec<_>>().join(", ");
        let text = program.text(&launch.module, arenas).map_err(|why| ExecError::Rejected { what: what.clone(), why })?;
        let pipeline = self.blame(&what, |device| compile(device, &what, &text, &layouts.pipeline));
        Ok(self.context.pipelines.borrow_mut().insert(&launch.module, arenas.arenas.len(), pipeline))
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
                    layout: &memory.layouts.table,
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

impl Layouts {
    /// One layout for every launch, arena i being binding i; and one for its table.
    fn new(device: &wgpu::Device, arenas: &Arenas) -> Layouts {
        let entry = |binding, read_only| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Storage { read_only },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let layout = |label, entries: &[_]| {
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries })
        };
        let entries: Vec<_> = (0..).zip(&arenas.arenas).map(|(i, (kind, _))| entry(i, *kind == Kind::U32)).collect();
        let (arenas, table) = (layout("arenas", &entries), layout("table", &[entry(0, true)]));
        let pipeline = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("arenas"),
            bind_group_layouts: &[Some(&arenas), Some(&table)],
            immediate_size: 0,
        });
        Layouts { arenas, table, pipeline }
    }
}

/// One bind group for every launch.
fn bind(device: &wgpu::Device, arenas: &Arenas, buffers: Vec<wgpu::Buffer>) -> Memory {
    let layouts = Layouts::new(device, arenas);
    let resources = buffers.iter().map(wgpu::Buffer::as_entire_binding);
    let entries: Vec<_> = (0..).zip(resources).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
    let descriptor = wgpu::BindGroupDescriptor { label: Some("arenas"), layout: &layouts.arenas, entries: &entries };
    let group = device.create_bind_group(&descriptor);
    Memory { buffers, layouts, group }
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
