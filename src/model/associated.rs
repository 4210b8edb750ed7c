//! One block without norm, its matrix products associated so that they act on the token table.
//!
//! The last position attends to rows x_j of the table of 2p + 1 (token, position) pairs, and nothing nonlinear
//! lies between the values and the MLP, nor between both and the logits. So instead of multiplying every
//! example's attention result, each row is multiplied once, per head h with its pattern P:
//!
//! pre = x W_in + b_in + Σ_hj P_hj T_h\[j\] with T_h = V_h (W_O W_in)_h; hidden = f(pre);
//! logits = (x + b_out) W_U + Σ_hj P_hj U_h\[j\] + hidden (W_out W_U) with U_h = V_h (W_O W_U)_h,
//!
//! where x is the row of `=`, the same for all examples. That is the network of
//! [`forward_plain`](Transformer::forward_plain) in real arithmetic; the last bits of sums differ. Per example only
//! the pattern, the two mixes and one product are left.

use super::rows::{Layout, POSITIONS, queries};
use super::transformer::Transformer;
use crate::config::Norm;
use crate::ops::activation::activation;
use crate::ops::add::add;
use crate::ops::attention_pattern::attention_pattern;
use crate::ops::gather::gather;
use crate::ops::head_linear::head_linear;
use crate::ops::linear::linear;
use crate::ops::mix::mix;
use crate::tape::{Tape, Tensor};
use crate::task::Equation;

impl Transformer {
    /// Whether [`forward_associated`](Self::forward_associated) is the same network, in fewer operations for this
    /// many examples.
    pub fn associates(&self, tape: &Tape, examples: usize) -> bool {
        let [block] = &self.blocks[..] else { return false };
        let ([d, mlp], [_, p]) = (tape.shape(block.up[0]), tape.shape(self.unembed));
        let (n, rows, terms) = (examples, Layout::Tokens { p: self.p }.rows(), self.heads * POSITIONS);
        // Multiply-adds of the parts that differ: attention's values, W_O, W_in, W_out, W_U …
        let plain = n * d * (POSITIONS + d + mlp + mlp + p);
        // … against mixes and hidden · W_eff, the two tables, and the three products of parameters.
        let associated = n * (terms * (mlp + p) + mlp * p) + rows * d * (mlp + p) + d * (d * (mlp + p) + mlp * p);
        self.norm == Norm::None && associated < plain
    }

    /// The logits of one block without norm.
    pub fn forward_associated(&self, tape: &mut Tape, examples: &[Vec<Equation>]) -> Tensor {
        let [block] = &self.blocks[..] else { panic!("{} blocks cannot be associated", self.blocks.len()) };
        assert!(self.norm == Norm::None, "a norm cannot be associated");
        let (heads, unembed, [up, b_in], [down, b_out]) = (self.heads, self.unembed, block.up, block.down);
        let x = self.tokens(tape);
        let [rows, _] = tape.shape(x);

        tape.scope("layer 0");
        let (p, n) = (self.p, examples[0].len());
        let output = Layout::Last { n: n as u32 };
        let keys: Vec<_> = examples.iter().map(|list| queries(Layout::Tokens { p }, output, list).keys).collect();
        let keys = tape.rows(rows, &keys, "key rows");
        let query = tape.rows(1, &vec![vec![0; n]; tape.runs()], "query rows");
        let last = tape.rows(rows, &vec![vec![2 * p]; tape.runs()], "row of =");
        let last = gather(tape, x, last, "x of =");

        let q = linear(tape, last, block.query, None, "q");
        let k = linear(tape, x, block.key, None, "k");
        let v = linear(tape, x, block.value, None, "v");
        let pattern = attention_pattern(tape, [q, k], [query, keys], heads, false, "attention pattern");

        let into_mlp = linear(tape, block.output, up, None, "W_O W_in");
        let table = head_linear(tape, v, 0, into_mlp, heads, "T");
        let base = linear(tape, last, up, Some(b_in), "x W_in");
        let hidden = mix(tape, base, table, pattern, keys, "mlp in");
        let hidden = activation(tape, hidden, self.activation, "mlp act");

        tape.scope("read-out");
        let into_logits = linear(tape, block.output, unembed, None, "W_O W_U");
        let table = head_linear(tape, v, 0, into_logits, heads, "U");
        let base = add(tape, last, b_out, "x + b_out");
        let base = linear(tape, base, unembed, None, "(x + b_out) W_U");
        let direct = mix(tape, base, table, pattern, keys, "direct logits");
        let effective = linear(tape, down, unembed, None, "W_out W_U");
        let update = linear(tape, hidden, effective, None, "mlp logits");
        let logits = add(tape, direct, update, "logits");
        tape.scope("");
        logits
    }
}
