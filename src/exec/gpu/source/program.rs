//! From a plan to its launches, and the modules that they are best compiled as.

use super::arenas::Arenas;
use super::launch::{Launch, Part, group, is_large, launch, longest_first, name};
use super::module::{Body, include, module};
use super::shader::{Shader, run_const};
use crate::exec::ExecError;
use crate::kernel::Bound;
use crate::levels::{STREAM_BYTES, bytes, levels, schedule};
use crate::plan::{Dispatch, List, Plan};

/// All launches of a plan.
pub struct Program {
    shaders: Vec<Parsed>,
    /// Those of each list, in the order of its variants.
    pub lists: [Vec<Launch>; 3],
    /// What launches without a module of their own are compiled with.
    pub common: Vec<Body>,
}

/// A body with what its shader says, and whether it runs by itself.
struct Parsed {
    body: Body,
    shader: Shader<'static>,
    is_large: bool,
}

impl Program {
    /// The launches of a plan in these arenas: when `merge`, few for each level, else one for each dispatch.
    ///
    /// Merged, most launches have one module in common: all bodies of the plan that are not large. What a level needs of it
    /// depends on sizes and may change with every setting, and the module does not. What moves much memory, or is large, has a
    /// module of its own.
    ///
    /// # Errors
    /// [`ExecError::Rejected`] names the dispatch whose shader does not obey the conventions or needs too many workgroups.
    pub fn new(plan: &Plan, arenas: &Arenas, merge: bool) -> Result<Program, ExecError> {
        let mut program = Program { shaders: vec![], lists: [vec![], vec![], vec![]], common: vec![] };
        for list in [List::Train, List::Record, List::Evaluate] {
            program.lists[list as usize] = program.launches(plan, plan.list(list), arenas, merge)?;
        }
        let small = program.shaders.iter().filter(|parsed| !parsed.is_large);
        small.for_each(|parsed| include(&mut program.common, &parsed.body));
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
        streams || parts.iter().any(|part| part.is_large)
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
        let known = match self.shaders.iter().position(|parsed| parsed.body == body) {
            Some(known) => known,
            None => {
                let shader = Shader::parse(wgsl, kernel.dims, kernel.binds).map_err(rejected)?;
                let is_large = is_large(kernel, shader.pools);
                self.shaders.push(Parsed { body: body.clone(), shader, is_large });
                self.shaders.len() - 1
            }
        };
        let Parsed { ref shader, is_large, .. } = self.shaders[known];
        let given = |constant: &str| {
            let dim = kernel.dims.iter().position(|dim| *dim == constant).map(|i| u64::from(dispatch.dims[i]));
            let distance = || {
                let bind = kernel.binds.iter().position(|bind| run_const(bind.name) == constant)?;
                Some(plan.buffers[dispatch.views[bind].buffer].per_run as u64)
            };
            dim.or_else(distance)
        };
        let words = shader.record(&offsets, given).map_err(rejected)?;
        Ok(Part { dispatch, body, pools: shader.pools, is_large, words, grid })
    }

    /// The text of a module of these bodies, which are this plan's.
    ///
    /// # Errors
    /// Names the body that does not obey the conventions.
    pub fn text(&self, bodies: &[Body], arenas: &Arenas) -> Result<String, String> {
        let parsed =
            |body: &Body| self.shaders.iter().find(|parsed| parsed.body == *body).map(|parsed| (&parsed.body, &parsed.shader));
        module(&bodies.iter().filter_map(parsed).collect::<Vec<_>>(), arenas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::ops::add::ADD;
    use crate::plan::{Buffer, Kind, View};

    /// A plan of independent dispatches: kernel and N.
    fn beside(list: &[(&'static Kernel, u32)]) -> Plan {
        let mut plan = Plan { runs: 2, ..Plan::default() };
        for &(kernel, n) in list {
            let view = |buffer| View { buffer, offset: 0, len: n as usize };
            let first = plan.buffers.len();
            let buffer = |name: &str| Buffer { name: name.into(), kind: Kind::F32, per_run: n as usize, init: vec![] };
            plan.buffers.extend(["a", "b", "y"].map(buffer));
            let views = (first..first + 3).map(view).collect();
            plan.train.push(Dispatch { kernel, dims: vec![n], views, label: format!("{n}"), variant: 0 });
        }
        plan
    }

    fn arenas(plan: &Plan) -> Arenas {
        Arenas::new(plan, 1 << 40).unwrap()
    }

    fn launches(plan: &Plan, merge: bool) -> Vec<Launch> {
        let [train, ..] = Program::new(plan, &arenas(plan), merge).unwrap().lists;
        train
    }

    fn named(launches: &[Launch]) -> Vec<(&str, [u32; 3])> {
        launches.iter().map(|launch| (launch.what.as_str(), launch.grid)).collect()
    }

    fn kernel(kernel: Kernel) -> &'static Kernel {
        Box::leak(Box::new(kernel))
    }

    /// `add` that declares workgroup memory.
    fn with_pools(pools: [u32; 2]) -> &'static Kernel {
        let declared = |(pool, (name, len, element)): (u32, (&str, &str, &str))| match pool {
            0 => String::new(),
            _ => format!("const {len}: u32 = {pool}u;\nvar<workgroup> {name}: array<{element}, {len}>;\n"),
        };
        let texts = [("pool", "POOL", "f32"), ("pool4", "POOL4", "vec4f")];
        let declared: String = pools.into_iter().zip(texts).map(declared).collect();
        kernel(Kernel { wgsl: format!("{}{declared}", ADD.wgsl).leak(), ..ADD })
    }

    #[test]
    fn a_level_is_one_launch_with_the_longest_workgroups_first() {
        // 1 of at most 64 additions, 2 of 64: flops per workgroup 10, 64.
        let plan = beside(&[(&ADD, 10), (&ADD, 128)]);
        let launches = launches(&plan, true);
        assert_eq!(named(&launches), [("add [128], add [10]", [3, 1, 2])]);
        let [launch] = &launches[..] else { unreachable!() };
        let [body] = &launch.bodies[..] else { panic!("one body: {:?}", launch.bodies) };
        let words = Program::new(&plan, &arenas(&plan), true).unwrap().shaders[0].shader.sizes().collect::<Vec<_>>();
        assert_eq!(words, ["N", "A_RUN", "B_RUN", "Y_RUN", "ACROSS"]);
        let table = launch.table(&[Body { name: "another", ..body.clone() }, body.clone()]);
        // Across, quads of ends, workgroups, quads of a record; ends; then both records.
        let want = [[3, 1, 3, 3], [2, 3, u32::MAX, u32::MAX]];
        assert_eq!(table[..8], want.concat());
        assert_eq!(table[8..20], [0, 2, 1, 0, 192, 448, 704, 128, 128, 128, 128, 2]);
        assert_eq!(table[20..], [2, 1, 1, 0, 0, 64, 128, 10, 10, 10, 10, 1]);
    }

    #[test]
    fn another_size_is_another_table_and_the_same_module() {
        let [small, large] = [10, 12_800].map(|n| {
            let plan = beside(&[(&ADD, n), (with_pools([64, 0]), n)]);
            let (program, arenas) = (Program::new(&plan, &arenas(&plan), true).unwrap(), arenas(&plan));
            let text = program.text(&program.common, &arenas).unwrap();
            (text, program.lists[0][0].table(&program.common))
        });
        assert_eq!(small.0, large.0);
        assert_ne!(small.1, large.1);
        assert_eq!(small.0.matches("fn main_d").count(), 2, "{}", small.0);
    }

    #[test]
    fn without_merging_every_dispatch_is_a_launch() {
        let apart = launches(&beside(&[(&ADD, 10), (&ADD, 128)]), false);
        assert_eq!(named(&apart), [("add [128]", [2, 1, 2]), ("add [10]", [1, 1, 2])]);
    }

    #[test]
    fn many_workgroups_continue_in_the_next_row() {
        let n = 64 * 65_535;
        let launches = launches(&beside(&[(&ADD, n), (&ADD, n)]), true);
        assert_eq!(launches[0].grid, [65_535, 2, 2]);
        assert_eq!(launches[0].table(&launches[0].bodies)[..4], [65_535, 1, 2 * 65_535, 3]);
    }

    #[test]
    fn what_moves_much_memory_does_not_run_beside_tiles() {
        let tiled = kernel(Kernel { bound: Bound::Arithmetic, ..ADD });
        let apart = launches(&beside(&[(tiled, 10), (&ADD, 640), (&ADD, 1 << 20)]), true);
        let mut names: Vec<&str> = apart.iter().map(|launch| launch.what.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["add [1048576]", "add [640], add [10]"]);
        let together = launches(&beside(&[(&ADD, 10), (&ADD, 1 << 20)]), true);
        assert_eq!(together.len(), 1, "{:?}", named(&together));
        assert_eq!(together[0].module, together[0].bodies);
    }

    #[test]
    fn what_needs_much_workgroup_memory_runs_by_itself() {
        // 8 KiB in all; 8 KiB and 16 bytes.
        let apart = launches(&beside(&[(with_pools([1024, 256]), 64), (with_pools([0, 513]), 64), (&ADD, 64)]), true);
        assert_eq!(apart.iter().map(|launch| launch.what.matches(']').count()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(apart[1].module, apart[1].bodies);
        assert!(!apart[0].module.contains(&apart[1].bodies[0]), "others would set it aside");
        // One in phases.
        let phases = kernel(Kernel { bound: Bound::Phases, ..ADD });
        let apart = launches(&beside(&[(phases, 64), (with_pools([64, 0]), 64)]), true);
        assert_eq!(apart.len(), 2);
        // Two that do not fit together.
        let apart = launches(&beside(&[(with_pools([4096, 0]), 64), (with_pools([0, 1024]), 64)]), true);
        assert_eq!(apart.len(), 2);
    }

    #[test]
    fn a_table_that_would_be_too_long_is_divided() {
        let many = launches(&beside(&[(&ADD, 64); 200]), true);
        assert!(many.len() > 1);
        for launch in &many {
            assert!(launch.table(&launch.bodies).len() <= 4 * super::super::TABLE_QUADS);
        }
        assert_eq!(many.iter().map(|launch| launch.grid[0]).sum::<u32>(), 200);
    }

    #[test]
    fn too_many_workgroups_are_refused() {
        let plan = beside(&[(kernel(Kernel { grid: |_| [1 << 16, 1 << 16], ..ADD }), 64)]);
        let error = Program::new(&plan, &arenas(&plan), true).err().unwrap().to_string();
        assert!(error.contains("“add [64]”: it needs 4294967296 workgroups"), "{error}");
        let none = beside(&[(kernel(Kernel { grid: |_| [1, 0], ..ADD }), 64)]);
        let error = Program::new(&none, &arenas(&none), true).err().unwrap().to_string();
        assert!(error.contains("[1, 0] workgroups"), "{error}");
    }
}
