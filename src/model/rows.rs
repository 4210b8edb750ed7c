//! Which rows a causal transformer on `[x, y, =]` really has to compute.
//!
//! The state at a position depends only on the tokens up to it. Before the first block it depends on the
//! token alone, so 2p + 1 rows serve every example; between blocks position 0 has p distinct rows; and
//! after the last block only the last position is read. [`Layout`] says which row an (example, position)
//! uses, [`Queries`] which rows a block has to produce and what each may attend to.

use crate::ops::NONE;
use crate::task::Equation;

/// Tokens per example: x, y, `=`.
pub const POSITIONS: usize = 3;

/// Rows of a stream: position 0 has one per token; the others one per token, or one per example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `[x: p rows, y: p rows, =: 1 row]`, before any attention.
    Tokens {
        /// Modulus.
        p: u32,
    },
    /// `[x: p rows, (x, y): n rows, (x, y, =): n rows]`, after attention.
    Prefixes {
        /// Modulus.
        p: u32,
        /// Examples.
        n: u32,
    },
    /// `[(x, y, =): n rows]`: only what is read out.
    Last {
        /// Examples.
        n: u32,
    },
}

impl Layout {
    /// Number of rows.
    pub fn rows(self) -> usize {
        (match self {
            Layout::Tokens { p } => 2 * p + 1,
            Layout::Prefixes { p, n } => p + 2 * n,
            Layout::Last { n } => n,
        }) as usize
    }

    /// The row of example `i` = `equation` at `position`.
    fn row(self, position: usize, i: u32, equation: Equation) -> u32 {
        match (self, position) {
            (Layout::Last { .. }, _) => i,
            (_, 0) => equation.x,
            (Layout::Tokens { p }, 1) => p + equation.y,
            (Layout::Tokens { p }, _) => 2 * p,
            (Layout::Prefixes { p, .. }, 1) => p + i,
            (Layout::Prefixes { p, n }, _) => p + n + i,
        }
    }
}

/// The rows that a block produces: for each its own row in the input stream and the rows it attends to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queries {
    /// Input row of each result (for the query and the residual).
    pub own: Vec<u32>,
    /// [`POSITIONS`] input rows for each result, [`NONE`] where causality masks.
    pub keys: Vec<u32>,
}

/// What a block must produce to go from `input` to `output` on these examples.
pub fn queries(input: Layout, output: Layout, examples: &[Equation]) -> Queries {
    let mut queries = Queries { own: vec![], keys: vec![] };
    let mut push = |position: usize, i: u32, equation: Equation| {
        queries.own.push(input.row(position, i, equation));
        let key = |j| if j <= position { input.row(j, i, equation) } else { NONE };
        queries.keys.extend((0..POSITIONS).map(key));
    };
    let first = match output {
        Layout::Last { .. } => 2,
        Layout::Prefixes { p, .. } => {
            (0..p).for_each(|x| push(0, 0, Equation { x, y: 0, c: 0 }));
            1
        }
        Layout::Tokens { .. } => panic!("a block never produces the token table"),
    };
    for position in first..POSITIONS {
        for (i, &equation) in examples.iter().enumerate() {
            push(position, i as u32, equation);
        }
    }
    queries
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLES: [Equation; 2] = [Equation { x: 1, y: 2, c: 0 }, Equation { x: 2, y: 2, c: 1 }];

    #[test]
    fn a_single_block_reads_tokens_and_writes_the_last_position() {
        let queries = queries(Layout::Tokens { p: 3 }, Layout::Last { n: 2 }, &EXAMPLES);
        assert_eq!(queries.own, [6, 6]);
        assert_eq!(queries.keys, [1, 5, 6, 2, 5, 6]);
    }

    #[test]
    fn an_inner_block_writes_every_prefix_once_and_is_causal() {
        let output = Layout::Prefixes { p: 3, n: 2 };
        let queries = queries(Layout::Tokens { p: 3 }, output, &EXAMPLES);
        assert_eq!(queries.own, [0, 1, 2, 5, 5, 6, 6]);
        assert_eq!(queries.own.len(), output.rows());
        assert_eq!(queries.keys[..9], [0, NONE, NONE, 1, NONE, NONE, 2, NONE, NONE]);
        assert_eq!(queries.keys[9..15], [1, 5, NONE, 2, 5, NONE]);
    }

    #[test]
    fn a_later_block_reads_prefixes() {
        let queries = queries(Layout::Prefixes { p: 3, n: 2 }, Layout::Last { n: 2 }, &EXAMPLES);
        assert_eq!(queries.own, [5, 6]);
        assert_eq!(queries.keys, [1, 3, 5, 2, 4, 6]);
    }
}
