//! The settings of a run's end, the machine and the page.

use super::super::{Key, Kind, choice, flag, integer, named, number_of, parsed, real, text, truth, whole};
use super::{live, restart};
use crate::config::{Allow, Axis, Backend, Config, Layout, MAX_STEPS, Scheme, Stop, Sweep, Tour, quoted};
use crate::experiment;

/// In order.
pub(super) const KEYS: &[Key] = &[
    live("steps", "Step limit", "Training ends here at the latest.", integer!(steps, 1, MAX_STEPS)),
    live(
        "stop",
        "Ends",
        "When a run ends by itself.",
        choice!(stop: (Stop::Grokked, "grokked", "Some steps after grokking"), (Stop::Limit, "limit", "At the step limit")),
    ),
    live(
        "sweep",
        "Sweep",
        "A grid of runs of one or two settings: lr:1e-4..1e-2:6:log,wd:0..10:6, or width:32|64|128 for listed values.",
        parsed!(sweep, Sweep),
    ),
    restart(
        "backend",
        "Backend",
        "What computes: the graphics processor or the main processor.",
        choice!(backend: (Backend::Auto, "auto", "Automatic"), (Backend::Gpu, "gpu", "GPU (WebGPU)"), (Backend::Cpu, "cpu", "CPU (WebAssembly)")),
    ),
    restart("workers", "Workers", "How many threads share each step on the CPU; 0 lets the lab choose.", integer!(workers, 0, 8)),
    restart(
        "tiles",
        "Tiles",
        "Which shaders multiply matrices on the GPU, as a run reports them; empty measures which are fastest.",
        (
            Kind::Text,
            |c| c.tiles.map(|tiles| tiles.to_string()).unwrap_or_default(),
            |c, text| {
                // What has to be shortened is no list of tiles either.
                c.tiles = if text.is_empty() { None } else { Some(quoted(text).parse()?) };
                Ok(())
            },
        ),
    ),
    restart(
        "experiment",
        "Experiment",
        "The set-up of a paper; other settings override it.",
        named!(experiment, experiment::choices),
    ),
    live("autoplay", "Autoplay", "Start by itself when scrolled into view.", flag!(autoplay)),
    live("hide", "Hide", "Controls and panels to leave out, separated by commas.", text!(hide)),
    live(
        "layout",
        "Layout",
        "Pictures of what the network knows beside a curve, or the curves alone; auto leaves the pictures out in a narrow column.",
        choice!(layout: (Layout::Auto, "auto", "By width"), (Layout::Stage, "stage", "Stage"), (Layout::Curves, "curves", "Curves")),
    ),
    live(
        "tour",
        "Tour",
        "A walk through the page and the run, a stop for each idea; without a value it begins at the first.",
        choice!(
            tour: (Tour::Off, "off" | "false" | "0", "No tour"),
            (Tour::Puzzle, "puzzle" | "" | "true" | "1", "The puzzle"),
            (Tour::List, "list", "A list"),
            (Tour::Mirror, "mirror", "Mirror images"),
            (Tour::Plateau, "plateau", "The plateau"),
            (Tour::Circle, "circle", "The circle"),
            (Tour::Waves, "waves", "The waves"),
            (Tour::Decay, "decay", "The price of a list"),
            (Tour::Own, "own", "Your own table"),
            (Tour::Papers, "papers", "What others found")
        ),
    ),
    live(
        "theme",
        "Colours",
        "Light, dark, or as the page around it and the visitor prefer.",
        choice!(theme: (Scheme::Auto, "auto", "As the page"), (Scheme::Light, "light", "Light"), (Scheme::Dark, "dark", "Dark")),
    ),
    live(
        "axis",
        "Step axis",
        "How far it reaches at least: a number of steps, or a name that labs of a page share; empty for this run alone.",
        parsed!(axis, Axis),
    ),
    live("readonly", "Fixed settings", "Visitors may change no settings but those named in allow.", flag!(readonly)),
    live(
        "allow",
        "Free settings",
        "The only settings that visitors may change, with ranges or values: lr:0.001..0.01,wd:0|1,seed.",
        parsed!(allow, Allow),
    ),
    live("speed", "Speed", "Steps per second; 0 is as fast as possible.", real!(speed, 0.0, 10_000.0)),
];
