//! Try a pair: the most probable answers, and how each frequency votes.

use super::subject::{Control, Drawing, Subject, View, list};
use crate::protocol::inspect::{InspectRequest, InspectResult, Pair};
use crate::text;
use crate::tr;
use crate::view::choice::Action;
use crate::view::draw::{Align, Area, Draw, Stroke};

/// The view.
pub static VIEW: View = View {
    name: "pair",
    label: "Try a pair",
    about: "The most probable answers to two numbers of your choice, and how each key frequency votes on them: no single wave knows the \
            answer; the right one is where they all agree.",
    request: |choice| InspectRequest::Pair(choice.pair[0], choice.pair[1]),
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| pair(subject).map_or(0, |pair| pair.answers.len()).max(1) as f64 * ROW + TOP,
    draw,
    describe,
    point: |_, _| None,
    controls: |subject| {
        let ([x, y], most) = (subject.choice.pair(subject.p as u32), subject.p as u32 - 1);
        vec![Control::Number("x", Some(x), most, Action::X), Control::Number("y", Some(y), most, Action::Y)]
    },
};

/// Height of an answer.
const ROW: f64 = 46.0;
/// Where the first begins.
const TOP: f64 = 34.0;

fn pair<'a>(subject: &'a Subject) -> Option<&'a Pair> {
    match subject.result {
        InspectResult::Pair(pair) => Some(pair),
        _ => None,
    }
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let Some(pair) = pair(subject) else { return };
    let theme = subject.theme;
    let left = 52.0;
    // Probabilities, then votes.
    let middle = left + 0.34 * (subject.width - left);
    let votes = Area { x: middle + 66.0, y: 0.0, width: subject.width - middle - 66.0, height: 0.0 };
    subject.text(draw, tr!("Answer and its probability"), (0.0, 9.0), Align::Left);
    let step = (votes.width / pair.keys.len().max(1) as f64).min(40.0);
    if !pair.keys.is_empty() {
        let title = if votes.width < 120.0 { tr!("Votes") } else { tr!("Votes by frequency") };
        subject.text(draw, title, (votes.x, 9.0), Align::Left);
    }
    for (k, key) in pair.keys.iter().enumerate().filter(|_| step > 18.0) {
        subject.text(draw, &key.to_string(), (votes.x + (k as f64 + 0.5) * step - 1.5, TOP - 8.0), Align::Center);
    }
    let most = pair.answers.iter().flat_map(|answer| &answer.votes).fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
    for (i, answer) in pair.answers.iter().enumerate() {
        let y = TOP + i as f64 * ROW + ROW / 2.0;
        let right = pair.truth == Some(answer.class.into());
        let color = if right { &theme.train } else { &theme.test };
        subject.write(draw, &answer.class.to_string(), (left - 22.0, y), Align::Right, &theme.ink);
        if right {
            subject.write(draw, "✓", (left - 8.0, y), Align::Right, &theme.ink);
        }
        let width = f64::from(answer.probability) * (middle - left);
        draw.fill(Area { x: left, y: y - 8.0, width: width.max(1.0), height: 16.0 }, color);
        let fraction = text::percent(answer.probability.into());
        subject.text(draw, &fraction, (left + width.max(1.0) + 5.0, y), Align::Left);
        if !pair.keys.is_empty() {
            let end = votes.x + step * pair.keys.len() as f64;
            draw.lines(&[vec![(votes.x, y.floor() + 0.5), (end, y.floor() + 0.5)]], Stroke::thin(&theme.line));
        }
        for (k, vote) in answer.votes.iter().enumerate() {
            let height = f64::from(vote / most) * (ROW / 2.0 - 4.0);
            let (from, to) = (y.min(y - height), y.max(y - height));
            draw.fill(Area { x: votes.x + k as f64 * step, y: from, width: (step - 3.0).max(1.0), height: to - from }, color);
        }
    }
}

fn describe(subject: &Subject) -> String {
    let Some(pair) = pair(subject) else { return String::new() };
    let [x, y] = pair.pair;
    let Some((truth, best)) = pair.truth.zip(pair.answers.first()) else {
        return tr!("x = {x}, y = {y} has no result.", x, y);
    };
    let kind = if pair.trained { tr!("a training pair") } else { tr!("a test pair") };
    let (answer, share) = (best.class, text::percent(best.probability.into()));
    let told = if u32::from(answer) == truth {
        tr!("For x = {x}, y = {y}, {kind}, it answers {answer} with {share}, which is right.", x, y, kind, answer, share)
    } else {
        tr!(
            "For x = {x}, y = {y}, {kind}, it answers {answer} with {share}, but it is {truth}.",
            x,
            y,
            kind,
            answer,
            share,
            truth
        )
    };
    let strengths = pair.keys.iter().zip(&pair.alphas);
    let keys: Vec<String> = strengths.map(|(key, alpha)| format!("{key} (α {})", text::loss((*alpha).into()))).collect();
    let voters = match keys.is_empty() {
        true => tr!("No frequency votes yet.").into(),
        false => tr!("These frequencies vote, with their strength α over all pairs: {keys}.", keys = list(&keys)),
    };
    [told, voters].join(" ")
}
