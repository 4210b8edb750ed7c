//! Which order of functions compresses well: gzip looks back 32 KB, and a module is many times as long, so functions with the
//! same passages should be neighbours.

use std::cmp::Reverse;
use std::collections::HashMap;

/// How far gzip looks back.
const WINDOW: usize = 32 * 1024;
/// Bytes of a passage: two or three instructions.
const PASSAGE: usize = 6;

/// Which function comes first, second, …: always the one that, for its length, shares most with what the window before it holds.
pub fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let mut window = Window::new(bodies);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let (mut order, mut first, mut width) = (vec![], 0, 0);
    let fit = |window: &Window, function: usize| (window.shared[function] / bodies[function].len().max(1), Reverse(function));
    while let Some(at) = (0..left.len()).max_by_key(|at| fit(&window, left[*at])) {
        let next = left.swap_remove(at);
        order.push(next);
        window.enter(next);
        width += bodies[next].len();
        while width > WINDOW && first + 1 < order.len() {
            window.leave(order[first]);
            width -= bodies[order[first]].len();
            first += 1;
        }
    }
    order
}

/// What the functions that gzip can look back to have in common with every function.
struct Window {
    /// By function: its passages, numbered, each once.
    passages: Vec<Vec<usize>>,
    /// By passage: the functions that have it.
    owners: Vec<Vec<usize>>,
    /// By passage: how many functions in the window have it.
    inside: Vec<usize>,
    /// By function: the weight of its passages that are inside.
    shared: Vec<usize>,
}

impl Window {
    /// Empty.
    fn new(bodies: &[&[u8]]) -> Window {
        let mut numbers = HashMap::new();
        let mut owners: Vec<Vec<usize>> = vec![];
        let mut passages = vec![vec![]; bodies.len()];
        for (function, body) in bodies.iter().enumerate() {
            for passage in body.windows(PASSAGE) {
                let number = *numbers.entry(passage).or_insert(owners.len());
                if number == owners.len() {
                    owners.push(vec![]);
                }
                if owners[number].last() != Some(&function) {
                    owners[number].push(function);
                    passages[function].push(number);
                }
            }
        }
        Window { passages, inside: vec![0; owners.len()], owners, shared: vec![0; bodies.len()] }
    }

    /// The fewer functions have a passage, the more it says.
    fn weight(&self, passage: usize) -> usize {
        (1e6 / (self.owners[passage].len() as f64).sqrt()) as usize
    }

    /// The function is in the window from now on.
    fn enter(&mut self, function: usize) {
        for &passage in &self.passages[function] {
            self.inside[passage] += 1;
            if self.inside[passage] == 1 {
                let weight = self.weight(passage);
                self.owners[passage].iter().for_each(|owner| self.shared[*owner] += weight);
            }
        }
    }

    /// The function is so far back that gzip does not see it.
    fn leave(&mut self, function: usize) {
        for &passage in &self.passages[function] {
            self.inside[passage] -= 1;
            if self.inside[passage] == 0 {
                let weight = self.weight(passage);
                self.owners[passage].iter().for_each(|owner| self.shared[*owner] -= weight);
            }
        }
    }
}
