//! All keys, in the order of the public contract.

use super::{Change, Key, Kind, choice, flag, integer, named, number_of, parsed, real, text, truth, whole};
use crate::builds::words;
use crate::config::{
    Allow, Axis, Backend, Config, DecayTo, Filter, Initial, Inputs, Layout, Loss, MAX_P, MAX_STEPS, MIN_P, MidRunChanges, Model,
    Norm, Optimizer, Pairing, Positions, Precision, Schedule, Scheme, Stop,
};
use crate::experiment;
use crate::ops::activation::Activation;
use crate::task::{self, Operation, cells};

type Parts = (Kind, fn(&Config) -> String, fn(&mut Config, &str) -> Result<(), String>);

const fn key(name: &'static str, label: &'static str, help: &'static str, change: Change, (kind, get, set): Parts) -> Key {
    Key { name, label: words(label), help: words(help), kind, change, get, set }
}

const fn restart(name: &'static str, label: &'static str, help: &'static str, parts: Parts) -> Key {
    key(name, label, help, Change::Restart, parts)
}

const fn carry(name: &'static str, label: &'static str, help: &'static str, parts: Parts) -> Key {
    key(name, label, help, Change::Carry, parts)
}

const fn live(name: &'static str, label: &'static str, help: &'static str, parts: Parts) -> Key {
    key(name, label, help, Change::Live, parts)
}

/// The table.
pub static KEYS: &[Key] = &[
    restart(
        "task",
        "Operation",
        "What the table computes: one of the list, or a formula in x and y.",
        (
            Kind::Operation,
            |c| c.task.clone(),
            |c, text| {
                let text = task::tidy(text);
                Operation::parse(&text)?;
                c.task = text;
                Ok(())
            },
        ),
    ),
    restart(
        "p",
        "Prime",
        "The modulus: operands and results are 0 … p − 1. Corners of a polygon, or bits of a parity.",
        integer!(p, MIN_P, MAX_P),
    ),
    restart("k", "Relevant bits", "How many of the bits the parity depends on.", integer!(k, 1, MAX_P)),
    restart("samples", "Examples", "How many inputs are drawn, training and test together.", integer!(samples, 20, 10_000)),
    carry(
        "cells",
        "Changed results",
        "Results changed by hand: x.y.c, joined by _. Can change while running.",
        (
            Kind::Text,
            |c| c.cells.clone(),
            |c, text| {
                c.cells = cells::write(&cells::parse(text)?);
                Ok(())
            },
        ),
    ),
    restart(
        "split",
        "Split",
        "What falls on the same side.",
        choice!(split:
            (Pairing::Random, "random", "Every pair by itself"),
            (Pairing::Mirrored, "mirrored", "Pairs with their mirror images"),
            (Pairing::Ordered, "ordered", "Only pairs with x ≤ y")),
    ),
    restart("train", "Train fraction", "Share of all pairs that the network may see.", real!(train, 0.01, 0.99)),
    carry(
        "subset",
        "Share in use",
        "Share of the training pairs in use; the others are test pairs meanwhile. Can change while running.",
        real!(subset, 0.01, 1.0),
    ),
    carry("noise", "Wrong labels", "Share of the training pairs whose result is drawn at random.", real!(noise, 0.0, 1.0)),
    restart("seed", "Seed", "Fixes which pairs are seen, and the initial weights.", integer!(seed, 0, u32::MAX)),
    restart("runs", "Runs", "Independent networks trained side by side, with consecutive seeds.", integer!(runs, 1, 16)),
    restart(
        "model",
        "Model",
        "Kind of network.",
        choice!(model:
            (Model::Transformer, "transformer", "Transformer"),
            (Model::Encoder, "encoder", "Encoder"),
            (Model::Mlp, "mlp", "MLP"),
        ),
    ),
    restart("layers", "Layers", "Transformer blocks, or hidden layers of an MLP.", integer!(layers, 1, 4)),
    restart("width", "Width", "Width of the residual stream, d.", integer!(width, 4, 512)),
    restart("heads", "Heads", "Attention heads per block; they must divide the width.", integer!(heads, 1, 64)),
    restart("mlp", "MLP width", "Hidden units per layer.", integer!(mlp, 4, 2048)),
    restart(
        "inputs",
        "Inputs",
        "What an MLP sees of a pair; of a sum, the order is lost.",
        choice!(inputs: (Inputs::TwoHot, "two-hot", "Two one-hot vectors"), (Inputs::Summed, "summed", "Their sum")),
    ),
    restart(
        "activation",
        "Activation",
        "Nonlinearity of hidden units.",
        choice!(activation:
            (Activation::Relu, "relu", "ReLU"),
            (Activation::Gelu, "gelu", "GELU"),
            (Activation::Tanh, "tanh", "tanh"),
            (Activation::Quadratic, "quadratic", "Square"),
        ),
    ),
    restart("bias", "Biases", "Whether layers have biases; attention and a transformer's unembedding never do.", flag!(bias)),
    restart("tied", "Tied unembedding", "A transformer's unembedding is the transpose of its embedding.", flag!(tied)),
    restart(
        "norm",
        "Layer norm",
        "Where layer normalisation sits.",
        choice!(norm: (Norm::None, "none", "None"), (Norm::Pre, "pre", "Before each block"), (Norm::Post, "post", "After each block")),
    ),
    restart(
        "positions",
        "Positions",
        "What tells the operands' places apart.",
        choice!(positions:
            (Positions::Learned, "learned", "Learned"),
            (Positions::Sinusoidal, "sinusoidal", "Fixed waves"),
            (Positions::None, "none", "Nothing"),
        ),
    ),
    restart(
        "attention",
        "Attention scale",
        "Factor of the attention scores, on top of 1/√(width/heads).",
        real!(attention, 0.0, 100.0),
    ),
    restart("alpha", "Output scale α", "Factor of the logits: large is lazy, small is rich.", real!(alpha, 1e-4, 1e4)),
    restart(
        "init",
        "Initial weights",
        "Variance of the initial matrices.",
        choice!(init:
            (Initial::Width, "width", "1 / width"),
            (Initial::FanIn, "fan-in", "1 / inputs"),
            (Initial::Torch, "torch", "As PyTorch does"),
            (Initial::CubeRoot, "cube-root", "¼ / (2 · MLP width)^⅔"),
            (Initial::Analytic, "analytic", "Written down, for sums"),
        ),
    ),
    restart(
        "initscale",
        "Initial scale",
        "Factor of all initial matrices, and of biases that do not start at 0.",
        real!(initscale, 0.0, 100.0),
    ),
    restart("initembed", "… of the embedding", "Further factor of a transformer's embeddings.", real!(initembed, 0.0, 100.0)),
    restart("initattention", "… of attention", "Further factor of the attention's matrices.", real!(initattention, 0.0, 100.0)),
    restart("initmlp", "… of the MLP", "Further factor of hidden layers.", real!(initmlp, 0.0, 100.0)),
    restart("initunembed", "… of the unembedding", "Further factor of what makes the logits.", real!(initunembed, 0.0, 100.0)),
    carry(
        "optimizer",
        "Optimizer",
        "Update rule.",
        choice!(optimizer:
            (Optimizer::AdamW, "adamw", "AdamW"),
            (Optimizer::Adam, "adam", "Adam, L2 decay"),
            (Optimizer::Sgd, "sgd", "SGD, momentum β₁"),
            (Optimizer::Muon, "muon", "Muon"),
        ),
    ),
    live("lr", "Learning rate", "Size of an update. Can change while running.", real!(lr, 0.0, 1000.0)),
    live(
        "wd",
        "Weight decay",
        "Pull of the weights towards zero: decoupled, or a part of the gradient for Adam and SGD. Can change while running.",
        real!(wd, 0.0, 100.0),
    ),
    carry(
        "decay",
        "Decay to",
        "Where weight decay pulls the weights.",
        choice!(decay: (DecayTo::Zero, "zero", "Zero"), (DecayTo::Initial, "initial", "Initial weights")),
    ),
    live("beta1", "β₁", "Memory of the gradient's mean, or the momentum.", real!(beta1, 0.0, 0.9999)),
    live("beta2", "β₂", "Memory of the gradient's square.", real!(beta2, 0.0, 0.99999)),
    live("eps", "ε", "Added to the root of the gradient's mean square.", real!(eps, 1e-30, 1.0)),
    live("warmup", "Warm-up", "Steps over which the learning rate rises from zero.", integer!(warmup, 0, 10_000)),
    live(
        "schedule",
        "Schedule",
        "The learning rate after the warm-up; a cosine reaches a tenth at the step limit.",
        choice!(schedule: (Schedule::Constant, "constant", "Constant"), (Schedule::Cosine, "cosine", "Cosine")),
    ),
    carry(
        "batch",
        "Batch",
        "Pairs per step, which train loss and accuracy are then of; 0 takes all training pairs.",
        integer!(batch, 0, 40_000),
    ),
    carry(
        "loss",
        "Loss",
        "What is minimised.",
        choice!(loss:
            (Loss::CrossEntropy, "cross-entropy", "Cross-entropy"),
            (Loss::StableMax, "stablemax", "StableMax"),
            (Loss::MeanSquared, "mse", "Mean squared error"),
            (Loss::Hinge, "hinge", "Hinge"),
        ),
    ),
    carry(
        "precision",
        "Softmax precision",
        "How the softmax of the cross-entropy is computed: careful, or as it is usually written, in this many bits.",
        choice!(precision:
            (Precision::Careful, "careful", "Careful"),
            (Precision::F32, "f32", "32 bits"),
            (Precision::F16, "f16", "16 bits, emulated"),
            (Precision::F64, "f64", "64 bits, on the CPU"),
        ),
    ),
    carry(
        "filter",
        "Gradient filter",
        "Changes the gradient before the update.",
        choice!(filter:
            (Filter::None, "none", "None"),
            (Filter::GrokfastEma, "grokfast-ema", "Grokfast-EMA"),
            (Filter::GrokfastMa, "grokfast-ma", "Grokfast-MA"),
            (Filter::Orthogonal, "orthogonal", "⊥Grad"),
        ),
    ),
    live("ema", "Filter memory α", "Memory of the slow gradient.", real!(ema, 0.0, 0.9999)),
    live("amplify", "Filter gain λ", "How much of the slow gradient is added.", real!(amplify, 0.0, 100.0)),
    carry("window", "Filter window", "Steps of the moving mean.", integer!(window, 1, 200)),
    live("sphere", "Norm held at", "Multiple of the initial weight norm to hold; 0 lets it go.", real!(sphere, 0.0, 10.0)),
    live("dropout", "Dropout", "Share of hidden units left out in each step.", real!(dropout, 0.0, 0.95)),
    live(
        "weightnoise",
        "Weight noise",
        "Deviation of the noise added to the weights in each step.",
        real!(weightnoise, 0.0, 1.0),
    ),
    live("gradnoise", "Update noise", "Deviation of the noise added to the update's direction.", real!(gradnoise, 0.0, 10.0)),
    restart(
        "at",
        "Changes on the way",
        "Settings that change in the middle of the run: 179:wd=2 makes weight decay 2 after 179 steps.",
        parsed!(at, MidRunChanges),
    ),
    live("steps", "Step limit", "Training stops here, or some steps after grokking.", integer!(steps, 1, MAX_STEPS)),
    live(
        "stop",
        "Ends",
        "When a run ends by itself.",
        choice!(stop: (Stop::Grokked, "grokked", "Some steps after grokking"), (Stop::Limit, "limit", "At the step limit")),
    ),
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
    restart("experiment", "Experiment", "Preset; other keys override it.", named!(experiment, experiment::choices)),
    live("autoplay", "Autoplay", "Start without being asked.", flag!(autoplay)),
    live("hide", "Hide", "Controls and panels to hide, separated by commas.", text!(hide)),
    live(
        "layout",
        "Layout",
        "Pictures of what the network knows beside a curve, or the curves alone; auto leaves the pictures out in a narrow column.",
        choice!(layout: (Layout::Auto, "auto", "By width"), (Layout::Stage, "stage", "Stage"), (Layout::Curves, "curves", "Curves")),
    ),
    live(
        "theme",
        "Colours",
        "Light, dark, or as the page around it and the visitor have them.",
        choice!(theme: (Scheme::Auto, "auto", "As the page"), (Scheme::Light, "light", "Light"), (Scheme::Dark, "dark", "Dark")),
    ),
    live(
        "axis",
        "Step axis",
        "How far it reaches at least: a number of steps, or a name that labs of a page share; empty for the run alone.",
        parsed!(axis, Axis),
    ),
    live("readonly", "Fixed settings", "Visitors may change no settings but those that allow names.", flag!(readonly)),
    live(
        "allow",
        "Free settings",
        "The only settings that visitors may change, with ranges or values: lr:0.001..0.01,wd:0|1,seed.",
        parsed!(allow, Allow),
    ),
    live("speed", "Speed", "Steps per second; 0 is as fast as possible.", real!(speed, 0.0, 10_000.0)),
];
