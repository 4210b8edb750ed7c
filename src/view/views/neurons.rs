//! The neurons of the MLP: what each responds to, and with which frequency it computes.

use super::subject::{Control, Drawing, Subject, View, cell, list};
use crate::protocol::inspect::{InspectRequest, InspectResult, Neurons, Selection};
use crate::text;
use crate::tr;
use crate::view::choice::Action;
use crate::view::draw::{Align, Area, Cells, Draw};

/// The view.
pub static VIEW: View = View {
    name: "neurons",
    label: "Neurons",
    about: "How strongly each hidden neuron responds to every pair, sorted by frequency. After grokking the maps are waves: switch off \
            all neurons of one frequency, and its part of the answer is gone.",
    request: |choice| InspectRequest::Neurons(Selection::Page(choice.first)),
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| {
        let rows = neurons(subject).map_or(1, |neurons| neurons.maps.len().div_ceil(columns(subject)).max(1));
        enlarged_height(subject) + rows as f64 * (side(subject) + TITLE + GAP)
    },
    draw,
    describe,
    point: |subject, at| {
        let (neurons, unit) = (neurons(subject)?, under(subject, at)?);
        Some((title(subject, neurons, unit, true), Some(Action::Unit(unit))))
    },
    controls,
};

const GAP: f64 = 10.0;
/// Height of the line above a map.
const TITLE: f64 = 16.0;

pub(in crate::view) fn neurons<'a>(subject: &Subject<'a>) -> Option<&'a Neurons> {
    match subject.result {
        InspectResult::Neurons(neurons) => Some(neurons),
        _ => None,
    }
}

fn columns(subject: &Subject) -> usize {
    ((subject.width + GAP) / (96.0 + GAP)).floor().clamp(3.0, 8.0) as usize
}

fn side(subject: &Subject) -> f64 {
    let columns = columns(subject) as f64;
    ((subject.width - GAP * (columns - 1.0)) / columns).max(1.0)
}

/// The neuron that is enlarged, if its map is there.
fn enlarged(subject: &Subject) -> Option<(u16, usize)> {
    let (neurons, unit) = (neurons(subject)?, subject.choice.unit?);
    neurons.shown.iter().position(|own| *own == unit).map(|at| (unit, at))
}

fn large(subject: &Subject) -> f64 {
    subject.width.min(320.0)
}

fn enlarged_height(subject: &Subject) -> f64 {
    enlarged(subject).map_or(0.0, |_| large(subject) + TITLE + 2.0 * GAP)
}

/// Where the i-th map is.
fn map_area(subject: &Subject, i: usize) -> Area {
    let (columns, side) = (columns(subject), side(subject));
    let x = (i % columns) as f64 * (side + GAP);
    let y = enlarged_height(subject) + (i / columns) as f64 * (side + TITLE + GAP) + TITLE;
    Area { x, y, width: side, height: side }
}

/// A fraction that came as a byte.
pub(in crate::view) fn share_of(fraction: u8) -> String {
    text::rounded(f64::from(fraction) / 255.0)
}

pub(in crate::view) fn title(subject: &Subject, neurons: &Neurons, unit: u16, long: bool) -> String {
    let (frequency, fraction) = neurons.fits[usize::from(unit)];
    let share = share_of(fraction);
    let title = match long {
        true => tr!("neuron {unit}: frequency {frequency} explains {share} of it", unit, frequency, share),
        false => format!("k {frequency} · {share}"),
    };
    if subject.choice.off.neurons.contains(&unit) { tr!("{what}, off", what = title) } else { title }
}

/// A neuron's responses in a square; `at` is its place among the maps.
pub(in crate::view) fn map(draw: &mut dyn Draw, subject: &Subject, neurons: &Neurons, (unit, at): (u16, usize), area: Area) {
    let (colors, (_, _, map)) = (subject.colors(), &neurons.maps[at]);
    let strength = if subject.choice.off.neurons.contains(&unit) { 0.25 } else { 1.0 };
    let cells: Vec<_> = map.iter().map(|v| colors.amount(strength * (0.08 + 0.92 * f32::from(*v) / 255.0))).collect();
    let area = subject.square((area.x, area.y), neurons.side.into(), area.width);
    draw.cells(area, &Cells { columns: neurons.side.into(), colors: &cells, dots: None });
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let Some(neurons) = neurons(subject) else { return };
    if let Some((unit, at)) = enlarged(subject) {
        let side = large(subject);
        let (low, high, _) = neurons.maps[at];
        let (what, [low, high]) = (title(subject, neurons, unit, true), [low, high].map(|end| text::loss(end.into())));
        let what = tr!("{what}, {low} to {high}", what, low, high);
        subject.write(draw, &what, (0.0, 8.0), Align::Left, &subject.theme.ink);
        map(draw, subject, neurons, (unit, at), Area { x: 0.0, y: TITLE, width: side, height: side });
    }
    for at in 0..neurons.maps.len() {
        let Some(unit) = neurons.shown.get(at) else { break };
        let area = map_area(subject, at);
        let ink = if subject.choice.unit == Some(*unit) { &subject.theme.ink } else { &subject.theme.muted };
        subject.write(draw, &title(subject, neurons, *unit, false), (area.x, area.y - 8.0), Align::Left, ink);
        map(draw, subject, neurons, (*unit, at), area);
    }
}

/// The neuron at a point.
fn under(subject: &Subject, at: (f64, f64)) -> Option<u16> {
    let neurons = neurons(subject)?;
    let i = (0..neurons.maps.len()).find(|i| cell(map_area(subject, *i), [1, 1], at).is_some())?;
    neurons.shown.get(i).copied()
}

/// Frequencies with the number of neurons that compute with them.
fn groups(neurons: &Neurons) -> Vec<(u16, usize)> {
    let count = |k: u16| neurons.fits.iter().filter(|(own, fraction)| *own == k && *fraction >= neurons.least).count();
    (1..=neurons.side / 2).map(|k| (k, count(k))).filter(|(_, count)| *count > 0).collect()
}

pub(in crate::view) fn describe(subject: &Subject) -> String {
    let Some(neurons) = neurons(subject) else { return String::new() };
    let (groups, all) = (groups(neurons), neurons.fits.len());
    // Counted from what is listed: the fractions come here rounded, and a neuron at the threshold is on one side of it only.
    let explained: usize = groups.iter().map(|(_, count)| count).sum();
    let listed: Vec<String> = groups.iter().map(|(k, count)| tr!("{n} with frequency {k}", n = count, k)).collect();
    let (listed, least) = (list(&listed), share_of(neurons.least));
    match share(explained, all) {
        None => tr!(
            "None of its {all} neurons follows a single wave yet (one frequency would explain {least} of its variance).",
            all,
            least
        ),
        Some(share) => {
            let told = match explained {
                1 => tr!("{share} now follows a single wave each: {listed}.", share, listed),
                _ => tr!("{share} now follow a single wave each: {listed}.", share, listed),
            };
            [told, tr!("One frequency explains at least {least} of their variance.", least)].join(" ")
        }
    }
}

/// So many of all neurons, in words where there are simple ones; nothing for none.
fn share(some: usize, all: usize) -> Option<String> {
    let fraction = some as f64 / all.max(1) as f64;
    let about = |simple: f64| (fraction - simple).abs() < 0.02;
    Some(match some {
        0 => return None,
        _ if some == all => tr!("All its {all} neurons", all),
        _ if about(1.0 / 3.0) => tr!("A third of its {all} neurons ({some})", all, some),
        _ if about(0.5) => tr!("Half of its {all} neurons ({some})", all, some),
        _ if about(2.0 / 3.0) => tr!("Two thirds of its {all} neurons ({some})", all, some),
        _ if fraction > 0.8 => tr!("Most of its {all} neurons ({some})", all, some),
        _ => tr!("{some} of its {all} neurons ({share})", some, all, share = text::percent(fraction)),
    })
}

fn controls(subject: &Subject) -> Vec<Control> {
    let Some(neurons) = neurons(subject) else { return vec![] };
    let (first, shown, all) = (neurons.first, neurons.maps.len() as u32, neurons.order.len() as u32);
    let page = crate::protocol::inspect::NEURONS_PER_PAGE;
    let mut controls = vec![];
    if first > 0 {
        controls.push(Control::Button(tr!("Previous").into(), None, Action::First(first.saturating_sub(page))));
    }
    if first + shown < all {
        controls.push(Control::Button(tr!("Next neurons").into(), None, Action::First(first + page)));
    }
    if let Some((unit, _)) = enlarged(subject) {
        let off = subject.choice.off.neurons.contains(&unit);
        controls.push(Control::Button(tr!("Switch off neuron {unit}", unit), Some(off), Action::Neuron(unit)));
    }
    let silence = |(k, _): (u16, usize)| {
        let own = || neurons.fits.iter().zip(0u16..).filter(|(fit, _)| fit.0 == k);
        let off = own().all(|(_, unit)| subject.choice.off.neurons.contains(&unit));
        Control::Button(tr!("Switch off frequency {k} ({n})", k, n = own().count()), Some(off), Action::Silence(k))
    };
    controls.extend(groups(neurons).into_iter().take(8).map(silence));
    controls
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn simple_shares_are_said_in_words_and_others_in_numbers() {
        let said = [0, 1, 100, 173, 250, 340, 400, 420, 511, 512].map(|some| share(some, 512).unwrap_or_default());
        assert_eq!(
            said,
            [
                "",
                "1 of its 512 neurons (0.2 %)",
                "100 of its 512 neurons (19.5 %)",
                "A third of its 512 neurons (173)",
                "Half of its 512 neurons (250)",
                "Two thirds of its 512 neurons (340)",
                "400 of its 512 neurons (78.1 %)",
                "Most of its 512 neurons (420)",
                "Most of its 512 neurons (511)",
                "All its 512 neurons",
            ]
        );
        assert_eq!(share(0, 0), None);
    }
}
