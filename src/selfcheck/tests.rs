//! What settings can ask for, which checks run it, and what the CPU says.

use std::collections::BTreeMap;

use pollster::block_on;

use super::fingerprint::{Fingerprint, fingerprint, sections};
use super::sums::RECORDED;
use super::*;
use crate::config::Config;
use crate::exec::gpu::source::{Arenas, Body, Program, serves};
use crate::experiment::EXPERIMENTS;
use crate::settings::{Change, KEYS, Kind, from_query};

/// A size where plans are built soon; others beside it choose other forms of the same network.
const SMALL: &str = "p=11&train=0.6&width=16&heads=2&mlp=32";
const SIZES: [&str; 6] = [
    "",
    "train=0.01",
    "train=0.03",
    "p=7&train=0.6&width=16&heads=2&mlp=32",
    "p=11&train=0.6&width=64&heads=2&mlp=16",
    "p=11&train=0.9&width=4&heads=1&mlp=128&seeds=3",
];
/// Of keys whose values are numbers.
const NUMBERS: &str = "noise=0.3 subset=0.5 layers=1 layers=2 layers=3 heads=1 alpha=2 attention=0.5 attention=0 initscale=2 batch=8 \
    batch=1 sphere=1 dropout=0.5 weightnoise=0.1 gradnoise=0.1 ticket=0.4 window=3 wd=0 k=2 samples=50";
const TASKS: &str = "task=x/y task=x^2%2By^2 task=x task=parity task=s4 task=s5";

/// Every choice of every setting that shapes a plan.
fn settings() -> Vec<String> {
    let mut found: Vec<String> = NUMBERS.split_whitespace().chain(TASKS.split_whitespace()).map(String::from).collect();
    for key in KEYS.iter().take_while(|key| key.name != "steps") {
        match &key.kind {
            Kind::Choice(values) => found.extend(values().iter().map(|(value, _)| format!("{}={value}", key.name))),
            Kind::Flag => found.extend(["true", "false"].map(|value| format!("{}={value}", key.name))),
            _ => (),
        }
    }
    found
}

/// Plans, by the settings that ask for them: of every paper's set-ups, and of all settings one by one and in pairs.
fn reachable() -> BTreeMap<String, Plan> {
    let (mut queries, settings) = (vec![], settings());
    let arms = EXPERIMENTS.iter().flat_map(|experiment| experiment.arms);
    for arm in arms {
        queries.push(format!("experiment={}", arm.id));
        queries.extend(arm.then.iter().map(|then| format!("experiment={}&{}", arm.id, then.query)));
    }
    queries.extend(SIZES.iter().map(|size| size.to_string()));
    for (i, one) in settings.iter().enumerate() {
        queries.extend(SIZES[3..].iter().map(|size| format!("{size}&{one}")));
        queries.extend(settings[..i].iter().map(|other| format!("{SMALL}&{other}&{one}")));
    }
    let plan = |query: String| {
        let (config, _) = from_query(&query);
        config.needs_cpu().is_none().then(|| (query, Plan::clone(&build(&config).plan)))
    };
    queries.into_iter().filter_map(plan).collect()
}

/// With another shader for each class of products, so that none stands in for another.
fn tiles() -> Tiles {
    "1.2.3".parse().expect("tiles")
}

#[test]
fn checks_run_everything_that_settings_can_ask_for() {
    let sound: Vec<Path> = CHECKS.iter().flat_map(|check| check.paths(tiles())).collect();
    let mut unchecked: BTreeMap<Path, String> = BTreeMap::new();
    let plans = reachable();
    for (query, mut plan) in plans {
        tiles().apply(&mut plan);
        for path in paths(&plan).into_iter().filter(|path| !sound.contains(path)) {
            unchecked.entry(path).or_insert_with(|| query.clone());
        }
    }
    assert!(unchecked.is_empty(), "no check runs\n{unchecked:#?}");
}

/// So what changes in the middle of a run comes to the checks through the new plan that it needs.
#[test]
fn changes_without_a_new_plan_need_no_other_kernels() {
    let standard = Config::standard();
    for key in KEYS.iter().filter(|key| key.change == Change::Live) {
        let values = match &key.kind {
            Kind::Choice(values) => values().iter().map(|(value, _)| value.to_string()).collect(),
            Kind::Number(least, most) => vec![least.to_string(), most.to_string()],
            Kind::Integer(least, most) => vec![least.to_string(), most.to_string()],
            _ => vec![],
        };
        for value in values {
            let mut changed = standard.clone();
            (key.set)(&mut changed, &value).expect("a value");
            let same = paths(&build(&changed).plan) == paths(&build(&standard).plan);
            assert!(same || changed.rebuilds(&standard), "{}={value}", key.name);
        }
    }
}

fn chosen(query: &str) -> Vec<&'static str> {
    let plan = build(&from_query(query).0).plan;
    needed(&plan, Tiles::default(), &[]).expect("satisfiable").iter().map(|check| check.name).collect()
}

#[test]
fn every_check_has_a_name_and_is_what_its_settings_need() {
    for (i, check) in CHECKS.iter().enumerate() {
        let (config, problems) = check.settings();
        assert_eq!(problems, [], "{}", check.name);
        assert_eq!(config.needs_cpu(), None, "{}", check.name);
        assert!(check.name.is_empty() == (i == 0) && CHECKS[..i].iter().all(|other| other.name != check.name));
        assert_eq!(needed(&check.plan(), Tiles::default(), &[]).expect("satisfiable")[0].name, check.name);
    }
}

#[test]
fn few_checks_are_chosen() {
    for (query, names) in [
        ("", &[""][..]),
        ("norm=post", &["layer norm"]),
        ("batch=512", &["mini-batches"]),
        ("norm=pre&loss=stablemax", &["layer norm", "StableMax"]),
        ("optimizer=muon&dropout=0.1", &["Muon", "dropout"]),
        ("experiment=nanda", &[""]),
        ("experiment=gromov", &["an MLP of squares"]),
    ] {
        assert_eq!(chosen(query), names, "{query}");
    }
    // A GPU is not asked for what it cannot train.
    let arms = EXPERIMENTS.iter().flat_map(|experiment| experiment.arms).filter(|arm| arm.config().needs_cpu().is_none());
    let most = arms.map(|arm| chosen(&format!("experiment={}", arm.id)).len()).max();
    assert!(most <= Some(5), "{most:?} checks for one run");
}

#[test]
fn what_was_checked_is_not_checked_again() {
    let plan = |query: &str| build(&from_query(query).0).plan;
    let (standard, normed) = (plan(""), plan("norm=pre"));
    let (default, other) = (Tiles::default(), tiles());
    let mut known = SelfCheck::default();
    assert!(known.is_new(&standard));
    known.note(&CHECKS[0], default, Ok(1e-7));
    // A device that is never asked: this one's own numbers would be further away.
    assert_eq!(block_on(known.examine(&Device::Cpu, &standard)), Ok(1e-7));
    assert!(!known.is_new(&standard) && known.is_new(&normed));
    let mut retiled = Plan::clone(&standard);
    other.apply(&mut retiled);
    assert!(known.is_new(&retiled), "other shaders are other kernels");
    // What has failed is not tried again, and is nothing to runs that do without.
    let layer_norm = CHECKS.iter().find(|check| check.name == "layer norm").expect("a check");
    known.note(layer_norm, default, Err("with layer norm its gradients differ".into()));
    for _ in 0..2 {
        assert_eq!(block_on(known.examine(&Device::Cpu, &normed)), Err("with layer norm its gradients differ".into()));
        assert_eq!(block_on(known.examine(&Device::Cpu, &standard)), Ok(1e-7));
    }
}

/// How many modules a plan's launches need beside those that there are, which they join.
fn compile(plan: &Plan, made: &mut Vec<Vec<Body>>, merge: bool) -> usize {
    let arenas = Arenas::new(plan, 1 << 40).expect("fits");
    let program = Program::new(plan, &arenas, merge).expect("conventions");
    let before = made.len();
    let has = |made: &[Vec<Body>], bodies: &[Body], exact| made.iter().any(|module| serves(module, bodies, exact));
    let is_new = !has(made, &program.common, false);
    for launch in program.lists.iter().flatten() {
        if !has(made, &launch.bodies, launch.needs_own(is_new, merge)) {
            made.push(launch.module.clone());
        }
    }
    made.len() - before
}

#[test]
fn checks_run_in_the_pipelines_of_the_plan() {
    let extra = |query: &str, merge: bool| -> usize {
        let (plan, mut made) = (build(&from_query(query).0).plan, vec![]);
        assert!(compile(&plan, &mut made, merge) > 0);
        let checks = needed(&plan, Tiles::default(), &[]).expect("satisfiable");
        checks.iter().map(|check| compile(&check.plan(), &mut made, merge)).sum()
    };
    for merge in [true, false] {
        for check in CHECKS {
            let more = extra(check.query, merge);
            // Of 28 examples the standard network has another form.
            assert!(more == 0 || check.name == "mini-batches", "{more} more pipelines with {}, merged: {merge}", check.name);
        }
        for query in ["batch=512", "experiment=nanda", "experiment=omnigrok", "experiment=gromov"] {
            assert_eq!(extra(query, merge), 0, "{query}, merged: {merge}");
        }
    }
    // Each of several checks has something that the plan has not.
    assert!(extra("experiment=power", true) <= 2 && extra("experiment=prieto", true) <= 3);
}

fn on_the_cpu(check: &Check) -> [Vec<f32>; SECTIONS] {
    block_on(numbers(check, &Device::Cpu, |_| ())).expect("the CPU makes steps")
}

#[test]
fn the_recorded_sums_are_those_of_the_cpu() {
    let now: Vec<Fingerprint> = CHECKS.iter().map(|check| fingerprint(&on_the_cpu(check))).collect();
    let wrong = CHECKS
        .iter()
        .filter(|check| check.sums().is_none_or(|sums| !judge(&on_the_cpu(check), sums).is_ok_and(|error| error < 1e-6)));
    let wrong: Vec<&str> = wrong.map(|check| check.name).collect();
    if std::env::var("GROKKING_WRITE").is_ok_and(|value| value == "1") {
        let line = |sums: &[u32; 6]| format!("        [{}],\n", sums.map(|bits| format!("0x{bits:08x}")).join(", "));
        let block = |sums: &Fingerprint| format!("    [\n{}    ],\n", sums.iter().map(line).collect::<String>());
        let blocks: String = now.iter().map(block).collect();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/selfcheck/sums.rs");
        let text = std::fs::read_to_string(file).expect("the file");
        let head = text.split_once("= &[").expect("a table").0;
        return std::fs::write(file, format!("{head}= &[\n{blocks}];\n")).expect("written");
    }
    assert!(wrong.is_empty() && RECORDED.len() == CHECKS.len(), "not those of the CPU: {wrong:?}; GROKKING_WRITE=1 writes them");
}

#[test]
fn wrong_numbers_are_refused() {
    let right = on_the_cpu(&CHECKS[0]);
    let want = fingerprint(&right);
    assert!(judge(&right, &want).is_ok_and(|error| error < 1e-6));
    for (i, section) in sections().iter().enumerate() {
        let spoil = |how: &dyn Fn(&mut Vec<f32>)| {
            let mut wrong = right.clone();
            how(&mut wrong[i]);
            judge(&wrong, &want)
        };
        let largest = (0..right[i].len()).max_by(|&a, &b| right[i][a].abs().total_cmp(&right[i][b].abs())).expect("numbers");
        for how in [
            &(|numbers: &mut Vec<f32>| numbers.iter_mut().for_each(|x| *x *= 1.002)) as &dyn Fn(&mut Vec<f32>),
            &|numbers| numbers.rotate_left(1),
            &|numbers| numbers[largest] = 0.0,
            &|numbers| numbers[largest] = f32::NAN,
            &|numbers| numbers[largest] = f32::INFINITY,
            &|numbers| numbers.clear(),
        ] {
            let why = spoil(how).expect_err("wrong");
            assert!(why.starts_with(&format!("its {section} differ")), "{why}");
        }
        assert!(spoil(&|numbers| numbers[largest] *= 1.0 + 1e-4).is_ok_and(|error| error > 1e-8));
    }
}
