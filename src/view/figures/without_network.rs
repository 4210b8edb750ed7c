//! Grokking without a network (Miller et al. 2023) as a figure: linear regression, or a Gaussian process, trained for several draws of
//! the points, and its accuracy on average over these.

use super::{Curve, Figure, Plot, label, menu, tick};
use crate::analysis::{GaussianProcess, LinearRegression, Look};
use crate::language::local;
use crate::number::shortest;
use crate::text::{percent, thousands};
use crate::tr;
use crate::view::chart::Theme;
use crate::view::draw::{Align, Area, DASHED, Draw};
use crate::view::scale::{Scale, Spread, decades};

/// How many draws of the points there are, from seed 0.
const DRAWS: u64 = 10;
/// Every measurement is so many times as late as the one before.
const SPACING: f64 = 1.04;
/// An accuracy that counts as reached.
const REACHED: f64 = 0.95;
/// What of the loss is nearer to 0 is drawn there.
const FLOOR: f64 = 1e-3;

/// Which model is trained, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Setting {
    process: bool,
    /// Weights of the features that say nothing, or the length scale, at first.
    start: f64,
    /// Points for training.
    points: usize,
    /// Whether complexity is part of the loss.
    penalised: bool,
}

/// As in the paper.
const REGRESSION: Setting = Setting { process: false, start: 0.9, points: 2, penalised: true };
const PROCESS: Setting = Setting { process: true, start: 0.005, points: 20, penalised: true };

/// What can be chosen for `start`, and for `points`.
const STARTS: [[&str; 4]; 2] = [["0", "0.3", "0.9", "2"], ["0.005", "0.02", "0.1", "0.3"]];
const POINTS: [[&str; 4]; 2] = [["2", "3", "5", "10"], ["10", "15", "20", "30"]];

#[derive(Clone)]
enum Model {
    Regression(LinearRegression),
    Process(GaussianProcess),
}

impl Model {
    fn new(setting: Setting, seed: u64) -> Model {
        let Setting { process, start, points, penalised } = setting;
        match process {
            true => Model::Process(GaussianProcess::new(points, start, penalised, seed)),
            false => Model::Regression(LinearRegression::new(points, start, penalised, seed)),
        }
    }

    fn step(&mut self) {
        match self {
            Model::Regression(model) => model.step(),
            Model::Process(model) => model.step(),
        }
    }

    fn look(&self) -> Look {
        match self {
            Model::Regression(model) => model.look(),
            Model::Process(model) => model.look(),
        }
    }
}

impl Setting {
    /// The last epoch.
    fn end(self) -> u32 {
        if self.process { 1500 } else { 5000 }
    }

    /// How many epochs of all draws fit in a frame.
    fn pace(self) -> u32 {
        if self.process { 6 } else { 250 }
    }
}

/// What is shown.
#[derive(Clone)]
pub struct WithoutNetwork {
    setting: Setting,
    models: Vec<Model>,
    /// Epochs so far.
    epoch: u32,
    /// Measurements, on average over the draws, and their epochs.
    looks: Vec<(u32, Look)>,
}

impl Default for WithoutNetwork {
    fn default() -> Self {
        WithoutNetwork::new(REGRESSION)
    }
}

impl WithoutNetwork {
    fn new(setting: Setting) -> Self {
        let models = (0..DRAWS).map(|seed| Model::new(setting, seed)).collect();
        let mut figure = WithoutNetwork { setting, models, epoch: 0, looks: vec![] };
        figure.look();
        figure
    }

    /// Measures, on average over the draws.
    fn look(&mut self) {
        let looks: Vec<Look> = self.models.iter().map(Model::look).collect();
        let mean = |of: &dyn Fn(&Look) -> f64| looks.iter().map(of).sum::<f64>() / looks.len() as f64;
        let [train, test] = [0, 1].map(|which| mean(&|look| look.accuracy[which]));
        let look = Look { accuracy: [train, test], fit: mean(&|look| look.fit), complexity: mean(&|look| look.complexity) };
        self.looks.push((self.epoch, look));
    }

    /// The epoch of the next measurement.
    fn next(&self) -> u32 {
        let last = self.looks.last().map_or(0, |(epoch, _)| *epoch);
        (libm::ceil(f64::from(last) * SPACING) as u32).max(last + 1).min(self.setting.end())
    }

    /// When train accuracy is reached for the first time, what test accuracy is then, and when it is reached to stay.
    fn delay(&self) -> (Option<(u32, f64)>, Option<u32>) {
        let first =
            self.looks.iter().find(|(_, look)| look.accuracy[0] >= REACHED).map(|(epoch, look)| (*epoch, look.accuracy[1]));
        let below = self.looks.iter().rposition(|(_, look)| look.accuracy[1] < REACHED);
        let stays = self.looks.get(below.map_or(0, |at| at + 1)).map(|(epoch, _)| *epoch);
        (first, stays)
    }

    /// An axis of epochs. The first measurement is before any, and is left out.
    fn epochs(&self, from: f64, to: f64) -> Scale {
        Scale { spread: Spread::Log, low: 1.0, high: self.setting.end().into(), from, to }
    }

    /// What was measured over the epochs.
    fn points(&self, value: impl Fn(&Look) -> f64) -> Vec<(f64, f64)> {
        self.looks.iter().skip(1).map(|(epoch, look)| ((*epoch).into(), value(look))).collect()
    }
}

impl Figure for WithoutNetwork {
    fn title() -> &'static str {
        tr!("Grokking without a network")
    }

    fn about() -> &'static str {
        tr!(
            "Miller et al. 2023 found grokking where there is no network at all. Here a model has to tell positive numbers from negative \
             ones, and knows a few of them: linear regression on x, x², x³ and sin 100x, which begins with large weights for the three \
             that say nothing, or a Gaussian process that at first sees no connection between different numbers. Curves are means over \
             ten draws of the numbers. The loss adds how badly the known numbers are met and how complex the model is; without the \
             second part there is hardly any grokking."
        )
    }

    fn controls() -> String {
        let models = [("regression", tr!("linear regression")), ("process", tr!("Gaussian process"))];
        let mut html = menu("model", tr!("Model"), &models);
        for (i, start) in [tr!("Useless weights at first"), tr!("Length scale at first")].into_iter().enumerate() {
            let points = tr!("Numbers to learn from");
            for (name, caption, choices) in [("start", start, STARTS[i]), ("points", points, POINTS[i])] {
                let labels = choices.map(|choice| local(choice.into()));
                let options: Vec<_> = choices.into_iter().zip(labels.iter().map(String::as_str)).collect();
                html += &menu(&format!("{i}.{name}"), caption, &options);
            }
        }
        html + &tick("penalised", tr!("Complexity is part of the loss"))
    }

    fn value(&self, name: &str) -> Option<String> {
        let Setting { process, start, points, penalised } = self.setting;
        match name {
            "model" => Some(if process { "process" } else { "regression" }.into()),
            "penalised" => Some(penalised.to_string()),
            _ => match (name.split_once('.')?, process) {
                (("0", "start"), false) | (("1", "start"), true) => Some(shortest(start)),
                (("0", "points"), false) | (("1", "points"), true) => Some(points.to_string()),
                _ => None,
            },
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        let (mut setting, kind) = (self.setting, usize::from(self.setting.process));
        match (name, name.split_once('.').map(|(_, name)| name)) {
            ("model", _) if value == "regression" => setting = REGRESSION,
            ("model", _) if value == "process" => setting = PROCESS,
            ("penalised", _) => setting.penalised = value == "true",
            (_, Some("start")) if self.value(name).is_some() && STARTS[kind].contains(&value) => {
                setting.start = crate::number::parse(value).unwrap_or(setting.start);
            }
            (_, Some("points")) if self.value(name).is_some() && POINTS[kind].contains(&value) => {
                setting.points = value.parse().unwrap_or(setting.points);
            }
            _ => return,
        }
        *self = WithoutNetwork::new(setting);
    }

    fn height() -> f64 {
        340.0
    }

    /// Above, both accuracies; below, both parts of the loss.
    fn draw(&self, draw: &mut dyn Draw, area: Area, theme: &Theme) {
        let (left, bottom, middle) = (area.x + 44.0, area.y + area.height - 34.0, area.y + area.height * 0.6);
        let x = self.epochs(left, area.x + area.width - 8.0);
        let y = Scale { spread: Spread::Linear, low: 0.0, high: 1.0, from: middle - 18.0, to: area.y + 24.0 };
        let above = Plot { x, y, theme };
        above.shares(draw);
        let parts = self.looks.iter().skip(1).flat_map(|(_, look)| [look.fit, look.complexity]);
        let (low, high) = decades(parts, FLOOR, (0.01, 100.0));
        let y = Scale { spread: Spread::Log, low, high, from: bottom, to: middle + 24.0 };
        let below = Plot { x, y, theme };
        y.ticks(3).into_iter().for_each(|value| below.tick(draw, value, &local(shortest(value))));
        for epoch in x.ticks(6) {
            draw.text(label(theme, &thousands(epoch as u64), (x.at(epoch), bottom + 12.0), Align::Center));
        }
        draw.text(label(theme, tr!("epoch"), (x.to, bottom + 26.0), Align::Right));
        let solid = |name, points| Curve { name, color: &theme.train, dash: &[], points };
        let dashed = |name, color, points| Curve { name, color, dash: DASHED, points };
        let [train, test] = [0, 1].map(|which| self.points(|look| look.accuracy[which]));
        above.curves(draw, [solid(tr!("train accuracy"), train), dashed(tr!("test accuracy"), &*theme.test, test)]);
        let [fit, complexity] = [self.points(|look| look.fit), self.points(|look| look.complexity)];
        below.curves(draw, [solid(tr!("misfit"), fit), dashed(tr!("complexity"), &*theme.ink, complexity)]);
    }

    fn describe(&self) -> String {
        if self.epoch < self.setting.end() {
            return String::new();
        }
        let end = self.looks.last().map_or(0.0, |(_, look)| look.accuracy[1]);
        match self.delay() {
            (None, _) => tr!("Not all known numbers are met. Test accuracy ends at {end}.", end = percent(end)),
            (Some((known, then)), Some(late)) => tr!(
                "The known numbers are met at epoch {known}, when test accuracy is {then}; it reaches {share} at epoch {late}.",
                known = thousands(known.into()),
                then = percent(then),
                share = percent(REACHED),
                late = thousands(late.into())
            ),
            (Some((known, then)), None) => tr!(
                "The known numbers are met at epoch {known}, when test accuracy is {then}; it ends at {end}.",
                known = thousands(known.into()),
                then = percent(then),
                end = percent(end)
            ),
        }
    }

    fn advance(&mut self) -> bool {
        let end = self.setting.end().min(self.epoch + self.setting.pace());
        while self.epoch < end {
            self.models.iter_mut().for_each(Model::step);
            self.epoch += 1;
            if self.epoch == self.next() {
                self.look();
            }
        }
        self.epoch < self.setting.end()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn trained(setting: Setting) -> WithoutNetwork {
        let mut figure = WithoutNetwork::new(setting);
        while figure.advance() {}
        figure
    }

    /// Test accuracy when the known numbers are met, and at the end.
    fn rise(figure: &WithoutNetwork) -> (f64, f64) {
        (figure.delay().0.unwrap().1, figure.looks.last().unwrap().1.accuracy[1])
    }

    #[test]
    fn linear_regression_groks_by_its_prior() {
        let figure = trained(REGRESSION);
        let (known, _) = figure.delay();
        assert!(known.unwrap().0 <= 50, "{known:?}");
        let (before, end) = rise(&figure);
        assert!(before < 0.7 && end >= 0.9, "{before} {end}");
        // Half of the rise is late.
        let at = |epoch: u32| figure.looks.iter().find(|(seen, _)| *seen >= epoch).unwrap().1.accuracy[1];
        assert!(at(200) < (before + end) / 2.0, "{}", at(200));
        let (before, end) = rise(&trained(Setting { penalised: false, ..REGRESSION }));
        assert!(end - before < 0.1, "{before} {end}");
    }

    #[test]
    fn a_gaussian_process_groks_as_it_becomes_simpler() {
        let figure = trained(PROCESS);
        let (known, late) = figure.delay();
        let ((known, _), late) = (known.unwrap(), late.unwrap());
        assert!(known <= 5 && late > 300, "{known} {late}");
        assert!(figure.looks.iter().any(|(epoch, look)| *epoch < 50 && look.accuracy[1] < 0.65));
        let (_, end) = rise(&trained(Setting { penalised: false, ..PROCESS }));
        assert!(end < 0.85, "{end}");
        assert!(
            figure.describe().starts_with("The known numbers are met at epoch 1, when test accuracy is "),
            "{}",
            figure.describe()
        );
    }

    #[test]
    fn controls_are_named_set_and_limited() {
        let mut figure = WithoutNetwork::default();
        let html = WithoutNetwork::controls();
        for (name, value) in [
            ("0.start", "0.3"),
            ("0.points", "5"),
            ("penalised", "false"),
            ("model", "process"),
            ("1.start", "0.1"),
            ("1.points", "30"),
        ] {
            assert!(html.contains(&format!("data-knob=\"{name}\"")), "{name}");
            figure.set(name, value);
            assert_eq!(figure.value(name).as_deref(), Some(value));
        }
        assert_eq!(figure.value("0.start"), None, "it is the other model's");
        let before = figure.setting;
        for (name, value) in
            [("0.start", "0.3"), ("1.start", "0.7"), ("1.points", "-1"), ("model", "frog"), ("frog", "1"), ("1.frog", "1")]
        {
            figure.set(name, value);
            assert_eq!(figure.setting, before, "{name} = {value}");
        }
    }

    #[test]
    fn it_grows_from_the_start_whenever_it_is_set() {
        let mut figure = WithoutNetwork::default();
        assert!(figure.describe().is_empty() && figure.advance());
        let seen = figure.looks.len();
        assert!(figure.advance() && figure.looks.len() > seen);
        figure.set("penalised", "false");
        assert_eq!((figure.looks.len(), figure.epoch), (1, 0));
        let epochs: Vec<u32> = trained(figure.setting).looks.iter().map(|(epoch, _)| *epoch).collect();
        assert!(epochs.windows(2).all(|pair| pair[0] < pair[1]) && epochs.last() == Some(&5000), "{epochs:?}");
    }
}
