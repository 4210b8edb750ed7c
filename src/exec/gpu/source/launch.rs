//! From the dispatches of a level to launches: several shaders in one text, whose `main` branches on the workgroup.
//!
//! A level's dispatches need not wait for each other, and on a fast GPU the wait between two launches costs as much as
//! many a kernel: so the number of launches is what counts, not that of kernels.

use core::fmt::Write as _;

use super::arenas::Arenas;
use super::rewriter::offsets_type;
use super::shader::{POOLS, Shader, WORKGROUP_BYTES, workgroup_bytes};
use super::specialize;
use crate::exec::ExecError;
use crate::kernel::MAX_GROUPS;
use crate::levels::levels;
use crate::plan::{Dispatch, List, Plan, View};

/// What the GPU runs at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// Kernel and label of every dispatch in it.
    pub what: String,
    /// WGSL with an entry point `main`.
    pub text: String,
    /// Workgroups; z is the runs axis.
    pub grid: [u32; 3],
}

/// A dispatch with its own text.
struct Source<'p> {
    dispatch: &'p Dispatch,
    text: String,
    grid: [u32; 2],
}

/// A source that is parsed and ready to be merged.
struct Part<'p> {
    source: &'p Source<'p>,
    shader: Shader<'p>,
    /// Workgroups of one run.
    groups: u64,
}

impl Part<'_> {
    /// Work of one workgroup.
    fn length(&self) -> u64 {
        self.source.dispatch.flops(1) / self.groups
    }
}

/// Kernel and label, as in every message about a dispatch.
fn name(dispatch: &Dispatch) -> String {
    format!("{} [{}]", dispatch.shader().0, dispatch.label)
}

fn rejected(dispatch: &Dispatch) -> impl Fn(String) -> ExecError + '_ {
    move |why| ExecError::Rejected { what: name(dispatch), why }
}

/// The launches of a list, level by level: as few as possible, or when not to `merge` one for each dispatch.
///
/// # Errors
/// [`ExecError::Rejected`] names the dispatch whose shader does not obey the conventions or needs too many workgroups.
pub fn launches(plan: &Plan, list: List, arenas: &Arenas, merge: bool) -> Result<Vec<Launch>, ExecError> {
    let list = plan.list(list);
    let mut found = vec![];
    for level in levels(list) {
        let sources = level.iter().map(|&i| source(plan, &list[i])).collect::<Result<Vec<_>, _>>()?;
        // Long workgroups first, so that short ones fill the gaps at the end. There are few parts: a sort weighs more.
        let mut parts: Vec<Part> = vec![];
        for part in sources.iter().map(part) {
            let part = part?;
            let at = parts.partition_point(|before| before.length() >= part.length());
            parts.insert(at, part);
        }
        let packed = if merge { pack(parts) } else { parts.into_iter().map(|part| vec![part]).collect() };
        for parts in packed {
            found.push(launch(plan, &parts, arenas)?);
        }
    }
    Ok(found)
}

fn source<'p>(plan: &Plan, dispatch: &'p Dispatch) -> Result<Source<'p>, ExecError> {
    let per_run: Vec<usize> = dispatch.views.iter().map(|view| plan.buffers[view.buffer].per_run).collect();
    let text = specialize(dispatch, &per_run).map_err(rejected(dispatch))?;
    Ok(Source { dispatch, text, grid: dispatch.shader().2 })
}

fn part<'p>(source: &'p Source<'p>) -> Result<Part<'p>, ExecError> {
    let shader = Shader::parse(&source.text, source.dispatch.kernel.binds).map_err(rejected(source.dispatch))?;
    let groups = u64::from(source.grid[0]) * u64::from(source.grid[1]);
    if groups == 0 {
        return Err(rejected(source.dispatch)(format!("it has {:?} workgroups", source.grid)));
    }
    Ok(Part { source, shader, groups })
}

/// Puts each part into the first launch that still has workgroup memory for it.
fn pack(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut launches: Vec<([u64; 2], Vec<Part>)> = vec![];
    for part in parts {
        let larger = |pools: [u64; 2]| [0, 1].map(|i| pools[i].max(part.shader.pools[i]));
        match launches.iter_mut().find(|(pools, _)| workgroup_bytes(larger(*pools)) <= WORKGROUP_BYTES) {
            Some((pools, parts)) => {
                *pools = larger(*pools);
                parts.push(part);
            }
            None => launches.push((part.shader.pools, vec![part])),
        }
    }
    launches.into_iter().map(|(_, parts)| parts).collect()
}

fn launch(plan: &Plan, parts: &[Part], arenas: &Arenas) -> Result<Launch, ExecError> {
    let what = parts.iter().map(|part| name(part.source.dispatch)).collect::<Vec<_>>().join(", ");
    let total: u64 = parts.iter().map(|part| part.groups).sum();
    let across = total.min(u64::from(MAX_GROUPS));
    let most = u64::from(MAX_GROUPS);
    if total.div_ceil(across) > most || plan.runs as u64 > most {
        let why = format!(
            "it needs {total} workgroups for each of {} runs, and a GPU takes {most} × {most} × {most}; use fewer runs or a smaller model",
            plan.runs
        );
        return Err(ExecError::Rejected { what, why });
    }
    let mut text = arenas.declarations();
    for (i, (name, _, element, _)) in POOLS.into_iter().enumerate() {
        if let Some(len) = parts.iter().map(|part| part.shader.pools[i]).max().filter(|&len| len > 0) {
            let _ = writeln!(text, "var<workgroup> {name}: array<{element}, {len}>;");
        }
    }
    let repeats = repeats(parts, arenas);
    for (i, repeats) in repeats.iter().enumerate() {
        let (part, offsets) = &repeats[0];
        for (repeat, _) in repeats {
            let _ = writeln!(text, "\n// {}", name(repeat.source.dispatch));
        }
        text += &part.shader.render(i, offsets, repeats.len() > 1).map_err(rejected(part.source.dispatch))?;
    }
    text += &entry(&repeats, across);
    Ok(Launch { what, text, grid: [across as u32, total.div_ceil(across) as u32, plan.runs as u32] })
}

/// Arena and first element of each binding.
type Offsets = Vec<(usize, u64)>;

/// Parts with the same text on the same arenas, which is then compiled once: the parts of a sum over heads are such repeats.
fn repeats<'p>(parts: &'p [Part<'p>], arenas: &Arenas) -> Vec<Vec<(&'p Part<'p>, Offsets)>> {
    let mut found: Vec<Vec<(&Part, Offsets)>> = vec![];
    for part in parts {
        let offset = |view: &View| {
            let (arena, at) = arenas.offsets[view.buffer];
            (arena, at + view.offset as u64)
        };
        let offsets: Offsets = part.source.dispatch.views.iter().map(offset).collect();
        let same = |(repeat, at): &(&Part, Offsets)| {
            repeat.source.text == part.source.text && at.iter().zip(&offsets).all(|(one, other)| one.0 == other.0)
        };
        match found.iter_mut().find(|repeats| same(&repeats[0])) {
            Some(repeats) => repeats.push((part, offsets)),
            None => found.push(vec![(part, offsets)]),
        }
    }
    found
}

/// The entry point: finds the part that a workgroup belongs to. All threads of a workgroup take the same way.
fn entry(parts: &[Vec<(&Part, Offsets)>], across: u64) -> String {
    let mut text = format!(
        "\n@compute @workgroup_size(64)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {{\n    \
         let index = group.y * {across}u + group.x;\n"
    );
    let mut from = 0;
    for (i, repeats) in parts.iter().enumerate() {
        let (part, groups) = (repeats[0].0, repeats[0].0.groups);
        let to = from + groups * repeats.len() as u64;
        let _ = writeln!(text, "    if (index >= {from}u && index < {to}u) {{");
        let at = if repeats.len() > 1 {
            let _ = write!(text, "        let i = (index - {from}u) % {groups}u;\n        {}", choose(i, from, repeats));
            Some("at")
        } else {
            let _ = writeln!(text, "        let i = index - {from}u;");
            None
        };
        let _ = writeln!(text, "        {}\n        return;\n    }}", part.shader.call(i, "i", part.source.grid[0], at));
        from = to;
    }
    text + "}\n"
}

/// A variable `at` with the first elements of the repeat that a workgroup belongs to.
fn choose(i: usize, from: u64, repeats: &[(&Part, Offsets)]) -> String {
    let mut text = format!("var at: {};\n        switch ((index - {from}u) / {}u) {{\n", offsets_type(i), repeats[0].0.groups);
    for (number, (_, offsets)) in repeats.iter().enumerate() {
        let case = if number + 1 < repeats.len() { format!("case {number}u") } else { "default".into() };
        let first: Vec<String> = offsets.iter().map(|(_, at)| format!("{at}u")).collect();
        let _ = writeln!(text, "            {case}: {{ at = {}({}); }}", offsets_type(i), first.join(", "));
    }
    text + "        }\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::ops::add::ADD;
    use crate::plan::{Buffer, Kind};

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

    fn merged(plan: &Plan) -> Vec<Launch> {
        launches(plan, List::Train, &Arenas::new(plan, 1 << 40).unwrap(), true).unwrap()
    }

    /// `add` that declares workgroup memory.
    fn with_pools(pools: [u32; 2]) -> &'static Kernel {
        let declare = |(pool, (name, len, element, _)): (&u32, (&str, &str, &str, u64))| match pool {
            0 => String::new(),
            _ => format!("const {len}: u32 = {pool}u;\nvar<workgroup> {name}: array<{element}, {len}>;\n"),
        };
        let declared: String = pools.iter().zip(POOLS).map(declare).collect();
        let wgsl = format!("{}{declared}", ADD.wgsl).leak();
        Box::leak(Box::new(Kernel { wgsl, ..ADD }))
    }

    #[test]
    fn a_level_is_one_launch_with_the_longest_workgroups_first() {
        // 1 of at most 64 additions, 2 of 64: flops per workgroup 10, 64.
        let launches = merged(&beside(&[(&ADD, 10), (&ADD, 128)]));
        assert_eq!(launches.len(), 1);
        assert_eq!((launches[0].what.as_str(), launches[0].grid), ("add [128], add [10]", [3, 1, 2]));
        let text = &launches[0].text;
        for line in ["index >= 0u && index < 2u", "index >= 2u && index < 3u", "const a_d0_at: u32 = 192u;"] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn twins_share_one_text() {
        let launches = merged(&beside(&[(&ADD, 128), (&ADD, 10), (&ADD, 128)]));
        let text = &launches[0].text;
        for line in [
            "index >= 0u && index < 4u",
            "let i = (index - 0u) % 2u;",
            "switch ((index - 0u) / 2u) {",
            "case 0u: { at = At_d0(0u, 256u, 512u); }",
            "default: { at = At_d0(960u, 1216u, 1472u); }",
            "main_d0(at, vec3u(i % 2u",
            "const a_d1_at: u32 = 768u;",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert_eq!(text.matches("fn main_d").count(), 2);
    }

    #[test]
    fn without_merging_every_dispatch_is_a_launch() {
        let plan = beside(&[(&ADD, 10), (&ADD, 128)]);
        let apart = launches(&plan, List::Train, &Arenas::new(&plan, 1 << 40).unwrap(), false).unwrap();
        let names: Vec<_> = apart.iter().map(|launch| (launch.what.as_str(), launch.grid)).collect();
        assert_eq!(names, [("add [128]", [2, 1, 2]), ("add [10]", [1, 1, 2])]);
    }

    #[test]
    fn many_workgroups_continue_in_the_next_row() {
        let n = 64 * 65_535;
        let launches = merged(&beside(&[(&ADD, n), (&ADD, n)]));
        assert_eq!(launches[0].grid, [65_535, 2, 2]);
        assert!(launches[0].text.contains("let index = group.y * 65535u + group.x;"));
    }

    #[test]
    fn workgroup_memory_is_shared_as_long_as_it_suffices() {
        // 8 KiB of one and 8 KiB of the other fit together; 12 KiB and 8 KiB do not.
        let launches = merged(&beside(&[(with_pools([2048, 0]), 64), (with_pools([1024, 512]), 64)]));
        assert_eq!(launches.len(), 1);
        for line in ["var<workgroup> pool: array<f32, 2048>;", "var<workgroup> pool4: array<vec4f, 512>;"] {
            assert_eq!(launches[0].text.matches(line).count(), 1, "{line}");
        }
        let apart = [(with_pools([3072, 0]), 64), (with_pools([0, 512]), 64), (with_pools([0, 0]), 64)];
        let names: Vec<usize> = merged(&beside(&apart)).iter().map(|launch| launch.what.matches(']').count()).collect();
        assert_eq!(names, [2, 1]);
    }

    #[test]
    fn too_many_workgroups_are_refused() {
        let plan = beside(&[(Box::leak(Box::new(Kernel { grid: |_| [1 << 16, 1 << 16], ..ADD })), 64)]);
        let error = launches(&plan, List::Train, &Arenas::new(&plan, 1 << 40).unwrap(), true).unwrap_err().to_string();
        assert!(error.contains("`add [64]`: it needs 4294967296 workgroups"), "{error}");
    }
}
