//! Several operations at once: a sequence says which of them it asks for (Furuta et al. 2024, *co-grokking*).

use super::chains::{Chain, Corpus, Drawn, Source};
use super::dataset::{Equation, Sequences};
use super::{Size, Task, arithmetic};
use crate::builds::{drawn, words};
use crate::rng::{Rng, Stream};

/// The operations, in the order of their tokens. All of them have a result everywhere.
const OPERATIONS: [&Task; 4] =
    [&arithmetic::ADDITION, &arithmetic::SUBTRACTION, &arithmetic::MULTIPLICATION, &arithmetic::SQUARES];

/// So many of all sequences (x, ∘, y) of the first k operations modulo p, in an order of its own.
fn corpus(p: u32, k: u32, wanted: usize, seed: u64) -> Corpus {
    let mut all: Vec<[u32; 4]> = vec![];
    for (token, rule) in (p..p + k).zip(OPERATIONS.iter().filter_map(|task| task.apply)) {
        let result = |x: u32, y: u32| rule(x, y, p).unwrap_or(0);
        all.extend((0..p * p).map(|pair| [pair / p, token, pair % p, result(pair / p, pair % p)]));
    }
    Rng::new(seed, Stream::Inputs).shuffle(&mut all);
    all.truncate(wanted);
    let equations = all.iter().zip(0..).map(|([.., c], x)| Equation { x, y: 0, c: *c }).collect();
    let values = all.iter().flat_map(|[x, token, y, _]| [*x, *token, *y]).collect();
    Corpus { sequences: Sequences { width: 3, values }, equations, given: 0, apart: 0 }
}

/// x ∘ y mod p, with the token of the operation between the operands.
pub static TASK: Task = Task {
    id: "operations",
    label: words("Several operations at once"),
    about: words(
        "Calculate as on a clock with p hours: each sequence says which of k operations it asks for. They are x + y, x − y, x · y and x² + y², and their tokens are 0, 1, 2 and 3. Such sequences take the place of pairs.",
    ),
    size: Size::Operations,
    apply: None,
    rows: None,
    chain: Some(Chain {
        source: Source::Drawn(Drawn {
            k: |_| [1, OPERATIONS.len() as u32],
            places: &["x", words("operation"), "y"],
            subject: 0,
            operand: |config, place, token| if place == 1 { token.checked_sub(config.p) } else { Some(token) },
            draw: drawn(|config, seed| corpus(config.p, config.k, config.samples as usize, seed), Corpus::none),
            most: |config| u64::from(config.k) * u64::from(config.p).pow(2),
            symbols: |config| config.p + config.k,
            classes: |config| config.p,
            text: None,
        }),
        suits: "p=31&k=2&samples=1922&train=0.7&width=64&heads=2&mlp=128",
    }),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_every_operation_is_there_once_with_its_result() {
        let (p, k) = (7, 4);
        let corpus = corpus(p, k, 196, 3);
        let mut seen: Vec<[u32; 4]> = corpus
            .sequences
            .values
            .chunks_exact(3)
            .zip(&corpus.equations)
            .map(|(one, equation)| [one[1], one[0], one[2], equation.c])
            .collect();
        assert!(seen.windows(2).any(|two| two[0] > two[1]), "in an order of its own");
        seen.sort_unstable();
        let rules: [fn(u32, u32) -> u32; 4] =
            [|x, y| (x + y) % 7, |x, y| (x + 7 - y) % 7, |x, y| x * y % 7, |x, y| (x * x + y * y) % 7];
        let mut want = vec![];
        for (rule, token) in rules.iter().zip(7..) {
            want.extend((0..49).map(|pair| [token, pair / 7, pair % 7, rule(pair / 7, pair % 7)]));
        }
        assert_eq!(seen, want);
    }

    #[test]
    fn few_of_one_operation_are_of_that_one() {
        let corpus = corpus(5, 1, 20, 0);
        assert_eq!((corpus.equations.len(), corpus.sequences.values.len()), (20, 60));
        for (one, equation) in corpus.sequences.values.chunks_exact(3).zip(&corpus.equations) {
            assert_eq!((one[1], equation.c), (5, (one[0] + one[2]) % 5));
        }
    }
}
