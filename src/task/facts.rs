//! Tasks about facts: a world is drawn at random, so that nothing but memory helps with its facts, and rules only with what follows
//! from them. Two hops and a comparison (Wang et al. 2024), and what is known of people (Zucchet et al. 2025).

use super::chains::{Chain, Corpus, Drawn, Source, different};
use super::dataset::{Equation, Sequences};
use super::{Size, Task};
use crate::builds::{drawn, words};
use crate::config::Config;
use crate::rng::{Rng, Stream};

/// (h, r₁, r₂) → t: who is r₂ of who is r₁ of h? With the facts (h, r) → t, all of them for training. Of each entity one fact in twenty,
/// at least one, is *apart*: it is trained, and never in a question for training or test, so that questions about two such facts are out of
/// distribution (Wang et al. 2024, section 3).
pub static TWO_HOPS: Task = Task {
    id: "two-hops",
    label: words("Two hops"),
    about: words(
        "Each of p entities has k random relations to others, and all of these facts are learnt. A question takes two of them: whom does one reach from a start by one relation and then another? Such sequences take the place of pairs.",
    ),
    size: Size::Entities,
    apply: None,
    rows: None,
    chain: Some(Chain {
        source: Source::Drawn(Drawn {
            k: |_| [3, 40],
            places: &[words("start"), words("relation 1"), words("relation 2")],
            subject: 1,
            operand: |config, place, token| match place {
                0 => Some(token),
                _ => Some(token - config.p).filter(|relation| *relation < config.k),
            },
            draw: drawn(
                |config, seed| {
                    let (n, k, mut rng) = (config.p, config.k, Rng::new(seed, Stream::Inputs));
                    let tails: Vec<u32> = (0..n * k).map(|_| rng.below(n)).collect();
                    let apart = apart(&mut rng, [n, k], seldom(k));
                    let at = |head: u32, relation: u32| (head * k + relation) as usize;
                    let mut world = World { none: n + k, ..World::default() };
                    let each = || (0..n).flat_map(|head| (0..k).map(move |relation| (head, relation)));
                    each().for_each(|(head, relation)| world.fact([head, n + relation], tails[at(head, relation)]));
                    for (head, first) in each() {
                        let middle = tails[at(head, first)];
                        for second in 0..k {
                            let hops = [apart[at(head, first)], apart[at(middle, second)]];
                            world.question([head, n + first, n + second], tails[at(middle, second)], hops);
                        }
                    }
                    world.corpus(&mut rng, config.samples as usize)
                },
                Corpus::none,
            ),
            most: |config| {
                let known = u64::from(config.k - seldom(config.k));
                u64::from(config.p) * known * known
            },
            symbols: |config| config.p + config.k + 1,
            classes: |config| config.p,
            text: None,
        }),
        suits: "p=30&k=12&samples=3630&train=0.9&layers=2&width=64&mlp=256&norm=pre&lr=0.002&wd=0.3&batch=512",
    }),
};

/// Values that an attribute of an entity can have, where entities are compared.
const VALUES: u32 = 20;

/// (a, x, y) → whether x has less, as much or more of a than y; with the facts (a, x) → the value, all of them for training. Of each
/// attribute one entity in ten, at least two, is *apart* as in [`TWO_HOPS`] (Wang et al. 2024, section 4).
pub static COMPARISON: Task = Task {
    id: "comparison",
    label: words("Comparison"),
    about: words(
        "Each of p entities has k attributes with random values, and all of these facts are learnt. A question takes two of them: which of two entities has more? Such sequences take the place of pairs.",
    ),
    size: Size::Entities,
    apply: None,
    rows: None,
    chain: Some(Chain {
        source: Source::Drawn(Drawn {
            k: |_| [4, 40],
            places: &[words("attribute"), words("entity 1"), words("entity 2")],
            subject: 0,
            operand: |config, place, token| match place {
                0 => Some(token - config.p),
                _ => Some(token).filter(|entity| *entity < config.p),
            },
            draw: drawn(
                |config, seed| {
                    let (n, k, mut rng) = (config.p, config.k, Rng::new(seed, Stream::Inputs));
                    let values: Vec<u32> = (0..k * n).map(|_| rng.below(VALUES)).collect();
                    let apart = apart(&mut rng, [k, n], rarely(n));
                    let at = |attribute: u32, entity: u32| (attribute * n + entity) as usize;
                    let mut world = World { none: n + k, ..World::default() };
                    let each = || (0..k).flat_map(|attribute| (0..n).map(move |entity| (attribute, entity)));
                    each().for_each(|(attribute, x)| world.fact([n + attribute, x], values[at(attribute, x)]));
                    for (attribute, x) in each() {
                        for y in (0..n).filter(|y| *y != x) {
                            let order = values[at(attribute, x)].cmp(&values[at(attribute, y)]);
                            let both = [apart[at(attribute, x)], apart[at(attribute, y)]];
                            world.question([n + attribute, x, y], VALUES + (order as i8 + 1) as u32, both);
                        }
                    }
                    world.corpus(&mut rng, config.samples as usize)
                },
                Corpus::none,
            ),
            most: |config| {
                let known = u64::from(config.p - rarely(config.p));
                u64::from(config.k) * known * (known - 1)
            },
            symbols: |config| config.p + config.k + 1,
            classes: |_| VALUES + 3,
            text: None,
        }),
        suits: "p=40&k=10&samples=12000&train=0.9&layers=2&width=64&mlp=256&norm=pre&lr=0.002&batch=512",
    }),
};

/// (first name, middle name, last name, attribute) → value, of people whose names are random and of whom all k attributes are known, each
/// with p possible values of its own. Nothing follows from anything: what is not trained cannot be known (Zucchet et al. 2025, section 2).
pub static PEOPLE: Task = Task {
    id: "people",
    label: words("Facts about people"),
    about: words(
        "Each person has three names and k attributes, each attribute with one of p values. Nothing follows from anything, so facts have to be memorised one by one. Sequences of names and an attribute take the place of pairs.",
    ),
    size: Size::Values,
    apply: None,
    rows: None,
    chain: Some(Chain {
        source: Source::Drawn(Drawn {
            k: |_| [1, 8],
            places: &[words("first name"), words("middle name"), words("last name"), words("attribute")],
            subject: 3,
            operand: |config, place, token| Some(token - place as u32 * names(config)),
            draw: drawn(
                |config, seed| {
                    let (k, mut rng) = (config.k as usize, Rng::new(seed, Stream::Inputs));
                    let (persons, names) = (config.samples.div_ceil(config.k), names(config));
                    let people = different(persons as usize, 3, || (0..3).map(|_| rng.below(names)).collect());
                    let values: Vec<Vec<u32>> = people
                        .chunks_exact(3)
                        .flat_map(|name| {
                            (0..config.k).map(move |attribute| {
                                [name[0], names + name[1], 2 * names + name[2], 3 * names + attribute].into()
                            })
                        })
                        .collect();
                    let values = &values[..config.samples as usize];
                    let result = |x: usize, rng: &mut Rng| (x % k) as u32 * config.p + rng.below(config.p);
                    let equations = (0..values.len()).map(|x| Equation { x: x as u32, y: 0, c: result(x, &mut rng) }).collect();
                    Corpus { sequences: Sequences { width: 4, values: values.concat() }, equations, given: 0, apart: 0 }
                },
                Corpus::none,
            ),
            most: |_| u64::MAX,
            symbols: |config| 3 * names(config) + config.k,
            classes: |config| config.k * config.p,
            text: None,
        }),
        suits: "p=16&k=4&samples=1000&train=0.95&layers=2&width=64&mlp=256&norm=pre&lr=0.001&wd=0.1&batch=256",
    }),
};

/// How many different first names there are, and as many others: so many that every second combination is no person's name at least.
fn names(config: &Config) -> u32 {
    let persons = config.samples.div_ceil(config.k);
    (2..).find(|n: &u32| n.pow(3) >= 2 * persons).unwrap_or(2)
}

/// Of so many relations of an entity, how many are apart.
fn seldom(relations: u32) -> u32 {
    relations.div_ceil(20)
}

/// Of so many entities, how many are apart of an attribute.
fn rarely(entities: u32) -> u32 {
    entities.div_ceil(10).max(2)
}

/// Of each of so many rows, which of its entries are apart: `count`, at random.
fn apart(rng: &mut Rng, [rows, entries]: [u32; 2], count: u32) -> Vec<bool> {
    (0..rows)
        .flat_map(|_| {
            let mut row: Vec<bool> = (0..entries).map(|entry| entry < count).collect();
            rng.shuffle(&mut row);
            row
        })
        .collect()
}

/// Facts, and questions that they answer together.
#[derive(Default)]
struct World {
    /// What stands where a fact has no third operand.
    none: u32,
    facts: Vec<([u32; 3], u32)>,
    questions: Vec<([u32; 3], u32)>,
    /// Questions about two facts that are apart.
    apart: Vec<([u32; 3], u32)>,
}

impl World {
    fn fact(&mut self, [a, b]: [u32; 2], result: u32) {
        self.facts.push(([a, b, self.none], result));
    }

    /// A question about two facts, which may be apart. Where one of them is, it is never asked.
    fn question(&mut self, operands: [u32; 3], result: u32, apart: [bool; 2]) {
        match apart {
            [false, false] => self.questions.push((operands, result)),
            [true, true] => self.apart.push((operands, result)),
            _ => {}
        }
    }

    /// All facts, so many of the questions, and those apart.
    fn corpus(mut self, rng: &mut Rng, questions: usize) -> Corpus {
        rng.shuffle(&mut self.questions);
        self.questions.truncate(questions);
        let (given, apart) = (self.facts.len(), self.apart.len());
        let all = [self.facts, self.questions, self.apart].concat();
        let equations = (0..).zip(&all).map(|(x, (_, c))| Equation { x, y: 0, c: *c }).collect();
        let values = all.iter().flat_map(|(operands, _)| *operands).collect();
        Corpus { sequences: Sequences { width: 3, values }, equations, given, apart }
    }
}
