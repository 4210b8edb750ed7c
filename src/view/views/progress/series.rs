//! The lines of *Progress*: what each is called, what it shows, and how it is drawn.

use crate::analysis::{Measure, Measures};
use crate::language::local;
use crate::number::fixed;
use crate::text;
use crate::tr;
use crate::view::decimate::Value;
use crate::view::draw::DASHED;

/// What a line is called in a narrow legend, and where there is room.
pub(super) type Name = fn() -> [&'static str; 2];

/// How a measure is drawn.
#[derive(PartialEq)]
pub(super) enum Drawn {
    /// In the upper chart, as nats.
    Loss,
    /// In the lower one, as it is: from 0 to 1.
    Fraction,
    /// In the lower one, with its largest value as 1.
    OfLargest,
    /// Likewise, and it is a number of bytes.
    Bytes,
    /// In the lower one, with as many as there are units in a layer as 1: of the last hidden layer, and paler of those before it.
    Ranks,
}

pub(super) struct Series {
    pub name: Name,
    pub value: fn(&Measure) -> f32,
    pub drawn: Drawn,
    pub dash: &'static [f64],
}

static SERIES: [Series; 16] = {
    use Drawn::{Bytes, Fraction, Loss, OfLargest, Ranks};
    [
        Series { name: || [tr!("restricted"), tr!("restricted loss")], value: |m| m.restricted, drawn: Loss, dash: &[] },
        Series { name: || [tr!("excluded"), tr!("excluded loss")], value: |m| m.excluded, drawn: Loss, dash: DASHED },
        Series { name: || [tr!("Gini"), tr!("Gini coefficient")], value: |m| m.gini, drawn: Fraction, dash: &[] },
        Series { name: || [tr!("explained"), tr!("explained neurons")], value: |m| m.explained, drawn: Fraction, dash: DASHED },
        Series { name: || [tr!("key"), tr!("key frequencies' variance")], value: |m| m.keys, drawn: Fraction, dash: &[1.5, 2.5] },
        Series { name: || [tr!("effective"), tr!("effective sparsity")], value: |m| m.sparsity, drawn: Fraction, dash: &[] },
        Series { name: || [tr!("RankMe"), tr!("RankMe, of its largest")], value: |m| m.rank, drawn: OfLargest, dash: &DASH_DOT },
        Series {
            name: || [tr!("RQI"), tr!("realised parallelograms (RQI)")],
            value: |m| m.quality,
            drawn: Fraction,
            dash: &LONG,
        },
        Series {
            name: || [tr!("predicted"), tr!("predicted test accuracy")],
            value: |m| m.predicted,
            drawn: Fraction,
            dash: &PAIRS,
        },
        Series {
            name: || [tr!("compressed"), tr!("compressed size, of its largest")],
            value: |m| m.compressed,
            drawn: Bytes,
            dash: &DASH_DOTS,
        },
        Series {
            name: || [tr!("feature rank"), tr!("feature rank of the last layer (pale: of those before it), of all units")],
            value: Measure::last_rank,
            drawn: Ranks,
            dash: &DOTS,
        },
        Series { name: || [tr!("robust"), tr!("robust to attacks")], value: |m| m.robust, drawn: Fraction, dash: DASHED },
        Series {
            name: || [tr!("local complexity"), tr!("local complexity (borders of regions nearby), of its largest")],
            value: |m| m.local_complexity,
            drawn: OfLargest,
            dash: &DASH_DOTS,
        },
        Series {
            name: || [tr!("out of distribution"), tr!("right out of distribution")],
            value: |m| m.apart,
            drawn: Fraction,
            dash: DASHED,
        },
        Series { name: || [tr!("attention"), tr!("attention is spread")], value: |m| m.attention, drawn: Fraction, dash: &PAIRS },
        Series {
            name: || [tr!("to names"), tr!("attention to whom it is asked about")],
            value: |m| m.subject,
            drawn: Fraction,
            dash: &[],
        },
    ]
};

/// What [`Measures::Density`] asks for.
static DENSITY: [Series; 2] = [
    Series {
        name: || [tr!("density"), tr!("frequency density (FFD)")],
        value: |m| m.density,
        drawn: Drawn::Fraction,
        dash: &LONG,
    },
    Series {
        name: || [tr!("cosines to sines"), tr!("balance of cosines and sines (FCR)")],
        value: |m| m.ratio,
        drawn: Drawn::Fraction,
        dash: &DASH_DOTS,
    },
];

/// What [`Measures::Movement`] asks for.
static MOVEMENT: [Series; 2] = [
    Series {
        name: || [tr!("last layer"), tr!("norm of the last layer, of its largest")],
        value: |m| m.readout_norm,
        drawn: Drawn::OfLargest,
        dash: &LONG,
    },
    Series {
        name: || [tr!("features moved"), tr!("features moved since the look before, of the farthest")],
        value: |m| m.movement,
        drawn: Drawn::OfLargest,
        dash: &DASH_DOTS,
    },
];

/// The lines of these measures. Some have the lower chart to themselves: among all others they could hardly be told.
pub(super) fn of(measures: Measures) -> impl Iterator<Item = &'static Series> {
    let own: &[Series] = match measures {
        Measures::Usual | Measures::Compressed | Measures::Ranks => &[],
        Measures::Density => &DENSITY,
        Measures::Movement => &MOVEMENT,
    };
    SERIES.iter().filter(|series| own.is_empty() || series.drawn == Drawn::Loss).chain(own)
}

/// Dashes and the gaps between them, pixels.
const DASH_DOT: [f64; 4] = [9.0, 2.5, 1.5, 2.5];
const DASH_DOTS: [f64; 6] = [9.0, 2.5, 1.5, 2.5, 1.5, 2.5];
const LONG: [f64; 2] = [12.0, 3.0];
const PAIRS: [f64; 4] = [2.0, 2.0, 2.0, 6.0];
const DOTS: [f64; 2] = [3.0, 2.0];

/// A line of the lower chart that the run itself records.
pub(super) struct Recorded {
    pub name: Name,
    pub value: Value,
    /// Whether its largest value is drawn as 1.
    pub relative: bool,
    pub dash: &'static [f64],
}

/// Each is drawn once it is above 0.
pub(super) static RECORDED: [Recorded; 2] = [
    Recorded {
        name: || [tr!("weight norm"), tr!("weight norm, of its largest")],
        value: |p| p.weight_norm,
        relative: true,
        dash: &[],
    },
    Recorded { name: || [tr!("collapse"), tr!("collapse of the softmax")], value: |p| p.collapse, relative: false, dash: DASHED },
];

/// A value of any series.
pub(super) fn written(series: &Series, measure: &Measure) -> String {
    let value = f64::from((series.value)(measure));
    let number = match series.drawn {
        Drawn::Loss => text::loss(value),
        Drawn::Bytes => tr!("{count} bytes", count = text::thousands(value.round() as u64)),
        Drawn::Fraction | Drawn::OfLargest => local(fixed(value, 2)),
        Drawn::Ranks => return ranks(measure),
    };
    // The longer name says how it is drawn.
    let relative = matches!(series.drawn, Drawn::OfLargest | Drawn::Bytes);
    let name = (series.name)()[usize::from(!relative)];
    [name, " ", &number].concat()
}

/// The feature ranks of all layers that have one.
fn ranks(measure: &Measure) -> String {
    let ranks = measure.ranks.iter().filter(|rank| rank.is_finite()).map(|rank| fixed(f64::from(*rank), 0));
    tr!("feature rank by layer {ranks}", ranks = ranks.collect::<Vec<_>>().join(" / "))
}
