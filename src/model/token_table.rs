//! One block without norm on pairs, its matrix products associated so that they act on the token table.
//!
//! The last position attends to three rows: x, y and `=`. With rows relative to that of `=`, x'_j = x_j − x_=, scores lose
//! a constant, and the values' common part comes out of the sum:
//!
//! P = softmax(q·k'_x, q·k'_y, 0), attention = v_= W_O + Σ_h Σ_{j ∈ x, y} P_hj v'_jh W_O,h.
//!
//! Nothing nonlinear lies between the values and the MLP, nor between both and the logits, so a row of the table of 2p
//! (token, position) pairs can be multiplied once, instead of every example's attention result ([`Form::Table`]):
//!
//! x_mid = (x_= + v_= W_O) + Σ P_hj V_jh with V_h = v'_h W_O,h
//!
//! and, with W_in and W_U as well ([`Form::Associated`]):
//!
//! hidden = f((x_= W_in + b_in + v_= M) + Σ P_hj T_jh) with T_h = v'_h M_h, M = W_O W_in;
//! logits = (x_= W_U + b_out W_U + v_= N) + Σ P_hj U_jh + hidden (W_out W_U) with U_h = v'_h N_h, N = W_O W_U.
//!
//! That is the network of [`Form::Positions`] in real arithmetic; the last bits of sums differ.

use super::Head;
use super::rows::Style;
use super::transformer::{Block, Form, Transformer};
use crate::config::Norm;
use crate::ops::activation::{Activation, activation};
use crate::ops::dropout::drop_out;
use crate::ops::embed::{Embedded, embed, embed_linear};
use crate::ops::head_linear::head_linear;
use crate::ops::linear::{Layer, linear, linear_onto};
use crate::ops::mix_attention::{Mixed, mix_attention};
use crate::tape::{Rows, Tape, Tensor};

/// Rows that an example mixes: x and y.
const SLOTS: usize = 2;

impl Form {
    /// The form with the fewest multiply-adds in a forward pass over this many examples.
    pub fn cheapest(model: &Transformer, tape: &Tape, examples: usize) -> Form {
        let ([block], Norm::None, Style::Decoder, SLOTS, 1) =
            (&model.blocks[..], model.norm, model.style, model.operands, model.answers)
        else {
            return Form::Positions;
        };
        let ([d, mlp], p) = (tape.shape(block.up.w), model.classes);
        let (n, rows, terms) = (examples, SLOTS * model.symbols as usize, model.heads * SLOTS);
        // Attention's values, W_O, W_in, W_out, W_U …
        let positions = n * d * (model.style.positions(SLOTS) + d + mlp + mlp + p);
        // … against a mix instead of the first two, and what it mixes …
        let table = n * (terms * d + d * (mlp + mlp + p)) + rows * d * d;
        // … against mixes and hidden · W_out W_U, the two tables, and the three products of parameters.
        let associated = n * (terms * (mlp + p) + mlp * p) + rows * d * (mlp + p) + d * (d * (mlp + p) + mlp * p);
        let forms = [(positions, Form::Positions), (table, Form::Table), (associated, Form::Associated)];
        forms.into_iter().min_by_key(|(cost, _)| *cost).map_or(Form::Positions, |(_, form)| form)
    }
}

/// What attention needs, from the token table.
struct Attention {
    /// The row of `=`.
    last: Embedded,
    /// q of `=` `[1, d]`, and k' `[2p, d]`.
    q_and_k: [Tensor; 2],
    /// v' `[2p, d]`
    values: Tensor,
    /// v_= `[1, d]`
    own_value: Tensor,
    /// Rows of the query and of the keys of each example.
    rows: [Rows; 2],
}

impl Transformer {
    fn only_block(&self) -> &Block {
        let [block] = &self.blocks[..] else { panic!("{} blocks do not read the token table", self.blocks.len()) };
        assert!(self.norm == Norm::None, "a norm stands between the token table and the products");
        assert!(self.style == Style::Decoder, "a query of every symbol does not read one row");
        assert!(self.operands == SLOTS, "the mix is one of two rows, not of {}", self.operands);
        block
    }

    fn attention(&self, tape: &mut Tape, block: &Block, operands: &[Vec<u32>]) -> Attention {
        let p = self.symbols;
        tape.scope("embed");
        let tokens: Vec<_> = (0..p).map(|x| (x, 0)).chain((0..p).map(|y| (y, 1))).collect();
        let x = embed(tape, self.embed, self.positions, &tokens, true, "x relative to =");
        let last = embed(tape, self.embed, self.positions, &[(p, 2)], false, "x of =");
        tape.scope("layer 0");
        let query = self.query(tape, block);
        let q_and_k = [embed_linear(tape, last, query, "q"), embed_linear(tape, x, block.key, "k")];
        let values = embed_linear(tape, x, block.value, "v");
        let own_value = embed_linear(tape, last, block.value, "v of =");
        for t in [values, own_value] {
            tape.spreads(t);
        }
        let keys = |list: &Vec<u32>| list.chunks_exact(SLOTS).flat_map(|pair| [pair[0], p + pair[1]]).collect();
        let keys: Vec<Vec<u32>> = operands.iter().map(keys).collect();
        let query = tape.rows(1, &vec![vec![0; operands[0].len() / SLOTS]; tape.runs()], "query rows");
        let rows = [query, tape.rows(SLOTS * p as usize, &keys, "key rows")];
        Attention { last, q_and_k, values, own_value, rows }
    }

    pub(super) fn by_table(&self, tape: &mut Tape, operands: &[Vec<u32>]) -> Head {
        let block = self.only_block();
        let Attention { last, q_and_k, values, own_value, rows } = self.attention(tape, block, operands);
        let table = head_linear(tape, values, block.output, self.heads, "V");
        let base = linear_onto(tape, own_value, block.output, None, Some(last.x), "x mid of =");
        let mixed = [Mixed { base, table, relu: false }];
        let [x] = mix_attention(tape, q_and_k, rows, self.heads, true, mixed, "x mid");
        let state = self.feed_forward(tape, block, x, x);
        Head { state, unembed: self.unembed(tape), bias: None, direct: None, rectified: false }
    }

    pub(super) fn associated(&self, tape: &mut Tape, operands: &[Vec<u32>]) -> Head {
        let block = self.only_block();
        let (Layer { w: up, b: b_in }, Layer { w: down, b: b_out }) = (block.up, block.down);
        let Attention { last, q_and_k, values, own_value, rows } = self.attention(tape, block, operands);

        let unembed = self.unembed(tape);
        let into_mlp = linear(tape, block.output, up, None, "W_O W_in");
        let into_logits = linear(tape, block.output, unembed, None, "W_O W_U");
        for t in [into_mlp, into_logits] {
            tape.spreads(t);
        }
        let own_mlp = embed_linear(tape, last, up, "x W_in");
        let base_mlp = linear_onto(tape, own_value, into_mlp, b_in, Some(own_mlp), "mlp in of =");
        let own_logits = embed_linear(tape, last, unembed, "x W_U");
        let bias = b_out.map(|b| linear(tape, b, unembed, None, "b_out W_U"));
        let base_logits = linear_onto(tape, own_value, into_logits, bias, Some(own_logits), "direct logits of =");

        // Only the loss that is found together with the logits masks the gradient of what it reads.
        let rectified = self.activation == Activation::Relu && self.fused;
        let table = head_linear(tape, values, into_mlp, self.heads, "T");
        let hidden = Mixed { base: base_mlp, table, relu: rectified };
        let table = head_linear(tape, values, into_logits, self.heads, "U");
        let direct = Mixed { base: base_logits, table, relu: false };
        let [hidden, direct] = mix_attention(tape, q_and_k, rows, self.heads, true, [hidden, direct], "hidden, direct logits");
        let state = if rectified { hidden } else { activation(tape, hidden, self.activation, "mlp act") };
        // What is left out is 0, so the mask of a ReLU still fits.
        let state = drop_out(tape, state);
        let unembed = linear(tape, down, unembed, None, "W_out W_U");
        Head { state, unembed, bias: None, direct: Some(direct), rectified }
    }
}
