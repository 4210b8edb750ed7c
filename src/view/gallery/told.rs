//! What was recorded of an experiment, in words of the language that is spoken.

use std::fmt::Display;

use crate::experiment::Experiment;
use crate::experiment::record::{Check, Further, Record, Reproduction};
use crate::language::{fill, in_english, local, lookup, translate};
use crate::text::duration;
use crate::tr;

/// What was measured when the experiment was recorded, in a sentence or two.
pub fn measured(record: &Record, experiment: &Experiment, arm: usize) -> String {
    let Some(of_arm) = record.arm(experiment.arms[arm].id) else {
        return String::new();
    };
    let compares = record.compares.iter().filter(|(id, _)| id == experiment.id).map(|(_, check)| check);
    let (english, spoken) = (in_english(|| claims(experiment, arm)), claims(experiment, arm));
    let said = |check: &Check| {
        let claim = english.iter().position(|claim| *claim == check.text).map_or(&check.text, |at| &spoken[at]);
        let measured = by_run(&check.measured, check.all).iter().map(|one| retold(one)).collect::<Vec<_>>().join(", ");
        tr!("{claim} ({met} of {all} runs: {measured})", claim, met = check.met, all = check.all, measured)
    };
    let claims = of_arm.checks.iter().chain(compares).map(said).collect::<Vec<_>>().join("; ");
    let told = match record.reproduction(experiment) {
        Some(Reproduction::Whole) => tr!("Reproduced here: {claims}.", claims),
        Some(Reproduction::Partly(met, all)) => tr!("Partly reproduced here, {met} of {all} times: {claims}.", met, all, claims),
        Some(Reproduction::Failed(..)) => tr!("Not reproduced here: {claims}.", claims),
        None => tr!("Measured: {claims}.", claims),
    };
    let further = record.further(experiment.id).map(|tried| {
        let Further { first, seeds, met, all, .. } = tried;
        tr!("On seeds {first} to {last}, {met} of {all} of these held.", first, last = first + seeds - 1, met, all)
    });
    let made = lookup(&of_arm.made).unwrap_or(&of_arm.made);
    let took = of_arm.seconds.map(|seconds| {
        let took = duration(1000.0 * f64::from(seconds));
        tr!("All {seeds} runs of this set-up took {took}.", seeds = of_arm.seeds, took)
    });
    [&told, made].into_iter().chain(took.as_deref()).chain(further.as_deref()).collect::<Vec<_>>().join(" ")
}

/// All that is claimed of an arm, and of an experiment's arms beside each other.
fn claims(experiment: &Experiment, arm: usize) -> Vec<String> {
    let alone = experiment.arms[arm].texts();
    alone.chain(experiment.compare.iter().map(|compare| compare.text(|id| translate(experiment.label(id))))).collect()
}

/// How [`experiment`](crate::experiment) says what was measured; what another one would also fit comes first.
const MEASURED: [&str; 27] = [
    "from {first} to {low} at step {valley}, {high} at step {top}, then {end}; test accuracy from {from} to {to}",
    "from {first} to {most} bytes at step {step}, then {end}",
    "from {low} to {top} at step {step}, then {end}",
    "from {low} to {end}, falls of {most} at most",
    "from {from} at step {first} to {to} at step {second}",
    "from {from} at step {step} to {to}",
    "power {exponent}",
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

/// What was measured, by run, of so many runs. What is told of a run may have commas of its own: then it has as many for each.
fn by_run(measured: &str, runs: u32) -> Vec<String> {
    // A number has no space after its comma.
    let (mut rest, mut parts) = (measured, vec![]);
    while let Some((one, more)) = find_in(rest, ", ").and_then(|at| rest.split_at_checked(at)) {
        parts.push(one);
        rest = more.strip_prefix(", ").unwrap_or_default();
    }
    parts.push(rest);
    let each = match parts.len().checked_div(runs as usize) {
        Some(each) if each > 0 && each * runs as usize == parts.len() => each,
        _ => 1,
    };
    parts.chunks(each).map(|parts| parts.join(", ")).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::experiment::EXPERIMENTS;
    use crate::experiment::record::parse;
    use crate::language::{learn, speak};

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
        record.arms[0].seconds = Some(75);
        assert!(measured(&record, experiment, 0).contains(" Here. All 3 runs of this set-up took 1 min 15 s. On seeds"));
        assert!(super::super::cards(&record)[0].thumbnail.is_some());
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
        let (one, other) = ("from 2.34 to 5.29 at step 15,430, then 3.85", "from 2 to 4 at step 9, then 3");
        assert_eq!(by_run(&[one, other].join(", "), 2), [one, other]);
        assert_eq!(by_run("step 9, not yet, step 1,200", 3), ["step 9", "not yet", "step 1,200"]);
        assert_eq!(by_run("step 9, from 2 to 4 at step 9, then 3", 2), ["step 9", "from 2 to 4 at step 9", "then 3"]);
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
