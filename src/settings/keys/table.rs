//! All keys, in the order of the public contract.

mod curves;
mod page;

use super::{Change, Key, Kind};
use crate::builds::words;
use crate::config::Config;

type Parts = (Kind, fn(&Config) -> String, fn(&mut Config, &str) -> Result<(), String>);

const fn key(name: &'static str, label: &'static str, help: &'static str, change: Change, (kind, get, set): Parts) -> Key {
    Key { name, label: words(label), help: words(help), kind, change, get, set }
}

const fn restart(name: &'static str, label: &'static str, help: &'static str, parts: Parts) -> Key {
    key(name, label, help, Change::Restart, parts)
}

const fn carry(name: &'static str, label: &'static str, help: &'static str, parts: Parts) -> Key {
    key(name, label, help, Change::Carry, parts)
}

const fn live(name: &'static str, label: &'static str, help: &'static str, parts: Parts) -> Key {
    key(name, label, help, Change::Live, parts)
}

/// The table: first the settings that show in a run's curves, then those of its end, the machine and the page.
pub static KEYS: &[Key] = &{
    let mut all = [curves::KEYS[0]; CURVES + page::KEYS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < CURVES { curves::KEYS[at] } else { page::KEYS[at - CURVES] };
        at += 1;
    }
    all
};

/// How many of them show in curves.
pub const CURVES: usize = curves::KEYS.len();
