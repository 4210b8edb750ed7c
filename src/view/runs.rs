//! Runs that were left and stay for comparison: what is known of them, and what they are called.

use crate::config::Config;
use crate::metrics::{History, thinned};
use crate::settings::keys::{of_curves, of_starts};
use crate::text::thousands;
use crate::tr;

/// Past runs at once.
const MOST: usize = 6;
/// Points of each: more than a chart has columns on most screens.
const POINTS: usize = 600;
/// With fewer points and nothing learnt by heart, a run is no loss.
const WORTH: usize = 20;

/// Colours of past runs: apart from each other and from the live curves, and legible on light and on dark.
pub static COLORS: [&str; MOST] = ["#009e73", "#a763c4", "#a67c00", "#d6457f", "#6b8e23", "#7a7fd1"];

/// Where a run left another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// After so many updates.
    pub step: u32,
    /// Only the weights went on; the optimiser began with no state.
    pub fresh: bool,
}

/// A run that was left.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// As the visitor calls it; empty for what sets it apart.
    pub name: String,
    /// Its settings at the start, and what changed when.
    pub config: Config,
    /// Updates made.
    pub step: u32,
    /// Where it came from, if not from step 0.
    pub from: Option<Fork>,
    /// Decimated.
    pub histories: Vec<History>,
    /// Whether its curves are drawn.
    pub shown: bool,
    /// Index into [`COLORS`].
    pub color: usize,
    /// The how manieth of this visit.
    number: u32,
}

/// A line of the list.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// The visitor's name, or the settings that set it apart.
    pub name: String,
    /// Where it came from, and how far it got.
    pub about: String,
    /// Of its curves; none for the live ones.
    pub color: Option<&'static str>,
    /// Whether they are drawn.
    pub shown: bool,
}

/// All past runs, and what the list says of the present one.
#[derive(Debug, Default)]
pub struct Runs {
    /// The latest first.
    pub past: Vec<Past>,
    /// The visitor's name for the present run.
    pub name: String,
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
    /// Adds the present run. One that repeats a past one replaces it; when there are too many, the oldest without a
    /// name goes.
    pub fn add(&mut self, config: &Config, step: u32, histories: &[History]) {
        let (name, from) = (core::mem::take(&mut self.name), self.from.take());
        let histories = thinned(histories, POINTS);
        self.count += 1;
        let mut config = config.clone();
        // What was planned for later did not happen.
        config.at.rewind(step);
        let mut run = Past { name, config, step, from, histories, shown: true, color: 0, number: self.count };
        if let Some(at) = self.past.iter().position(|old| old.repeats(&run)) {
            let old = self.past.remove(at);
            if old.step > run.step {
                (run.step, run.histories) = (old.step, old.histories);
            }
            if run.name.is_empty() {
                run.name = old.name;
            }
        } else if self.past.len() == MOST {
            self.past.remove(self.past.iter().rposition(|old| old.name.is_empty()).unwrap_or(MOST - 1));
        }
        run.color = (0..MOST).find(|color| self.past.iter().all(|old| old.color != *color)).unwrap_or(0);
        self.past.insert(0, run);
        self.revision += 1;
    }

    /// The past run in a row of the list.
    fn at(&mut self, row: usize) -> Option<&mut Past> {
        self.past.get_mut(row.checked_sub(1)?)
    }

    /// Calls the run in a row something else; nothing, or what it is called anyway, for what sets it apart.
    pub fn rename(&mut self, row: usize, name: &str, config: &Config) {
        let name = name.trim();
        let anyway = self.names(config).get(row).is_some_and(|known| known == name);
        let name = if anyway { String::new() } else { name.into() };
        match self.at(row) {
            Some(run) => run.name = name,
            None => self.name = name,
        }
        self.revision += 1;
    }

    /// Shows or hides the curves of a row.
    pub fn show(&mut self, row: usize, shown: bool) {
        if let Some(run) = self.at(row) {
            run.shown = shown;
            self.revision += 1;
        }
    }

    /// Forgets the run of a row.
    pub fn forget(&mut self, row: usize) {
        if self.at(row).is_some() {
            self.past.remove(row - 1);
            self.revision += 1;
        }
    }

    /// The list: the present run with these settings first.
    pub fn rows(&self, config: &Config, step: u32) -> Vec<Row> {
        let mut names = self.names(config).into_iter();
        let mut own = |name: &String| names.next().filter(|_| name.is_empty()).unwrap_or_else(|| name.clone());
        let present = Row { name: own(&self.name), about: self.about(config, step), color: None, shown: true };
        let past = self.past.iter().map(|run| Row {
            name: own(&run.name),
            about: told(came_so_far(run.from, run.step).chain(run.outcome()).chain(on_the_way(&run.config, run.step))),
            color: Some(COLORS[run.color]),
            shown: run.shown,
        });
        core::iter::once(present).chain(past).collect()
    }

    /// Where the present run came from, and how far it is.
    pub fn about(&self, config: &Config, step: u32) -> String {
        told(came_so_far(self.from, step).chain(on_the_way(config, step)))
    }

    /// What the rows are called without a name: the settings in which not all of them agree.
    fn names(&self, config: &Config) -> Vec<String> {
        let configs: Vec<&Config> = core::iter::once(config).chain(self.past.iter().map(|run| &run.config)).collect();
        let mut names = vec![String::new(); configs.len()];
        // What changed on the way is told with how far they got.
        for key in of_starts() {
            let values: Vec<String> = configs.iter().map(|config| (key.get)(config)).collect();
            if values.iter().all(|value| *value == values[0]) {
                continue;
            }
            for (name, value) in names.iter_mut().zip(&values) {
                let between = if name.is_empty() { "" } else { " · " };
                *name += &[between, &key.said(value)].concat();
            }
        }
        let numbers = core::iter::once(self.count + 1).chain(self.past.iter().map(|run| run.number));
        for (name, number) in names.iter_mut().zip(numbers).filter(|(name, _)| name.is_empty()) {
            *name = tr!("Run {number}", number);
        }
        names
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

    /// When the first of its parallel runs grokked, or else memorised.
    fn outcome(&self) -> Option<String> {
        let first = |mark: fn(&History) -> Option<u32>| self.histories.iter().filter_map(mark).min();
        match (first(|h| h.grokked), first(|h| h.memorized)) {
            (Some(step), _) => Some(tr!("grokked at {step}", step = thousands(step.into()))),
            (None, Some(step)) => Some(tr!("memorised at {step}", step = thousands(step.into()))),
            (None, None) => None,
        }
    }
}

/// Phrases one after the other.
fn told(phrases: impl Iterator<Item = String>) -> String {
    phrases.collect::<Vec<_>>().join(" · ")
}

fn came_so_far(fork: Option<Fork>, step: u32) -> impl Iterator<Item = String> {
    let from = fork.map(|Fork { step, fresh }| match fresh {
        true => tr!("from step {step}, moments from 0", step = thousands(step.into())),
        false => tr!("from step {step}", step = thousands(step.into())),
    });
    from.into_iter().chain([tr!("step {step}", step = thousands(step.into()))])
}

/// What changed until a step, at most the latest two: `weight decay 2 from step 179`.
fn on_the_way(config: &Config, step: u32) -> Vec<String> {
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
    earlier.into_iter().chain(latest).collect()
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

    fn names(runs: &Runs, config: &Config) -> Vec<String> {
        runs.rows(config, 0).into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn runs_are_called_by_what_sets_them_apart() {
        let mut runs = Runs::default();
        assert_eq!(names(&runs, &with("wd=2")), ["Run 1"]);
        runs.add(&with(""), 302, &[history(303, Some(240))]);
        assert_eq!(names(&runs, &with("")), ["Run 2", "Run 1"]);
        assert_eq!(names(&runs, &with("wd=0.5&speed=0&hide=facts&steps=9")), ["weight decay 0.5", "weight decay 1"]);
        runs.add(&with("wd=0.5"), 50, &[history(30, None)]);
        assert_eq!(
            names(&runs, &with("wd=0.5&seed=1")),
            ["seed 1 · weight decay 0.5", "seed 0 · weight decay 0.5", "seed 0 · weight decay 1"]
        );
        let about: Vec<String> = runs.rows(&with(""), 7).into_iter().map(|row| row.about).collect();
        assert_eq!(about, ["step 7", "step 50", "step 302 · grokked at 240"]);
        // A name of the visitor's own stays; without one it is the settings again.
        runs.rename(2, " first <try> ", &with(""));
        runs.rename(0, "now", &with(""));
        assert_eq!(names(&runs, &with("seed=1")), ["now", "seed 0 · weight decay 0.5", "first <try>"]);
        runs.rename(2, "  ", &with(""));
        runs.rename(0, "weight decay 1", &with(""));
        assert_eq!(
            names(&runs, &with("cells=1.2.3")),
            [
                "changed results 1.2.3 · weight decay 1",
                "changed results – · weight decay 0.5",
                "changed results – · weight decay 1"
            ]
        );
    }

    #[test]
    fn the_same_run_again_is_listed_once() {
        let mut runs = Runs::default();
        runs.add(&with(""), 302, &[history(303, Some(240))]);
        runs.rename(1, "long", &with(""));
        runs.add(&with("speed=0"), 100, &[history(101, None)]);
        let [run] = &runs.past[..] else { panic!("{:?}", runs.past.len()) };
        assert_eq!((run.step, run.histories[0].points.len(), run.name.as_str()), (302, 303, "long"));
        // Another way to the same settings is another run.
        runs.add(&with(""), 302, &[history(303, Some(250))]);
        runs.from = Some(Fork { step: 120, fresh: true });
        runs.add(&with(""), 302, &[history(303, Some(250))]);
        assert_eq!(runs.past.len(), 3);
        assert_eq!(runs.rows(&with(""), 0)[1].about, "from step 120, moments from 0 · step 302 · grokked at 250");
        assert_eq!((runs.from, &runs.about(&with(""), 1234)[..]), (None, "step 1,234"));
    }

    #[test]
    fn what_changed_on_the_way_is_told_and_what_was_only_planned_is_not() {
        let mut runs = Runs::default();
        let config = with("at=179:wd%3D2;300:lr%3D0.001");
        assert_eq!(runs.about(&config, 178), "step 178");
        assert_eq!(runs.about(&config, 400), "step 400 · weight decay 2 from step 179 · learning rate 0.001 from step 300");
        runs.add(&config, 212, &[history(213, Some(200))]);
        assert_eq!(runs.rows(&with(""), 0)[1].about, "step 212 · grokked at 200 · weight decay 2 from step 179");
        assert_eq!(runs.past[0].config.at.write(), "179:wd=2");
        let many = with("at=1:wd%3D2;2:wd%3D3;3:wd%3D4");
        assert_eq!(runs.about(&many, 9), "step 9 · 1 earlier change · weight decay 3 from step 2 · weight decay 4 from step 3");
    }

    #[test]
    fn the_number_of_runs_is_bounded_and_their_colours_differ() {
        let mut runs = Runs::default();
        for seed in 0..20 {
            runs.add(&with(&format!("seed={seed}")), 30, &[history(30, None)]);
            if seed == 2 {
                runs.rename(1, "mine", &with(""));
            }
        }
        assert_eq!((runs.past.len(), runs.past[0].config.seed, runs.past[MOST - 1].name.as_str()), (MOST, 19, "mine"));
        let mut colors: Vec<usize> = runs.past.iter().map(|run| run.color).collect();
        colors.sort_unstable();
        assert_eq!(colors, (0..MOST).collect::<Vec<_>>());
        runs.show(2, false);
        runs.forget(1);
        assert_eq!((runs.past.len(), runs.past[0].shown), (MOST - 1, false));
        // The present run and rows that are not there stay as they are.
        [0, 9].into_iter().for_each(|row| runs.forget(row));
        [0, 9].into_iter().for_each(|row| runs.show(row, false));
        assert_eq!(runs.past.len(), MOST - 1);
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
