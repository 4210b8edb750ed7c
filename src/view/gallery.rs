//! The experiments as the page shows them: the one that runs, with its verdict, and the gallery of all.

mod thumbnail;
mod told;

use super::app::{App, State};
use super::judged::Judged;
use super::sweep::{RowState, SweepTable};
use crate::experiment::record::{Record, Reproduction};
use crate::experiment::{
    Across, EXPERIMENTS, Expect, Experiment, IDEAS, Idea, Judgement, READING_LISTS, READINGS, ReadingList, find,
};
use crate::language::translate;
use crate::order::argsort;
use crate::settings::{Change, Key};
use crate::sweep::endings;
use crate::tr;
pub use thumbnail::Thumbnail;
pub use told::measured;

/// The experiment that runs.
pub struct Paper {
    /// What it is.
    pub experiment: &'static Experiment,
    /// Which of its arms.
    pub arm: usize,
    /// What is expected, and how it looks so far.
    pub lines: Vec<Judged>,
    /// What happens in the middle of the run, if something does.
    pub mid_run_change: Option<&'static str>,
    /// Settings that the visitor changed.
    pub changed: bool,
}

/// The experiment of a configuration, judged by the first run, or by the table of runs that it asks for.
pub fn paper(app: &App, table: Option<&SweepTable>) -> Option<Paper> {
    let (experiment, arm) = find(&app.record.experiment)?;
    let (ended, history) = (app.state() == State::Done, app.histories.first()?);
    let judged = |expect: &Expect| {
        let verdict = expect.judge(history, ended);
        Judged { judgement: verdict.judgement, text: expect.text(), measured: verdict.measured }
    };
    // What belongs to the page, to this machine or to chance is not a part of the claim.
    let settings = |key: &Key| {
        key.change != Change::Live && !["seed", "at", "backend", "workers", "tiles", "experiment"].contains(&key.name)
    };
    let of_weights = |(i, probe): (usize, &crate::experiment::Probe)| {
        let (judgement, measured) = match app.claims.get(i) {
            Some(Ok((true, found))) => (Judgement::Holds, found.clone()),
            Some(Ok((false, found))) => (Judgement::Fails, found.clone()),
            Some(Err(why)) => (Judgement::Open, why.clone()),
            None if ended => (Judgement::Open, tr!("being measured").into()),
            None => (Judgement::Open, tr!("measured at the end").into()),
        };
        Judged { judgement, text: probe.text(), measured }
    };
    let table = table.filter(|table| table.config.experiment == arm.id && table.asks_like(&app.config));
    let rows = table.into_iter().flat_map(|table| table.rows.iter().zip(table.states.iter().map(RowState::outcome)));
    let endings = endings(rows);
    // A row that was stopped decides nothing.
    let over = table.is_some_and(|table| endings.len() == table.rows.len());
    let of_rows = |across: &Across| {
        let verdict = across.judge(&endings, table.and_then(|table| table.map.as_ref()), over);
        Judged { judgement: verdict.judgement, text: across.text(), measured: verdict.measured }
    };
    let alone = arm.expect.iter().map(judged).chain(arm.probes.iter().enumerate().map(of_weights));
    Some(Paper {
        experiment,
        arm: experiment.arm(arm.id)?,
        lines: alone.chain(arm.across.iter().map(of_rows)).collect(),
        mid_run_change: arm.then.as_ref().map(|then| translate(then.label)),
        changed: app.record.changed().iter().any(|(key, _)| settings(key)),
    })
}

/// What papers may be about, for a choice: name, label and how many there are. The first, without a name, is all of them.
pub fn ideas() -> Vec<(&'static str, &'static str, usize)> {
    let about = |idea: Idea| EXPERIMENTS.iter().filter(|experiment| experiment.publication().ideas.contains(&idea)).count();
    let each = IDEAS.iter().map(|(idea, name, label)| (*name, translate(label), about(*idea)));
    core::iter::once(("", tr!("All"), EXPERIMENTS.len())).chain(each).collect()
}

/// The reading lists, for the same choice.
pub fn lists() -> Vec<(&'static str, &'static str, usize)> {
    let on = |list: &ReadingList| all().filter(|(_, arxiv)| list.papers.contains(arxiv)).count();
    READING_LISTS.iter().map(|list| (list.name, translate(list.label), on(list))).collect()
}

/// What the gallery has, in our own order: what it is called by, and the number of its paper at arXiv. What is only read comes last, and is
/// called by that number.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let experiments = EXPERIMENTS.iter().map(|experiment| (experiment.id, experiment.publication().arxiv));
    experiments.chain(READINGS.iter().map(|reading| (reading.arxiv, reading.arxiv)))
}

/// What the gallery has, in the order of the reading list of this name: ids of experiments, and numbers at arXiv of papers that are only
/// read. What is not on the list comes after it; where there is no such list, everything is in our own order.
pub fn in_order(list: &str) -> Vec<&'static str> {
    let list = READING_LISTS.iter().find(|one| one.name == list);
    let all: Vec<_> = all().collect();
    let place = |(_, arxiv): &(&str, &str)| list.and_then(|list| list.papers.iter().position(|paper| paper == arxiv));
    let places: Vec<usize> = all.iter().map(|one| place(one).unwrap_or(usize::MAX)).collect();
    argsort(places.len(), &|a, b| places[a].cmp(&places[b])).into_iter().map(|at| all[at].0).collect()
}

/// The names of all ideas and lists that a paper belongs to, as the page's rules have them.
pub fn groups(arxiv: &str, ideas: &[Idea]) -> String {
    let lists = READING_LISTS.iter().filter(|list| list.papers.contains(&arxiv)).map(|list| list.name);
    ideas.iter().map(|idea| idea.name()).chain(lists).collect::<Vec<_>>().join(" ")
}

/// A card of the gallery.
pub struct Card {
    /// What it is.
    pub experiment: &'static Experiment,
    /// `reproduced`, `partly: 14 of 18`, `not reproduced here`, or `not measured yet`, in the language that is spoken.
    pub verdict: String,
    /// What is drawn.
    pub thumbnail: Option<Thumbnail>,
}

/// All cards.
pub fn cards(record: &Record) -> Vec<Card> {
    let card = |experiment: &&'static Experiment| {
        let verdict = match record.reproduction(experiment) {
            Some(Reproduction::Whole) => tr!("reproduced").into(),
            Some(Reproduction::Partly(met, all)) => tr!("partly: {met} of {all}", met, all),
            Some(Reproduction::Failed(..)) => tr!("not reproduced here").into(),
            None => tr!("not measured yet").into(),
        };
        Card { experiment, verdict, thumbnail: Thumbnail::of(record, experiment) }
    };
    EXPERIMENTS.iter().map(card).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::settings::from_query;

    #[test]
    fn an_experiment_is_judged_as_it_goes() {
        let app = |query: &str| App::new(from_query(query).0, &[], None);
        assert!(paper(&app("v=1"), None).is_none());
        let paper = |query: &str| super::paper(&app(query), None).unwrap();
        let plain = paper("experiment=doshi&seed=4&v=1");
        assert_eq!((plain.experiment.id, plain.arm, plain.changed), ("doshi", 0, false));
        assert!(plain.lines.iter().all(|line| line.judgement == Judgement::Open), "{:?}", plain.lines);
        assert!(paper("experiment=doshi&p=31&v=1").changed && !paper("experiment=doshi&backend=cpu&lr=0.02&v=1").changed);
        assert!(paper("experiment=varma&v=1").mid_run_change.is_some());
    }

    #[test]
    fn papers_can_be_chosen_by_what_they_are_about() {
        let ideas = ideas();
        assert_eq!(ideas[0], ("", "All", EXPERIMENTS.len()));
        assert!(IDEAS.iter().map(|(idea, ..)| idea.name()).eq(ideas[1..].iter().map(|(name, ..)| *name)));
        let rules = include_str!("../../www/later.css");
        for (name, label, count) in ideas[1..].iter().chain(&lists()) {
            assert!((1..=EXPERIMENTS.len() + READINGS.len()).contains(count), "{label}: {count}");
            let rule = format!(".gallery:has([value=\"{name}\"]:checked) :is(.card, .reading):not([data-ideas~=\"{name}\"])");
            assert!(rules.contains(&rule), "later.css lacks {rule}");
            let experiments = EXPERIMENTS.iter().map(|one| groups(one.publication().arxiv, one.publication().ideas));
            let all = experiments.chain(READINGS.iter().map(|reading| groups(reading.arxiv, &[])));
            assert_eq!(all.filter(|groups| groups.split(' ').any(|group| group == *name)).count(), *count, "{label}");
        }
    }

    #[test]
    fn a_list_is_read_in_its_own_order() {
        let own: Vec<_> = all().map(|(id, _)| id).collect();
        assert_eq!((in_order(""), in_order("data")), (own.clone(), own.clone()));
        let arxiv = |id| find(id).map_or(id, |(experiment, _)| experiment.publication().arxiv);
        for (name, _, count) in lists() {
            let papers = in_order(name).into_iter().map(arxiv).collect::<Vec<_>>();
            let list = READING_LISTS.iter().find(|list| list.name == name).unwrap();
            assert!(papers[..count].is_sorted() && papers[..count].iter().all(|paper| list.papers.contains(paper)), "{name}");
            assert!(papers[count..].iter().all(|paper| !list.papers.contains(paper)) && papers.len() == own.len(), "{name}");
        }
        // Newcomers begin with what takes seconds, and readers with the first paper.
        assert_eq!((own[0], in_order("found")[0]), ("doshi", "power"));
    }

    #[test]
    fn all_thirty_papers_are_here() {
        // What the gallery says.
        let papers: std::collections::BTreeSet<&str> = READING_LISTS.iter().flat_map(|list| list.papers).copied().collect();
        assert_eq!(papers.len(), 30);
        assert!(
            include_str!("../../www/lab.html").contains("<p class=\"quiet\">All thirty papers of the field’s reading lists, ")
        );
    }

    #[test]
    fn a_table_is_judged_when_all_of_it_is_decided() {
        use crate::metrics::{History, Point};
        use crate::sweep::{LearningPhase, Outcome};
        let app = |query: &str| App::new(from_query(query).0, &[], None);
        let fraction = app("experiment=fraction&v=1");
        let mut table = SweepTable::new(&fraction.config);
        let said = |app: &App, table: &SweepTable| {
            let lines = paper(app, Some(table)).unwrap().lines;
            lines.into_iter().map(|line| (line.judgement, line.measured)).collect::<Vec<_>>()
        };
        let open = (Judgement::Open, String::from("not measured yet"));
        assert_eq!(said(&fraction, &table), vec![open.clone(); 3]);
        for (row, state) in table.rows.iter().zip(&mut table.states) {
            let least = match row.config.task.as_str() {
                "x+y" => 0.42,
                "x^3+xy^2+y" => 2.0,
                _ => 0.57,
            };
            let test_accuracy = if row.config.train > least { 1.0 } else { 0.2 };
            let mut history = History::default();
            history.push(Point { step: 2000, test_accuracy, ..Point::default() });
            *state = RowState::Decided(Outcome::of(&history, Some(LearningPhase::Grokking)), history);
        }
        let holds = |measured: &str| (Judgement::Holds, String::from(measured));
        let less = "45.0 % against 60.0 %";
        assert_eq!(said(&fraction, &table), [holds(less), holds(less), holds("at most 20.0 %")]);
        // It says nothing of another set-up.
        assert_eq!(said(&app("experiment=fraction&p=29&v=1"), &table), vec![open; 3]);
    }
}
