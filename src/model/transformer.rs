//! A decoder-only transformer on `[x, y, =]`, read out at `=` (Nanda et al. 2023; Power et al. 2022).
//!
//! x⁰ = W_E\[token\] + W_pos\[position\]; each block: x ← x + W_O·attention(x), x ← x + MLP(x);
//! logits = W_U·x. The network of Nanda et al. is one block, d 128, 4 heads, 512 ReLU units, no norm.
//! Learned positions, untied unembedding, biases in the MLP only. Where it costs less, the products of one block
//! without norm are associated differently: [`token_table`](super::token_table).

use super::rows::{Layout, POSITIONS, queries};
use crate::config::{Config, Initial, Norm};
use crate::ops::activation::{Activation, activation};
use crate::ops::attend::attend;
use crate::ops::attention_pattern::attention_pattern;
use crate::ops::cross_entropy::Loss;
use crate::ops::embed::embed;
use crate::ops::gather::gather;
use crate::ops::layer_norm::{AFFINE, layer_norm};
use crate::ops::linear::{linear, linear_onto};
use crate::ops::mlp::mlp;
use crate::ops::unembed_loss::{MeanLoss, unembed_evaluate, unembed_loss};
use crate::plan::View;
use crate::tape::{Init, Rows, Tape, Tensor};
use crate::task::Equation;

/// The parameters and shape of a transformer.
pub struct Transformer {
    pub(super) p: u32,
    pub(super) heads: usize,
    pub(super) activation: Activation,
    pub(super) norm: Norm,
    /// W_E `[p + 1, d]`, with `=` last
    pub(super) embed: Tensor,
    /// W_pos `[3, d]`
    pub(super) positions: Tensor,
    pub(super) blocks: Vec<Block>,
    final_norm: Option<Tensor>,
    /// W_U `[d, p]`
    pub(super) unembed: Tensor,
}

/// The parameters of one block.
pub(super) struct Block {
    /// W_Q `[d, d]`
    pub query: Tensor,
    /// W_K `[d, d]`
    pub key: Tensor,
    /// W_V `[d, d]`
    pub value: Tensor,
    /// W_O `[d, d]`
    pub output: Tensor,
    /// W_in `[d, mlp]`, b_in
    pub up: [Tensor; 2],
    /// W_out `[mlp, d]`, b_out
    pub down: [Tensor; 2],
    /// Gains and shifts of the two norms, when there are any.
    norms: Option<[Tensor; 2]>,
}

impl Transformer {
    /// Declares the parameters on the tape, in the order of the equations.
    pub fn new(tape: &mut Tape, config: &Config) -> Self {
        let [p, d, mlp] = [config.p, config.width, config.mlp].map(|n| n as usize);
        let deviation = |inputs: usize| {
            let variance = match config.init {
                Initial::Width => 1.0 / d as f64,
                Initial::FanIn => 1.0 / inputs as f64,
            };
            Init::Normal(variance.sqrt())
        };
        let normed = config.norm != Norm::None;
        let embed = tape.param("W_E", p + 1, d, deviation(d));
        let positions = tape.param("W_pos", POSITIONS, d, deviation(d));
        let blocks = (0..config.layers).map(|l| {
            let mut matrix = |name, rows, cols| tape.param(format!("layer{l}.{name}"), rows, cols, deviation(rows));
            let [query, key, value, output] = ["W_Q", "W_K", "W_V", "W_O"].map(|name| matrix(name, d, d));
            let [up, down] = [matrix("W_in", d, mlp), matrix("W_out", mlp, d)];
            let mut vector = |name, rows, cols, init| tape.param(format!("layer{l}.{name}"), rows, cols, init);
            let bias = Init::Rows(&[0.0]);
            let [up, down] = [[up, vector("b_in", 1, mlp, bias)], [down, vector("b_out", 1, d, bias)]];
            let norms = normed.then(|| ["LN_attention", "LN_mlp"].map(|name| vector(name, 2, d, AFFINE)));
            Block { query, key, value, output, up, down, norms }
        });
        let blocks = blocks.collect();
        let final_norm = (config.norm == Norm::Pre).then(|| tape.param("LN_final", 2, d, AFFINE));
        let unembed = tape.param("W_U", d, p, deviation(d));
        let (heads, activation, norm) = (config.heads as usize, config.activation, config.norm);
        Transformer { p: config.p, heads, activation, norm, embed, positions, blocks, final_norm, unembed }
    }

    /// The mean loss against one target per example, with its gradient. `examples` has one list per run, all equally long.
    pub fn loss(&self, tape: &mut Tape, examples: &[Vec<Equation>], targets: View) -> MeanLoss {
        let form = Form::cheapest(self, tape, examples[0].len());
        let ReadOut { state, unembed, direct, rectified } = self.read_out(tape, form, examples);
        let loss = unembed_loss(tape, state, unembed, direct, rectified, targets);
        tape.scope("");
        loss
    }

    /// Losses and probabilities, for lists that do not go backward.
    pub fn evaluate(&self, tape: &mut Tape, examples: &[Vec<Equation>], targets: View) -> Loss {
        let form = Form::cheapest(self, tape, examples[0].len());
        let ReadOut { state, unembed, direct, .. } = self.read_out(tape, form, examples);
        let loss = unembed_evaluate(tape, state, unembed, direct, targets);
        tape.scope("");
        loss
    }

    /// The logits themselves, `[examples, p]`: for looks inside.
    pub fn logits(&self, tape: &mut Tape, examples: &[Vec<Equation>]) -> Tensor {
        let form = Form::cheapest(self, tape, examples[0].len());
        let ReadOut { state, unembed, direct, .. } = self.read_out(tape, form, examples);
        let logits = linear_onto(tape, state, unembed, None, direct, "logits");
        tape.scope("");
        logits
    }

    /// What the logits are made of, in a form that this network has.
    pub fn read_out(&self, tape: &mut Tape, form: Form, examples: &[Vec<Equation>]) -> ReadOut {
        let read_out = match form {
            Form::Positions => self.by_positions(tape, examples),
            Form::Table => self.by_table(tape, examples),
            Form::Associated => self.associated(tape, examples),
        };
        tape.scope("read-out");
        read_out
    }

    /// As the equations say, block by block.
    fn by_positions(&self, tape: &mut Tape, examples: &[Vec<Equation>]) -> ReadOut {
        let (p, n) = (self.p, examples[0].len() as u32);
        let mut layout = Layout::Tokens { p };
        tape.scope("embed");
        let tokens: Vec<_> = (0..p).map(|x| (x, 0)).chain((0..p).map(|y| (y, 1))).chain([(p, 2)]).collect();
        let mut x = embed(tape, self.embed, self.positions, &tokens, false, "x").x;
        for (l, block) in self.blocks.iter().enumerate() {
            let last = l + 1 == self.blocks.len();
            let output = if last { Layout::Last { n } } else { Layout::Prefixes { p, n } };
            tape.scope(format!("layer {l}"));
            let reads = Reads::new(tape, layout, output, examples);
            x = self.block(tape, block, x, &reads);
            layout = output;
        }
        if let Some(affine) = self.final_norm {
            x = layer_norm(tape, x, affine, "final LN");
        }
        ReadOut { state: x, unembed: self.unembed, direct: None, rectified: false }
    }

    fn block(&self, tape: &mut Tape, block: &Block, x: Tensor, reads: &Reads) -> Tensor {
        let norm = |tape: &mut Tape, when: Norm, i: usize, x: Tensor| match block.norms {
            Some(affine) if self.norm == when => layer_norm(tape, x, affine[i], "LN"),
            _ => x,
        };

        let input = norm(tape, Norm::Pre, 0, x);
        let asking = reads.asking.map_or(input, |rows| gather(tape, input, rows, "query rows"));
        let q = linear(tape, asking, block.query, None, "q");
        let k = linear(tape, input, block.key, None, "k");
        let v = linear(tape, input, block.value, None, "v");
        let rows = [reads.query, reads.keys];
        let pattern = attention_pattern(tape, [q, k], rows, self.heads, false, "attention pattern");
        let z = attend(tape, pattern, v, reads.keys, self.heads, "z");
        let residual = gather(tape, x, reads.own, "residual");
        let x = linear_onto(tape, z, block.output, None, Some(residual), "x mid");
        let x = norm(tape, Norm::Post, 0, x);

        let input = norm(tape, Norm::Pre, 1, x);
        let x = self.feed_forward(tape, block, input, x);
        norm(tape, Norm::Post, 1, x)
    }

    /// residual + MLP(x)
    pub(super) fn feed_forward(&self, tape: &mut Tape, block: &Block, x: Tensor, residual: Tensor) -> Tensor {
        if self.activation == Activation::Relu {
            return mlp(tape, x, residual, block.up, block.down, "x");
        }
        let hidden = linear(tape, x, block.up[0], Some(block.up[1]), "mlp in");
        let hidden = activation(tape, hidden, self.activation, "mlp act");
        linear_onto(tape, hidden, block.down[0], Some(block.down[1]), Some(residual), "x")
    }
}

/// What the loss is computed from: logits = direct + state · unembed.
#[derive(Debug, Clone, Copy)]
pub struct ReadOut {
    /// `[examples, k]`
    pub state: Tensor,
    /// `[k, p]`
    pub unembed: Tensor,
    /// `[examples, p]`
    pub direct: Option<Tensor>,
    /// Whether the state is a ReLU's, which wants its gradient masked.
    pub rectified: bool,
}

/// In which order the products of a network are taken. All give the same network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As the equations say.
    Positions,
    /// Attention mixes rows of the token table that were multiplied by W_O already. One block without norm.
    Table,
    /// The same with W_O·W_in, W_O·W_U and W_out·W_U, so that the MLP has no product of its own. One block without norm.
    Associated,
}

/// The row selections of one block.
struct Reads {
    /// Input row of each result.
    own: Rows,
    /// Rows to compute queries for, when not all of the input's.
    asking: Option<Rows>,
    /// Query row of each result.
    query: Rows,
    /// Key rows of each result.
    keys: Rows,
}

impl Reads {
    fn new(tape: &mut Tape, input: Layout, output: Layout, examples: &[Vec<Equation>]) -> Self {
        let lists: Vec<_> = examples.iter().map(|examples| queries(input, output, examples)).collect();
        let own: Vec<_> = lists.iter().map(|q| q.own.clone()).collect();
        let keys: Vec<_> = lists.into_iter().map(|q| q.keys).collect();
        let count = own[0].len();
        let keys = tape.rows(input.rows(), &keys, "key rows");
        // Each result needs its own query, unless they share rows of the token table.
        let (asking, query) = match (input, output) {
            (Layout::Tokens { p }, Layout::Last { .. }) => (Some(vec![vec![2 * p]; own.len()]), vec![vec![0; count]; own.len()]),
            (Layout::Tokens { .. }, _) => (None, own.clone()),
            _ => (Some(own.clone()), vec![(0..count as u32).collect(); own.len()]),
        };
        let asked = asking.as_ref().map_or(input.rows(), |rows| rows[0].len());
        let asking = asking.map(|rows| tape.rows(input.rows(), &rows, "query source"));
        let query = tape.rows(asked, &query, "query rows");
        let own = tape.rows(input.rows(), &own, "own rows");
        Reads { own, asking, query, keys }
    }
}
