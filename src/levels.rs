//! Which dispatches of a list may run side by side: its dependency levels.

use crate::kernel::Bound;
use crate::plan::{Dispatch, List, Plan, View};

/// The levels of a list, as indices into it, ascending within a level. Dispatches of one level touch no common memory
/// that one of them writes; level after level gives the same result as the list in order.
///
/// level(d) = 1 + the highest level of the earlier dispatches that conflict with d.
pub fn levels(list: &[Dispatch]) -> Vec<Vec<usize>> {
    let mut levels: Vec<Vec<usize>> = vec![];
    let mut level_of: Vec<usize> = vec![];
    for (i, dispatch) in list.iter().enumerate() {
        let after = |j: usize| if conflict(&list[j], dispatch) { level_of[j] + 1 } else { 0 };
        let level = (0..i).map(after).max().unwrap_or(0);
        level_of.push(level);
        if level == levels.len() {
            levels.push(vec![]);
        }
        levels[level].push(i);
    }
    levels
}

/// What a GPU moves while it waits for a launch: 10 µs at 400 GB/s.
pub const STREAM_BYTES: u64 = 4_000_000;

/// Whether a dispatch keeps the GPU's memory busy for longer than a launch costs.
pub fn streams(dispatch: &Dispatch, runs: usize) -> bool {
    dispatch.kernel.bound == Bound::Memory && bytes(dispatch, runs) >= STREAM_BYTES
}

/// Bytes that a dispatch must at least move.
pub fn bytes(dispatch: &Dispatch, runs: usize) -> u64 {
    dispatch.kernel.bytes(&dispatch.dims) * runs as u64
}

/// As many levels as [`levels`], in the same sense, but what need not be as early as possible is moved: arithmetic to levels
/// that wait for arithmetic anyway, and what [`streams`] to those that wait for memory.
pub fn schedule(list: &[Dispatch], runs: usize) -> Vec<Vec<usize>> {
    let count = list.len();
    // Each dispatch with those that wait for it.
    let waiting: Vec<Vec<usize>> =
        list.iter().enumerate().map(|(i, one)| (i + 1..count).filter(|&j| conflict(one, &list[j])).collect()).collect();
    let mut earliest = vec![0; count];
    for (i, after) in waiting.iter().enumerate() {
        after.iter().for_each(|&j| earliest[j] = earliest[j].max(earliest[i] + 1));
    }
    let last = earliest.iter().copied().max().unwrap_or(0);
    let mut latest = vec![last; count];
    for (i, after) in waiting.iter().enumerate().rev() {
        latest[i] = after.iter().map(|&j| latest[j] - 1).min().unwrap_or(last);
    }
    let wants = |i: usize| [list[i].kernel.bound != Bound::Memory, streams(&list[i], runs)];
    let mut has = vec![[false; 2]; last + 1];
    for i in (0..count).filter(|&i| earliest[i] == latest[i]) {
        has[earliest[i]].iter_mut().zip(wants(i)).for_each(|(has, wants)| *has |= wants);
    }
    let mut scheduled = vec![vec![]; if count == 0 { 0 } else { last + 1 }];
    let mut first = vec![0; count];
    for (i, after) in waiting.iter().enumerate() {
        let levels = || first[i]..=latest[i];
        let level = wants(i)
            .iter()
            .position(|&wants| wants)
            .and_then(|kind| levels().find(|&level| has[level][kind]).or_else(|| levels().find(|&level| !has[level][1 - kind])));
        let level = level.unwrap_or(first[i]);
        after.iter().for_each(|&j| first[j] = first[j].max(level + 1));
        scheduled[level].push(i);
    }
    scheduled
}

/// Whether one writes what the other reads or writes. Views mean the same elements of every run, so runs need no care.
fn conflict(a: &Dispatch, b: &Dispatch) -> bool {
    uses(a).any(|(x, x_writes)| uses(b).any(|(y, y_writes)| (x_writes || y_writes) && overlap(x, y)))
}

/// Bound slices, and whether they are written.
fn uses(dispatch: &Dispatch) -> impl Iterator<Item = (View, bool)> + '_ {
    dispatch.views.iter().zip(dispatch.kernel.binds).map(|(&view, bind)| (view, bind.access.writes()))
}

fn overlap(a: View, b: View) -> bool {
    a.buffer == b.buffer && a.offset < b.offset + b.len && b.offset < a.offset + a.len
}

impl Plan {
    /// Number of levels of a list: how many times the GPU must wait for everything before it.
    pub fn levels(&self, list: List) -> usize {
        levels(self.list(list)).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::ops::add::ADD;
    use crate::tape::ADD_BACK;

    fn view(buffer: usize, offset: usize) -> View {
        View { buffer, offset, len: 64 }
    }

    /// y = a + b on these views.
    fn add(views: [View; 3]) -> Dispatch {
        Dispatch { kernel: &ADD, dims: vec![64], views: views.into(), label: "test".into(), variant: 0 }
    }

    /// dx += dy on these views.
    fn accumulate(dy: View, dx: View) -> Dispatch {
        Dispatch { kernel: &ADD_BACK, dims: vec![64, 1], views: vec![dy, dx], label: "test".into(), variant: 0 }
    }

    #[test]
    fn a_chain_is_one_dispatch_per_level() {
        let [a, b, c, d] = [0, 1, 2, 3].map(|buffer| view(buffer, 0));
        let chain = [add([a, a, b]), add([b, a, c]), add([c, a, d])];
        assert_eq!(levels(&chain), [[0], [1], [2]]);
        assert_eq!(levels(&[]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn what_only_shares_inputs_runs_together() {
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|buffer| view(buffer, 0));
        // The last needs only the first, so it goes beside the third.
        let list = [add([a, a, b]), add([a, a, c]), add([b, c, d]), add([a, b, e])];
        assert_eq!(levels(&list), [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn only_overlapping_parts_of_a_buffer_conflict() {
        let input = view(0, 0);
        let beside = [add([input, input, view(1, 0)]), add([input, input, view(1, 64)])];
        assert_eq!(levels(&beside), [[0, 1]]);
        let across = View { buffer: 1, offset: 32, len: 64 };
        let list = [add([input, input, view(1, 0)]), add([input, input, view(1, 64)]), accumulate(across, view(2, 0))];
        assert_eq!(levels(&list), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn writes_wait_for_earlier_reads_and_writes() {
        let [a, b, c] = [0, 1, 2].map(|buffer| view(buffer, 0));
        let after_read = [add([a, a, b]), add([c, c, a])];
        assert_eq!(levels(&after_read), [[0], [1]]);
        let after_write = [add([a, a, b]), add([c, c, b])];
        assert_eq!(levels(&after_write), [[0], [1]]);
        let sums = [accumulate(a, c), accumulate(b, c)];
        assert_eq!(levels(&sums), [[0], [1]]);
    }

    #[test]
    fn what_can_wait_is_moved_beside_its_kind() {
        let tiled: &'static Kernel = Box::leak(Box::new(Kernel { bound: Bound::Arithmetic, ..ADD }));
        let long = STREAM_BYTES as usize;
        let step = |kernel, [x, y]: [usize; 2]| {
            let view = |buffer| View { buffer, offset: 0, len: long };
            let views = [x, x, y].map(view).into();
            Dispatch { kernel, dims: vec![long as u32], views, label: "test".into(), variant: 0 }
        };
        // Memory, memory, arithmetic, one after the other; beside them one of each kind that nothing waits for.
        let list = [step(&ADD, [0, 1]), step(tiled, [0, 8]), step(&ADD, [1, 2]), step(tiled, [2, 3]), step(&ADD, [2, 9])];
        assert_eq!(levels(&list), [vec![0, 1], vec![2], vec![3, 4]]);
        // The second goes to the arithmetic at the end; the last can go nowhere else.
        assert_eq!(schedule(&list, 1), [vec![0], vec![2], vec![1, 3, 4]]);
        // What moves little stays where it was.
        let few = list.map(|dispatch| Dispatch { dims: vec![64], ..dispatch });
        assert_eq!(schedule(&few, 1), [vec![0], vec![2], vec![1, 3, 4]]);
        assert_eq!(schedule(&[], 1), Vec::<Vec<usize>>::new());
    }

    /// Whatever is moved, what must wait does.
    #[test]
    fn a_schedule_keeps_every_order() {
        for config in
            [crate::config::Config::standard(), crate::config::Config { layers: 2, batch: 64, ..crate::config::Config::small() }]
        {
            let plan = crate::train::build(&config).plan;
            for list in [List::Train, List::Record, List::Evaluate].map(|list| plan.list(list)) {
                let scheduled = schedule(list, plan.runs);
                let level = |i| scheduled.iter().position(|level| level.contains(&i)).expect("each is there");
                for j in 0..list.len() {
                    for i in (0..j).filter(|&i| conflict(&list[i], &list[j])) {
                        assert!(level(i) < level(j), "{:?} before {:?}", list[i], list[j]);
                    }
                }
                assert_eq!(scheduled.iter().flatten().count(), list.len());
                assert_eq!(scheduled.len(), levels(list).len());
            }
        }
    }

    #[test]
    fn the_standard_step_waits_less_often_than_it_has_dispatches() {
        let plan = crate::train::build(&crate::config::Config::standard()).plan;
        for list in [List::Train, List::Evaluate] {
            assert!(plan.levels(list) < plan.list(list).len(), "{list:?}");
        }
    }
}
