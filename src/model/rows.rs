//! Which rows a transformer on `[x, y, =]`, or `[x, y]`, really has to compute.
//!
//! Before the first block, a state depends on its token and position alone, so 2p + 1 rows serve every example (2p without
//! `=`). Under a causal mask it depends on the tokens up to its own, so between blocks position 0 has p distinct rows.
//! After the last block only the last position is read. [`Layout`] says which row an (example, position) uses,
//! [`Queries`] which rows a block has to produce and what each may attend to.

use crate::kernel::NONE;
use crate::task::Equation;

/// What a transformer reads, and who attends to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// x, y, `=`, each attending to itself and those before it; read out at `=` (Power et al. 2022, Nanda et al. 2023).
    Decoder,
    /// x and y, attending to both; read out at y (Doshi et al. 2023).
    Encoder,
}

impl Style {
    /// Tokens per example.
    pub fn positions(self) -> usize {
        match self {
            Style::Decoder => 3,
            Style::Encoder => 2,
        }
    }

    /// Different tokens, given how many symbols there are.
    pub fn tokens(self, symbols: u32) -> u32 {
        match self {
            Style::Decoder => symbols + 1,
            Style::Encoder => symbols,
        }
    }

    /// The token table: every (token, position) that occurs, x first.
    pub fn table(self, symbols: u32) -> Vec<(u32, u32)> {
        let operands = (0..2).flat_map(|position| (0..symbols).map(move |token| (token, position)));
        let equals = (self == Style::Decoder).then_some((symbols, 2));
        operands.chain(equals).collect()
    }
}

/// Rows of a stream, position by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One per entry of the token table, before any attention.
    Tokens,
    /// After attention: one per example, but under a causal mask one per token at position 0.
    Inner,
    /// One per example, for the last position: only what is read out.
    Last,
}

/// Sizes of a batch of examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// What is read.
    pub style: Style,
    /// Values of an operand.
    pub symbols: u32,
    /// Examples.
    pub count: u32,
}

/// The rows that a block produces: for each its own row in the input stream and the rows it attends to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queries {
    /// Input row of each result (for the query and the residual).
    pub own: Vec<u32>,
    /// As many input rows for each result as there are positions, [`NONE`] where causality masks.
    pub keys: Vec<u32>,
}

impl Batch {
    /// Rows of position 0 after attention.
    fn heads(self) -> u32 {
        match self.style {
            Style::Decoder => self.symbols,
            Style::Encoder => self.count,
        }
    }

    /// Number of rows.
    pub fn rows(self, layout: Layout) -> usize {
        let later = (self.style.positions() - 1) as u32;
        (match layout {
            Layout::Tokens => self.style.table(self.symbols).len() as u32,
            Layout::Inner => self.heads() + later * self.count,
            Layout::Last => self.count,
        }) as usize
    }

    /// The row of example `i` = `equation` at `position`.
    fn row(self, layout: Layout, position: usize, i: u32, equation: Equation) -> u32 {
        match (layout, position) {
            (Layout::Last, _) => i,
            (Layout::Tokens, 0) => equation.x,
            (Layout::Tokens, 1) => self.symbols + equation.y,
            (Layout::Tokens, _) => 2 * self.symbols,
            (Layout::Inner, 0) if self.style == Style::Decoder => equation.x,
            (Layout::Inner, 0) => i,
            (Layout::Inner, later) => self.heads() + (later as u32 - 1) * self.count + i,
        }
    }

    /// What a block must produce to go from `input` to `output` on these examples.
    pub fn queries(self, input: Layout, output: Layout, examples: &[Equation]) -> Queries {
        let (mut queries, positions) = (Queries { own: vec![], keys: vec![] }, self.style.positions());
        let mut push = |position: usize, i: u32, equation: Equation| {
            queries.own.push(self.row(input, position, i, equation));
            let seen = |j| j <= position || self.style == Style::Encoder;
            let key = |j| if seen(j) { self.row(input, j, i, equation) } else { NONE };
            queries.keys.extend((0..positions).map(key));
        };
        let first = match (output, self.style) {
            (Layout::Last, _) => positions - 1,
            (Layout::Inner, Style::Encoder) => 0,
            (Layout::Inner, Style::Decoder) => {
                (0..self.symbols).for_each(|x| push(0, 0, Equation { x, y: 0, c: 0 }));
                1
            }
            (Layout::Tokens, _) => panic!("a block never produces the token table"),
        };
        for position in first..positions {
            for (i, &equation) in examples.iter().enumerate() {
                push(position, i as u32, equation);
            }
        }
        queries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLES: [Equation; 2] = [Equation { x: 1, y: 2, c: 0 }, Equation { x: 2, y: 2, c: 1 }];
    const DECODER: Batch = Batch { style: Style::Decoder, symbols: 3, count: 2 };
    const ENCODER: Batch = Batch { style: Style::Encoder, ..DECODER };

    #[test]
    fn a_single_block_reads_tokens_and_writes_the_last_position() {
        let queries = DECODER.queries(Layout::Tokens, Layout::Last, &EXAMPLES);
        assert_eq!(queries.own, [6, 6]);
        assert_eq!(queries.keys, [1, 5, 6, 2, 5, 6]);
        let queries = ENCODER.queries(Layout::Tokens, Layout::Last, &EXAMPLES);
        assert_eq!(queries.own, [5, 5]);
        assert_eq!(queries.keys, [1, 5, 2, 5]);
    }

    #[test]
    fn an_inner_block_writes_every_prefix_once_and_is_causal() {
        let queries = DECODER.queries(Layout::Tokens, Layout::Inner, &EXAMPLES);
        assert_eq!(queries.own, [0, 1, 2, 5, 5, 6, 6]);
        assert_eq!(queries.own.len(), DECODER.rows(Layout::Inner));
        assert_eq!(queries.keys[..9], [0, NONE, NONE, 1, NONE, NONE, 2, NONE, NONE]);
        assert_eq!(queries.keys[9..15], [1, 5, NONE, 2, 5, NONE]);
    }

    #[test]
    fn without_a_mask_an_inner_block_writes_every_position_of_every_example() {
        let queries = ENCODER.queries(Layout::Tokens, Layout::Inner, &EXAMPLES);
        assert_eq!(queries.own, [1, 2, 5, 5]);
        assert_eq!(queries.own.len(), ENCODER.rows(Layout::Inner));
        assert_eq!(queries.keys, [1, 5, 2, 5, 1, 5, 2, 5]);
    }

    #[test]
    fn a_later_block_reads_what_the_one_before_wrote() {
        let queries = DECODER.queries(Layout::Inner, Layout::Last, &EXAMPLES);
        assert_eq!(queries.own, [5, 6]);
        assert_eq!(queries.keys, [1, 3, 5, 2, 4, 6]);
        let queries = ENCODER.queries(Layout::Inner, Layout::Last, &EXAMPLES);
        assert_eq!(queries.own, [2, 3]);
        assert_eq!(queries.keys, [0, 2, 1, 3]);
    }

    #[test]
    fn the_token_table_has_every_token_at_its_positions() {
        assert_eq!(Style::Decoder.table(2), [(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)]);
        assert_eq!(Style::Encoder.table(2), [(0, 0), (1, 0), (0, 1), (1, 1)]);
        assert_eq!([DECODER, ENCODER].map(|batch| batch.rows(Layout::Tokens)), [7, 6]);
    }
}
