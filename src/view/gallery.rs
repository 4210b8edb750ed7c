//! The experiments as the page shows them: the one that runs, with its verdict, and the gallery of all.

use std::fmt::Display;

use super::app::{App, State};
use super::chart::Theme;
use super::draw::{Area, Draw, Stroke};
use super::sweep::{RowState, SweepTable};
use crate::experiment::record::{Check, Curve, Further, Record};
use crate::experiment::{
    Across, EXPERIMENTS, Expect, Experiment, IDEAS, Idea, Judgement, Publication, READING_LISTS, ReadingList, find,
};
use crate::language::{fill, in_english, local, lookup, translate};
use crate::order::argsort;
use crate::settings::{Change, Key};
use crate::sweep::endings;
use crate::tr;

/// One thing that is expected of the run on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether it holds.
    pub judgement: Judgement,
    /// What is expected.
    pub text: String,
    /// What this run did.
    pub measured: String,
}

/// The experiment that runs.
pub struct Paper {
    /// What it is.
    pub experiment: &'static Experiment,
    /// Which of its arms.
    pub arm: usize,
    /// What is expected, and how it looks so far.
    pub lines: Vec<Line>,
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
        Line { judgement: verdict.judgement, text: expect.text(), measured: verdict.measured }
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
        Line { judgement, text: probe.text(), measured }
    };
    let table = table.filter(|table| table.config.experiment == arm.id && table.asks_like(&app.config));
    let rows = table.into_iter().flat_map(|table| table.rows.iter().zip(table.states.iter().map(RowState::outcome)));
    let endings = endings(rows);
    // A row that was stopped decides nothing.
    let over = table.is_some_and(|table| endings.len() == table.rows.len());
    let of_rows = |across: &Across| {
        let verdict = across.judge(&endings, table.and_then(|table| table.map.as_ref()), over);
        Line { judgement: verdict.judgement, text: across.text(), measured: verdict.measured }
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
    let on = |list: &ReadingList| EXPERIMENTS.iter().filter(|experiment| list.has(experiment.publication())).count();
    READING_LISTS.iter().map(|list| (list.name, translate(list.label), on(list))).collect()
}

/// The experiments in the order of the reading list of this name, with those that are not on it after them; in our own order where there
/// is no such list.
pub fn in_order(list: &str) -> Vec<&'static Experiment> {
    let list = READING_LISTS.iter().find(|one| one.name == list);
    let place = |experiment: &&Experiment| {
        let on = list.and_then(|list| list.papers.iter().position(|paper| *paper == experiment.publication().arxiv));
        on.unwrap_or(usize::MAX)
    };
    let places: Vec<usize> = EXPERIMENTS.iter().map(place).collect();
    argsort(places.len(), &|a, b| places[a].cmp(&places[b])).into_iter().map(|at| EXPERIMENTS[at]).collect()
}

/// The names of all ideas and lists that a paper belongs to, as the page's rules have them.
pub fn groups(publication: &Publication) -> String {
    let lists = READING_LISTS.iter().filter(|list| list.has(publication)).map(|list| list.name);
    publication.ideas.iter().map(|idea| idea.name()).chain(lists).collect::<Vec<_>>().join(" ")
}

/// What was measured when the experiment was recorded, in a sentence or two.
pub fn measured(record: &Record, experiment: &Experiment, arm: usize) -> String {
    let Some(of_arm) = record.arm(experiment.arms[arm].id) else {
        return String::new();
    };
    let compares = record.compares.iter().filter(|(id, _)| id == experiment.id).map(|(_, check)| check);
    let (english, spoken) = (in_english(|| claims(experiment, arm)), claims(experiment, arm));
    let said = |check: &Check| {
        let claim = english.iter().position(|claim| *claim == check.text).map_or(&check.text, |at| &spoken[at]);
        let measured = by_run(&check.measured).into_iter().map(retold).collect::<Vec<_>>().join(", ");
        tr!("{claim} ({met} of {all} runs: {measured})", claim, met = check.met, all = check.all, measured)
    };
    let claims = of_arm.checks.iter().chain(compares).map(said).collect::<Vec<_>>().join("; ");
    let told = match record.reproduced(experiment) {
        Some(true) => tr!("Reproduced here: {claims}.", claims),
        Some(false) => tr!("Not reproduced here: {claims}.", claims),
        None => tr!("Measured: {claims}.", claims),
    };
    let further = record.further(experiment.id).map(|tried| {
        let Further { first, seeds, met, all, .. } = tried;
        tr!("On seeds {first} to {last}, {met} of {all} of these held.", first, last = first + seeds - 1, met, all)
    });
    let made = lookup(&of_arm.made).unwrap_or(&of_arm.made);
    [&told, made].into_iter().chain(further.as_deref()).collect::<Vec<_>>().join(" ")
}

/// All that is claimed of an arm, and of an experiment's arms beside each other.
fn claims(experiment: &Experiment, arm: usize) -> Vec<String> {
    let label = |id: &str| experiment.arm(id).map_or("", |arm| translate(experiment.arms[arm].label));
    let alone = experiment.arms[arm].texts();
    alone.chain(experiment.compare.iter().map(|compare| compare.text(compare.arms().map(label)))).collect()
}

/// How [`experiment`](crate::experiment) says what was measured; what another one would also fit comes first.
const MEASURED: [&str; 20] = [
    "step {first} before step {second}",
    "step {first} before never",
    "never before step {second}",
    "step {step}",
    "{steps} steps later",
    "more than {times} times",
    "{times} times",
    "{count} neurons",
    "{count} frequencies",
    "{count} slingshots",
    "from {first} to {last}",
    "{fraction} at step {step}",
    "correlation {rho}",
    "R² = {share} with {count} states",
    "1 detour with a correlation of {rho}",
    "{count} detours with a correlation up to {rho}",
    "{less} against {more}",
    "{some} of {all} runs",
    "lowest {value}",
    "at most {value}",
];

/// What a record says was measured, which is in English, in the language that is spoken.
fn retold(measured: &str) -> String {
    let again = |pattern: &&'static str| {
        let (names, values): (Vec<_>, Vec<_>) = values(pattern, measured)?.into_iter().unzip();
        let said = |value: &str| lookup(value).map_or_else(|| local(value.into()), String::from);
        let values: Vec<String> = values.into_iter().map(said).collect();
        let values: Vec<&dyn Display> = values.iter().map(|value| value as &dyn Display).collect();
        Some(fill(pattern, &names.join(" "), &values))
    };
    match lookup(measured) {
        Some(same) => same.into(),
        None => MEASURED.iter().find_map(again).unwrap_or_else(|| local(measured.into())),
    }
}

/// Names and values with which a pattern says this, if it can.
fn values<'a>(mut pattern: &'a str, mut text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut values = vec![];
    while let Some((before, after)) = pattern.split_once('{') {
        let (name, after) = after.split_once('}')?;
        text = text.strip_prefix(before)?;
        let until = after.split('{').next().filter(|until| !until.is_empty());
        let (value, rest) = text.split_at_checked(until.map_or(Some(text.len()), |until| find_in(text, until))?)?;
        values.push((name, value));
        (pattern, text) = (after, rest);
    }
    (pattern == text).then_some(values)
}

/// Where `what` begins in a text. The standard search is made for long texts, and weighs more than it is worth here.
fn find_in(text: &str, what: &str) -> Option<usize> {
    text.as_bytes().windows(what.len()).position(|here| here == what.as_bytes())
}

/// What was measured, run by run.
fn by_run(mut measured: &str) -> Vec<&str> {
    let mut list = vec![];
    // A number has no space after its comma.
    while let Some((one, rest)) = find_in(measured, ", ").and_then(|at| measured.split_at_checked(at)) {
        list.push(one);
        measured = rest.strip_prefix(", ").unwrap_or_default();
    }
    list.push(measured);
    list
}

/// A card of the gallery.
pub struct Card {
    /// What it is.
    pub experiment: &'static Experiment,
    /// `reproduced`, `not reproduced here`, or `not measured yet`, in the language that is spoken.
    pub verdict: &'static str,
    /// What is drawn.
    pub curve: Option<Curve>,
}

/// All cards.
pub fn cards(record: &Record) -> Vec<Card> {
    let card = |experiment: &&'static Experiment| {
        let verdict = match record.reproduced(experiment) {
            Some(true) => tr!("reproduced"),
            Some(false) => tr!("not reproduced here"),
            None => tr!("not measured yet"),
        };
        // Of the first arm in which something happens.
        let mut curves = experiment.arms.iter().filter_map(|arm| Some(record.arm(arm.id)?.curve.clone()));
        Card { experiment, verdict, curve: curves.find(|curve| curve.steps.len() > 2) }
    };
    EXPERIMENTS.iter().map(card).collect()
}

/// Draws the two accuracies of a curve into an area.
pub fn thumbnail(draw: &mut dyn Draw, curve: &Curve, area: Area, theme: &Theme) {
    let last = f64::from(curve.steps.last().copied().unwrap_or(1).max(1));
    let (width, height) = (area.width - 2.0, area.height - 4.0);
    draw.lines(
        &[vec![(area.x, area.y + area.height - 0.5), (area.x + area.width, area.y + area.height - 0.5)]],
        Stroke::thin(&theme.grid),
    );
    let styles: [(&str, &[f64]); 2] = [(&theme.train, &[]), (&theme.test, &[4.0, 2.5])];
    for (values, (color, dash)) in curve.accuracy.iter().zip(styles) {
        let points = curve.steps.iter().zip(values);
        let line = points.map(|(step, value)| {
            (area.x + 1.0 + width * f64::from(*step) / last, area.y + 2.0 + height * (1.0 - f64::from(*value) / 1000.0))
        });
        draw.lines(&[line.collect()], Stroke { width: 1.5, dash, ..Stroke::thin(color) });
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::experiment::record::parse;
    use crate::language::{learn, speak};
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
            assert!((1..EXPERIMENTS.len()).contains(count), "{label}: {count}");
            let rule = format!(".gallery:has([value=\"{name}\"]:checked) .card:not([data-ideas~=\"{name}\"])");
            assert!(rules.contains(&rule), "later.css lacks {rule}");
            let with = EXPERIMENTS.iter().filter(|one| groups(one.publication()).split(' ').any(|group| group == *name));
            assert_eq!(with.count(), *count, "{label}");
        }
    }

    #[test]
    fn a_list_is_read_in_its_own_order() {
        let ids = |list: &str| in_order(list).iter().map(|experiment| experiment.id).collect::<Vec<_>>();
        let own: Vec<_> = EXPERIMENTS.iter().map(|experiment| experiment.id).collect();
        assert_eq!((ids(""), ids("data")), (own.clone(), own.clone()));
        for (name, _, count) in lists() {
            let papers = in_order(name).into_iter().map(|experiment| experiment.publication().arxiv).collect::<Vec<_>>();
            let list = READING_LISTS.iter().find(|list| list.name == name).unwrap();
            assert!(papers[..count].is_sorted() && papers[..count].iter().all(|paper| list.papers.contains(paper)), "{name}");
            assert!(papers[count..].iter().all(|paper| !list.papers.contains(paper)) && papers.len() == own.len(), "{name}");
        }
        // Newcomers begin with what takes seconds, and readers with the first paper.
        assert_eq!((own[0], ids("found")[0]), ("doshi", "power"));
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

    #[test]
    fn the_record_is_told_with_its_numbers() {
        let mut record = parse(
            "arm doshi 3\nmade Here.\ncheck 2 3 groks by step 60 | step 41, step 44, not yet\nsteps 0 9 20\ntrain 0 9 9\ntest 0 9 9",
        );
        let experiment = EXPERIMENTS[0];
        let text = measured(&record, experiment, 0);
        assert!(text.contains("groks by step 60 (2 of 3 runs: step 41, step 44, not yet). Here."), "{text}");
        assert_eq!(measured(&record, experiment, 1), "");
        record.further = parse("further doshi 3 4 7 8 | groks by step 60 (step 41)").further;
        assert!(measured(&record, experiment, 0).ends_with(" Here. On seeds 3 to 6, 7 of 8 of these held."));
        assert_eq!(cards(&record)[0].curve.as_ref().map(|curve| curve.steps.len()), Some(3));
    }

    #[test]
    fn what_was_recorded_in_english_is_told_in_the_language_that_is_spoken() {
        let mut texts = [
            ["step {step}", "Schritt {step}"],
            ["step {first} before step {second}", "Schritt {first} vor Schritt {second}"],
            ["more than {times} times", "mehr als {times} Mal"],
            ["{times} times", "{times} Mal"],
            ["not yet", "noch nicht"],
            ["{claim} ({met} of {all} runs: {measured})", "{claim} ({met} von {all} Läufen: {measured})"],
        ];
        let text = "arm kumar 3\nmade Here.\ncheck 2 3 groks by step 10,000 | step 3,345, 8.3 times, not yet";
        let told = |text: &str| {
            let experiment = EXPERIMENTS.iter().find(|experiment| experiment.id == "kumar").unwrap();
            measured(&parse(text), experiment, 0)
        };
        assert!(told(text).contains("groks by step 10,000 (2 of 3 runs: step 3,345, 8.3 times, not yet). Here."));
        let all = ["step 1,200 before step 9", "more than 2.5 times", "99.5 %", "never seen"];
        assert_eq!(all.map(retold), all);
        texts.sort_unstable();
        learn("de", texts.iter().flatten().map(|text| text.to_string()).collect());
        speak("de");
        assert!(told(text).contains("10.000 (2 von 3 Läufen: Schritt 3.345, 8,3 Mal, noch nicht). Here."));
        assert_eq!(all.map(retold), ["Schritt 1.200 vor Schritt 9", "mehr als 2,5 Mal", "99,5 %", "never seen"]);
        speak("en");
    }
}
