//! Mini-batches: a model is recorded with examples whose numbers are [`BatchToken`]s, and what is made of them — indices and
//! their inverse lists — is filled in at the start of every step.
//!
//! `batch` draws the pairs of a step without replacement: each epoch is another order of all training pairs, and a step
//! takes the next ones of it. What is left at the end of an epoch, less than a batch, is dropped.
//!
//! The order is a function of (seed, epoch, position): a Feistel network of six rounds over the smallest square of a power
//! of two that holds all pairs, walked until it meets one of them (Black and Rogaway 2002). So nothing is stored, and
//! every backend draws the same pairs. `invert` then lists, for each row, who selected it, as
//! [`Tape::rows`] does for lists that stay.

use super::{Op, Rows, Tape};
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, NONE, Real, Tolerance, dims, fold, index, output_index};
use crate::plan::{Dispatch, Kind, View};
use crate::rng::Stateless;
use crate::step::{BatchToken, CLOCK_IN, SEED, TIME};
use crate::{cpu, wgsl};

dims! {
    struct BatchDims { len, pairs, size, half, fields }
}
dims! {
    struct InvertDims { len, source, entries, slots }
}

/// Table entry.
pub static OP: Op = Op { name: "batch", kernels: &[&BATCH, &INVERT], examples: &[] };

const SAME: Tolerance = Tolerance { relative: 0.0, why: "integers" };

/// index\[j\] = tokens\[j\], or where that is a [`BatchToken`] what it stands for of the step's pairs
pub static BATCH: Kernel = Kernel {
    name: "batch",
    wgsl: wgsl!("batch"),
    dims: BatchDims::NAMES,
    binds: &[
        CLOCK_IN,
        SEED,
        index("pairs", |d| BatchDims::fields(d) * BatchDims::pairs(d), Fill::Below(|_| 100)),
        index("tokens", BatchDims::len, Fill::Exactly(test_tokens)),
        output_index("index", BatchDims::len),
    ],
    cpu: cpu!(batch_reference),
    grid: |d| fold(BatchDims::len(d).div_ceil(64) as u32),
    flops: |d| 500 * BatchDims::len(d) as u64,
    checks: Checks::new(&[&[1, 1, 1, 1, 2], &[130, 37, 5, 3, 3], &[300, 1000, 300, 5, 6]], SAME),
    bound: Bound::Memory,
    variants: &[],
};

/// start\[r\] = how many indices are below r; entry = positions/SLOTS in the order of their
/// indices, those of NONE left out
pub static INVERT: Kernel = Kernel {
    name: "invert",
    wgsl: wgsl!("invert"),
    dims: InvertDims::NAMES,
    binds: &[
        index("index", InvertDims::len, Fill::Exactly(test_index)),
        output_index("start", |d| InvertDims::source(d) + 1),
        output_index("entry", InvertDims::entries),
    ],
    cpu: cpu!(invert_reference),
    grid: |d| fold((InvertDims::len(d) + InvertDims::source(d) + 1).div_ceil(64) as u32),
    flops: |d| InvertDims::len(d) as u64,
    checks: Checks::new(&[&[1, 1, 1, 1], &[130, 7, 87, 1], &[130, 7, 40, 1], &[500, 200, 334, 2]], SAME),
    bound: Bound::Memory,
    variants: &[],
};

/// What a mini-batch is recorded with.
pub struct Batch {
    /// Pairs of a step.
    pub size: usize,
    /// What fills the indices in.
    pub(crate) list: Vec<Dispatch>,
    count: usize,
    fields: usize,
    clock: View,
    seed: View,
    pairs: View,
}

impl Batch {
    /// For steps of `size` pairs out of the training pairs of all runs. Each is a list of numbers, all equally long: operands and
    /// the result.
    pub fn new(tape: &mut Tape, [clock, seed]: [View; 2], train: &[Vec<Vec<u32>>], size: usize) -> Self {
        let fields = train[0][0].len();
        let table = |list: &Vec<Vec<u32>>| (0..fields).flat_map(|field| list.iter().map(move |pair| pair[field])).collect();
        let tables: Vec<Vec<u32>> = train.iter().map(table).collect();
        let pairs = tape.indices(&tables, "training pairs");
        Batch { size, list: vec![], count: train[0].len(), fields, clock, seed, pairs }
    }

    /// `index` is filled in as `tokens` says.
    pub(crate) fn fill(&mut self, tape: &Tape, tokens: View, index: View) {
        let dims =
            BatchDims { len: tokens.len, pairs: self.count, size: self.size, half: half(self.count), fields: self.fields }.list();
        self.list.push(tape.dispatch(&BATCH, dims, vec![self.clock, self.seed, self.pairs, tokens, index], "batch"));
    }

    /// And its inverse lists.
    pub(crate) fn invert(&mut self, tape: &Tape, index: View, slots: usize, [start, entry]: [View; 2]) {
        let dims = InvertDims { len: index.len, source: start.len - 1, entries: entry.len, slots }.list();
        self.list.push(tape.dispatch(&INVERT, dims, vec![index, start, entry], "batch rows"));
    }
}

impl Tape {
    /// Records for mini-batches from here on: returns the examples of one, the same number for each run.
    pub fn begin_batch(&mut self, batch: Batch) -> Vec<Vec<Vec<u32>>> {
        let (size, fields) = (batch.size, batch.fields);
        self.batch = Some(batch);
        let example = |i| {
            let number = |field| BatchToken { slot: (field * size + i) as u32, offset: 0 }.bits();
            (0..fields).map(number).collect()
        };
        vec![(0..size).map(example).collect(); self.runs()]
    }

    /// Ends that. Returns what fills all indices in, to be run before them.
    pub fn end_batch(&mut self) -> Vec<Dispatch> {
        self.batch.take().map_or(vec![], |batch| batch.list)
    }

    /// Indices to be filled in as `plan`, a list with tokens, says.
    pub(super) fn filled(&mut self, plan: View, name: &str) -> View {
        let index = self.buffer(Kind::Filled, plan.len, name, vec![]);
        let mut batch = self.batch.take().expect("only the examples of a mini-batch have tokens");
        batch.fill(self, plan, index);
        self.batch = Some(batch);
        index
    }

    /// Whether the examples are those of a mini-batch.
    pub fn draws(&self) -> bool {
        self.batch.is_some()
    }

    /// A selection with such indices, of which `chosen` select a row; `slots` in a row make one result.
    pub(super) fn inverted(&mut self, index: View, source: usize, [chosen, slots]: [usize; 2], name: &str) -> Rows {
        let [start, entry] = [("starts", source + 1), ("entries", chosen)]
            .map(|(what, len)| self.buffer(Kind::Filled, len, &format!("{name} {what}"), vec![]));
        let mut batch = self.batch.take().expect("only the examples of a mini-batch have tokens");
        batch.invert(self, index, slots, [start, entry]);
        self.batch = Some(batch);
        Rows { index, start, entry, source }
    }
}

/// Half the bits of the network over `count` numbers, at least 1.
fn half(count: usize) -> usize {
    (1..16).find(|bits| 1 << (2 * bits) >= count).unwrap_or(16)
}

/// Where the order of an epoch has number `position` of `count`.
fn order(position: u32, count: u32, half: u32, seed: u32, epoch: u32) -> u32 {
    let mask = (1 << half) - 1;
    let mut at = position;
    loop {
        let (mut left, mut right) = (at >> half, at & mask);
        for round in 0..6 {
            let [mixed, ..] = Stateless::Batch.draw(seed, epoch, right << 3 | round);
            (left, right) = (right, left ^ (mixed & mask));
        }
        at = left << half | right;
        if at < count {
            return at;
        }
    }
}

fn batch_reference<T: Real>(args: &mut Args<T>) {
    let BatchDims { pairs: count, size, half, .. } = BatchDims::of(args.dims);
    let (clock, seed, pairs, tokens) = (args.input(0), args.index(1), args.index(2), args.index(3));
    let step = clock[TIME].wide() as usize - 1;
    let epoch = step / (count / size);
    let first = step % (count / size) * size;
    for (index, &token) in args.output_index(4).iter_mut().zip(tokens) {
        *index = token;
        if let Some(BatchToken { slot, offset }) = BatchToken::read(token) {
            let (field, i) = (slot as usize / size, slot as usize % size);
            let pair = order((first + i) as u32, count as u32, half as u32, seed[0], epoch as u32);
            *index = offset + pairs[field * count + pair as usize];
        }
    }
}

fn invert_reference<T: Real>(args: &mut Args<T>) {
    let slots = InvertDims::slots(args.dims);
    let (index, start, entry) = (args.index(0), args.output_index(1), args.output_index(2));
    start.fill(0);
    for &row in index.iter().filter(|&&row| row != NONE) {
        start[row as usize + 1] += 1;
    }
    for r in 1..start.len() {
        start[r] += start[r - 1];
    }
    let mut next = start.to_vec();
    for (i, &row) in index.iter().enumerate().filter(|(_, row)| **row != NONE) {
        entry[next[row as usize] as usize] = (i / slots) as u32;
        next[row as usize] += 1;
    }
}

/// Indices that stay, and tokens with offsets.
fn test_tokens(dims: &[u32]) -> Vec<u32> {
    let size = BatchDims::size(dims);
    let token = |j: usize| BatchToken { slot: (j % BatchDims::fields(dims) * size + j * 7 % size) as u32, offset: j as u32 % 9 };
    (0..BatchDims::len(dims)).map(|j| if j % 4 == 3 { j as u32 } else { token(j).bits() }).collect()
}

/// As many that are not NONE as there are entries, spread evenly.
fn test_index(dims: &[u32]) -> Vec<u32> {
    let (len, entries, source) = (InvertDims::len(dims), InvertDims::entries(dims), InvertDims::source(dims));
    let before = |j: usize| j * entries / len;
    (0..len).map(|j| if before(j) == before(j + 1) { NONE } else { (j * 31 % source) as u32 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_is_another_order_of_all_pairs() {
        for count in [1, 2, 5, 64, 97, 3763] {
            let epoch = |seed, epoch| -> Vec<u32> {
                (0..count).map(|i| order(i, count, half(count as usize) as u32, seed, epoch)).collect()
            };
            let mut sorted = epoch(3, 0);
            sorted.sort_unstable();
            assert_eq!(sorted, (0..count).collect::<Vec<_>>());
            assert!(count < 5 || (epoch(3, 0) != epoch(3, 1) && epoch(3, 0) != epoch(4, 0)), "{count}");
        }
    }

    /// Each number comes first about equally often, and neighbours part.
    #[test]
    fn orders_are_well_shuffled() {
        let count = 37;
        let at = |position, epoch| order(position, count, half(count as usize) as u32, 1, epoch);
        let (mut first, mut gaps) = (vec![0; count as usize], vec![0; count as usize]);
        for epoch in 0..37_000 {
            first[at(0, epoch) as usize] += 1;
            gaps[((at(8, epoch) + count - at(7, epoch)) % count) as usize] += 1;
        }
        // 1000 ± five standard deviations.
        assert!(first.iter().all(|n| (840..1160).contains(n)), "{first:?}");
        assert!(gaps[0] == 0 && gaps[1..].iter().all(|n| (860..1200).contains(n)), "{gaps:?}");
    }
}
