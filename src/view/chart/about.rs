//! What each panel is like: its words, its unit, and how its values are spread.

use super::Scene;
use crate::config::Loss;
use crate::language::translate;
use crate::metrics::{METRICS, Metric, Panel};
use crate::text;
use crate::tr;
use crate::view::scale::Spread::{self, Linear, Log, Logit};

/// In what a panel's values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Fractions, as percents.
    Share,
    /// What the loss is counted in.
    Loss,
    /// Plain numbers.
    Number,
}

/// A panel's words, which are translated where they are shown, and its vertical axis.
pub struct About {
    /// Which panel.
    pub panel: Panel,
    /// Its name in exports and programs, and among the words that are explained.
    pub name: &'static str,
    /// On its tab.
    pub tab: &'static str,
    /// As a title.
    pub title: &'static str,
    /// In what its values are counted.
    pub unit: Unit,
    /// How they may be spread, the usual way first.
    pub spreads: [Spread; 2],
    /// What an empty chart says.
    pub empty: [&'static str; 2],
    /// What guessing gives, and how that is written.
    pub guess: fn(&Scene) -> Option<(f64, String)>,
}

/// All panels, in the order of their tabs.
pub static ABOUT: [About; 5] = [
    About {
        panel: Panel::Accuracy,
        name: "accuracy",
        tab: "Accuracy",
        title: "Accuracy",
        unit: Unit::Share,
        spreads: [Linear, Logit],
        empty: ["Share of pairs it answers correctly:", "those it was shown, and those it was not"],
        guess: |scene| Some((1.0 / f64::from(scene.classes), tr!("chance: 1 / {classes}", classes = scene.classes))),
    },
    About {
        panel: Panel::Loss,
        name: "loss",
        tab: "Loss",
        title: "Loss",
        unit: Unit::Loss,
        spreads: [Log, Linear],
        empty: ["How far the network is from", "being sure of the right answer"],
        guess: |scene| {
            let chance = scene.loss.guess(f64::from(scene.classes));
            let loss = text::loss(chance);
            let label = match scene.loss {
                Loss::CrossEntropy | Loss::StableMax => tr!("guessing: ln {classes} = {loss}", classes = scene.classes, loss),
                Loss::MeanSquared | Loss::Hinge => tr!("guessing: {loss}", loss),
            };
            Some((chance, label))
        },
    },
    About {
        panel: Panel::WeightNorm,
        name: "weightnorm",
        tab: "Weights",
        title: "Weight norm",
        unit: Unit::Number,
        spreads: [Linear, Log],
        empty: ["How large all weights are together,", "which weight decay pulls down"],
        guess: |_| None,
    },
    About {
        panel: Panel::GradientNorm,
        name: "gradientnorm",
        tab: "Gradient",
        title: "Gradient norm",
        unit: Unit::Number,
        spreads: [Log, Linear],
        empty: ["How strongly the train loss", "asks for other weights"],
        guess: |_| None,
    },
    About {
        panel: Panel::Rounding,
        name: "rounding",
        tab: "Rounding",
        title: "Lost to rounding",
        unit: Unit::Share,
        spreads: [Linear, Logit],
        empty: ["Share of training examples that are so sure", "that numbers no longer tell how sure"],
        guess: |_| None,
    },
];

/// What a panel is like.
pub fn about(panel: Panel) -> &'static About {
    // Every panel is in the table, as a test says.
    ABOUT.iter().find(|about| about.panel == panel).unwrap_or(&ABOUT[0])
}

/// The panel of a name.
pub fn named(name: &str) -> Option<Panel> {
    ABOUT.iter().find(|about| about.name == name).map(|about| about.panel)
}

/// The names of all panels, for people: `accuracy, loss, …`.
pub fn names() -> String {
    ABOUT.each_ref().map(|about| about.name).join(", ")
}

/// A metric beside those of all panels: `Loss: test`, or the panel's title where it is the only one there.
pub fn full_name(metric: &Metric) -> String {
    let title = translate(about(metric.panel).title);
    let alone = METRICS.iter().filter(|other| other.panel == metric.panel).count() == 1;
    if alone { title.into() } else { [title, ": ", translate(metric.label)].concat() }
}

impl About {
    /// A measured value.
    pub fn written(&self, value: f64) -> String {
        if self.unit == Unit::Share { text::percent(value) } else { text::loss(value) }
    }

    /// A median between its quartiles: `97 % (92–99 %)`.
    pub fn written_quartiles(&self, [low, median, high]: [f32; 3]) -> String {
        if !median.is_finite() {
            return self.written(median.into());
        }
        let written = |value: f32| match self.unit {
            Unit::Share => text::rounded(value.into()),
            _ => self.written(value.into()),
        };
        let [low, median, high] = [low, median, high].map(written);
        // The unit is said once.
        let low = low.strip_suffix(" %").unwrap_or(&low);
        [&median, " (", low, "–", &high, ")"].concat()
    }

    /// A value on the axis.
    pub fn tick(&self, value: f64, spread: Spread) -> String {
        match (self.unit, spread) {
            (Unit::Share, _) => text::fraction(value),
            (_, Log) => text::power(value),
            // A multiple of 0.1 is not exactly what it is called.
            _ if value == 0.0 || value >= 1e-3 => text::number((value * 1e6).round() / 1e6),
            _ => text::loss(value),
        }
    }

    /// Unit and spread of the axis: `nats, log`.
    pub fn axis(&self, scene: &Scene) -> String {
        let spread = self.spread(scene.other).word();
        if self.unit == Unit::Loss { [translate(scene.loss.unit()), spread].join(", ") } else { spread.into() }
    }

    /// The title of a chart: what is drawn, and against what.
    pub fn said(&self, scene: &Scene) -> String {
        let title = translate(self.title);
        match scene.across {
            None => tr!("{title} by step", title),
            Some(across) => tr!("{title} against {other}", title, other = full_name(across.metric())),
        }
    }

    /// How its values are spread, where these panels have not the usual way.
    pub fn spread(&self, other: Other) -> Spread {
        self.spreads[usize::from(other.has(self.panel))]
    }

    /// The title of a picture.
    pub fn heading(&self, scene: &Scene) -> String {
        if scene.across.is_some() {
            return self.said(scene);
        }
        match (self.unit, self.spread(scene.other)) {
            (Unit::Loss, _) | (_, Log | Logit) => {
                tr!("{title} ({axis} scale)", title = translate(self.title), axis = self.axis(scene))
            }
            _ => translate(self.title).into(),
        }
    }
}

/// Panels whose values are spread the other way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Other([bool; ABOUT.len()]);

impl Other {
    /// Whether this panel is among them.
    pub fn has(self, panel: Panel) -> bool {
        self.0[panel as usize]
    }

    /// The same without this panel, or with it.
    pub fn toggled(mut self, panel: Panel) -> Self {
        self.0[panel as usize] ^= true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::glossary;

    #[test]
    fn every_metric_has_a_panel_and_every_panel_is_explained() {
        for metric in METRICS {
            assert_eq!(about(metric.panel).panel, metric.panel, "{}", metric.key);
        }
        for about in &ABOUT {
            assert!(METRICS.iter().any(|metric| metric.panel == about.panel), "{} is empty", about.name);
            assert!(glossary::explain(about.name).is_some(), "{} is not explained", about.name);
            assert_eq!(named(about.name), Some(about.panel));
            // What a legend has room for: two curves, which differ.
            let curves: Vec<bool> = METRICS.iter().filter(|m| m.panel == about.panel).map(|m| m.second).collect();
            assert!(curves == [false] || curves == [false, true], "{}: {curves:?}", about.name);
        }
        assert_eq!((named("weights"), names().as_str()), (None, "accuracy, loss, weightnorm, gradientnorm, rounding"));
    }

    #[test]
    fn ticks_are_written_in_the_unit_of_their_panel() {
        let ticks = |panel, spread, values: [f64; 3]| values.map(|value| about(panel).tick(value, spread)).join(" ");
        assert_eq!(ticks(Panel::Accuracy, Linear, [0.0, 3.0 * 0.2, 1.0]), "0 % 60 % 100 %");
        assert_eq!(ticks(Panel::Accuracy, Logit, [0.001, 0.5, 0.999]), "0.1 % 50 % 99.9 %");
        assert_eq!(ticks(Panel::Loss, Log, [1e-7, 0.01, 10.0]), "10⁻⁷ 0.01 10");
        assert_eq!(ticks(Panel::WeightNorm, Linear, [0.0, 3.0 * 0.1, 40.0]), "0 0.3 40");
        assert_eq!(ticks(Panel::GradientNorm, Linear, [2e-6, 1500.0, 0.25]), "2.0e-6 1,500 0.25");
    }

    #[test]
    fn panels_are_toggled_one_by_one() {
        let other = Other::default().toggled(Panel::Loss).toggled(Panel::Rounding);
        assert_eq!(ABOUT.each_ref().map(|about| other.has(about.panel)), [false, true, false, false, true]);
        assert_eq!(other.toggled(Panel::Loss).toggled(Panel::Rounding), Other::default());
    }
}
