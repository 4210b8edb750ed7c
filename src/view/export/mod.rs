//! What can be exported of a run: the contents and names of the files.

pub mod curves;
pub mod run_file;

use crate::config::Config;
use crate::task::{Operation, Size};
use crate::text;
use crate::tr;
use crate::view::captions;

/// What was trained, in one line: `x + y mod 97, 40 % for training, seed 0`.
pub fn caption(config: &Config) -> String {
    let (title, share, first) = (captions::title(config), text::fraction(config.train), config.seed);
    match config.seeds {
        1 => tr!("{title}, {share} for training, seed {seed}", title, share, seed = first),
        runs => {
            let last = u64::from(first) + u64::from(runs) - 1;
            tr!("{title}, {share} for training, seeds {first} to {last}", title, share, first, last)
        }
    }
}

/// A name that every file system takes and that says what is in the file: `x-plus-y-mod-97-step-200.csv`.
pub fn file_name(config: &Config, step: u32, what: &str) -> String {
    let mut name = String::new();
    for c in config.task.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(c),
            '+' => name += "-plus-",
            '-' => name += "-minus-",
            '*' => name += "-times-",
            '/' => name += "-over-",
            '(' | ')' | '^' => name.push('.'),
            _ => {}
        }
    }
    if Operation::of(config).size() == Size::Modulus {
        name += &format!("-mod-{}", config.p);
    }
    format!("{name}-step-{step}{what}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::TASKS;
    use std::collections::BTreeSet;

    #[test]
    fn a_caption_says_what_ran() {
        assert_eq!(caption(&Config::standard()), "x + y mod 97, 40 % for training, seed 0");
        let several = Config { task: "x/y".into(), seeds: 3, seed: 7, train: 0.125, ..Config::standard() };
        assert_eq!(caption(&several), "x / y mod 97, 12.5 % for training, seeds 7 to 9");
    }

    #[test]
    fn every_task_has_a_file_name_of_its_own() {
        assert_eq!(file_name(&Config::standard(), 200, ".csv"), "x-plus-y-mod-97-step-200.csv");
        let names = TASKS.iter().map(|task| file_name(&Config { task: task.id.into(), ..Config::standard() }, 0, "-loss.svg"));
        let names: BTreeSet<String> = names.collect();
        assert_eq!(names.len(), TASKS.len());
        let plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
        assert!(names.iter().all(plain), "{names:?}");
    }
}
