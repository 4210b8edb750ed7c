//! What the clearest neurons respond to: noise at first, and waves once the network computes with angles.

use super::{Painting, Picture, pairs};
use crate::protocol::inspect::{InspectRequest, LEADING_FREQUENCIES, NEURONS_PER_FREQUENCY, Selection};
use crate::tr;
use crate::view::choice::Action;
use crate::view::draw::{Align, Area, Draw};
use crate::view::views::neurons::{describe, map, neurons, share_of};
use crate::view::views::{Subject, cell};

/// The picture.
pub static PICTURE: Picture = Picture { name: "waves", applies: pairs, request: |_| InspectRequest::Neurons(Selection::Leading) };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |subject| {
        let shown = neurons(subject).map_or(LEADING_FREQUENCIES * NEURONS_PER_FREQUENCY, |neurons| neurons.shown.len());
        tr!("{n} of its neurons: how strongly each responds", n = shown)
    },
    draw,
    describe,
    point: |subject, area, at| {
        let neurons = neurons(subject)?;
        let i = (0..neurons.shown.len()).find(|i| cell(place(area, *i), [1, 1], at).is_some())?;
        let (frequency, fraction) = neurons.fits[usize::from(neurons.shown[i])];
        let (unit, share) = (neurons.shown[i], share_of(fraction));
        let words = tr!("neuron {unit}: wave {frequency} explains {share} of it", unit, frequency, share);
        Some((words, Some(Action::Silence(frequency))))
    },
};

const GAP: f64 = 8.0;
/// Height of the line above a map.
const TITLE: f64 = 16.0;

/// Where the i-th map is: the neurons of a frequency above each other where there is room for all frequencies in a row.
fn place(area: Area, i: usize) -> Area {
    let columns = LEADING_FREQUENCIES;
    let (width, height) = (columns as f64, NEURONS_PER_FREQUENCY as f64);
    let side = ((area.width - GAP * (width - 1.0)) / width).min((area.height - GAP * (height - 1.0)) / height - TITLE).max(1.0);
    let (column, row) = (i / NEURONS_PER_FREQUENCY, i % NEURONS_PER_FREQUENCY);
    let x = area.x + column as f64 * (side + GAP);
    Area { x, y: area.y + row as f64 * (side + TITLE + GAP) + TITLE, width: side, height: side }
}

fn draw(draw: &mut dyn Draw, subject: &Subject, area: Area) {
    let Some(neurons) = neurons(subject) else { return };
    for (at, unit) in neurons.shown.iter().enumerate() {
        let area = place(area, at);
        let (frequency, fraction) = neurons.fits[usize::from(*unit)];
        let off = subject.choice.off.neurons.contains(unit);
        let title = if off { tr!("wave {frequency} off", frequency) } else { tr!("wave {frequency}", frequency) };
        let title = if draw.width_of(&title, 12.0) > area.width { frequency.to_string() } else { title };
        subject.text(draw, &title, (area.x, area.y - 8.0), Align::Left);
        let share = share_of(fraction);
        if !off && draw.width_of(&title, 12.0) + draw.width_of(&share, 12.0) + 6.0 < area.width {
            subject.text(draw, &share, (area.x + area.width, area.y - 8.0), Align::Right);
        }
        map(draw, subject, neurons, (*unit, at), area);
    }
}
