//! What the GPU runs at once: the parts of a level that may stand beside each other, and the table by which a workgroup
//! finds its own.
//!
//! A level's dispatches need not wait for each other, and on a fast GPU the wait between two launches costs as much as
//! many a kernel. But a launch takes the registers and the workgroup memory of its greediest part: so what moves much
//! memory does not run beside tiles, and what needs much workgroup memory runs by itself.

use super::module::{Body, TABLE_QUADS, include};
use super::shader::{WORKGROUP_BYTES, workgroup_bytes};
use crate::exec::ExecError;
use crate::kernel::{Bound, Kernel, MAX_GROUPS};
use crate::levels::{bytes, streams};
use crate::plan::{Dispatch, Plan};
use crate::tr;

/// Bytes of workgroup memory that a shader may need to run beside others.
const COMMON_BYTES: u64 = WORKGROUP_BYTES / 2;

/// Bytes at which tables begin in their buffer: WebGPU's default alignment.
pub const TABLE_ALIGN: usize = 256;

/// What the GPU runs at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// Kernel and label of every dispatch in it.
    pub what: String,
    /// Workgroups; z is the runs axis.
    pub grid: [u32; 3],
    /// The bodies that it needs, each once, in order.
    pub bodies: Vec<Body>,
    /// Those that its module should have.
    pub module: Vec<Body>,
    /// Floating-point operations of all runs.
    pub flops: u64,
    /// Bytes that all runs must at least move.
    pub bytes: u64,
    parts: Vec<Record>,
}

/// A part as its launch's table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    body: Body,
    groups: u32,
    across: u32,
    words: Vec<u32>,
}

/// A dispatch that is ready to be launched.
pub(super) struct Part<'p> {
    pub(super) dispatch: &'p Dispatch,
    pub(super) body: Body,
    pub(super) pools: [u64; 2],
    /// See [`is_large`].
    pub(super) is_large: bool,
    pub(super) words: Vec<u32>,
    pub(super) grid: [u32; 2],
}

impl Part<'_> {
    /// Workgroups of one run.
    fn groups(&self) -> u64 {
        u64::from(self.grid[0]) * u64::from(self.grid[1])
    }

    /// Work of one workgroup.
    fn length(&self) -> u64 {
        self.dispatch.flops(1) / self.groups()
    }
}

/// Whether a kernel with these pools needs more workgroup memory than others should have to set aside, or has more code.
pub(super) fn is_large(kernel: &Kernel, pools: [u64; 2]) -> bool {
    kernel.bound == Bound::Phases || workgroup_bytes(pools) > COMMON_BYTES
}

/// Kernel and label, as in every message about a dispatch.
pub(super) fn name(dispatch: &Dispatch) -> String {
    format!("{} [{}]", dispatch.shader().0, dispatch.label)
}

/// Long workgroups first, so that short ones fill the gaps at the end.
pub(super) fn longest_first<'p>(parts: Vec<Part<'p>>) -> Vec<Part<'p>> {
    let mut sorted: Vec<Part> = vec![];
    for part in parts {
        let at = sorted.partition_point(|before| before.length() >= part.length());
        sorted.insert(at, part);
    }
    sorted
}

/// Divides the parts of a level into those that run at once.
pub(super) fn group<'p>(parts: Vec<Part<'p>>, runs: usize) -> Vec<Vec<Part<'p>>> {
    let tiled = parts.iter().any(|part| part.dispatch.kernel.bound == Bound::Arithmetic && !part.is_large);
    let mut groups: Vec<(Need, Vec<Part>)> = vec![];
    for part in parts {
        let apart = (part.is_large, tiled && streams(part.dispatch, runs));
        let fits = |(need, _): &(Need, _)| need.apart == apart && need.with(&part).fits();
        match groups.iter().position(fits) {
            Some(i) => {
                groups[i].0 = groups[i].0.with(&part);
                groups[i].1.push(part);
            }
            None => groups.push((Need { apart, pools: [0; 2], parts: 0, stride: 0 }.with(&part), vec![part])),
        }
    }
    groups.into_iter().map(|(_, parts)| parts).collect()
}

/// What a launch needs so far.
struct Need {
    apart: (bool, bool),
    pools: [u64; 2],
    parts: usize,
    stride: usize,
}

impl Need {
    fn with(&self, part: &Part) -> Need {
        let pools = [0, 1].map(|i| self.pools[i].max(part.pools[i]));
        Need { apart: self.apart, pools, parts: self.parts + 1, stride: self.stride.max(quads(&part.words)) }
    }

    fn fits(&self) -> bool {
        let table = first_record(self.parts) + self.parts * self.stride;
        workgroup_bytes(self.pools) <= WORKGROUP_BYTES && table <= TABLE_QUADS
    }
}

/// Quads of a record in a table.
fn quads(words: &[u32]) -> usize {
    1 + words.len().div_ceil(4)
}

/// The quad at which the records of so many parts begin.
fn first_record(parts: usize) -> usize {
    1 + parts.div_ceil(4)
}

/// One launch of these parts.
///
/// # Errors
/// [`ExecError::Rejected`] when there are more workgroups than a GPU takes.
pub(super) fn launch(plan: &Plan, parts: Vec<Part>) -> Result<Launch, ExecError> {
    let what = parts.iter().map(|part| name(part.dispatch)).collect::<Vec<_>>().join(", ");
    let total: u64 = parts.iter().map(Part::groups).sum();
    let most = u64::from(MAX_GROUPS);
    let across = total.min(most);
    if total.div_ceil(across) > most || plan.runs as u64 > most {
        let why =
            tr!("it needs {total} workgroups for each of {runs} runs, and a GPU takes {most}³", total, runs = plan.runs, most);
        let why = tr!("{why}; use fewer runs or a smaller model", why);
        return Err(ExecError::Rejected { what, why });
    }
    let mut bodies = vec![];
    parts.iter().for_each(|part| include(&mut bodies, &part.body));
    let flops = parts.iter().map(|part| part.dispatch.flops(plan.runs)).sum();
    let bytes = parts.iter().map(|part| bytes(part.dispatch, plan.runs)).sum();
    let record = |part: Part| Record { groups: part.groups() as u32, across: part.grid[0], body: part.body, words: part.words };
    let parts = parts.into_iter().map(record).collect();
    let grid = [across as u32, total.div_ceil(across) as u32, plan.runs as u32];
    Ok(Launch { what, grid, module: vec![], bodies, flops, bytes, parts })
}

impl Launch {
    /// Whether it must have a module of its own kernels and no others: always where launches are not merged, and else while
    /// nothing of its kind of plan was compiled, so that it gets the one that is best for it.
    pub fn needs_own(&self, is_new: bool, merge: bool) -> bool {
        self.module == self.bodies && (is_new || !merge)
    }

    /// Its kernels, each once: `matmul_64 ×3, mix`.
    pub fn kernels(&self) -> String {
        let mut counts: Vec<(&str, usize)> = vec![];
        for part in &self.parts {
            match counts.iter_mut().find(|(known, _)| *known == part.body.name) {
                Some((_, count)) => *count += 1,
                None => counts.push((part.body.name, 1)),
            }
        }
        let named = |(name, count): &(&str, usize)| if *count > 1 { format!("{name} ×{count}") } else { (*name).into() };
        counts.iter().map(named).collect::<Vec<_>>().join(", ")
    }

    /// The table for a module of these bodies: (workgroups across, quads of ends, workgroups, quads of a record); the
    /// workgroups at which the parts end, four to a quad; for each part (its first workgroup, workgroups across, its body),
    /// then its record.
    pub fn table(&self, module: &[Body]) -> Vec<u32> {
        let stride = self.parts.iter().map(|part| quads(&part.words)).max().unwrap_or(1);
        let records = first_record(self.parts.len());
        let total: u32 = self.parts.iter().map(|part| part.groups).sum();
        let mut table = vec![self.grid[0], records as u32 - 1, total, stride as u32];
        let mut end = 0;
        table.extend(self.parts.iter().map(|part| {
            end += part.groups;
            end
        }));
        table.resize(4 * records, u32::MAX);
        let mut first = 0;
        for part in &self.parts {
            let body = module.iter().position(|body| *body == part.body).unwrap_or(module.len());
            let until = table.len() + 4 * stride;
            table.extend([first, part.across, body as u32, 0]);
            table.extend(&part.words);
            table.resize(until, 0);
            first += part.groups;
        }
        table
    }
}
