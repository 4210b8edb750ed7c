//! Runs that were left and stay for comparison: what is known of them, and what they are called.

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::metrics::{History, thinned};
use crate::settings::keys::of_curves;
use crate::text::thousands;
use crate::tr;

/// Runs that are kept at once.
pub const MOST: usize = 100;
/// Curves of other runs that are drawn at once without having been asked for.
const DRAWN: usize = 6;
/// Points of each: more than a chart has columns on most screens.
pub const POINTS: usize = 600;
/// With fewer points and nothing learnt by heart, a run is no loss.
const WORTH: usize = 20;

/// Colours of other runs: apart from each other and from the live curves, and legible on light and on dark.
pub static COLORS: [&str; DRAWN] = ["#009e73", "#a763c4", "#a67c00", "#d6457f", "#6b8e23", "#7a7fd1"];

/// What they are called.
pub static COLOR_NAMES: [&str; DRAWN] = ["green", "purple", "ochre", "pink", "olive", "violet"];

/// A run of the table of runs, or the seeds of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunId {
    /// The one that the lab shows.
    Present,
    /// One that was left, by its number in this visit.
    Past(u32),
    /// A cell of a sweep.
    Cell(u32),
}

impl RunId {
    /// As the markup has it.
    pub fn write(self) -> String {
        match self {
            RunId::Present => "now".into(),
            RunId::Past(number) => ["run", &number.to_string()].concat(),
            RunId::Cell(cell) => ["cell", &cell.to_string()].concat(),
        }
    }

    /// From what [`write`](Self::write) wrote.
    pub fn parse(text: &str) -> Option<RunId> {
        let number = |rest: &str| rest.parse().ok();
        match text.strip_prefix("run").map(number) {
            Some(number) => number.map(RunId::Past),
            None if text == "now" => Some(RunId::Present),
            None => text.strip_prefix("cell").and_then(number).map(RunId::Cell),
        }
    }
}

/// What a visitor made of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// As the visitor calls it; empty for its number.
    pub name: String,
    /// What the visitor wrote about it.
    pub note: String,
    /// Whether its curves are drawn.
    pub shown: bool,
    /// Index into [`COLORS`].
    pub color: usize,
}

/// Where a run left another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// After so many updates.
    pub step: u32,
    /// Only the weights went on; the optimiser began with no state.
    pub fresh: bool,
}

/// A run that was left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// What the visitor made of it.
    pub mark: Mark,
    /// Its settings at the start, and what changed when.
    pub config: Config,
    /// Updates made.
    pub step: u32,
    /// Milliseconds of training.
    pub elapsed_ms: f64,
    /// Where it came from, if not from step 0.
    pub from: Option<Fork>,
    /// Decimated.
    pub histories: Vec<History>,
    /// The how manieth of the visit.
    pub number: u32,
}

/// Curves that are drawn beside the present ones: the seeds of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// Index into [`COLORS`].
    pub color: usize,
    /// One for each seed.
    pub histories: Vec<History>,
}

/// All runs that were left, and what the table says of the present one.
#[derive(Debug, Default)]
pub struct Runs {
    /// The latest first.
    pub past: Vec<Past>,
    /// What is drawn of a sweep.
    pub swept: Vec<Curves>,
    /// What the visitor made of the present run.
    pub mark: Mark,
    /// Where the present run came from.
    pub from: Option<Fork>,
    /// Counts changes, so that the page knows when to follow.
    pub revision: u32,
    count: u32,
}

/// Whether a run got somewhere.
pub fn worth(histories: &[History]) -> bool {
    histories.iter().any(|h| h.memorized.or(h.grokked).is_some() || h.points.len() >= WORTH)
}

impl Runs {
    /// Keeps the present run, after so many updates and milliseconds. One that repeats a past one replaces it; when there are
    /// too many, the oldest that the visitor has not named or written about goes.
    pub fn add(&mut self, config: &Config, (step, elapsed_ms): (u32, f64), histories: &[History]) {
        let (mark, from) = (core::mem::take(&mut self.mark), self.from.take());
        let mut config = config.clone();
        // What was planned for later did not happen.
        config.at.rewind(step);
        self.count += 1;
        let histories = thinned(histories, POINTS);
        let mark = Mark { shown: true, color: self.free_color(), ..mark };
        self.keep(Past { mark, config, step, elapsed_ms, from, histories, number: self.count });
        // The eye has enough of them: the one that was drawn for longest rests.
        let drawn = || self.past.iter().filter(|run| run.mark.shown).count();
        if drawn() > DRAWN
            && let Some(oldest) = self.past.iter_mut().rfind(|run| run.mark.shown)
        {
            oldest.mark.shown = false;
        }
    }

    /// Puts a run before the others that were left.
    fn keep(&mut self, mut run: Past) {
        if let Some(at) = self.past.iter().position(|old| old.repeats(&run)) {
            let old = self.past.remove(at);
            if old.step > run.step {
                (run.step, run.elapsed_ms, run.histories) = (old.step, old.elapsed_ms, old.histories);
            }
            for (own, before) in [(&mut run.mark.name, old.mark.name), (&mut run.mark.note, old.mark.note)] {
                if own.is_empty() {
                    *own = before;
                }
            }
        } else if self.past.len() == MOST {
            let plain = |run: &Past| run.mark.name.is_empty() && run.mark.note.is_empty();
            self.past.remove(self.past.iter().rposition(plain).unwrap_or(MOST - 1));
        }
        self.past.insert(0, run);
        self.revision += 1;
    }

    /// Takes runs that an earlier visit kept, the latest first.
    pub fn take_in(&mut self, kept: Vec<Past>) {
        for run in kept.into_iter().rev() {
            self.count += 1;
            self.keep(Past { number: self.count, ..run });
        }
    }

    /// A colour that as few drawn curves have as any: the first that none has, or else one after the other.
    pub fn free_color(&self) -> usize {
        let kept = self.past.iter().map(|run| &run.mark).filter(|mark| mark.shown).map(|mark| mark.color);
        let mut drawn = [0; COLORS.len()];
        kept.chain(self.swept.iter().map(|curves| curves.color)).for_each(|color| drawn[color] += 1);
        let first = if drawn.contains(&0) { 0 } else { self.count as usize };
        let colors = (first..).take(COLORS.len()).map(|color| color % COLORS.len());
        colors.min_by_key(|color| drawn[*color]).unwrap_or_default()
    }

    /// The run with a number.
    pub fn past(&self, number: u32) -> Option<&Past> {
        self.past.iter().find(|run| run.number == number)
    }

    /// What the visitor made of the present run, or of one that was left.
    pub fn mark_mut(&mut self, id: RunId) -> Option<&mut Mark> {
        self.revision += 1;
        match id {
            RunId::Present => Some(&mut self.mark),
            RunId::Past(number) => self.past.iter_mut().find(|run| run.number == number).map(|run| &mut run.mark),
            RunId::Cell(_) => None,
        }
    }

    /// Forgets a run that was left.
    pub fn forget(&mut self, number: u32) {
        self.past.retain(|run| run.number != number);
        self.revision += 1;
    }

    /// What is drawn beside the present run, the latest first.
    pub fn drawn(&self) -> Vec<(usize, &[History])> {
        let past = self.past.iter().filter(|run| run.mark.shown).map(|run| (run.mark.color, &run.histories[..]));
        past.chain(self.swept.iter().map(|curves| (curves.color, &curves.histories[..]))).collect()
    }

    /// The number of the present run.
    pub fn number(&self) -> u32 {
        self.count + 1
    }
}

impl Past {
    /// Whether the other is the same run over again, as far as both went.
    fn repeats(&self, other: &Past) -> bool {
        let agree = |a: Option<u32>, b: Option<u32>| a.is_none() || b.is_none() || a == b;
        of_curves().all(|key| (key.get)(&self.config) == (key.get)(&other.config))
            && self.from == other.from
            && self
                .histories
                .iter()
                .zip(&other.histories)
                .all(|(a, b)| agree(a.memorized, b.memorized) && agree(a.grokked, b.grokked))
    }
}

/// Where a run came from, and what changed on its way, after so many updates: `from step 120 · weight decay 2 from step 179`.
/// Of the changes at most the latest two.
pub fn story(config: &Config, from: Option<Fork>, step: u32) -> String {
    let from = from.map(|Fork { step, fresh }| match fresh {
        true => tr!("from step {step}, moments from 0", step = thousands(step.into())),
        false => tr!("from step {step}", step = thousands(step.into())),
    });
    let changes: Vec<_> = config.at.until(step).collect();
    let (earlier, latest) = changes.split_at(changes.len().saturating_sub(2));
    let earlier = match earlier.len() {
        0 => None,
        1 => Some(tr!("1 earlier change").into()),
        n => Some(tr!("{n} earlier changes", n = thousands(n as u64))),
    };
    let latest = latest
        .iter()
        .map(|change| tr!("{change} from step {step}", change = change.words(), step = thousands(change.step.into())));
    from.into_iter().chain(earlier).chain(latest).collect::<Vec<_>>().join(" · ")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::metrics::Point;

    fn history(steps: u32, grokked: Option<u32>) -> History {
        let mut history = History::default();
        for step in 0..steps {
            let known = grokked.is_some_and(|at| step >= at);
            let test_accuracy = if known { 1.0 } else { 0.1 };
            history.push(Point { step, train_loss: 1.0, train_accuracy: 0.5, test_accuracy, ..Point::default() });
        }
        history
    }

    fn with(query: &str) -> Config {
        Config::standard().with_query(query).0
    }

    fn numbers(runs: &Runs) -> Vec<u32> {
        runs.past.iter().map(|run| run.number).collect()
    }

    #[test]
    fn ids_are_read_as_they_are_written() {
        for id in [RunId::Present, RunId::Past(12), RunId::Cell(0)] {
            assert_eq!(RunId::parse(&id.write()), Some(id));
        }
        assert!(["", "run", "cellar", "runx", "now1"].iter().all(|text| RunId::parse(text).is_none()));
    }

    #[test]
    fn the_same_run_again_is_listed_once() {
        let mut runs = Runs::default();
        runs.add(&with(""), (302, 5.0), &[history(303, Some(240))]);
        runs.mark_mut(RunId::Past(1)).expect("it is kept").name = "long".into();
        runs.add(&with("speed=0"), (100, 2.0), &[history(101, None)]);
        let [run] = &runs.past[..] else { panic!("{:?}", runs.past.len()) };
        assert_eq!((run.step, run.elapsed_ms, run.histories[0].points.len(), &run.mark.name[..]), (302, 5.0, 303, "long"));
        // Another way to the same settings is another run.
        runs.add(&with(""), (302, 5.0), &[history(303, Some(250))]);
        runs.from = Some(Fork { step: 120, fresh: true });
        runs.add(&with(""), (302, 5.0), &[history(303, Some(250))]);
        assert_eq!((runs.past.len(), runs.from), (3, None));
        assert_eq!(story(&runs.past[0].config, runs.past[0].from, 302), "from step 120, moments from 0");
    }

    #[test]
    fn what_changed_on_the_way_is_told_and_what_was_only_planned_is_not() {
        let mut runs = Runs::default();
        let config = with("at=179:wd%3D2;300:lr%3D0.001");
        assert_eq!(story(&config, None, 178), "");
        assert_eq!(story(&config, None, 400), "weight decay 2 from step 179 · learning rate 0.001 from step 300");
        runs.add(&config, (212, 1.0), &[history(213, Some(200))]);
        assert_eq!(story(&runs.past[0].config, None, 212), "weight decay 2 from step 179");
        assert_eq!(runs.past[0].config.at.write(), "179:wd=2");
        let many = with("at=1:wd%3D2;2:wd%3D3;3:wd%3D4");
        assert_eq!(story(&many, None, 9), "1 earlier change · weight decay 3 from step 2 · weight decay 4 from step 3");
    }

    #[test]
    fn the_number_of_runs_is_bounded_and_colours_of_what_is_drawn_differ() {
        let mut runs = Runs::default();
        for seed in 0..MOST as u32 + 20 {
            runs.add(&with(&format!("seed={seed}")), (30, 1.0), &[history(30, None)]);
            match seed {
                2 => runs.mark.name = "named before it was left".into(),
                5 => runs.mark_mut(RunId::Past(6)).expect("it is kept").note = "odd".into(),
                _ => {}
            }
        }
        assert_eq!((runs.past.len(), runs.past[0].config.seed), (MOST, MOST as u32 + 19));
        assert_eq!(numbers(&runs)[MOST - 2..], [6, 4]);
        let mut colors: Vec<usize> = runs.drawn().iter().map(|(color, _)| *color).collect();
        colors.sort_unstable();
        assert_eq!(colors, (0..DRAWN).collect::<Vec<_>>());
        runs.past[1].mark.shown = false;
        runs.swept = vec![Curves { color: runs.free_color(), histories: vec![history(5, None)] }];
        assert_eq!(runs.swept[0].color, runs.past[1].mark.color);
        assert_eq!(runs.drawn().len(), DRAWN);
        for _ in 1..24 {
            runs.swept.push(Curves { color: runs.free_color(), histories: vec![history(5, None)] });
        }
        let drawn = runs.drawn();
        let shares = (0..COLORS.len()).map(|color| drawn.iter().filter(|(own, _)| *own == color).count());
        assert!(
            shares.clone().all(|share| drawn.len() / DRAWN == share || drawn.len().div_ceil(DRAWN) == share),
            "{:?}",
            shares.collect::<Vec<_>>()
        );
        runs.forget(4);
        runs.forget(4);
        assert_eq!((runs.past.len(), numbers(&runs)[MOST - 2]), (MOST - 1, 6));
        assert!(runs.mark_mut(RunId::Past(4)).is_none() && runs.mark_mut(RunId::Cell(0)).is_none());
    }

    #[test]
    fn runs_of_an_earlier_visit_come_behind_in_their_order() {
        let mut earlier = Runs::default();
        for seed in 1..4 {
            earlier.add(&with(&format!("seed={seed}")), (30, 1.0), &[history(30, None)]);
        }
        let mut runs = Runs::default();
        runs.take_in(earlier.past.clone());
        assert_eq!((numbers(&runs), runs.number()), (vec![3, 2, 1], 4));
        // Those that are there already are not there twice.
        runs.take_in(earlier.past[1..].to_vec());
        assert_eq!(runs.past.len(), 3);
    }

    #[test]
    fn a_past_curve_is_short_and_has_its_jumps() {
        let mut whole = history(50_000, Some(30_000));
        whole.points[12_345].test_accuracy = 0.9;
        whole.points[777].test_accuracy = f32::NAN;
        let short = thinned(&[whole], POINTS).remove(0);
        assert!((POINTS / 2..=POINTS + 1).contains(&short.points.len()), "{}", short.points.len());
        assert!(short.points.windows(2).all(|two| two[0].step < two[1].step));
        assert!([12_345, 49_999].iter().all(|step| short.points.iter().any(|p| p.step == *step)));
        assert_eq!((short.grokked, short.points[0].step < 100), (Some(30_000), true));
        let few = [history(40, None)];
        assert_eq!(thinned(&few, POINTS), few);
        assert!(worth(&few) && worth(&[history(2, Some(1))]) && !worth(&[history(19, None)]));
    }

    #[test]
    fn seeds_of_a_past_run_are_kept_at_the_same_steps() {
        let mut runs = [1000, 20_000, 50_000].map(|grokked| history(50_000, Some(grokked)));
        runs[0].rewind(30_000);
        let short = thinned(&runs, POINTS);
        let steps = short.iter().map(|run| run.points.iter().map(|point| point.step).collect::<Vec<_>>()).collect::<Vec<_>>();
        assert!(steps[1].len() <= POINTS + 1 && steps[1] == steps[2]);
        assert!(steps[0].iter().take(steps[0].len() - 1).eq(steps[1].iter().take(steps[0].len() - 1)), "one that ended earlier");
        assert_eq!(steps[0].last(), Some(&30_000));
        for (run, jump) in short.iter().zip([1000, 20_000, 50_000]) {
            let after = run.points.iter().find(|point| point.test_accuracy == 1.0).map(|point| point.step);
            assert!(after.is_none_or(|step| step < jump + 200), "{jump}: {after:?}");
        }
    }
}
