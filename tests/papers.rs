//! `docs/papers.md` is written from the experiments and from what was recorded of them.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::experiment::record::{Check, Further, Record, Reproduction, parse};
use grokking_lab::experiment::{EXPERIMENTS, Experiment, Publication, READINGS, Reading, address};
use grokking_lab::text::duration;

const RECORDED: &str = include_str!("../www/assets/experiments.txt");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/papers.md");

const INTRODUCTION: &str = "\
# Papers to repeat

<!-- Written by `GROKKING_WRITE=1 cargo test --test papers`. -->

*Papers to repeat*, below the charts, loads the set-up of a paper, says what to look for, and judges the run by a stated criterion: by its
curves while it goes, and by its weights when it is over. What was measured beforehand lies faintly behind the curves. Links to them are
short: `#experiment=doshi&v=1`; other keys override the set-up. The same runs natively:

    cargo run --release --bin reproduce -- --list
    cargo run --release --bin reproduce -- doshi merrill --seeds 3
    cargo run --release --bin reproduce -- --config 'task=x/y&p=31&train=0.5' --seeds 2

A criterion is followed by how many of the recorded runs met it, and what each run did. A paper is *reproduced* when every run met every
criterion, and *partly* when it was so at least half of the times. Where seeds beyond these were tried, which no criterion
was made for, the last line says what they came to (`reproduce NAME --seeds 3 --first 3 --made TEXT` adds it).
";

fn line(check: &Check) -> String {
    format!("- {} — {} of {}: {}\n", check.text, check.met, check.all, check.measured)
}

fn section(experiment: &Experiment, record: &Record) -> String {
    let Experiment { id, arms, .. } = experiment;
    let Publication { authors, title, arxiv, claim, differs, since, .. } = experiment.publication();
    let verdict = match record.reproduction(experiment) {
        Some(Reproduction::Whole) => "**Reproduced.**".into(),
        Some(Reproduction::Partly(met, all)) => format!("**Partly reproduced: {met} of {all} held.**"),
        Some(Reproduction::Failed(met, all)) => format!("**Not reproduced here: {met} of {all} held.**"),
        None => "**Not measured yet.**".into(),
    };
    let more: String = [differs, since].into_iter().filter(|text| !text.is_empty()).map(|text| format!(" {text}")).collect();
    let mut text = format!("\n## {authors} (`{id}`)\n\n[{title}]({}). {claim} {verdict}{more}\n", address(arxiv));
    for arm in *arms {
        text += &format!("\n*{}* (`#experiment={}&v=1`)\n\n", arm.label, arm.id);
        match record.arm(arm.id) {
            Some(recorded) => {
                text += &recorded.checks.iter().map(line).collect::<String>();
                if recorded.checks.is_empty() {
                    text += "- nothing is expected of it alone\n";
                }
                let took = recorded
                    .seconds
                    .map(|seconds| format!(" All {} runs took {}.", recorded.seeds, duration(1000.0 * f64::from(seconds))));
                text += &format!("- {}{}\n", recorded.made, took.unwrap_or_default());
            }
            None => text += "- not measured yet\n",
        }
    }
    let compares: String = record.compares.iter().filter(|(of, _)| of == id).map(|(_, check)| line(check)).collect();
    if !compares.is_empty() {
        text += &format!("\nBetween them:\n\n{compares}");
    }
    if let Some(Further { first, seeds, met, all, missed, .. }) = record.further(id) {
        let missed = if missed.is_empty() { String::new() } else { format!(" Not on all: {missed}.") };
        text += &format!("\nOn seeds {first} to {}, {met} of {all} of these held.{missed}\n", first + seeds - 1);
    }
    text
}

/// A paper that is only read.
fn reading(reading: &Reading) -> String {
    let Reading { authors, title, arxiv, about, shows } = reading;
    let shows: String = shows.iter().map(|(label, id)| format!("- {label} (`{id}`)\n")).collect();
    format!("\n## {authors}, to read\n\n[{title}]({}). {about}\n\n{shows}", address(arxiv))
}

#[test]
fn the_document_says_what_was_recorded() {
    let record = parse(RECORDED);
    let sections: String = EXPERIMENTS.iter().map(|experiment| section(experiment, &record)).collect();
    let readings: String = READINGS.iter().map(reading).collect();
    let text = format!("{INTRODUCTION}{sections}{readings}");
    if std::env::var("GROKKING_WRITE").is_ok_and(|value| value == "1") {
        std::fs::write(PATH, &text).expect("the file can be written");
    }
    let written = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(written == text, "docs/papers.md is stale; GROKKING_WRITE=1 cargo test --test papers writes it");
}
