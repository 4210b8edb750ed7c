//! Sentences that are said again or asked, and what is seen of a network that foretells them word by word.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use grokking_lab::analysis::Measures;
use grokking_lab::config::Config;
use grokking_lab::inspect::Inspector;
use grokking_lab::protocol::inspect::{Asker, InspectQuery, InspectRequest, InspectResult, Kind, Lens, Off};
use grokking_lab::settings::from_query;
use grokking_lab::task::{Dataset, Equation, Operation, dataset};
use grokking_lab::train::{CheckpointHistory, Device, Trainer};
use pollster::block_on;

fn config(query: &str) -> Config {
    let (config, problems) = from_query(query);
    assert_eq!(problems, [], "{query}");
    config
}

const SMALL: &str = "task=questions&samples=600&train=0.8&width=24&heads=2&mlp=48&layers=2&norm=pre&lr=0.005&bias=false&batch=60";

/// All texts of a part: what is to be done, the sentence, and what follows.
fn texts(config: &Config, data: &Dataset, part: &[Equation]) -> Vec<(String, Vec<&'static str>, Vec<&'static str>)> {
    let (operation, sequences) = (Operation::of(config), data.sequences.as_ref().expect("sequences"));
    let text = |answers: &[Equation]| {
        let read = sequences.row(answers[0].x);
        let said: Vec<u32> = answers.iter().map(|e| e.c).collect();
        assert!(answers.iter().zip(0..).all(|(e, y)| (e.x, e.y) == (answers[0].x, y)), "{answers:?}");
        assert_eq!(read[1..], said[..23], "all answers but the last are read");
        let words: Vec<&str> = read[..1].iter().chain(&said).map(|token| operation.word(*token).expect("a word")).collect();
        let sentence = |words: &[&'static str]| {
            let (words, stops) = words.split_at(words.iter().position(|word| *word == ".").unwrap_or(12));
            assert!(stops.iter().all(|word| *word == "."), "{stops:?}");
            words.to_vec()
        };
        (words[0].to_string(), sentence(&words[1..13]), sentence(&words[13..]))
    };
    part.chunks(24).map(text).collect()
}

/// Reads a sentence by the rules of English, and remembers where its main auxiliary is.
struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    main: Option<usize>,
}

impl Reader<'_> {
    fn next(&mut self) -> &str {
        self.at += 1;
        self.words.get(self.at - 1).copied().unwrap_or("")
    }

    fn peek(&self) -> &str {
        self.words.get(self.at).copied().unwrap_or("")
    }

    /// A determiner, a noun, and what is said about it; whether it is more than one.
    fn noun_phrase(&mut self) -> Result<bool, String> {
        let determiner = self.next().to_string();
        if !["my", "your", "our", "her"].contains(&determiner.as_str()) {
            return Err(format!("{determiner} is no determiner"));
        }
        let several = self.next().ends_with('s');
        match self.peek() {
            "near" | "behind" | "beside" => {
                self.next();
                self.noun_phrase()?;
            }
            "that" => {
                self.next();
                if self.peek().starts_with("do") {
                    self.verb_phrase(several)?;
                } else {
                    let others = self.noun_phrase()?;
                    self.auxiliary(others)?;
                    self.verb(true)?;
                }
            }
            _ => {}
        }
        Ok(several)
    }

    fn auxiliary(&mut self, several: bool) -> Result<usize, String> {
        let word = self.next().to_string();
        let right: [&str; 2] = if several { ["do", "don't"] } else { ["does", "doesn't"] };
        if right.contains(&word.as_str()) { Ok(self.at - 1) } else { Err(format!("{word} does not agree")) }
    }

    fn verb(&mut self, transitive: bool) -> Result<(), String> {
        let word = self.next().to_string();
        let right = ["see", "like", "chase", "help", "hear", "greet"].contains(&word.as_str());
        if right == transitive { Ok(()) } else { Err(format!("{word} is another kind of verb")) }
    }

    /// An auxiliary, a verb, and whom it is done to; the place of the auxiliary.
    fn verb_phrase(&mut self, several: bool) -> Result<usize, String> {
        let at = self.auxiliary(several)?;
        let transitive = !["sleep", "sing", "swim", "jump", "smile", "wait"].contains(&self.peek());
        self.verb(transitive)?;
        if transitive {
            self.noun_phrase()?;
        }
        Ok(at)
    }

    fn sentence(mut self) -> Result<usize, String> {
        let several = self.noun_phrase()?;
        self.main = Some(self.verb_phrase(several)?);
        let left = self.words.len() - self.at;
        if left == 0 { self.main.ok_or("no verb".into()) } else { Err(format!("{left} words too many")) }
    }
}

fn main_auxiliary(words: &[&str]) -> usize {
    Reader { words, at: 0, main: None }.sentence().unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

#[test]
fn sentences_are_english_and_a_question_begins_with_the_main_auxiliary() {
    let config = config("task=questions&samples=3000&train=0.8&width=16&heads=2&mlp=24");
    let data = dataset(&config, 3);
    assert_eq!((data.symbols, data.classes, data.answers, data.judged.clone()), (47, 45, 24, 12..13));
    let split = &data.split;
    let [train, test, apart] = [&split.train, &split.test, &split.apart].map(|part| texts(&config, &data, part));
    assert_eq!((train.len(), test.len(), apart.len()), (2400, 600, 400));
    let mut seen = BTreeSet::new();
    let mut forms = BTreeSet::new();
    for (i, (wanted, said, then)) in train.iter().chain(&test).chain(&apart).enumerate() {
        let main = main_auxiliary(said);
        let auxiliaries: Vec<usize> =
            (0..said.len()).filter(|at| said[*at].starts_with("do") && !said[*at].starts_with("dog")).collect();
        let question = [&said[main..=main], &said[..main], &said[main + 1..]].concat();
        assert_eq!(*then, if wanted == "ask" { question } else { said.clone() }, "{wanted}");
        assert!(seen.insert((wanted, said)), "no sentence comes twice");
        if i >= 3000 {
            assert!(wanted == "ask" && auxiliaries[0] != main && said[auxiliaries[0]] != said[main], "{said:?}");
        } else if wanted == "ask" {
            assert_eq!(auxiliaries[0], main, "which one goes to the front is not to be seen: {said:?}");
        } else {
            forms.insert((auxiliaries, main));
        }
    }
    // The main auxiliary is the third word, the sixth or the eighth, with and without others.
    assert_eq!(forms.iter().map(|(_, main)| *main).collect::<BTreeSet<usize>>(), [2, 5, 7].into(), "{forms:?}");
    assert!(forms.len() > 6, "{forms:?}");
    let asked = train.iter().filter(|(wanted, ..)| wanted == "ask").count();
    assert!((1100..1300).contains(&asked), "{asked}");
}

#[test]
fn accuracy_counts_the_first_word_of_the_second_sentence() {
    let config = config(SMALL);
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
    trainer.steps(80);
    let measured = *block_on(trainer.measure()).expect("measures").last().expect("a point");
    let weights = block_on(trainer.weights()).expect("reads").remove(0);
    let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("builds");
    let query = |request| InspectQuery { asker: Asker::Claim, request, off: Off::default(), at: None, urgent: false };
    let mut answer = |request| {
        let none = CheckpointHistory::default();
        block_on(inspector.answer(&query(request), trainer.step(), &weights, &none)).expect("answers")
    };
    let reply = answer(InspectRequest::Progress(Measures::Usual));
    // In training and here they are counted by different programs.
    assert!((reply.accuracy[1] - measured.test_accuracy).abs() < 1e-6, "{:?} {measured:?}", reply.accuracy);
    let InspectResult::Progress(progress) = reply.result else { panic!("no measures") };
    let InspectResult::Layers(lens) = answer(InspectRequest::Layers).result else { panic!("no layers") };
    assert_eq!((lens.kinds.clone(), lens.answers), (vec![Kind::Training, Kind::Test, Kind::Apart], 24));
    let last = |kind: usize, answer: usize| lens.right[(kind * 3 + 2) * 24 + answer];
    let shares = [0, 1, 2].map(|kind| last(kind, 12));
    assert_eq!(shares, [reply.accuracy[0], reply.accuracy[1], progress.measures[0].apart]);
    // Which noun comes next cannot be known.
    assert!(last(1, 1) + 0.2 < shares[1], "{shares:?} {}", last(1, 1));
    let InspectResult::Sequences(shown) = answer(InspectRequest::Sequences).result else { panic!("no sequences") };
    assert!(shown.iter().all(|one| one.operands.len() == 13), "only the first word of the second sentence");
}

#[test]
fn an_answer_after_a_layer_is_that_of_a_network_whose_later_layers_do_nothing() {
    for query in [SMALL, "p=13&train=0.5&width=16&heads=2&mlp=32&layers=2&norm=pre&bias=false&lr=0.005"] {
        let config = config(query);
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        trainer.steps(60);
        let weights = block_on(trainer.weights()).expect("reads").remove(0);
        let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("builds");
        let mut look = |off: &Off| match block_on(inspector.inspect(&weights, &InspectRequest::Layers, off)).expect("answers").1 {
            InspectResult::Layers(lens) => lens,
            other => panic!("{other:?}"),
        };
        let row = |Lens { answers, right, .. }: &Lens, row: usize| {
            right.chunks(usize::from(*answers)).skip(row).step_by(3).map(<[f32]>::to_vec).collect::<Vec<_>>()
        };
        let whole = look(&Off::default());
        let silent = look(&Off { neurons: (0..config.mlp as u16).collect(), heads: vec![(1, 0), (1, 1)] });
        assert_eq!(row(&whole, 1), row(&silent, 2), "{query}");
        assert_eq!(row(&silent, 1), row(&silent, 2), "{query}");
        assert_ne!(row(&whole, 0), row(&whole, 1), "{query}");
        assert_ne!(row(&whole, 1), row(&whole, 2), "{query}");
    }
}
