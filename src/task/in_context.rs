//! A rule that is told by examples: z = a·x + b mod p, where each sequence has an a and a b of its own that it never names (He et al. 2024,
//! "Learning to grok: Emergence of in-context learning and skill composition in modular arithmetic tasks", arXiv 2406.02550, with one operand
//! instead of two and one answer for each sequence).

use super::chains::{Chain, Corpus, Drawn, Source, different};
use super::dataset::{Equation, Sequences};
use super::{Size, Task};
use crate::builds::{drawn, words};
use crate::rng::{Rng, Stream};

/// Examples before the question. Two with different x tell the rule.
const EXAMPLES: usize = 3;
/// Numbers of a sequence, with the answer.
const LENGTH: usize = 2 * EXAMPLES + 2;
/// Sequences that are out of distribution.
const APART: usize = 400;
/// Rules at least that are left for these.
const LEFT: u32 = 5;

/// A rule, a and b.
type Rule = [u32; 2];

/// x₁, z₁, x₂, z₂, … of a rule.
fn sequence([a, b]: Rule, p: u32, xs: [u32; EXAMPLES + 1]) -> Vec<u32> {
    xs.into_iter().flat_map(|x| [x, (a * x + b) % p]).collect()
}

/// Sequences of k rules whose examples differ in x: with a prime p they tell their rule, so no two of them are alike.
fn count(p: u32, k: u32) -> u64 {
    let p = u64::from(p);
    u64::from(k) * (p.pow(EXAMPLES as u32) - p) * p
}

/// So many different sequences of these rules, one after the other.
fn sequences(rng: &mut Rng, p: u32, rules: &[Rule], wanted: usize) -> Vec<u32> {
    let several = |xs: &[u32; EXAMPLES + 1]| xs[..EXAMPLES].iter().any(|x| *x != xs[0]);
    // Drawing the last of few would take long.
    if count(p, rules.len() as u32) < 2 * wanted as u64 {
        let xs = |n: u32| core::array::from_fn(|place| n / p.pow(place as u32) % p);
        let all = (0..p.pow(EXAMPLES as u32 + 1)).map(xs).filter(several);
        let mut all: Vec<_> = all.flat_map(|xs| rules.iter().map(move |rule| sequence(*rule, p, xs))).collect();
        rng.shuffle(&mut all);
        return all[..wanted].concat();
    }
    different(wanted, LENGTH, || {
        loop {
            let (rule, xs) = (rules[rng.below(rules.len() as u32) as usize], core::array::from_fn(|_| rng.below(p)));
            if several(&xs) {
                return sequence(rule, p, xs);
            }
        }
    })
}

/// The sequences of a run. The first k rules, in an order of its own, are trained; those out of distribution are of the others.
fn corpus(p: u32, k: usize, wanted: usize, seed: u64) -> Corpus {
    let mut rng = Rng::new(seed, Stream::Inputs);
    let mut rules: Vec<Rule> = (0..p * p).map(|number| [number / p, number % p]).collect();
    rng.shuffle(&mut rules);
    let (trained, others) = rules.split_at(k);
    let all = [sequences(&mut rng, p, trained, wanted), sequences(&mut rng, p, others, APART)].concat();
    let equations = all.chunks_exact(LENGTH).zip(0..).map(|(one, x)| Equation { x, y: 0, c: one[LENGTH - 1] }).collect();
    let values = all.chunks_exact(LENGTH).flat_map(|one| &one[..LENGTH - 1]).copied().collect();
    Corpus { sequences: Sequences { width: LENGTH - 1, values }, equations, given: 0, apart: APART }
}

/// Three examples of a rule, and a question.
pub static TASK: Task = Task {
    id: "in-context",
    label: words("A rule from examples"),
    about: words(
        "Each sequence shows three examples of a rule z = a · x + b as on a clock with p hours, and asks for the z of a fourth x. a and b are never told. k rules are trained; the others are out of distribution. Such sequences take the place of pairs.",
    ),
    size: Size::Rules,
    apply: None,
    rows: None,
    chain: Some(Chain {
        source: Source::Drawn(Drawn {
            k: |p| [2, p * p - LEFT],
            places: &["x₁", "z₁", "x₂", "z₂", "x₃", "z₃", "x₄"],
            subject: 0,
            operand: |_, _, token| Some(token),
            draw: drawn(|config, seed| corpus(config.p, config.k as usize, config.samples as usize, seed), Corpus::none),
            most: |config| count(config.p, config.k),
            symbols: |config| config.p,
            classes: |config| config.p,
            text: None,
        }),
        suits: "p=7&k=12&samples=8000&train=0.8&layers=2&width=64&mlp=256&norm=pre&lr=0.003&wd=2&batch=512",
    }),
};
