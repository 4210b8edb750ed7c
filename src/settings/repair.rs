//! From any configuration to the nearest valid one.

use super::{KEYS, key};
use crate::config::{Backend, Config, Initial, Inputs, Keep, MAX_P, Model, Pairing, Problem};
use crate::language::translate;
use crate::step::BatchToken;
use crate::task::digits::COUNT;
use crate::task::{self, Operation, Size};
use crate::text::thousands;
use crate::tr;

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
        problems.extend(self.repair_keep());
        problems.extend(self.repair_runs());
        problems.extend(self.repair_sweep());
        problems.extend(self.repair_backend());
        problems.extend(self.repair_changes());
        problems
    }

    /// Weights can be written down for one kind of network.
    fn repair_init(&mut self) -> Option<Problem> {
        let fits = self.model == Model::Mlp
            && self.layers == 1
            && self.inputs == Inputs::TwoHot
            && Operation::of(self).size().has_table();
        if self.init != Initial::Analytic || fits {
            return None;
        }
        let why = tr!("Only an MLP of one layer that sees two one-hot vectors can have its weights written down");
        Some(self.because("init", "width", why.into(), tr!("{why}, so the initial weights were switched.", why)))
    }

    /// What the task asks of the other keys.
    fn repair_task(&mut self) -> Vec<Problem> {
        let mut problems = vec![];
        let operation = Operation::of(self);
        let (size, corners) = (operation.size(), MAX_P / 2);
        if size == Size::Corners && self.p > corners {
            let why = tr!("A polygon has at most {corners} corners here", corners);
            let sentence = tr!("{why}, so it has {corners} now.", why, corners);
            problems.push(self.because("p", &corners.to_string(), why, sentence));
        }
        if size == Size::Pixels {
            let count = thousands(COUNT.into());
            problems.extend(self.repair_samples(COUNT.into(), tr!("There are {count} handwritten digits", count)));
        }
        problems.extend(operation.rows().and_then(|rows| self.repair_k(size, (rows.k)(self.p))));
        if let Some(chain) = operation.chain() {
            let symbols = operation.symbols(self);
            problems.extend(self.repair_k(size, chain.lengths(symbols)));
            let most = chain.most(self, symbols);
            problems.extend(self.repair_samples(most, tr!("There are only {most} such sequences", most)));
            problems.extend(self.repair_batch(BatchToken::SLOTS / (chain.operands(self) + chain.answers(self)) as u32));
        }
        let misfit = match (operation.rows().is_some(), self.model) {
            (true, Model::Transformer | Model::Encoder) => Some(tr!("{task} needs an MLP", task = operation.label(self))),
            (false, Model::Diagonal) => Some(tr!("A diagonal linear network needs rows of numbers").into()),
            _ => None,
        };
        problems.extend(misfit.map(|why| {
            let sentence = tr!("{why}, so the model was switched.", why);
            self.because("model", "mlp", why, sentence)
        }));
        let several = operation.chain().is_some_and(|chain| chain.answers(self) > 1);
        if several && self.model != Model::Transformer && self.model != Model::Diagonal {
            let why =
                tr!("{task} has several answers, which a transformer gives one after the other", task = operation.label(self));
            let sentence = tr!("{why}, so the model was switched.", why);
            problems.push(self.because("model", "transformer", why, sentence));
        }
        problems.extend(task::cells::repair(self));
        if task::find(&self.task).is_none() && task::table(self, 0).len() < 2 {
            let (formula, p, standard) = (&self.task, self.p, task::TASKS[0].id);
            let why = tr!("I cannot use {formula}: it has a result for fewer than two pairs modulo {p}", formula, p);
            let sentence = tr!("{why}, so the operation is {operation} now.", why, operation = standard);
            problems.push(self.because("task", standard, why, sentence));
        }
        problems
    }

    /// How many bits or classes there can be.
    fn repair_k(&mut self, size: Size, [least, most]: [u32; 2]) -> Option<Problem> {
        let (k, p) = (self.k.clamp(least, most), self.p);
        if k == self.k {
            return None;
        }
        let why = match size {
            Size::Sequence(_) if self.k < k => tr!("There are too few sequences of fewer than {k} operands", k),
            Size::Sequence(_) => tr!("A sequence has at most {k} operands here", k),
            Size::Entities if self.k < k => tr!("There is too little to ask about fewer than {k} relations or attributes", k),
            Size::Entities => tr!("There are at most {k} relations or attributes here", k),
            Size::Rules if self.k < k => tr!("A single rule needs no examples").into(),
            Size::Rules => tr!("At most {k} rules can be trained here", k),
            Size::Operations => tr!("At most {k} operations can be learnt at once here", k),
            Size::Base => tr!("A number has at most {k} digits here", k),
            Size::Values => tr!("A person has at most {k} attributes here", k),
            _ if self.k < k => tr!("There is nothing to tell apart in fewer than {k} classes", k),
            Size::Padded => tr!("Rows of {p} bits have room for two numbers modulo {k}", p, k),
            Size::Points => tr!("Points with {p} coordinates have room for {k} classes of two groups", p, k),
            Size::Sides => tr!("There are only {n} coordinates", n = p),
            Size::Clouds => tr!("Points with {p} coordinates have room for {k} classes", p, k),
            _ => tr!("There are only {bits} bits", bits = p),
        };
        let sentence = match size {
            Size::Bits | Size::Sides => tr!("{why}, so all of them count now.", why),
            _ => tr!("{why}, so k is {k} now.", why, k),
        };
        Some(self.because("k", &k.to_string(), why, sentence))
    }

    /// No more examples than there are.
    fn repair_samples(&mut self, most: u64, why: String) -> Option<Problem> {
        let sentence = tr!("{why}, so all of them are used.", why);
        (u64::from(self.samples) > most).then(|| self.because("samples", &most.to_string(), why, sentence))
    }

    /// No more sequences in a batch than can be told apart.
    fn repair_batch(&mut self, most: u32) -> Option<Problem> {
        if self.batch <= most {
            return None;
        }
        let most_said = thousands(most.into());
        let why = tr!("A batch has room for {most} such sequences", most = most_said);
        let sentence = tr!("{why}, so it has {most} now.", why, most = most_said);
        Some(self.because("batch", &most.to_string(), why, sentence))
    }

    fn repair_heads(&mut self) -> Option<Problem> {
        if self.width.is_multiple_of(self.heads) {
            return None;
        }
        let heads = nearest(self.heads, |h| h > 0 && self.width.is_multiple_of(h));
        let why = tr!("A width of {width} cannot be shared by {heads} heads", width = self.width, heads = self.heads);
        let sentence = match heads {
            1 => tr!("{why}, so there is 1 now.", why),
            _ => tr!("{why}, so there are {heads} now.", why, heads),
        };
        Some(self.because("heads", &heads.to_string(), why, sentence))
    }

    /// What a network does not have it cannot keep.
    fn repair_keep(&mut self) -> Option<Problem> {
        if self.keep == Keep::Nothing || self.embeds() {
            return None;
        }
        let why = tr!("This network has no embedding");
        Some(self.because("keep", "none", why.into(), tr!("{why}, so it cannot keep it.", why)))
    }

    /// Runs in one plan have equally many training pairs.
    fn repair_runs(&mut self) -> Option<Problem> {
        let differs = self.split == Pairing::Mirrored && self.seeds > 1;
        let why = tr!("How many mirrored pairs are training pairs differs from seed to seed");
        differs.then(|| self.because("seeds", "1", why.into(), tr!("{why}, so there is one seed now.", why)))
    }

    fn repair_backend(&mut self) -> Option<Problem> {
        let why = self.needs_cpu().filter(|_| self.backend == Backend::Gpu)?;
        Some(self.because("backend", "cpu", why.into(), tr!("{why}, so the CPU is used.", why)))
    }

    /// Changes a setting because of another one.
    pub(super) fn because(&mut self, name: &str, instead: &str, why: String, sentence: String) -> Problem {
        let key = key(name).expect("a key of the table");
        let value = (key.get)(self);
        key.replace(self, instead);
        let (key, name, instead, sentence) = (name.into(), translate(key.label), instead.into(), Some(sentence));
        Problem { key, name, value, why, instead, sentence, note: true }
    }

    /// Why an operation that a visitor typed cannot be used, if so; then nothing is changed.
    pub fn refuse_operation(&self, text: &str) -> Option<Problem> {
        let mut config = self.clone();
        let unread = key("task").and_then(|key| key.parse(&mut config, text));
        let problem = unread.or_else(|| config.repair_task().into_iter().find(|problem| problem.key == "task"))?;
        let sentence = Some([&problem.why, ". ", tr!("Nothing was changed.")].concat());
        Some(Problem { value: text.into(), instead: self.task.clone(), sentence, note: false, ..problem })
    }
}

/// The number closest to `from` for which `fits`, the smaller one of two. One must exist.
fn nearest(from: u32, fits: impl Fn(u32) -> bool) -> u32 {
    let candidates = (0u32..).flat_map(|d| [from.saturating_sub(d), from.saturating_add(d)]);
    candidates.into_iter().find(|&n| fits(n)).unwrap_or(from)
}
