//! The tables: unique names, everything reachable from a link, and the public contract's keys.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::collections::HashSet;

use grokking_lab::config::{Config, Model};
use grokking_lab::metrics::METRICS;
use grokking_lab::op_table::OPS;
use grokking_lab::settings::{KEYS, Kind, from_query, to_query};
use grokking_lab::task::{Operation, Size, TASKS, dataset, table};
use grokking_lab::train;

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = HashSet::new();
    let mut count = 0;
    for name in names {
        assert!(!name.is_empty() && seen.insert(name), "{what}: {name:?} is empty or there twice");
        count += 1;
    }
    assert!(count > 0, "{what} is empty");
}

#[test]
fn names_are_unique() {
    unique("TASKS", TASKS.iter().map(|t| t.id));
    unique("TASKS labels", TASKS.iter().map(|t| t.label));
    for key in KEYS.iter().filter(|key| !key.choices().is_empty()) {
        unique(key.name, key.choices().iter().map(|(id, _)| *id).filter(|id| !id.is_empty()));
    }
    unique("KEYS", KEYS.iter().map(|k| k.name));
    unique("METRICS", METRICS.iter().map(|m| m.key));
    unique("OPS", OPS.iter().map(|o| o.name));
    unique("kernels", OPS.iter().flat_map(|o| o.kernels).map(|k| k.name));
}

#[test]
fn keys_are_those_of_the_public_contract() {
    let names: Vec<&str> = KEYS.iter().map(|k| k.name).collect();
    let contract = "task p k samples rare spread cells split train subset swap noise seed seeds model layers width heads mlp inputs embed unembed activation bias tied norm \
                    positions attention alpha init initscale initembed initattention initmlp initunembed optimizer lr lrdecoder wd wdembed decay \
                    beta1 beta2 eps warmup schedule batch loss precision filter ema amplify window sphere dropout weightnoise \
                    gradnoise ticket mask keep at steps stop sweep backend workers tiles experiment autoplay hide layout tour theme axis readonly allow speed";
    assert_eq!(names, contract.split_whitespace().collect::<Vec<_>>());
    assert!(KEYS.iter().all(|k| k.label.len() > 1 && k.help.ends_with('.')), "keys explain themselves");
}

#[test]
fn every_entry_is_reachable_from_a_link_and_builds() {
    for key in KEYS {
        let choices = match &key.kind {
            Kind::Choice(choices) => choices(),
            // Rows need another model than the standard one.
            Kind::Operation => TASKS.iter().filter(|t| t.size.has_table()).map(|t| (t.id, t.label)).collect(),
            _ => continue,
        };
        for (id, label) in choices {
            assert!(!label.is_empty());
            let mut config = Config { p: 7, width: 8, heads: 2, mlp: 8, ..Config::standard() };
            match id {
                "analytic" => config.model = Model::Mlp,
                "diagonal" => config.task = "majority".into(),
                _ => (),
            }
            (key.set)(&mut config, id).unwrap_or_else(|why| panic!("{} = {id} {why}", key.name));
            assert_eq!(from_query(&to_query(&config)), (config.clone(), vec![]), "{} = {id}", key.name);
            train::build(&config).plan.check().unwrap_or_else(|error| panic!("{} = {id}: {error}", key.name));
        }
    }
}

#[test]
fn every_task_without_a_table_is_reachable_from_a_link_and_builds() {
    for task in TASKS.iter().filter(|task| !task.size.has_table()) {
        // Where there are fewer examples than usual, a note says so, once.
        let config = from_query(&format!("task={}&width=8&heads=2&mlp=8", task.id)).0;
        assert_eq!(config.task, task.id);
        assert_eq!(from_query(&to_query(&config)), (config.clone(), vec![]), "{}", task.id);
        train::build(&config).plan.check().unwrap_or_else(|error| panic!("{}: {error}", task.id));
    }
}

#[test]
fn every_task_has_a_table_at_every_size() {
    for task in TASKS {
        assert!(task.about.ends_with('.'), "{} explains itself", task.id);
        let others = [task.rows.is_some(), task.chain.is_some(), task.size.has_table()];
        assert_eq!(others.iter().filter(|is| **is).count(), 1, "{}: a table, or rows, or sequences", task.id);
        for p in [5, 6, 97, 199].into_iter().filter(|_| task.size.has_table()) {
            let config = Config::from_pairs([("task", task.id), ("p", p.to_string().as_str())]).0;
            let (operation, table) = (Operation::of(&config), table(&config, 0));
            let n = operation.symbols(&config);
            // The units modulo 6 are 1 and 5.
            assert!(table.len() as u32 >= if p == 6 { 2 * n } else { n * (n - 1) }, "{} mod {p}", task.id);
            assert!(table.iter().all(|e| e.x < n && e.y < n && e.c < operation.classes(&config)));
            assert!(table.is_sorted_by_key(|e| (e.x, e.y)));
        }
    }
}

#[test]
fn rows_have_the_length_and_the_classes_that_are_told() {
    for task in TASKS.iter().filter(|task| task.rows.is_some()) {
        for p in ["5", "12", "199"] {
            let (config, _) = Config::from_pairs([("task", task.id), ("p", p), ("k", "4"), ("samples", "90"), ("rare", "1")]);
            let data = dataset(&config, 1);
            let features = data.features.unwrap_or_else(|| panic!("{} has rows", task.id));
            let width = if task.size == Size::Pixels { 64 } else { config.p as usize };
            assert_eq!((features.width, features.values.len()), (width, 90 * width), "{}", task.id);
            assert!(features.values.iter().all(|value| value.is_finite()));
            let mut seen: Vec<u32> = data.split.train.iter().chain(&data.split.test).map(|e| e.c).collect();
            assert_eq!(seen.len(), 90);
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen, (0..data.classes).collect::<Vec<_>>(), "{} of {p}", task.id);
            train::build(&config).plan.check().unwrap_or_else(|error| panic!("{}: {error}", task.id));
        }
    }
}

#[test]
fn seed_zero_is_unchanged() {
    common::assert_seed_zero_is_unchanged();
}
