//! The table of keys: how each is read, written, limited, explained and shown.

use super::{Backend, Config, Initial, Norm, Problem};
use crate::ops::activation::Activation;
use crate::{number, optim, task};

/// Smallest modulus: below it there is nothing to hold out.
pub const MIN_P: u32 = 5;
/// Largest modulus.
pub const MAX_P: u32 = 199;

/// One setting.
pub struct Key {
    /// Name in URLs, attributes and objects.
    pub name: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// One sentence for people.
    pub help: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Whether it may change while running, without a restart.
    pub live: bool,
    /// As text, the way it is written in a URL.
    pub get: fn(&Config) -> String,
    /// From text; the error says what is wrong with it.
    pub set: fn(&mut Config, &str) -> Result<(), String>,
}

/// What values a key takes.
pub enum Kind {
    /// A whole number in a range.
    Integer(u32, u32),
    /// A number in a range.
    Number(f64, f64),
    /// One of these, given as (value, label).
    Choice(fn() -> Vec<(&'static str, &'static str)>),
    /// `true` or `false`.
    Flag,
    /// Anything.
    Text,
}

/// The key of this name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

impl Key {
    /// The standard value, as text.
    pub fn standard(&self) -> String {
        (self.get)(&Config::standard())
    }

    /// Sets the key from text; unreadable or out-of-range text leaves the nearest valid value and is reported.
    pub(super) fn parse(&self, config: &mut Config, text: &str) -> Option<Problem> {
        let problem = |why: String, instead: String| Problem { key: self.name.into(), value: text.into(), why, instead };
        if let Err(why) = (self.set)(config, text.trim()) {
            return Some(problem(why, (self.get)(config)));
        }
        self.repair(config).map(|p| problem(p.why, p.instead))
    }

    /// Brings the key into range.
    pub(super) fn repair(&self, config: &mut Config) -> Option<Problem> {
        let value = (self.get)(config);
        let (why, instead) = match &self.kind {
            Kind::Integer(low, high) => range(&value, f64::from(*low), f64::from(*high), self)?,
            Kind::Number(low, high) => range(&value, *low, *high, self)?,
            Kind::Choice(choices) => {
                let ids: Vec<&str> = choices().iter().map(|(id, _)| *id).collect();
                if ids.contains(&value.as_str()) {
                    return None;
                }
                (format!("is not one of {}", ids.join(", ")), self.standard())
            }
            Kind::Flag | Kind::Text => return None,
        };
        (self.set)(config, &instead).expect("a valid replacement");
        Some(Problem { key: self.name.into(), value, why, instead })
    }
}

fn range(value: &str, low: f64, high: f64, key: &Key) -> Option<(String, String)> {
    let Some(number) = number::parse(value) else {
        return Some(("is not a finite number".into(), key.standard()));
    };
    // Not `clamp`: its panic message prints numbers, see `number`.
    let clamped = number.max(low).min(high);
    (clamped != number)
        .then(|| (format!("is outside {} … {}", number::shortest(low), number::shortest(high)), number::shortest(clamped)))
}

fn number(text: &str) -> Result<f64, String> {
    number::parse(text).ok_or("is not a finite number".into())
}

/// Whole numbers beyond u32 saturate, so that the range check can name the limit.
fn integer(text: &str) -> Result<u32, String> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if all_digits { Ok(text.parse().unwrap_or(u32::MAX)) } else { Err("is not a whole number".into()) }
}

fn flag(text: &str) -> Result<bool, String> {
    match text {
        // A bare attribute or key is on.
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("is neither true nor false".into()),
    }
}

/// A choice held as an enum: name ↔ value pairs in menu order.
macro_rules! choice {
    ($field:ident: $(($value:expr, $id:literal, $label:literal)),+ $(,)?) => {
        (
            Kind::Choice(|| vec![$(($id, $label)),+]),
            |c: &Config| { let v = c.$field; $(if v == $value { return $id.to_string(); })+ unreachable!() },
            |c: &mut Config, text: &str| match text {
                $($id => { c.$field = $value; Ok(()) })+
                _ => Err(concat!("is not one of", $(" ", $id),+).into()),
            },
        )
    };
}

macro_rules! integer {
    ($field:ident, $low:expr, $high:expr) => {
        (
            Kind::Integer($low, $high),
            |c: &Config| c.$field.to_string(),
            |c: &mut Config, text: &str| {
                c.$field = integer(text)?;
                Ok(())
            },
        )
    };
}

macro_rules! number {
    ($field:ident, $low:expr, $high:expr) => {
        (
            Kind::Number($low, $high),
            |c: &Config| number::shortest(c.$field),
            |c: &mut Config, text: &str| {
                c.$field = number(text)?;
                Ok(())
            },
        )
    };
}

/// A choice held as text, from a table.
macro_rules! named {
    ($field:ident, $choices:expr) => {
        (
            Kind::Choice($choices),
            |c: &Config| c.$field.clone(),
            |c: &mut Config, text: &str| {
                c.$field = text.into();
                Ok(())
            },
        )
    };
}

type Parts = (Kind, fn(&Config) -> String, fn(&mut Config, &str) -> Result<(), String>);

const fn restart(name: &'static str, label: &'static str, help: &'static str, (kind, get, set): Parts) -> Key {
    Key { name, label, help, kind, live: false, get, set }
}

const fn live(name: &'static str, label: &'static str, help: &'static str, (kind, get, set): Parts) -> Key {
    Key { name, label, help, kind, live: true, get, set }
}

/// All keys, in the order of the public contract.
pub static KEYS: &[Key] = &[
    restart(
        "task",
        "Operation",
        "What the table computes.",
        (
            Kind::Choice(|| task::TASKS.iter().map(|t| (t.id, t.label)).collect()),
            |c| c.task.clone(),
            |c, text| {
                c.task = task::find(text).map_or_else(|| text.into(), |t| t.id.into());
                Ok(())
            },
        ),
    ),
    restart("p", "Prime", "The modulus: operands and results are 0 … p − 1.", integer!(p, MIN_P, MAX_P)),
    restart("train", "Train fraction", "Share of all pairs that the network may see.", number!(train, 0.01, 0.99)),
    restart("seed", "Seed", "Fixes which pairs are seen, and the initial weights.", integer!(seed, 0, u32::MAX)),
    restart("runs", "Runs", "Independent networks trained side by side, with consecutive seeds.", integer!(runs, 1, 16)),
    restart("model", "Model", "Kind of network.", named!(model, || vec![("transformer", "Transformer")])),
    restart("layers", "Layers", "Transformer blocks.", integer!(layers, 1, 4)),
    restart("width", "Width", "Width of the residual stream, d.", integer!(width, 4, 512)),
    restart("heads", "Heads", "Attention heads per block; they must divide the width.", integer!(heads, 1, 64)),
    restart("mlp", "MLP width", "Hidden units per block.", integer!(mlp, 4, 2048)),
    restart(
        "activation",
        "Activation",
        "Nonlinearity of the MLP.",
        choice!(activation: (Activation::Relu, "relu", "ReLU"), (Activation::Gelu, "gelu", "GELU")),
    ),
    restart(
        "norm",
        "Layer norm",
        "Where layer normalisation sits.",
        choice!(norm: (Norm::None, "none", "None"), (Norm::Pre, "pre", "Before each block"), (Norm::Post, "post", "After each block")),
    ),
    restart(
        "init",
        "Initial weights",
        "Variance of the initial weights.",
        choice!(init: (Initial::Width, "width", "1 / width"), (Initial::FanIn, "fan-in", "1 / inputs")),
    ),
    restart(
        "optimizer",
        "Optimizer",
        "Update rule.",
        named!(optimizer, || optim::OPTIMIZERS.iter().map(|o| (o.id, o.label)).collect()),
    ),
    live("lr", "Learning rate", "Size of an update. Can change while running.", number!(lr, 0.0, 1.0)),
    live(
        "wd",
        "Weight decay",
        "Pull of the weights towards zero, decoupled from the gradient. Can change while running.",
        number!(wd, 0.0, 100.0),
    ),
    live("beta1", "β₁", "Memory of the gradient's mean.", number!(beta1, 0.0, 0.9999)),
    live("beta2", "β₂", "Memory of the gradient's square.", number!(beta2, 0.0, 0.99999)),
    live("eps", "ε", "Added to the root of the gradient's mean square.", number!(eps, 1e-30, 1.0)),
    live("warmup", "Warm-up", "Steps over which the learning rate rises from zero.", integer!(warmup, 0, 10_000)),
    restart("batch", "Batch", "Pairs per step; 0 takes all training pairs.", integer!(batch, 0, 0)),
    restart("loss", "Loss", "What is minimised.", named!(loss, || vec![("cross-entropy", "Cross-entropy")])),
    restart("filter", "Gradient filter", "Changes the gradient before the update.", named!(filter, || vec![("none", "None")])),
    live("steps", "Step limit", "Training stops here, or some steps after grokking.", integer!(steps, 1, 1_000_000)),
    restart(
        "backend",
        "Backend",
        "Where to compute.",
        choice!(backend: (Backend::Auto, "auto", "Automatic"), (Backend::Gpu, "gpu", "GPU (WebGPU)"), (Backend::Cpu, "cpu", "CPU (WebAssembly)")),
    ),
    restart("workers", "Workers", "Threads that share each step on the CPU; 0 lets the lab choose.", integer!(workers, 0, 8)),
    restart(
        "tiles",
        "Tiles",
        "Shaders for the GPU's matrix products, as a run reports them; empty measures which are fastest.",
        (
            Kind::Text,
            |c| c.tiles.map(|tiles| tiles.to_string()).unwrap_or_default(),
            |c, text| {
                c.tiles = if text.is_empty() { None } else { Some(text.parse()?) };
                Ok(())
            },
        ),
    ),
    live("experiment", "Experiment", "Preset; other keys override it.", named!(experiment, || vec![("", "None")])),
    live(
        "autoplay",
        "Autoplay",
        "Start without being asked.",
        (
            Kind::Flag,
            |c| c.autoplay.to_string(),
            |c, text| {
                c.autoplay = flag(text)?;
                Ok(())
            },
        ),
    ),
    live(
        "hide",
        "Hide",
        "Controls and panels to hide, separated by commas.",
        (
            Kind::Text,
            |c| c.hide.clone(),
            |c, text| {
                c.hide = text.into();
                Ok(())
            },
        ),
    ),
    live("speed", "Speed", "Steps per second; 0 is as fast as possible.", number!(speed, 0.0, 10_000.0)),
];
