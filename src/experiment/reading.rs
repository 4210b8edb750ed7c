//! Papers that are read, not run: what they tell, beside the experiments that show it.

use crate::builds::words;

/// A paper without a claim of its own that a run could show, such as a survey.
pub struct Reading {
    /// `Zhao et al. 2024`
    pub authors: &'static str,
    /// Title of the paper.
    pub title: &'static str,
    /// Number at arXiv.
    pub arxiv: &'static str,
    /// What it is, in a sentence or two.
    pub about: &'static str,
    /// What it tells, in a few words, and the id of the experiment that shows it.
    pub shows: &'static [(&'static str, &'static str)],
}

/// All of them, in the order of the gallery.
pub static READINGS: &[Reading] = &[Reading {
    authors: words("Zhao et al. 2024"),
    title: words("Towards Uncovering How Large Language Model Works: An Explainability Perspective"),
    arxiv: "2402.10688",
    about: words(
        "A survey of how large language models come to know what they know; grokking is a part of it. What it tells of grokking can be seen here:",
    ),
    shows: &[
        (words("Understanding long after memorising"), "power"),
        (words("Structure inside, before the answers show it"), "nanda"),
        (words("Rule and list compete, and the cheaper one wins"), "varma"),
        (words("A few neurons take over from many"), "merrill"),
        (words("The size of the weights sets the wait"), "omnigrok"),
    ],
}];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::EXPERIMENTS;

    #[test]
    fn every_reading_leads_to_experiments_of_others() {
        for reading in READINGS {
            assert!(reading.shows.len() >= 2 && reading.about.ends_with(':'), "{}", reading.authors);
            for (label, id) in reading.shows {
                assert!(EXPERIMENTS.iter().any(|experiment| experiment.id == *id), "{label}: there is no experiment {id}");
            }
            let repeated = EXPERIMENTS.iter().any(|experiment| experiment.publication().arxiv == reading.arxiv);
            assert!(!repeated, "{} is an experiment", reading.authors);
        }
    }
}
