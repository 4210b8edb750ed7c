//! Grokking without a network (Miller et al. 2023) as a figure: linear regression, or a Gaussian process, trained for several draws of
//! the points, and its accuracy on average over these.

use super::{Curve, Figure, Plot, label, menu, tick};
use crate::analysis::{GaussianProcess, LinearRegression, Look};
use crate::experiment::{Judgement, unmeasured, when};
use crate::language::local;
use crate::number::shortest;
use crate::text::{percent, thousands};
use crate::tr;
use crate::view::chart::Theme;
use crate::view::draw::{Align, Area, DASHED, Draw};
use crate::view::judged::Judged;
use crate::view::scale::{Scale, Spread, decades};

/// How many draws of the points there are, from seed 0.
const DRAWS: u64 = 10;
/// Every measurement is so many times as late as the one before.
const SPACING: f64 = 1.04;
/// An accuracy that counts as reached.
const REACHED: f64 = 0.95;
/// The epoch that the claims are about.
const EPOCH: u32 = 100;
/// By how many percentage points test accuracy climbs after it, and by how many at most where complexity is no part of the loss.
const CLIMB: [u32; 2] = [20, 10];
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

    /// Test accuracy at the epoch of the claims, once it is there, and at the end or so far.
    fn climb(&self) -> Option<[f64; 2]> {
        let (_, at) = self.looks.iter().find(|(epoch, _)| *epoch >= EPOCH)?;
        let (_, last) = self.looks.last()?;
        Some([at.accuracy[1], last.accuracy[1]])
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

    /// That it groks, or, without complexity in the loss, that it does not. The bounds are ours: they were set after a look at the draws of
    /// seeds 0 to 29.
    fn claims(&self) -> Vec<Judged> {
        let Setting { process, penalised, .. } = self.setting;
        if self.setting != (Setting { penalised, ..if process { PROCESS } else { REGRESSION } }) {
            return vec![];
        }
        let (points, epoch) = (CLIMB[usize::from(!penalised)], thousands(EPOCH.into()));
        let known = match self.delay().0 {
            Some((known, _)) => (when(Some(known <= EPOCH)), tr!("epoch {step}", step = thousands(known.into()))),
            None => (when(Some(false).filter(|_| self.epoch > EPOCH)), unmeasured()),
        };
        let over = self.epoch == self.setting.end();
        let climb = match self.climb() {
            None => (Judgement::Open, unmeasured()),
            Some([at, last]) => {
                let climbed = 100.0 * (last - at);
                let holds = if penalised { climbed >= points.into() } else { climbed <= points.into() };
                let judged = when(Some(holds).filter(|_| over));
                (judged, tr!("from {first} to {last}", first = percent(at), last = percent(last)))
            }
        };
        let climbs = match penalised {
            true => tr!("after epoch {epoch} test accuracy climbs by {points} percentage points or more", epoch, points),
            false => tr!("after epoch {epoch} test accuracy climbs by {points} percentage points at most", epoch, points),
        };
        let knows = tr!("{share} of the known numbers are right by epoch {epoch}", share = percent(REACHED), epoch);
        [(knows, known), (climbs, climb)].map(|(text, (judgement, measured))| Judged { judgement, text, measured }).into()
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
mod tests;
