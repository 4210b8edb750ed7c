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
        (words("The size of the weights sets the wait"), "omnigrok"),
    ],
}];

/// Papers that answer one question, out of all of them.
pub struct ReadingList {
    /// In the page's rules.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// Their numbers at arXiv, by date.
    pub papers: &'static [&'static str],
}

/// The reading lists of the field.
pub static READING_LISTS: &[ReadingList] = &[
    ReadingList {
        name: "found",
        label: words("How it was found"),
        papers: &["2201.02177", "2205.10343", "2206.04817", "2301.05217"],
    },
    ReadingList {
        name: "circuits",
        label: words("Why the rule wins"),
        papers: &["2201.02177", "2301.05217", "2303.06173", "2303.11873", "2309.02390", "2310.06110", "2310.13061", "2310.17247"],
    },
    ReadingList { name: "descent", label: words("With double descent"), papers: &["2303.06173"] },
    ReadingList {
        name: "field",
        label: words("From 2022 to 2025"),
        papers: &[
            "2201.02177",
            "2205.10343",
            "2206.04817",
            "2210.01117",
            "2301.02679",
            "2301.05217",
            "2303.06173",
            "2303.11873",
            "2305.18741",
            "2306.13253",
            "2308.09543",
            "2309.02390",
            "2310.06110",
            "2310.13061",
            "2310.19470",
            "2311.18817",
            "2402.10688",
            "2402.15555",
            "2402.16726",
            "2405.15071",
            "2405.19454",
            "2405.20233",
            "2412.09810",
            "2412.10898",
            "2501.04697",
            "2502.01739",
            "2502.01774",
            "2503.21676",
            "2509.23024",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::EXPERIMENTS;

    #[test]
    fn lists_are_of_papers_that_are_here() {
        let here: Vec<&str> =
            EXPERIMENTS.iter().map(|one| one.publication().arxiv).chain(READINGS.iter().map(|one| one.arxiv)).collect();
        for list in READING_LISTS {
            let strange: Vec<_> = list.papers.iter().filter(|paper| !here.contains(paper)).collect();
            assert!(strange.is_empty() && list.papers.is_sorted(), "{}: {strange:?}", list.label);
        }
        let listed = |paper: &str| READING_LISTS.iter().any(|list| list.papers.contains(&paper));
        assert!(here.iter().all(|paper| listed(paper)));
    }

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
