//! Bad values, and which changes need a new run.

use super::*;
use crate::config::Model;
use crate::language;

#[test]
fn the_standard_configurations_are_valid() {
    for config in [Config::standard(), Config::nanda_113(), Config::small()] {
        assert_eq!(config.validate(), []);
    }
}

#[test]
fn every_bad_value_is_named_and_replaced_by_the_nearest() {
    let check = |name: &str, value: &str, instead: &str| {
        let (config, problems) = Config::from_pairs([(name, value)]);
        let problem = problems.first().unwrap_or_else(|| panic!("{name}={value} was accepted"));
        assert_eq!((problem.key.as_str(), problem.value.as_str(), problem.instead.as_str()), (name, value, instead));
        assert_eq!(config.validate(), [], "{name}={value}");
    };
    check("p", "4", "5");
    check("p", "100000", "199");
    check("p", "-3", "97");
    check("train", "0", "0.01");
    check("train", "1.5", "0.99");
    check("heads", "3", "2");
    check("task", "nonsense", "x+y");
    check("lr", "NaN", "0.01");
    check("lr", "inf", "0.01");
    check("wd", "-1", "0");
    check("layers", "13", "12");
    check("norm", "batch", "none");
    check("backend", "quantum", "auto");
    check("steps", "", "5000");
    check("colour", "red", "");
}

#[test]
fn all_problems_come_at_once() {
    let (config, problems) = Config::from_pairs([("p", "4"), ("train", "7"), ("heads", "5"), ("task", "?")]);
    let mut keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["heads", "p", "task", "train"]);
    assert_eq!(problems.len(), 4);
    assert_eq!(config.validate(), []);
}

#[test]
fn composite_moduli_are_fine() {
    assert_eq!(Config::from_pairs([("p", "91")]).1, []);
    assert_eq!(Config::from_pairs([("task", "x/y"), ("p", "91")]).1, []);
}

#[test]
fn only_live_keys_change_without_a_restart() {
    let standard = Config::standard();
    assert!(!Config { lr: 0.5, wd: 0.0, speed: 0.0, steps: 9, ..standard.clone() }.restarts(&standard));
    assert!(Config { seed: 1, ..standard.clone() }.restarts(&standard));
}

#[test]
fn formulas_are_checked_where_they_are_typed() {
    let (config, problems) = Config::from_pairs([("task", "x^2 + 3xy")]);
    assert_eq!((config.task.as_str(), problems), ("x^2+3xy", vec![]));
    let (config, problems) = Config::from_pairs([("task", "x+z")]);
    assert_eq!(config.task, "x+y");
    assert_eq!(problems[0].to_string(), "I cannot read x+z: it knows x, y and whole numbers, and no “z”. The operation is x+y.");
    let (config, problems) = Config::from_pairs([("task", "x/(y-y)"), ("p", "7")]);
    assert_eq!((config.task.as_str(), problems.len()), ("x+y", 1));
    assert!(problems[0].why.contains("fewer than two pairs"));
}

#[test]
fn tasks_ask_for_what_they_need() {
    let (config, problems) = Config::from_pairs([("task", "dihedral"), ("p", "150")]);
    assert_eq!((config.p, problems.len()), (99, 1));
    let (config, _) = Config::from_pairs([("task", "parity"), ("p", "20"), ("k", "30")]);
    assert_eq!((config.k, config.model), (20, Model::Mlp));
    for (task, k, p, said, left) in [
        ("subclasses", "1", "20", "There is nothing to tell apart in fewer than 2 classes, so k is 2 now.", 2),
        ("subclasses", "9", "15", "Points with 15 coordinates have room for 7 classes of two groups, so k is 7 now.", 7),
        ("hidden-sum", "9", "12", "Rows of 12 bits have room for two numbers modulo 6, so k is 6 now.", 6),
        ("majority", "9", "7", "There are only 7 bits, so all of them count now.", 7),
        ("sides", "9", "7", "There are only 7 coordinates, so all of them count now.", 7),
    ] {
        let (config, problems) = Config::from_pairs([("task", task), ("model", "mlp"), ("p", p), ("k", k)]);
        assert_eq!((config.k, problems.len(), problems[0].to_string().as_str()), (left, 1, said));
    }
}

#[test]
fn what_follows_from_a_choice_is_a_note_in_one_sentence() {
    let told = |old: &Config, pairs: &[(&str, &str)]| {
        let problems = old.with_pairs(pairs.iter().copied()).1;
        assert_eq!(problems.len(), 1, "{pairs:?}: {problems:?}");
        (problems[0].note, problems[0].to_string())
    };
    let standard = Config::standard();
    let parity = standard.with_pairs([("task", "parity")]).0;
    let diagonal = parity.with_pairs([("model", "diagonal")]).0;
    for (old, pairs, note, says) in [
        (&standard, vec![("task", "parity")], true, "Sparse parity needs an MLP, so the model was switched."),
        (&standard, vec![("task", "subclasses")], true, "Class with a rare half needs an MLP, so the model was switched."),
        (&parity, vec![("model", "transformer")], true, "Sparse parity needs an MLP, so nothing was changed."),
        (&diagonal, vec![("task", "x+y")], true, "A diagonal linear network needs rows of numbers, so the model was switched."),
        (&standard, vec![("width", "126")], true, "A width of 126 cannot be shared by 4 heads, so there are 3 now."),
        (&standard, vec![("heads", "3")], false, "A width of 128 cannot be shared by 3 heads, so there are 2 now."),
        (&standard, vec![("p", "300")], false, "Modulus: 300 is not between 5 and 199, so 199 is used."),
        (&standard, vec![("steps", "9e9")], false, "Step limit: 9e9 is not a whole number, so 5,000 is used."),
        (&standard, vec![("norm", "batch")], false, "Layer norm: batch is not one of none, pre, post, so none is used."),
    ] {
        assert_eq!(told(old, &pairs), (note, says.to_string()));
    }
}

#[test]
fn an_operation_that_cannot_be_used_changes_nothing() {
    let config = Config::from_pairs([("task", "x*y"), ("p", "7")]).0;
    let refused = |text: &str| config.refuse_operation(text).map(|problem| problem.to_string());
    let said = "I cannot read x^y: a power needs a whole number, as in x^2. Nothing was changed.";
    assert_eq!(refused("x^y").as_deref(), Some(said));
    assert_eq!(refused(" ").as_deref(), Some("The formula is empty. Nothing was changed."));
    let said = "I cannot use x/(y-y): it has a result for fewer than two pairs modulo 7. Nothing was changed.";
    assert_eq!(refused("x/(y-y)").as_deref(), Some(said));
    assert_eq!(["x^2 + 3xy", "x/y", "parity"].map(refused), [None, None, None]);
}

#[test]
fn settings_and_problems_speak_the_language() {
    let mut texts = [
        ["Weight decay", "Échelle"],
        ["Learning rate", "Taux"],
        ["SGD with momentum β₁", "SGD à inertie β₁"],
        ["{name}: {why}, so {instead} is used.", "{name} : {why} ; on prend {instead}."],
        ["{value} is not between {from} and {to}", "{value} n’est pas entre {from} et {to}"],
    ];
    texts.sort_unstable();
    for code in ["fr", "de"] {
        language::learn(code, texts.iter().flatten().map(|text| text.to_string()).collect());
    }
    let said = || {
        let said =
            [("wd", "0.5"), ("optimizer", "sgd"), ("beta1", "0.9"), ("cells", "1.2.3"), ("initmlp", "2"), ("experiment", "")];
        said.map(|(name, value)| key(name).unwrap().said(value)).join(", ")
    };
    let problem = || Config::from_pairs([("lr", "1000.5")]).1[0].to_string();
    let english = "weight decay 0.5, optimizer SGD with momentum β₁, β₁ 0.9, changed results 1.2.3, initmlp 2, experiment None";
    assert_eq!(said(), english);
    assert_eq!(problem(), "Learning rate: 1000.5 is not between 0 and 1,000, so 1,000 is used.");
    language::speak("fr");
    let french = "échelle 0,5, optimizer SGD à inertie β₁, β₁ 0,9, changed results 1.2.3, initmlp 2, experiment None";
    assert_eq!(said(), french);
    assert_eq!(problem(), "Taux : 1000.5 n’est pas entre 0 et 1\u{202f}000 ; on prend 1\u{202f}000.");
    language::speak("de");
    assert!(said().starts_with("Échelle 0,5, Optimizer SGD"), "nouns stay as they are");
}

#[test]
fn mirrored_pairs_have_a_run_of_their_own() {
    let (config, problems) = Config::from_pairs([("split", "mirrored"), ("seeds", "3")]);
    assert_eq!((config.seeds, problems.len(), problems[0].key.as_str()), (1, 1, "seeds"));
    assert_eq!(config.validate(), []);
}

#[test]
fn former_names_are_read_and_never_written() {
    assert_eq!(from_query("runs=8&v=1"), (Config { seeds: 8, ..Config::standard() }, vec![]));
    assert_eq!(to_query(&from_query("runs=8&v=1").0), "seeds=8&v=1");
    // What a page has stored, a file's settings among it.
    assert_eq!(Config::from(String::from("p=31&runs=3&v=1")).seeds, 3);
    let (config, problems) = Config::from_pairs([("runs", "99")]);
    assert_eq!((config.seeds, problems[0].key.as_str(), problems[0].value.as_str()), (16, "seeds", "99"));
    // Who names it is told why it became another one, whatever they called it.
    let mirrored = |name| Config::from_pairs([("split", "mirrored"), (name, "3")]).1;
    assert_eq!(mirrored("runs"), mirrored("seeds"));
    // An element with both has today's.
    let attributes: Vec<&str> = names().filter(|name| key(name).is_some_and(|key| key.name == "seeds")).collect();
    assert_eq!(attributes, ["runs", "seeds"]);
    assert_eq!(Config::from_pairs(attributes.into_iter().zip(["2", "4"])).0.seeds, 4);
    assert_eq!(from_query("allow=runs:2..4&v=1").0.allow, from_query("allow=seeds:2..4&v=1").0.allow);
    for (former, now) in FORMER {
        assert!(KEYS.iter().all(|key| key.name != *former) && KEYS.iter().any(|key| key.name == *now), "{former}");
    }
}

#[test]
fn weights_are_carried_over_changes_of_data_and_optimiser() {
    let standard = Config::standard();
    let other = Config { subset: 0.5, noise: 0.1, ..standard.clone() };
    assert!(other.rebuilds(&standard) && !other.restarts(&standard));
    assert!(!Config { lr: 0.5, ..standard.clone() }.rebuilds(&standard));
    // A changed result, unless the pair had none: then all pairs are drawn anew.
    let quotient = Config { task: "x/y".into(), ..standard };
    for (cells, restarts) in [("3.4.5", false), ("3.0.5", true)] {
        let changed = Config { cells: cells.into(), ..quotient.clone() };
        assert_eq!((changed.restarts(&quotient), quotient.restarts(&changed)), (restarts, restarts));
        assert!(changed.rebuilds(&quotient));
    }
}
