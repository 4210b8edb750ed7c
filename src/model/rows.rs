//! Which rows a transformer on `[x, y, =]`, or `[x, y]`, or more operands or answers, really has to compute.
//!
//! Before the first block, a state depends on its token and position alone, so 2p + 1 rows serve every pair (2p without
//! `=`), and n p + 1 every n operands. Under a causal mask it depends on the tokens up to its own, so between blocks position 0
//! has p distinct rows. After the last block only the last position is read, or with several answers the last positions. [`Layout`] says which row an (example, position) uses,
//! [`Queries`] which rows a block has to produce and what each may attend to.

use crate::kernel::NONE;

/// What a transformer reads, and who attends to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The operands and `=`, each attending to itself and those before it; read out at `=` (Power et al. 2022, Nanda et al. 2023).
    Decoder,
    /// The operands, attending to all; read out at the last (Doshi et al. 2023).
    Encoder,
}

impl Style {
    /// Tokens per example of so many operands.
    pub fn positions(self, operands: usize) -> usize {
        match self {
            Style::Decoder => operands + 1,
            Style::Encoder => operands,
        }
    }

    /// Different tokens, given how many symbols there are.
    pub fn tokens(self, symbols: u32) -> u32 {
        match self {
            Style::Decoder => symbols + 1,
            Style::Encoder => symbols,
        }
    }
}

/// Rows of a stream, position by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One per entry of the token table, before any attention.
    Tokens,
    /// After attention: one per example, but under a causal mask one per token at position 0.
    Inner,
    /// One per answer, example by example: only what is read out.
    Last,
}

/// Sizes of a batch of examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// What is read.
    pub style: Style,
    /// Values of an operand.
    pub symbols: u32,
    /// Operands of an example.
    pub operands: usize,
    /// Answers to an example.
    pub answers: usize,
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
    /// Tokens per example.
    pub fn positions(self) -> usize {
        self.style.positions(self.operands) + self.answers - 1
    }

    /// The first position that is read out.
    pub fn first_read(self) -> usize {
        self.positions() - self.answers
    }

    /// The token table: every (token, position) that occurs, by position.
    pub fn table(self) -> Vec<(u32, u32)> {
        let (symbols, operands) = (self.symbols, self.operands as u32);
        let table = (0..operands).flat_map(|position| (0..symbols).map(move |token| (token, position)));
        let equals = (self.style == Style::Decoder).then_some((symbols, operands));
        let answered =
            (operands + 1..self.positions() as u32).flat_map(|position| (0..symbols).map(move |token| (token, position)));
        table.chain(equals).chain(answered).collect()
    }

    /// Rows of position 0 after attention.
    fn heads(self) -> u32 {
        match self.style {
            Style::Decoder => self.symbols,
            Style::Encoder => self.count,
        }
    }

    /// Number of rows.
    pub fn rows(self, layout: Layout) -> usize {
        let later = (self.positions() - 1) as u32;
        (match layout {
            Layout::Tokens => self.table().len() as u32,
            Layout::Inner => self.heads() + later * self.count,
            Layout::Last => self.count * self.answers as u32,
        }) as usize
    }

    /// The row of example `i`, of which this is read, at `position`.
    fn row(self, layout: Layout, position: usize, i: u32, read: &[u32]) -> u32 {
        match (layout, position) {
            (Layout::Last, _) => i * self.answers as u32 + (position - self.first_read()) as u32,
            (Layout::Tokens, position) if position < self.operands => position as u32 * self.symbols + read[position],
            (Layout::Tokens, position) if position == self.operands => position as u32 * self.symbols,
            // Behind the operands there is `=`, which takes one row of the table, and behind that are answers.
            (Layout::Tokens, position) => (position as u32 - 1) * self.symbols + 1 + read[position - 1],
            (Layout::Inner, 0) if self.style == Style::Decoder => read[0],
            (Layout::Inner, 0) => i,
            (Layout::Inner, later) => self.heads() + (later as u32 - 1) * self.count + i,
        }
    }

    /// For each answer, example by example, the row of the position that it is read out at.
    pub fn read_out(self, layout: Layout, read: &[u32]) -> Vec<u32> {
        let examples = (0..).zip(read.chunks_exact(self.operands + self.answers - 1));
        let rows = |(i, read)| (self.first_read()..self.positions()).map(move |position| self.row(layout, position, i, read));
        examples.flat_map(rows).collect()
    }

    /// What a block must produce to go from `input` to `output` on these examples; what is read of them follows each other.
    pub fn queries(self, input: Layout, output: Layout, read: &[u32]) -> Queries {
        let (mut queries, positions) = (Queries { own: vec![], keys: vec![] }, self.positions());
        let mut push = |position: usize, i: u32, read: &[u32]| {
            queries.own.push(self.row(input, position, i, read));
            let seen = |j| j <= position || self.style == Style::Encoder;
            let key = |j| if seen(j) { self.row(input, j, i, read) } else { NONE };
            queries.keys.extend((0..positions).map(key));
        };
        let examples = || (0..).zip(read.chunks_exact(self.operands + self.answers - 1));
        let first = match (output, self.style) {
            (Layout::Last, _) => {
                for (i, read) in examples() {
                    (self.first_read()..positions).for_each(|position| push(position, i, read));
                }
                return queries;
            }
            (Layout::Inner, Style::Encoder) => 0,
            (Layout::Inner, Style::Decoder) => {
                (0..self.symbols).for_each(|token| push(0, 0, &[token]));
                1
            }
            (Layout::Tokens, _) => panic!("a block never produces the token table"),
        };
        for position in first..positions {
            examples().for_each(|(i, read)| push(position, i, read));
        }
        queries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLES: [u32; 4] = [1, 2, 2, 2];
    const DECODER: Batch = Batch { style: Style::Decoder, symbols: 3, operands: 2, answers: 1, count: 2 };
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
        assert_eq!(Batch { symbols: 2, ..DECODER }.table(), [(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)]);
        assert_eq!(Batch { symbols: 2, ..ENCODER }.table(), [(0, 0), (1, 0), (0, 1), (1, 1)]);
        assert_eq!(Batch { symbols: 1, operands: 3, ..DECODER }.table(), [(0, 0), (0, 1), (0, 2), (1, 3)]);
        assert_eq!([DECODER, ENCODER].map(|batch| batch.rows(Layout::Tokens)), [7, 6]);
    }

    #[test]
    fn three_operands_take_three_rows_of_the_table_and_attend_to_those_before() {
        let batch = Batch { operands: 3, ..DECODER };
        let queries = batch.queries(Layout::Tokens, Layout::Last, &[1, 2, 0, 2, 2, 1]);
        assert_eq!((queries.own.as_slice(), queries.keys.as_slice()), (&[9, 9][..], &[1, 5, 6, 9, 2, 5, 7, 9][..]));
        let queries = batch.queries(Layout::Tokens, Layout::Inner, &[1, 2, 0, 2, 2, 1]);
        assert_eq!(queries.own, [0, 1, 2, 5, 5, 6, 7, 9, 9]);
        assert_eq!(queries.own.len(), batch.rows(Layout::Inner));
        assert_eq!(queries.keys[12..24], [1, 5, NONE, NONE, 2, 5, NONE, NONE, 1, 5, 6, NONE]);
    }

    #[test]
    fn several_answers_are_read_behind_the_sign_and_read_out_example_by_example() {
        // x, y, =, c₁ for c₁, c₂: four positions, of which the last two are read out.
        let batch = Batch { answers: 2, ..DECODER };
        let read = [1, 2, 0, 2, 2, 1];
        assert_eq!((batch.positions(), batch.first_read(), batch.rows(Layout::Tokens), batch.rows(Layout::Last)), (4, 2, 10, 4));
        assert_eq!(batch.table()[6..], [(3, 2), (0, 3), (1, 3), (2, 3)]);
        let queries = batch.queries(Layout::Tokens, Layout::Last, &read);
        assert_eq!(queries.own, [6, 7, 6, 8]);
        assert_eq!(queries.keys[..8], [1, 5, 6, NONE, 1, 5, 6, 7]);
        assert_eq!(queries.keys[8..], [2, 5, 6, NONE, 2, 5, 6, 8]);
        let inner = batch.queries(Layout::Tokens, Layout::Inner, &read);
        assert_eq!(inner.own, [0, 1, 2, 5, 5, 6, 6, 7, 8]);
        assert_eq!(inner.own.len(), batch.rows(Layout::Inner));
        let queries = batch.queries(Layout::Inner, Layout::Last, &read);
        assert_eq!(queries.own, [5, 7, 6, 8]);
        assert_eq!(queries.keys[4..8], [1, 3, 5, 7]);
    }
}
