//! Tasks: finite operation tables `x ∘ y = c`, and their seeded split into training and test pairs.
//!
//! To add a task: write `task/<name>.rs` with a [`Task`], and add one line to [`TASKS`].

mod addition;
mod division;
mod multiplication;
mod squares;
mod subtraction;

use crate::rng::{Rng, Stream};

/// All tasks, in menu order. The first is the default.
pub static TASKS: &[&Task] = &[&addition::TASK, &subtraction::TASK, &multiplication::TASK, &division::TASK, &squares::TASK];

/// A binary operation on residues modulo p.
pub struct Task {
    /// The `task` key of a configuration.
    pub id: &'static str,
    /// For menus, in mathematical notation.
    pub label: &'static str,
    /// One sentence for people: domain, conventions, source.
    pub about: &'static str,
    /// Whether the modulus must be prime.
    pub needs_prime: bool,
    /// `(x, y, p)` → `x ∘ y`, or `None` outside the domain.
    pub apply: fn(u32, u32, u32) -> Option<u32>,
}

/// The task with this id. A space stands for `+`, which is what a hand-written `x+y` decodes to.
pub fn find(id: &str) -> Option<&'static Task> {
    let id = id.replace(' ', "+");
    TASKS.iter().copied().find(|task| task.id == id)
}

/// Whether x ∘ y = y ∘ x, as far as the first dozen numbers tell.
pub fn commutes(task: &Task, p: u32) -> bool {
    let few = p.min(12);
    (0..few).all(|x| (0..x).all(|y| (task.apply)(x, y, p) == (task.apply)(y, x, p)))
}

/// One equation `x ∘ y = c`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equation {
    /// Left operand, below p.
    pub x: u32,
    /// Right operand, below p.
    pub y: u32,
    /// Result, below p.
    pub c: u32,
}

/// Every equation of a task modulo `p`, ordered by x, then y.
pub fn table(task: &Task, p: u32) -> Vec<Equation> {
    let pairs = (0..p).flat_map(|x| (0..p).map(move |y| (x, y)));
    pairs.filter_map(|(x, y)| Some(Equation { x, y, c: (task.apply)(x, y, p)? })).collect()
}

/// How many of `equations` a training fraction takes: ⌊fraction · n⌋, at least 1, at most n − 1.
pub fn train_count(equations: usize, fraction: f64) -> usize {
    let count = (fraction * equations as f64).floor() as usize;
    count.clamp(1, equations - 1)
}

/// Training and test equations of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// A seeded sample without replacement, in table order.
    pub train: Vec<Equation>,
    /// The rest, in table order.
    pub test: Vec<Equation>,
}

/// Splits a table: the same seed gives the same pairs on every platform.
pub fn split(table: &[Equation], fraction: f64, seed: u64) -> Split {
    let mut order: Vec<usize> = (0..table.len()).collect();
    Rng::new(seed, Stream::Split).shuffle(&mut order);
    let mut chosen = vec![false; table.len()];
    order[..train_count(table.len(), fraction)].iter().for_each(|&i| chosen[i] = true);
    let pick = |train| table.iter().zip(&chosen).filter(|(_, chosen)| **chosen == train).map(|(e, _)| *e).collect();
    Split { train: pick(true), test: pick(false) }
}

/// Whether `n` is prime.
pub fn is_prime(n: u32) -> bool {
    n >= 2 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_satisfies_its_defining_equation() {
        let holds = |id: &str, law: fn(u64, u64, u64) -> (u64, u64)| {
            for p in [5u32, 23, 97] {
                for e in table(find(id).unwrap(), p) {
                    let (left, right) = law(e.x.into(), e.y.into(), e.c.into());
                    assert_eq!(left % u64::from(p), right % u64::from(p), "{id} mod {p}: {e:?}");
                    assert!(e.c < p);
                }
            }
        };
        holds("x+y", |x, y, c| (x + y, c));
        holds("x-y", |x, y, c| (x, y + c));
        holds("x*y", |x, y, c| (x * y, c));
        holds("x/y", |x, y, c| (x, y * c));
        holds("x^2+y^2", |x, y, c| (x * x + y * y, c));
    }

    #[test]
    fn sums_and_products_commute() {
        let commuting = |p| TASKS.iter().filter(|task| commutes(task, p)).map(|task| task.id).collect::<Vec<_>>();
        assert_eq!(commuting(5), ["x+y", "x*y", "x^2+y^2"]);
        assert_eq!(commuting(97), commuting(5));
    }

    #[test]
    fn domains_have_the_sizes_of_the_papers() {
        assert_eq!(table(find("x+y").unwrap(), 97).len(), 9409);
        assert_eq!(table(find("x/y").unwrap(), 97).len(), 9312);
        assert_eq!(train_count(113 * 113, 0.3), 3830);
    }

    #[test]
    fn a_split_partitions_the_table() {
        let table = table(find("x-y").unwrap(), 23);
        let Split { train, test } = split(&table, 0.4, 7);
        assert_eq!(train.len(), 211);
        let mut all = [train, test].concat();
        all.sort_by_key(|e| (e.x, e.y));
        assert_eq!(all, table);
    }

    #[test]
    fn splits_differ_by_seed_and_never_change() {
        let table = table(find("x+y").unwrap(), 23);
        assert_eq!(split(&table, 0.4, 1), split(&table, 0.4, 1));
        assert_ne!(split(&table, 0.4, 1), split(&table, 0.4, 2));
        let first: Vec<_> = split(&table, 0.4, 0).train[..5].iter().map(|e| (e.x, e.y)).collect();
        // A changed number here changes every published link: do not update it lightly.
        assert_eq!(first, [(0, 2), (0, 3), (0, 5), (0, 9), (0, 11)]);
    }

    #[test]
    fn primes() {
        let primes: Vec<u32> = (0..30).filter(|&n| is_prime(n)).collect();
        assert_eq!(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    }
}
