//! An example and what the network answers, in words.

use crate::config::Config;
use crate::protocol::inspect::{Answered, Kind};
use crate::task::Operation;
use crate::text;
use crate::tr;

/// Words without what only fills a sentence up.
fn shortened(mut words: Vec<&str>) -> Vec<&str> {
    words.dedup();
    words
}

/// What the network is shown: `x₁ 3, x₂ 4`, or the words of a text.
fn shown(config: &Config, operands: &[u16]) -> String {
    let operation = Operation::of(config);
    if operation.size().has_table() {
        let [x, y] = [0, 1].map(|place| operands.get(place).copied().unwrap_or(0));
        return tr!("x = {x}, y = {y}", x, y);
    }
    let text: Option<Vec<&str>> = operands.iter().map(|token| operation.word((*token).into())).collect();
    if let Some(words) = text {
        return shortened(words).join(" ");
    }
    let places = [operation.places(config), operation.answer_places(config)].concat();
    let named = places.into_iter().zip(operands).enumerate().filter_map(|(place, (name, token))| {
        let number = operation.operand(config, place, (*token).into())?;
        Some(format!("{name} {number}"))
    });
    named.collect::<Vec<_>>().join(", ")
}

/// `x₁ 3, x₂ 4: 7 ✓ 97 % sure`, with the truth where that is another.
pub fn answer(config: &Config, Answered { operands, truth, answer, confidence, .. }: &Answered) -> String {
    let operation = Operation::of(config);
    let share = text::percent((*confidence).into());
    let said = [*answer, *truth].map(|token| operation.word(token.into()).map_or_else(|| token.to_string(), str::to_string));
    let ([answered, true_one], shown) = (said, shown(config, operands));
    match answer == truth {
        true => tr!("{shown}: {answer} ✓ {share} sure", shown, answer = answered, share),
        false => tr!("{shown}: {answer} ✗ {share} sure; it is {truth}", shown, answer = answered, share, truth = true_one),
    }
}

/// The same, and what the example is for.
pub fn words(config: &Config, answered: &Answered) -> String {
    let kind = match answered.kind {
        Kind::Training => tr!("it was shown this one"),
        _ => tr!("it was never shown this one"),
    };
    [&answer(config, answered), "; ", kind].concat()
}

/// What the examples of a kind are called.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Training => tr!("shown in training"),
        Kind::Test => tr!("never shown"),
        Kind::Apart => tr!("out of distribution"),
    }
}

/// The same in short, where the long words have no room.
pub fn brief(kind: Kind) -> &'static str {
    match kind {
        Kind::Training => tr!("train"),
        Kind::Test => tr!("test"),
        Kind::Apart => tr!("OOD"),
    }
}
