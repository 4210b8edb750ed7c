//! Models are written forward, on a [`Tape`]; the backward list is derived from it.

mod accumulate;
mod analytic;
mod backward;
pub mod batch;
mod init;
mod op;
mod terms;

use crate::kernel::{Kernel, NONE};
use crate::plan::{ALIGN, Buffer, Dispatch, Kind, Plan, View};
use crate::step::{BatchToken, Dropout};
pub use accumulate::ADD_BACK;
pub(crate) use accumulate::AccumulateDims;
pub use analytic::AnalyticInit;
pub use backward::Backward;
use batch::Batch;
pub use init::{Init, initial};
pub use op::Op;
pub use terms::{RowSum, TERM, Term, sum_terms};

/// A matrix `[runs, rows, cols]` on a tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tensor(usize);

/// A trainable tensor: where it lives in the flat parameter buffer, and how it starts.
#[derive(Debug, Clone)]
pub struct Param {
    /// Name, as in the paper's notation, e.g. `layer0.W_in`.
    pub name: String,
    /// Its tensor.
    pub tensor: Tensor,
    /// Rows and columns.
    pub shape: [usize; 2],
    /// First element within a run of the parameter buffer.
    pub offset: usize,
    /// Initial distribution.
    pub init: Init,
}

impl Param {
    /// Whether it is a matrix of weights: no bias, and no gains and shifts of a layer norm.
    pub fn is_matrix(&self) -> bool {
        self.shape[0] > 1 && !matches!(self.init, Init::Rows(_))
    }

    /// Its numbers among all weights of a run, row by row.
    pub fn of<'a>(&self, weights: &'a [f32]) -> &'a [f32] {
        &weights[self.offset..][..self.shape[0] * self.shape[1]]
    }
}

/// A row selection `rows[i]` out of `source` rows, with the inverse lists that its backward needs.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// Selected rows, [`NONE`] for none: `len` entries.
    pub index: View,
    /// `source + 1` offsets into `entry`.
    pub start: View,
    /// For each source row the positions, or results, that selected it, ascending.
    pub entry: View,
    /// How many rows there are to select from.
    pub source: usize,
}

impl Rows {
    /// Number of selections.
    pub fn len(&self) -> usize {
        self.index.len
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.index.len == 0
    }
}

struct Info {
    rows: usize,
    cols: usize,
    view: View,
    name: String,
    gradient: Gathering,
    /// Nothing that is trained leads to it.
    fixed: bool,
}

/// What becomes of the contributions to a tensor's gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gathering {
    /// Each is added to the ones before.
    Sum,
    /// Each stays alone; the producer handles them one by one.
    Apart,
    /// Each stays alone, in the buffer of parts, where [`Term`]s can refer to it.
    Parts,
}

type Derive = Box<dyn Fn(&mut Backward)>;

/// One recorded forward dispatch and how to differentiate it.
pub struct Node {
    dispatch: Dispatch,
    inputs: Vec<Tensor>,
    derive: Derive,
}

/// Records a forward computation and owns the buffers it needs.
pub struct Tape {
    /// One per run.
    seeds: Vec<u32>,
    buffers: Vec<Buffer>,
    tensors: Vec<Info>,
    params: Vec<Param>,
    /// Buffer that the terms refer to.
    parts: usize,
    terms: Vec<Term>,
    /// The terms as kernels read them, once they are written down.
    table: Option<[View; 2]>,
    nodes: Vec<Node>,
    scope: String,
    /// While a mini-batch is recorded.
    batch: Option<Batch>,
    /// What leaves out hidden units, while that is recorded.
    pub dropout: Option<Dropout>,
}

const PARAMS: usize = 0;
const PARTS: usize = 1;

impl Tape {
    /// An empty tape for `runs` independent models, with seeds 0, 1, ….
    pub fn new(runs: usize) -> Self {
        Tape::seeded((0..runs as u32).collect())
    }

    /// An empty tape for an independent model of each seed.
    pub fn seeded(seeds: Vec<u32>) -> Self {
        let buffer = |name: &str| Buffer { name: name.into(), kind: Kind::F32, per_run: 0, init: vec![] };
        Tape {
            seeds,
            buffers: vec![buffer("params"), buffer("gradient parts")],
            tensors: vec![],
            params: vec![],
            parts: PARTS,
            terms: vec![],
            table: None,
            nodes: vec![],
            scope: String::new(),
            batch: None,
            dropout: None,
        }
    }

    /// Number of independent models.
    pub fn runs(&self) -> usize {
        self.seeds.len()
    }

    /// Names what is recorded from here on, for labels.
    pub fn scope(&mut self, name: impl Into<String>) {
        self.scope = name.into();
    }

    /// Declares a trainable tensor `[runs, rows, cols]` in the flat parameter buffer.
    pub fn param(&mut self, name: impl Into<String>, rows: usize, cols: usize, init: Init) -> Tensor {
        let name = name.into();
        let offset = self.buffers[PARAMS].per_run;
        let view = View { buffer: PARAMS, offset, len: rows * cols };
        let tensor = self.tensor(rows, cols, view, name.clone());
        self.params.push(Param { name, tensor, shape: [rows, cols], offset, init });
        self.buffers[PARAMS].per_run = (offset + rows * cols).next_multiple_of(ALIGN);
        tensor
    }

    /// All parameters so far.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// A new buffer for the result of an op.
    pub fn activation(&mut self, rows: usize, cols: usize, name: &str) -> Tensor {
        let view = self.numbers(rows * cols, name);
        self.tensor(rows, cols, view, name.into())
    }

    fn tensor(&mut self, rows: usize, cols: usize, view: View, name: String) -> Tensor {
        self.tensors.push(Info { rows, cols, view, name, gradient: Gathering::Sum, fixed: false });
        Tensor(self.tensors.len() - 1)
    }

    /// A new tensor of numbers that are not trained: one list per run. Ops need not find its gradient, see
    /// [`Backward::wants`].
    pub fn fixed(&mut self, cols: usize, per_run: &[Vec<f32>], name: &str) -> Tensor {
        assert_eq!(per_run.len(), self.runs(), "`{name}`: one list per run");
        let len = per_run[0].len();
        assert!(len.is_multiple_of(cols) && per_run.iter().all(|list| list.len() == len), "`{name}`: rows of {cols} numbers");
        let bits = per_run.iter().flatten().map(|v| v.to_bits()).collect();
        let view = self.buffer(Kind::F32, len, name, bits);
        let tensor = self.tensor(len / cols, cols, view, name.into());
        self.tensors[tensor.0].fixed = true;
        tensor
    }

    /// A new buffer of `len` zeros per run.
    pub fn numbers(&mut self, len: usize, name: &str) -> View {
        self.buffer(Kind::F32, len, name, vec![])
    }

    /// A new buffer with the same numbers for every run.
    pub fn constant(&mut self, values: &[f32], name: &str) -> View {
        let bits: Vec<u32> = values.iter().map(|v| v.to_bits()).collect();
        self.buffer(Kind::F32, values.len(), name, bits.repeat(self.runs()))
    }

    /// Whether `view` is all of a [`constant`](Tape::constant) that holds `value` only.
    pub fn holds(&self, view: View, value: f32) -> bool {
        let init = &self.buffers[view.buffer].init;
        view.offset == 0 && init.len() == self.runs() * view.len && init.iter().all(|&bits| bits == value.to_bits())
    }

    /// A new buffer of indices: one list of equal length per run. Of a mini-batch there may be [`BatchToken`]s in it.
    pub fn indices(&mut self, per_run: &[Vec<u32>], name: &str) -> View {
        assert_eq!(per_run.len(), self.runs(), "`{name}`: one index list per run");
        let len = per_run[0].len();
        assert!(per_run.iter().all(|list| list.len() == len), "`{name}`: lists of equal length");
        let view = self.buffer(Kind::U32, len, name, per_run.concat());
        if per_run.iter().flatten().any(|&index| BatchToken::read(index).is_some()) { self.filled(view, name) } else { view }
    }

    /// The runs' seeds, `[1]`.
    pub fn seeds(&mut self) -> View {
        let seeds: Vec<Vec<u32>> = self.seeds.iter().map(|&seed| vec![seed]).collect();
        self.indices(&seeds, "seeds")
    }

    /// A row selection with its inverse lists. Every run must skip equally many ([`NONE`]).
    pub fn rows(&mut self, source: usize, per_run: &[Vec<u32>], name: &str) -> Rows {
        self.bags(source, per_run, 1, name)
    }

    /// The same where `slots` selections in a row make one result: the inverse lists name results.
    pub fn bags(&mut self, source: usize, per_run: &[Vec<u32>], slots: usize, name: &str) -> Rows {
        let index = self.indices(per_run, name);
        if self.buffers[index.buffer].kind == Kind::Filled {
            let chosen = per_run[0].iter().filter(|&&row| row != NONE).count();
            return self.inverted(index, source, [chosen, slots], name);
        }
        let (mut starts, mut entries) = (vec![], vec![]);
        for list in per_run {
            let (start, entry) = inverse(source, list);
            starts.push(start);
            entries.push(entry.into_iter().map(|at| at / slots as u32).collect());
        }
        let start = self.indices(&starts, &format!("{name} starts"));
        let entry = self.indices(&entries, &format!("{name} entries"));
        Rows { index, start, entry, source }
    }

    /// A new buffer in the current scope.
    fn buffer(&mut self, kind: Kind, per_run: usize, name: &str, init: Vec<u32>) -> View {
        let name = if self.scope.is_empty() { name.into() } else { format!("{} / {name}", self.scope) };
        self.buffers.push(Buffer { name, kind, per_run, init });
        View { buffer: self.buffers.len() - 1, offset: 0, len: per_run }
    }

    /// Rows and columns of `x`.
    pub fn shape(&self, x: Tensor) -> [usize; 2] {
        [self.tensors[x.0].rows, self.tensors[x.0].cols]
    }

    /// Where `x` lives.
    pub fn view(&self, x: Tensor) -> View {
        self.tensors[x.0].view
    }

    /// A dispatch labelled with the current scope.
    pub fn dispatch(&self, kernel: &'static Kernel, dims: Vec<u32>, views: Vec<View>, what: &str) -> Dispatch {
        let label = if self.scope.is_empty() { what.into() } else { format!("{} / {what}", self.scope) };
        Dispatch { kernel, dims, views, label, variant: 0 }
    }

    /// Records a forward dispatch. `inputs` are the tensors it reads; `derive` pushes its backward.
    pub fn record(&mut self, dispatch: Dispatch, inputs: &[Tensor], derive: impl Fn(&mut Backward) + 'static) {
        self.nodes.push(Node { dispatch, inputs: inputs.to_vec(), derive: Box::new(derive) });
    }

    /// Takes what was recorded since the last call.
    pub fn take(&mut self) -> Vec<Node> {
        core::mem::take(&mut self.nodes)
    }

    /// Derives the backward dispatches of `nodes`, given the gradient of the loss by `output`.
    pub fn backward(&mut self, nodes: &[Node], output: Tensor, upstream: View) -> Vec<Dispatch> {
        let mut backward = Backward::new(self);
        for input in nodes.iter().flat_map(|n| &n.inputs) {
            backward.uses[input.0] += 1;
        }
        backward.grads[output.0] = Some(upstream);
        for node in nodes.iter().rev() {
            backward.label.clone_from(&node.dispatch.label);
            (node.derive)(&mut backward);
        }
        backward.list
    }

    /// Says that the op which produced `x` takes its gradient in several contributions ([`Backward::all`]), so that they
    /// need not wait for each other.
    pub fn spreads(&mut self, x: Tensor) {
        self.tensors[x.0].gradient = Gathering::Apart;
    }

    /// The same for an op that passes them on to parameters, as [`Term`]s.
    pub fn spreads_to_parameters(&mut self, x: Tensor) {
        self.tensors[x.0].gradient = Gathering::Parts;
    }

    /// A new slice of the buffer of gradient parts.
    fn part(&mut self, len: usize) -> View {
        let parts = &mut self.buffers[self.parts];
        let offset = parts.per_run;
        parts.per_run = (offset + len).next_multiple_of(ALIGN);
        View { buffer: self.parts, offset, len }
    }

    /// The whole flat parameter buffer.
    pub fn flat(&self) -> View {
        View { buffer: PARAMS, offset: 0, len: self.buffers[PARAMS].per_run }
    }

    /// All gradient parts so far.
    pub fn parts(&self) -> View {
        View { buffer: self.parts, offset: 0, len: self.buffers[self.parts].per_run }
    }

    /// How the parts become the gradient of [`flat`](Self::flat).
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// From here on the gradient is what is written to this new buffer, in the layout of [`flat`](Self::flat), and what
    /// [`parts`](Self::parts) and [`terms`](Self::terms) said does not count: for optimisers of several shards.
    pub fn gradient(&mut self) -> View {
        let len = self.flat().len;
        let gradient = self.numbers(len, "gradient");
        self.parts = gradient.buffer;
        self.table = None;
        self.terms = vec![Term { at: 0, len, source: 0, count: 1, stride: len, negative: false }];
        gradient
    }

    /// Finishes: buffers and two lists become a plan that records nothing.
    pub fn plan(self, train: Vec<Dispatch>, evaluate: Vec<Dispatch>) -> Plan {
        Plan { runs: self.runs(), buffers: self.buffers, train, record: vec![], evaluate }
    }
}

/// The forward dispatches of `nodes`.
pub fn forward(nodes: &[Node]) -> Vec<Dispatch> {
    nodes.iter().map(|n| n.dispatch.clone()).collect()
}

/// Compressed inverse of a selection: `entry[start[r]..start[r+1]]` are the positions that chose `r`.
fn inverse(source: usize, list: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut start = vec![0u32; source + 1];
    for &row in list.iter().filter(|&&row| row != NONE) {
        start[row as usize + 1] += 1;
    }
    for r in 0..source {
        start[r + 1] += start[r];
    }
    let mut next = start.clone();
    let mut entry = vec![0; start[source] as usize];
    for (i, &row) in list.iter().enumerate().filter(|(_, row)| **row != NONE) {
        entry[next[row as usize] as usize] = i as u32;
        next[row as usize] += 1;
    }
    (start, entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_lists_every_selection_once() {
        assert_eq!(inverse(3, &[2, 0, NONE, 2]), (vec![0, 1, 1, 3], vec![1, 0, 3]));
    }

    #[test]
    fn parameters_are_aligned_and_do_not_overlap() {
        let mut tape = Tape::new(1);
        tape.param("a", 5, 13, Init::Normal(1.0));
        tape.param("b", 1, 1, Init::Normal(1.0));
        assert_eq!(tape.params().iter().map(|p| p.offset).collect::<Vec<_>>(), [0, 128]);
        assert_eq!(tape.flat().len, 192);
    }
}
