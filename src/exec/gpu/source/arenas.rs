//! Where a plan's buffers lie on the GPU: side by side in as few storage buffers as the device allows.
//!
//! One buffer for all numbers and one for all indices means one bind group for everything, and no limit on how many
//! buffers the kernels of a launch bind together.

use super::super::super::ExecError;
use crate::kernel::MAX_BINDS;
use crate::plan::{ALIGN, Kind, Plan};
use crate::tr;

/// As many as a device binds at once, less the one of the launch's table.
const MOST: usize = MAX_BINDS - 1;

/// There in every plan, so that the modules of one are those of another.
const FIRST: [Kind; 3] = [Kind::F32, Kind::U32, Kind::Filled];

/// The storage buffers and what lies where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arenas {
    /// What each holds and its length in elements; the position is its binding.
    pub arenas: Vec<(Kind, u64)>,
    /// For each of the plan's buffers its arena and the element it starts at, a multiple of [`ALIGN`].
    pub offsets: Vec<(usize, u64)>,
}

impl Arenas {
    /// Lays out the plan, first fit, with at most `limit` bytes in an arena.
    ///
    /// # Errors
    /// Names the buffer that does not fit.
    pub fn new(plan: &Plan, limit: u64) -> Result<Arenas, ExecError> {
        // WGSL counts elements to 2^32.
        let limit = (limit / 4).min(u64::from(u32::MAX));
        let mut made = Arenas { arenas: FIRST.map(|kind| (kind, 0)).to_vec(), offsets: vec![] };
        for buffer in &plan.buffers {
            let len = buffer.per_run as u64 * plan.runs as u64;
            let refuse = |why: String| {
                let why = tr!("{why}; use fewer runs or a smaller model", why);
                Err(ExecError::Rejected { what: buffer.name.clone(), why })
            };
            if len > limit {
                return refuse(tr!(
                    "it needs {need} bytes and this GPU allows {most}",
                    need = len.saturating_mul(4),
                    most = 4 * limit
                ));
            }
            let start = |&(_, used): &(Kind, u64)| used.next_multiple_of(ALIGN as u64);
            let fits = |arena: &(Kind, u64)| arena.0 == buffer.kind && start(arena) + len <= limit;
            let arena = made.arenas.iter().position(fits).unwrap_or(made.arenas.len());
            if arena == MOST {
                return refuse(tr!(
                    "it does not fit into {number} storage buffers of {most} bytes",
                    number = MOST,
                    most = 4 * limit
                ));
            }
            if arena == made.arenas.len() {
                made.arenas.push((buffer.kind, 0));
            }
            let at = start(&made.arenas[arena]);
            made.arenas[arena].1 = at + len;
            made.offsets.push((arena, at));
        }
        Ok(made)
    }

    /// The name of an arena in WGSL.
    pub fn name(arena: usize) -> String {
        format!("arena{arena}")
    }

    /// The declarations of all arenas.
    pub fn declarations(&self) -> String {
        let declare = |(binding, (kind, _)): (usize, &(Kind, u64))| {
            let (access, element) = match kind {
                Kind::F32 => ("read_write", "f32"),
                Kind::U32 => ("read", "u32"),
                Kind::Filled => ("read_write", "u32"),
            };
            format!("@group(0) @binding({binding}) var<storage, {access}> {}: array<{element}>;\n", Arenas::name(binding))
        };
        self.arenas.iter().enumerate().map(declare).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Buffer;

    fn plan(lens: &[(Kind, usize)]) -> Plan {
        let buffer = |(i, &(kind, per_run))| Buffer { name: format!("buffer {i}"), kind, per_run, init: vec![] };
        Plan { runs: 2, buffers: lens.iter().enumerate().map(buffer).collect(), ..Plan::default() }
    }

    #[test]
    fn numbers_and_indices_lie_in_one_arena_each() {
        let plan = plan(&[(Kind::F32, 5), (Kind::U32, 70), (Kind::F32, 32), (Kind::U32, 1), (Kind::F32, 0)]);
        let arenas = Arenas::new(&plan, 1 << 20).unwrap();
        assert_eq!(arenas.arenas, [(Kind::F32, 128), (Kind::U32, 194), (Kind::Filled, 0)]);
        assert_eq!(arenas.offsets, [(0, 0), (1, 0), (0, 64), (1, 192), (0, 128)]);
        assert!(arenas.declarations().contains("@binding(1) var<storage, read> arena1: array<u32>;"));
    }

    #[test]
    fn a_small_limit_makes_more_arenas_first_fit() {
        let numbers = |lens: &[usize]| plan(&lens.iter().map(|&len| (Kind::F32, len)).collect::<Vec<_>>());
        let arenas = Arenas::new(&numbers(&[40, 64, 20]), 4 * 128).unwrap();
        assert_eq!(arenas.offsets, [(0, 0), (3, 0), (4, 0)]);
        let arenas = Arenas::new(&numbers(&[32, 64, 32]), 4 * 128).unwrap();
        assert_eq!(arenas.offsets, [(0, 0), (3, 0), (0, 64)]);

        let refused = |lens: &[usize]| Arenas::new(&numbers(lens), 4 * 128).unwrap_err().to_string();
        assert!(refused(&[1, 65]).contains("“buffer 1”: it needs 520 bytes and this GPU allows 512"));
        assert!(Arenas::new(&numbers(&[64; 5]), 4 * 128).is_ok());
        assert!(refused(&[64; 6]).contains("“buffer 5”: it does not fit into 7 storage buffers"));
    }
}
