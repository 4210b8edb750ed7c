//! All experiments in a few words: what `reproduce --list` prints.

use crate::experiment::record::{Record, Reproduction};
use crate::experiment::{EXPERIMENTS, READINGS};

/// A line for each experiment: its id, what came of it, and its paper. Papers that are only read come last.
pub fn list(record: &Record) -> String {
    let line = |id: &str, verdict: &str, authors: &str, title: &str| format!("{id:<10} {verdict:<16} {authors}, {title}\n");
    let experiments = EXPERIMENTS.iter().map(|experiment| {
        let paper = experiment.publication();
        line(experiment.id, &verdict(record.reproduction(experiment)), paper.authors, paper.title)
    });
    experiments.chain(READINGS.iter().map(|reading| line("", "to read", reading.authors, reading.title))).collect()
}

/// What came of an experiment, in English.
pub fn verdict(reproduction: Option<Reproduction>) -> String {
    match reproduction {
        Some(Reproduction::Whole) => "reproduced".into(),
        Some(Reproduction::Partly(met, all)) => format!("partly, {met} of {all}"),
        Some(Reproduction::Failed(..)) => "not reproduced".into(),
        None => "not measured yet".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::record::parse;

    #[test]
    fn every_paper_has_a_line_with_its_verdict() {
        let text = list(&parse(include_str!("../../www/assets/experiments.txt")));
        assert_eq!(text.lines().count(), EXPERIMENTS.len() + READINGS.len());
        assert!(text.contains("\nnanda      reproduced       Nanda et al. 2023, Progress Measures"), "{text}");
        assert!(text.contains("\nnotsawo    not reproduced   Notsawo et al. 2023, "), "{text}");
        let nothing = list(&Record::default());
        assert_eq!(nothing.matches("not measured yet").count(), EXPERIMENTS.len());
    }
}
