//! From a plan to its launches, and the modules that they are best compiled as.

use super::arenas::Arenas;
use super::launch::{COMMON_BYTES, Launch, Part, group, launch, longest_first, name};
use super::module::{Body, module};
use super::shader::{Shader, run_const, workgroup_bytes};
use crate::exec::ExecError;
use crate::kernel::Bound;
use crate::levels::{STREAM_BYTES, bytes, levels, schedule};
use crate::plan::{Dispatch, List, Plan};

/// All launches of a plan.
pub struct Program {
    shaders: Vec<(Body, Shader<'static>)>,
    /// Those of each list, in the order of its variants.
    pub lists: [Vec<Launch>; 3],
    /// What launches without a module of their own are compiled with.
    pub common: Vec<Body>,
}

impl Program {
    /// The launches of a plan in these arenas: when `merge`, few for each level, else one for each dispatch.
    ///
    /// Merged, most launches have one module in common: all bodies of the plan that need no much workgroup memory. What a
    /// level needs of it depends on sizes and may change with every setting, and the module does not. What moves much
    /// memory, or needs much workgroup memory, has a module of its own.
    ///
    /// # Errors
    /// [`ExecError::Rejected`] names the dispatch whose shader does not obey the conventions or needs too many workgroups.
    pub fn new(plan: &Plan, arenas: &Arenas, merge: bool) -> Result<Program, ExecError> {
        let mut program = Program { shaders: vec![], lists: [vec![], vec![], vec![]], common: vec![] };
        for list in [List::Train, List::Record, List::Evaluate] {
            program.lists[list as usize] = program.launches(plan, plan.list(list), arenas, merge)?;
        }
        let small = program.shaders.iter().filter(|(_, shader)| workgroup_bytes(shader.pools) <= COMMON_BYTES);
        program.common = small.map(|(body, _)| body.clone()).collect();
        program.common.sort();
        for launch in program.lists.iter_mut().flatten().filter(|launch| launch.module.is_empty()) {
            launch.module.clone_from(&program.common);
        }
        Ok(program)
    }

    fn launches(&mut self, plan: &Plan, list: &[Dispatch], arenas: &Arenas, merge: bool) -> Result<Vec<Launch>, ExecError> {
        let levels = if merge { schedule(list, plan.runs) } else { levels(list) };
        let mut found = vec![];
        for level in levels {
            let parts = level.iter().map(|&i| self.part(plan, &list[i], arenas)).collect::<Result<Vec<_>, _>>()?;
            let parts = longest_first(parts);
            let groups = if merge { group(parts, plan.runs) } else { parts.into_iter().map(|part| vec![part]).collect() };
            for parts in groups {
                let own = !merge || self.has_own_module(&parts, plan.runs);
                let mut launch = launch(plan, parts)?;
                if own {
                    launch.module = launch.bodies.clone();
                }
                found.push(launch);
            }
        }
        Ok(found)
    }

    fn has_own_module(&self, parts: &[Part], runs: usize) -> bool {
        let moved: u64 = parts.iter().map(|part| bytes(part.dispatch, runs)).sum();
        let streams = parts.iter().all(|part| part.dispatch.kernel.bound == Bound::Memory) && moved >= STREAM_BYTES;
        streams || parts.iter().any(|part| workgroup_bytes(part.pools) > COMMON_BYTES)
    }

    fn part<'p>(&mut self, plan: &Plan, dispatch: &'p Dispatch, arenas: &Arenas) -> Result<Part<'p>, ExecError> {
        let rejected = |why: String| ExecError::Rejected { what: name(dispatch), why };
        let (kernel, (stem, wgsl, grid)) = (dispatch.kernel, dispatch.shader());
        if grid.contains(&0) {
            return Err(rejected(format!("it has {grid:?} workgroups")));
        }
        let at = dispatch.views.iter().map(|view| (view, arenas.offsets[view.buffer]));
        let body = Body { name: stem, arenas: at.clone().map(|(_, (arena, _))| arena).collect(), wgsl };
        let offsets: Vec<u64> = at.map(|(view, (_, first))| first + view.offset as u64).collect();
        let known = match self.shaders.iter().position(|(known, _)| *known == body) {
            Some(known) => known,
            None => {
                let shader = Shader::parse(wgsl, kernel.dims, kernel.binds).map_err(rejected)?;
                self.shaders.push((body.clone(), shader));
                self.shaders.len() - 1
            }
        };
        let shader = &self.shaders[known].1;
        let given = |constant: &str| {
            let dim = kernel.dims.iter().position(|dim| *dim == constant).map(|i| u64::from(dispatch.dims[i]));
            let distance = || {
                let bind = kernel.binds.iter().position(|bind| run_const(bind.name) == constant)?;
                Some(plan.buffers[dispatch.views[bind].buffer].per_run as u64)
            };
            dim.or_else(distance)
        };
        let words = shader.record(&offsets, given).map_err(rejected)?;
        Ok(Part { dispatch, body, pools: shader.pools, words, grid })
    }

    /// The text of a module of these bodies, which are this plan's.
    ///
    /// # Errors
    /// Names the body that does not obey the conventions.
    pub fn text(&self, bodies: &[Body], arenas: &Arenas) -> Result<String, String> {
        let shader = |body| self.shaders.iter().find(|(known, _)| known == body).map(|(body, shader)| (body, shader));
        module(&bodies.iter().filter_map(shader).collect::<Vec<_>>(), arenas)
    }
}
