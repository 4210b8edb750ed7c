//! The text of the page keeps what it promises: links describe runs that exist, and numbers are those of the code.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::config::Config;
use grokking_lab::settings::{from_query, to_query};

const PAGE: &str = include_str!("../index.html");

/// The hashes of all links that set the lab.
fn hashes() -> Vec<String> {
    let links = PAGE.split("href=\"#").skip(1).filter_map(|rest| rest.split_once('"'));
    links.map(|(hash, _)| hash.replace("&amp;", "&")).collect()
}

#[test]
fn links_describe_valid_runs_in_the_shortest_way() {
    let hashes = hashes();
    assert!(hashes.len() >= 5, "{hashes:?}");
    for hash in hashes {
        let (config, problems) = from_query(&hash);
        assert_eq!(problems, [], "{hash}");
        assert_eq!(
            to_query(&config).replace("autoplay=true", "autoplay=1"),
            hash_in_order(&hash),
            "a key too many, or `v` missing"
        );
    }
}

/// The hash with its pairs in the order of the keys; `v` is last.
fn hash_in_order(hash: &str) -> String {
    let keys: Vec<&str> = grokking_lab::settings::KEYS.iter().map(|key| key.name).chain(["v"]).collect();
    let mut pairs: Vec<&str> = hash.split('&').collect();
    pairs.sort_by_key(|pair| keys.iter().position(|key| pair.split('=').next() == Some(*key)));
    pairs.join("&")
}

#[test]
fn the_introduction_is_about_the_standard_run() {
    let Config { p, train, task, .. } = Config::standard();
    assert_eq!((task.as_str(), (90 + 10) % p), ("x+y", 3));
    for quoted in [format!("with {p} hours"), format!("shown {} % of all sums", train * 100.0)] {
        assert!(PAGE.replace('\u{a0}', " ").contains(&quoted), "{quoted}");
    }
}
