//! A transformer on `[x, y, =]`, decoder-only and read out at `=` (Nanda et al. 2023; Power et al. 2022), or on `[x, y]`
//! without a mask, read out at y (Doshi et al. 2023); and likewise on more operands than two. With several answers a decoder reads
//! `[x, y, …, =, c₁, c₂, …]` and is read out from `=` on: each answer is given knowing those before it.
//!
//! x⁰ = W_E\[token\] + W_pos\[position\]; each block: x ← x + W_O·attention(x), x ← x + MLP(x);
//! logits = α W_U·x. The network of Nanda et al. is one block, d 128, 4 heads, 512 ReLU units, no norm.
//! Biases in the MLP only. A factor of the scores belongs to W_Q, α to the unembedding, which may be the transposed
//! embedding: so no larger tensor is ever scaled. Where it costs less, the products of one block
//! without norm are associated differently: [`token_table`](super::token_table).

use super::init::{Group, Initializer};
use super::rows::{Batch, Layout, Style};
use super::{Examples, Head, LossHead, Network, Sizes};
use crate::config::{Config, Norm, Positions};
use crate::cosine::of_turns;
use crate::ops::activation::{Activation, activation};
use crate::ops::attend::attend;
use crate::ops::attention_pattern::attention_pattern;
use crate::ops::dropout::drop_out;
use crate::ops::embed::embed;
use crate::ops::gather::gather;
use crate::ops::layer_norm::{AFFINE, layer_norm};
use crate::ops::linear::{Layer, linear, linear_onto};
use crate::ops::mlp::mlp;
use crate::ops::scale::{scale, scale_transposed};
use crate::tape::{Rows, Tape, Tensor};

/// The parameters and shape of a transformer.
pub struct Transformer {
    pub(super) style: Style,
    pub(super) symbols: u32,
    /// Operands of an example.
    pub(super) operands: usize,
    /// Answers to it.
    pub(super) answers: usize,
    pub(super) classes: usize,
    pub(super) heads: usize,
    pub(super) activation: Activation,
    pub(super) norm: Norm,
    /// Factor of the attention scores.
    attention: f64,
    /// α
    alpha: f64,
    /// Whether the loss is found together with the logits.
    pub(super) fused: bool,
    /// W_E `[tokens, d]`, with `=` last
    pub(super) embed: Tensor,
    /// W_pos `[positions, d]`
    pub(super) positions: Tensor,
    pub(super) blocks: Vec<Block>,
    final_norm: Option<Tensor>,
    /// W_U `[d, classes]`; without it, W_Eᵀ.
    unembed: Option<Tensor>,
}

/// The parameters of one block.
pub(super) struct Block {
    /// W_Q `[d, d]`
    query: Tensor,
    /// W_K `[d, d]`
    pub key: Tensor,
    /// W_V `[d, d]`
    pub value: Tensor,
    /// W_O `[d, d]`
    pub output: Tensor,
    /// W_in `[d, mlp]`, b_in
    pub up: Layer,
    /// W_out `[mlp, d]`, b_out
    pub down: Layer,
    /// Gains and shifts of the two norms, when there are any.
    norms: Option<[Tensor; 2]>,
}

impl Block {
    fn new(tape: &mut Tape, config: &Config, start: &Initializer, l: u32) -> Self {
        let [d, width] = [config.width, config.mlp].map(|n| n as usize);
        let mut matrix = |name, group, rows, cols| tape.param(format!("layer{l}.{name}"), rows, cols, start.matrix(group, rows));
        let [query, key, value, output] = ["W_Q", "W_K", "W_V", "W_O"].map(|name| matrix(name, Group::Attention, d, d));
        let [up, down] = [matrix("W_in", Group::Mlp, d, width), matrix("W_out", Group::Mlp, width, d)];
        let mut vector = |name, rows, cols, init| tape.param(format!("layer{l}.{name}"), rows, cols, init);
        let mut bias = |name, inputs, len| config.bias.then(|| vector(name, 1, len, start.bias(Group::Mlp, inputs)));
        let [up, down] = [Layer { w: up, b: bias("b_in", d, width) }, Layer { w: down, b: bias("b_out", width, d) }];
        let norms = (config.norm != Norm::None).then(|| ["LN_attention", "LN_mlp"].map(|name| vector(name, 2, d, AFFINE)));
        Block { query, key, value, output, up, down, norms }
    }
}

/// Vaswani et al. 2017, section 3.5: sin(position/10000^(i/d)) for even i, cos(position/10000^((i − 1)/d)) for odd i.
fn sinusoids(positions: usize, d: usize) -> Vec<f32> {
    let entry = |i: usize| {
        let (position, i) = ((i / d) as f64, i % d);
        let frequency = f64::from(libm::expf(-9.210_340_5 * (i / 2 * 2) as f32 / d as f32));
        of_turns(position * frequency / core::f64::consts::TAU - if i.is_multiple_of(2) { 0.25 } else { 0.0 }) as f32
    };
    (0..positions * d).map(entry).collect()
}

impl Transformer {
    /// Declares the parameters on the tape, in the order of the equations. The unembedding is tied only where every result
    /// is a token.
    pub fn new(tape: &mut Tape, config: &Config, sizes: Sizes, style: Style) -> Self {
        let Sizes { symbols, operands, answers, classes, .. } = sizes;
        let (d, start) = (config.width as usize, Initializer::new(config, config.width));
        let (tokens, length) = (style.tokens(symbols), style.positions(operands) + answers - 1);
        let embed = tape.param("W_E", tokens as usize, d, start.embedding());
        let runs = tape.runs();
        let positions = match config.positions {
            Positions::Learned => tape.param("W_pos", length, d, start.embedding()),
            Positions::Sinusoidal => tape.fixed(d, &vec![sinusoids(length, d); runs], "positions"),
            Positions::None => tape.fixed(d, &vec![vec![0.0; length * d]; runs], "no positions"),
        };
        let blocks = (0..config.layers).map(|l| Block::new(tape, config, &start, l)).collect();
        let final_norm = (config.norm == Norm::Pre).then(|| tape.param("LN_final", 2, d, AFFINE));
        let own = !config.tied || classes > tokens;
        let unembed = own.then(|| tape.param("W_U", d, classes as usize, start.matrix(Group::Unembedding, d)));
        Transformer {
            style,
            symbols,
            operands,
            answers,
            classes: classes as usize,
            heads: config.heads as usize,
            activation: config.activation,
            norm: config.norm,
            attention: config.attention,
            alpha: config.alpha,
            fused: LossHead::new(config).fuses(),
            embed,
            positions,
            blocks,
            final_norm,
            unembed,
        }
    }

    /// What the logits are made of, in a form that this network has. For each run, the operands of all examples follow each other.
    pub fn read_out(&self, tape: &mut Tape, form: Form, operands: &[Vec<u32>]) -> Head {
        let read_out = match form {
            Form::Positions => self.by_positions(tape, operands),
            Form::Table => self.by_table(tape, operands),
            Form::Associated => self.associated(tape, operands),
        };
        tape.scope("read-out");
        read_out
    }

    /// α W_U
    pub(super) fn unembed(&self, tape: &mut Tape) -> Tensor {
        match self.unembed {
            Some(w) => scale(tape, w, self.alpha, "α W_U"),
            None => scale_transposed(tape, self.embed, self.classes, self.alpha, "α W_Eᵀ"),
        }
    }

    /// W_Q with the factor of the scores.
    pub(super) fn query(&self, tape: &mut Tape, block: &Block) -> Tensor {
        scale(tape, block.query, self.attention, "scaled W_Q")
    }

    /// As the equations say, block by block.
    fn by_positions(&self, tape: &mut Tape, operands: &[Vec<u32>]) -> Head {
        let stream = self.stream(tape, self.batch(operands), operands);
        let x = self.finish(tape, stream[self.blocks.len()].0);
        Head { state: x, unembed: self.unembed(tape), bias: None, direct: None, rectified: false }
    }

    fn batch(&self, operands: &[Vec<u32>]) -> Batch {
        let Transformer { style, symbols, operands: length, answers, .. } = *self;
        Batch { style, symbols, operands: length, answers, count: (operands[0].len() / (length + answers - 1)) as u32 }
    }

    fn finish(&self, tape: &mut Tape, x: Tensor) -> Tensor {
        self.final_norm.map_or(x, |affine| layer_norm(tape, x, affine, "final LN"))
    }

    /// The residual stream before the first block.
    fn embedded(&self, tape: &mut Tape, batch: Batch) -> (Tensor, Layout) {
        tape.scope("embed");
        (embed(tape, self.embed, self.positions, &batch.table(), false, "x").x, Layout::Tokens)
    }

    /// The residual stream before the first block, and after each.
    fn stream(&self, tape: &mut Tape, batch: Batch, operands: &[Vec<u32>]) -> Vec<(Tensor, Layout)> {
        let (mut x, mut layout) = self.embedded(tape, batch);
        let mut stream = vec![(x, layout)];
        for (l, block) in self.blocks.iter().enumerate() {
            let last = l + 1 == self.blocks.len();
            let output = if last { Layout::Last } else { Layout::Inner };
            tape.scope(format!("layer {l}"));
            let reads = Reads::new(tape, batch, layout, output, operands);
            x = self.block(tape, block, x, &reads);
            layout = output;
            stream.push((x, layout));
        }
        stream
    }

    fn block(&self, tape: &mut Tape, block: &Block, x: Tensor, reads: &Reads) -> Tensor {
        let norm = |tape: &mut Tape, when: Norm, i: usize, x: Tensor| match block.norms {
            Some(affine) if self.norm == when => layer_norm(tape, x, affine[i], "LN"),
            _ => x,
        };

        let input = norm(tape, Norm::Pre, 0, x);
        let asking = reads.asking.map_or(input, |rows| gather(tape, input, rows, "query rows"));
        let query = self.query(tape, block);
        let q = linear(tape, asking, query, None, "q");
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
        if self.activation == Activation::Relu && tape.dropout.is_none() {
            return mlp(tape, x, residual, block.up, block.down, "x");
        }
        let hidden = linear(tape, x, block.up.w, block.up.b, "mlp in");
        let hidden = activation(tape, hidden, self.activation, "mlp act");
        let hidden = drop_out(tape, hidden);
        linear_onto(tape, hidden, block.down.w, block.down.b, Some(residual), "x")
    }
}

impl Network for Transformer {
    fn answer(&self, tape: &mut Tape, examples: &Examples) -> Head {
        assert!(examples.features.is_none(), "a transformer reads tokens, not features");
        let form = Form::cheapest(self, tape, examples.pairs[0].len());
        self.read_out(tape, form, &examples.operands())
    }

    fn depths(&self, tape: &mut Tape, examples: &Examples) -> Vec<Head> {
        let operands = examples.operands();
        let batch = self.batch(&operands);
        let stream = match Form::cheapest(self, tape, examples.pairs[0].len()) {
            Form::Positions => self.stream(tape, batch, &operands),
            // Associated, the residual stream is in no place.
            Form::Table | Form::Associated => {
                vec![self.embedded(tape, batch), (self.by_table(tape, &operands).state, Layout::Last)]
            }
        };
        tape.scope("read-out");
        let unembed = self.unembed(tape);
        let head = |(x, layout)| {
            let rows: Vec<Vec<u32>> = operands.iter().map(|operands| batch.read_out(layout, operands)).collect();
            let rows = tape.rows(batch.rows(layout), &rows, "read rows");
            let x = if layout == Layout::Last { x } else { gather(tape, x, rows, "read") };
            Head { state: self.finish(tape, x), unembed, bias: None, direct: None, rectified: false }
        };
        stream.into_iter().map(head).collect()
    }
}

/// In which order the products of a network are taken. All give the same network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As the equations say.
    Positions,
    /// Attention mixes rows of the token table that were multiplied by W_O already. One block without norm, read at `=`.
    Table,
    /// The same with W_O·W_in, W_O·W_U and W_out·W_U, so that the MLP has no product of its own. One block without norm,
    /// read at `=`.
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
    fn new(tape: &mut Tape, batch: Batch, input: Layout, output: Layout, operands: &[Vec<u32>]) -> Self {
        let lists: Vec<_> = operands.iter().map(|operands| batch.queries(input, output, operands)).collect();
        let own: Vec<_> = lists.iter().map(|q| q.own.clone()).collect();
        let keys: Vec<_> = lists.into_iter().map(|q| q.keys).collect();
        let (count, rows) = (own[0].len(), batch.rows(input));
        let keys = tape.rows(rows, &keys, "key rows");
        // Each result needs its own query, unless they share rows of the token table; of that, the rows from where it is read out.
        let (asking, query) = match (input, output) {
            (Layout::Tokens, Layout::Last) => {
                let first = batch.table().iter().position(|(_, at)| *at as usize == batch.first_read());
                let first = first.unwrap_or(0) as u32;
                let query = own.iter().map(|own| own.iter().map(|row| row - first).collect()).collect();
                (Some(vec![(first..rows as u32).collect(); own.len()]), query)
            }
            (Layout::Tokens, _) => (None, own.clone()),
            _ => (Some(own.clone()), vec![(0..count as u32).collect(); own.len()]),
        };
        let asked = asking.as_ref().map_or(rows, |rows| rows[0].len());
        let asking = asking.map(|list| tape.rows(rows, &list, "query source"));
        let query = tape.rows(asked, &query, "query rows");
        let own = tape.rows(rows, &own, "own rows");
        Reads { own, asking, query, keys }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_sines_and_cosines() {
        let d = 6;
        for (i, got) in sinusoids(3, d).into_iter().enumerate() {
            let (position, i) = ((i / d) as f64, i % d);
            let angle = position / 10_000f64.powf((i / 2 * 2) as f64 / d as f64);
            let want = if i % 2 == 0 { angle.sin() } else { angle.cos() };
            assert!((f64::from(got) - want).abs() < 1e-6, "{position} {i}: {got} for {want}");
        }
    }
}
