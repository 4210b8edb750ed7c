//! The settings that show in a run's curves.

use super::super::{Key, Kind, choice, flag, integer, number_of, parsed, real, truth, whole};
use super::{carry, live, restart};
use crate::config::{
    Config, DecayTo, Filter, Initial, Inputs, Keep, Loss, MAX_LAYERS, MAX_P, MIN_P, Mask, MidRunChanges, Model, Norm, Optimizer,
    Pairing, Positions, Precision, Schedule,
};
use crate::ops::activation::Activation;
use crate::task::{self, Operation, cells};

/// In order.
pub(super) const KEYS: &[Key] = &[
    restart(
        "task",
        "Operation",
        "What is done with the two numbers: one of the list, or a formula in x and y.",
        (
            Kind::Operation,
            |c| c.task.clone(),
            |c, text| {
                let text = task::tidy(text);
                Operation::parse(&text).map(|_| c.task = text)
            },
        ),
    ),
    restart(
        "p",
        "Modulus",
        "How many numbers there are, 0 to p − 1; of a polygon, its corners; of a parity, its bits; of points, their coordinates; entities, or values of an attribute.",
        integer!(p, MIN_P, MAX_P),
    ),
    restart(
        "k",
        "Relevant bits",
        "How many numbers count; a sum’s modulus; of clouds, the classes; of a sequence, its length; of facts, relations or attributes.",
        integer!(k, 1, MAX_P),
    ),
    restart(
        "samples",
        "Examples",
        "How many rows, points or sequences are drawn, for training and test together.",
        integer!(samples, 20, 20_000),
    ),
    restart(
        "rare",
        "Rare half",
        "How many rare points there are in training for each other one of their class; of rarer classes, for each of the class before.",
        real!(rare, 0.0, 1.0),
    ),
    restart(
        "spread",
        "Spread",
        "How far points lie from their centre, along each axis; centres are √2 apart, and the sides of a plane 2.",
        real!(spread, 0.0, 10.0),
    ),
    carry(
        "cells",
        "Changed results",
        "Results changed by hand, as x.y.result, joined by _. Can change while running.",
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
        "Which pairs stay together, in training or in test.",
        choice!(split:
            (Pairing::Random, "random", "Every pair by itself"),
            (Pairing::Mirrored, "mirrored", "Pairs with their mirror images"),
            (Pairing::Ordered, "ordered", "Only pairs with x ≤ y")),
    ),
    restart("train", "Train fraction", "The share of all pairs that the network is shown.", real!(train, 0.01, 0.99)),
    carry(
        "subset",
        "Share in use",
        "How much of the training pairs is in use; the others are test pairs meanwhile. Can change while running.",
        real!(subset, 0.01, 1.0),
    ),
    carry("swap", "Swapped", "Training and test examples change places. Can change while running.", flag!(swap)),
    carry("noise", "Wrong labels", "The share of the training pairs that get a random result.", real!(noise, 0.0, 1.0)),
    restart(
        "seed",
        "Seed",
        "One number that fixes everything random: which pairs are shown, and the weights at the start.",
        integer!(seed, 0, u32::MAX),
    ),
    restart("seeds", "Seeds", "How many networks are trained side by side, each with the next seed.", integer!(seeds, 1, 16)),
    restart(
        "model",
        "Model",
        "The kind of network.",
        choice!(model:
            (Model::Transformer, "transformer", "Transformer"),
            (Model::Encoder, "encoder", "Encoder"),
            (Model::Mlp, "mlp", "MLP"),
            (Model::Diagonal, "diagonal", "Diagonal linear network"),
        ),
    ),
    restart("layers", "Layers", "How many transformer blocks, or hidden layers of an MLP.", integer!(layers, 1, MAX_LAYERS)),
    restart(
        "width",
        "Width",
        "How many numbers a transformer passes on for each token: the width of its residual stream.",
        integer!(width, 4, 512),
    ),
    restart("heads", "Heads", "Attention heads of each block; they must divide the width.", integer!(heads, 1, 64)),
    restart("mlp", "MLP width", "Neurons in each hidden layer.", integer!(mlp, 2, 2048)),
    restart(
        "inputs",
        "Inputs",
        "What an MLP sees of a pair; in the sum, the order of the two is lost.",
        choice!(inputs: (Inputs::TwoHot, "two-hot", "Two one-hot vectors"), (Inputs::Summed, "summed", "Their sum")),
    ),
    restart(
        "embed",
        "Embedding",
        "How many numbers stand for an operand before the first layer of an MLP; 0 shows it one-hot vectors.",
        integer!(embed, 0, 512),
    ),
    restart(
        "unembed",
        "Unembedding",
        "How many numbers stand between the last hidden layer of an MLP and its answers; 0 goes there at once.",
        integer!(unembed, 0, 512),
    ),
    restart(
        "activation",
        "Activation",
        "What a hidden neuron makes of its input.",
        choice!(activation:
            (Activation::Relu, "relu", "ReLU"),
            (Activation::Gelu, "gelu", "GELU"),
            (Activation::Tanh, "tanh", "tanh"),
            (Activation::Quadratic, "quadratic", "Square"),
            (Activation::Identity, "identity", "Itself: a linear network"),
        ),
    ),
    restart(
        "bias",
        "Biases",
        "Whether layers add a constant of their own; attention and a transformer's last layer never do.",
        flag!(bias),
    ),
    restart(
        "tied",
        "Tied unembedding",
        "Whether a transformer reads its answer off with the matrix that stands for the numbers.",
        flag!(tied),
    ),
    restart(
        "norm",
        "Layer norm",
        "Where values are brought to one scale, if anywhere.",
        choice!(norm: (Norm::None, "none", "None"), (Norm::Pre, "pre", "Before each block"), (Norm::Post, "post", "After each block")),
    ),
    restart(
        "positions",
        "Positions",
        "What tells the network which number comes first.",
        choice!(positions:
            (Positions::Learned, "learned", "Learned"),
            (Positions::Sinusoidal, "sinusoidal", "Fixed waves"),
            (Positions::None, "none", "Nothing"),
        ),
    ),
    restart(
        "attention",
        "Attention scale",
        "How sharply attention looks: a factor of its scores, on top of 1/√(width/heads).",
        real!(attention, 0.0, 100.0),
    ),
    restart(
        "alpha",
        "Output scale α",
        "A factor of the outputs: a large one makes learning lazy, a small one makes it rich.",
        real!(alpha, 1e-4, 1e4),
    ),
    restart(
        "init",
        "Initial weights",
        "How far the weights spread at the start: their variance.",
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
        "A factor of all matrices at the start, and of biases that do not start at 0.",
        real!(initscale, 0.0, 100.0),
    ),
    restart("initembed", "… of the embedding", "A further factor, of embeddings.", real!(initembed, 0.0, 100.0)),
    restart(
        "initattention",
        "… of attention",
        "A further factor, of the matrices of attention.",
        real!(initattention, 0.0, 100.0),
    ),
    restart("initmlp", "… of the MLP", "A further factor, of hidden layers.", real!(initmlp, 0.0, 100.0)),
    restart("initunembed", "… of the unembedding", "A further factor, of the last layer.", real!(initunembed, 0.0, 100.0)),
    carry(
        "optimizer",
        "Optimizer",
        "How a gradient becomes a step.",
        choice!(optimizer:
            (Optimizer::AdamW, "adamw", "AdamW"),
            (Optimizer::Adam, "adam", "Adam with L2 decay"),
            (Optimizer::Sgd, "sgd", "SGD with momentum β₁"),
            (Optimizer::Muon, "muon", "Muon"),
        ),
    ),
    live("lr", "Learning rate", "How far a step moves the weights. Can change while running.", real!(lr, 0.0, 1000.0)),
    live(
        "lrdecoder",
        "Rate after the embedding",
        "A factor of the learning rate, for all weights but the embedding's.",
        real!(lrdecoder, 0.0, 1000.0),
    ),
    live(
        "wd",
        "Weight decay",
        "How strongly each step pulls the weights towards zero; Adam and SGD make it a part of the gradient. Can change while running.",
        real!(wd, 0.0, 100.0),
    ),
    live(
        "wdembed",
        "Decay of the embedding",
        "A factor of weight decay, for the embedding alone; 0 spares it.",
        real!(wdembed, 0.0, 100.0),
    ),
    carry(
        "decay",
        "Decay to",
        "Where weight decay pulls the weights.",
        choice!(decay: (DecayTo::Zero, "zero", "Zero"), (DecayTo::Initial, "initial", "Initial weights")),
    ),
    live("beta1", "β₁", "How long the gradient's mean is remembered; SGD's momentum.", real!(beta1, 0.0, 0.9999)),
    live("beta2", "β₂", "How long the gradient's square is remembered.", real!(beta2, 0.0, 0.99999)),
    live("eps", "ε", "Keeps updates finite: it is added to the root of the gradient's mean square.", real!(eps, 1e-30, 1.0)),
    live("warmup", "Warm-up", "For so many steps at the start the learning rate rises from zero.", integer!(warmup, 0, 10_000)),
    live(
        "schedule",
        "Schedule",
        "What the learning rate does after the warm-up; a cosine brings it to a tenth at the step limit.",
        choice!(schedule: (Schedule::Constant, "constant", "Constant"), (Schedule::Cosine, "cosine", "Cosine")),
    ),
    carry(
        "batch",
        "Batch",
        "How many pairs each step uses (0: all); train loss and accuracy are then measured on these.",
        integer!(batch, 0, 40_000),
    ),
    carry(
        "loss",
        "Loss",
        "What training makes smaller.",
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
        "How exactly the softmax of the cross-entropy is computed: carefully, or as it is usually written, in so many bits.",
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
        "What is done to the gradient before each step.",
        choice!(filter:
            (Filter::None, "none", "None"),
            (Filter::GrokfastEma, "grokfast-ema", "Grokfast-EMA"),
            (Filter::GrokfastMa, "grokfast-ma", "Grokfast-MA"),
            (Filter::Orthogonal, "orthogonal", "⊥Grad"),
        ),
    ),
    live("ema", "Filter memory α", "How long the slow part of the gradient is remembered.", real!(ema, 0.0, 0.9999)),
    live("amplify", "Filter gain λ", "How strongly the slow part of the gradient is added.", real!(amplify, 0.0, 100.0)),
    carry("window", "Filter window", "Over how many steps the gradient's mean is taken.", integer!(window, 1, 200)),
    live(
        "sphere",
        "Norm held at",
        "Holds the size of all weights at this multiple of their size at the start; 0 lets it go.",
        real!(sphere, 0.0, 10.0),
    ),
    live("dropout", "Dropout", "The share of hidden neurons left out at random in each step.", real!(dropout, 0.0, 0.95)),
    live(
        "weightnoise",
        "Weight noise",
        "How much noise each step adds to the weights: its standard deviation.",
        real!(weightnoise, 0.0, 1.0),
    ),
    live(
        "gradnoise",
        "Update noise",
        "How much noise is added to the update's direction: its standard deviation.",
        real!(gradnoise, 0.0, 10.0),
    ),
    carry(
        "ticket",
        "Lottery ticket",
        "The run goes back to its initial weights, of which this share stays, the others being 0 for good; 0: it does not.",
        real!(ticket, 0.0, 1.0),
    ),
    carry(
        "mask",
        "The ticket keeps",
        "Which weights a ticket keeps.",
        choice!(mask:
            (Mask::Largest, "largest", "The largest so far"),
            (Mask::Random, "random", "As many, drawn by lot"),
            (Mask::Norm, "norm", "All, made as small as the ticket"),
        ),
    ),
    carry(
        "keep",
        "Anew, but with",
        "The run begins anew with initial weights, and keeps this of its network; it may go on with another operation then.",
        choice!(keep:
            (Keep::Nothing, "none", "It does not"),
            (Keep::Embedding, "embedding", "Its embedding"),
            (Keep::Frozen, "frozen", "Its embedding, frozen"),
        ),
    ),
    restart(
        "at",
        "Changes on the way",
        "Settings that change in the middle of the run: 179:wd=2 makes weight decay 2 after 179 steps.",
        parsed!(at, MidRunChanges),
    ),
];
