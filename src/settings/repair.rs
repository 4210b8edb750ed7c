//! From any configuration to the nearest valid one.

use super::{KEYS, key};
use crate::config::{Backend, Config, Initial, Inputs, MAX_P, Model, Pairing, Problem};
use crate::task::{self, Operation, Size};

impl Config {
    /// Changes this configuration to the nearest valid one, and says what was wrong.
    pub fn repair(&mut self) -> Vec<Problem> {
        let mut problems = vec![];
        for key in KEYS {
            problems.extend(key.repair(self));
        }
        problems.extend(self.repair_task());
        problems.extend(self.repair_init());
        problems.extend(self.repair_heads());
        problems.extend(self.repair_runs());
        problems.extend(self.repair_backend());
        problems.extend(self.repair_changes());
        problems
    }

    /// Weights can be written down for one kind of network.
    fn repair_init(&mut self) -> Option<Problem> {
        let fits = self.model == Model::Mlp
            && self.layers == 1
            && self.inputs == Inputs::TwoHot
            && Operation::of(self).size() != Size::Bits;
        if self.init != Initial::Analytic || fits {
            return None;
        }
        let why = "is for an MLP of one layer on two one-hot vectors".into();
        Some(self.replace("init", "width", why))
    }

    /// What the task asks of the other keys.
    fn repair_task(&mut self) -> Vec<Problem> {
        let mut problems = vec![];
        let size = Operation::of(self).size();
        let (corners, bits) = (MAX_P / 2, self.p);
        if size == Size::Corners && self.p > corners {
            problems.push(self.replace("p", &corners.to_string(), format!("is more than {corners} corners")));
        }
        if size == Size::Bits && self.k > bits {
            problems.push(self.replace("k", &bits.to_string(), format!("is more than all {bits} bits")));
        }
        if size == Size::Bits && self.model != Model::Mlp {
            problems.push(self.replace("model", "mlp", "takes pairs, and sparse parity has bits".into()));
        }
        problems.extend(task::cells::repair(self));
        if task::find(&self.task).is_none() && task::table(self, 0).len() < 2 {
            let why = format!("has a result for fewer than two pairs modulo {}", self.p);
            problems.push(self.replace("task", task::TASKS[0].id, why));
        }
        problems
    }

    fn repair_heads(&mut self) -> Option<Problem> {
        if self.width.is_multiple_of(self.heads) {
            return None;
        }
        let heads = nearest(self.heads, |h| h > 0 && self.width.is_multiple_of(h));
        let why = format!("does not divide the width {}", self.width);
        Some(self.replace("heads", &heads.to_string(), why))
    }

    /// Runs in one plan have equally many training pairs.
    fn repair_runs(&mut self) -> Option<Problem> {
        let differs = self.split == Pairing::Mirrored && self.runs > 1;
        let why = "cannot be had with mirrored pairs: how many of them train differs from seed to seed";
        differs.then(|| self.replace("runs", "1", why.into()))
    }

    fn repair_backend(&mut self) -> Option<Problem> {
        let why = self.needs_cpu().filter(|_| self.backend == Backend::Gpu)?;
        Some(self.replace("backend", "cpu", format!("cannot be had: {why}")))
    }

    fn replace(&mut self, name: &str, instead: &str, why: String) -> Problem {
        let key = key(name).expect("a key of the table");
        let value = (key.get)(self);
        key.replace(self, instead);
        Problem { key: name.into(), value, why, instead: instead.into() }
    }
}

/// The number closest to `from` for which `fits`, the smaller one of two. One must exist.
fn nearest(from: u32, fits: impl Fn(u32) -> bool) -> u32 {
    let candidates = (0u32..).flat_map(|d| [from.saturating_sub(d), from.saturating_add(d)]);
    candidates.into_iter().find(|&n| fits(n)).unwrap_or(from)
}
