//! The settings that are one of a few.

/// Which pairs may be separated by the split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// Every pair falls by itself.
    Random,
    /// (x, y) and (y, x) fall on the same side, so that no test pair is the mirror image of a training pair.
    Mirrored,
    /// There are only pairs with x ≤ y.
    Ordered,
}

/// What an MLP sees of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inputs {
    /// Two one-hot vectors side by side (Gromov 2023, equation 4).
    TwoHot,
    /// The sum of two one-hot vectors: the order of the operands is lost.
    Summed,
}

/// What is added to a token for its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Positions {
    /// A trained vector per position.
    Learned,
    /// Fixed waves (Vaswani et al. 2017).
    Sinusoidal,
    /// Nothing.
    None,
}

/// How the learning rate goes on after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// It stays.
    Constant,
    /// It falls on half a cosine to a tenth, which it reaches at the step limit (Power et al. 2022).
    Cosine,
}

/// Where weight decay pulls the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecayTo {
    /// To zero.
    Zero,
    /// To the weights that the run began with (Power et al. 2022).
    Initial,
}

/// When a run ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Some steps after it has grokked, or at the step limit.
    Grokked,
    /// At the step limit.
    Limit,
}

/// How, and in which number format, the softmax of the loss is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// In f32 without its usual end: the loss as log1p of the others' sum, the gradient at the true class as minus their
    /// sum.
    Careful,
    /// As log-softmax and p − 1, in f32.
    F32,
    /// The same in f16, emulated.
    F16,
    /// The same in f64, on the CPU.
    F64,
}

/// Kind of network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// A transformer that reads x y = and answers at = (Nanda et al. 2023).
    Transformer,
    /// A transformer without a mask whose answer is the mean over x and y (Liu et al. 2022).
    Encoder,
    /// Hidden layers on both operands at once (Gromov 2023).
    Mlp,
    /// A linear map of rows of numbers whose coefficients are squares of weights (Lyu et al. 2023).
    Diagonal,
}

/// What is minimised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// −ln of the softmax at the right answer.
    CrossEntropy,
    /// The same with s(x) in the place of eˣ (Prieto et al. 2025).
    StableMax,
    /// Mean squared error against the one-hot answer.
    MeanSquared,
    /// What the right answer lacks of a margin of 1 over the best other one.
    Hinge,
}

impl Loss {
    /// What it is counted in, for titles.
    pub fn unit(self) -> &'static str {
        match self {
            Loss::CrossEntropy | Loss::StableMax => "nats",
            Loss::MeanSquared => "squared error",
            Loss::Hinge => "missing margin",
        }
    }

    /// What it is, for so many classes, when all logits are 0.
    pub fn guess(self, classes: f64) -> f64 {
        match self {
            Loss::CrossEntropy | Loss::StableMax => libm::log(classes),
            Loss::MeanSquared => 1.0 / classes,
            Loss::Hinge => 1.0,
        }
    }
}

/// How a gradient becomes the direction of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optimizer {
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
    AdamW,
    /// Adam with weight decay as a part of the gradient (Kingma and Ba 2015).
    Adam,
    /// Gradient descent with momentum, and weight decay as a part of the gradient.
    Sgd,
    /// Orthogonalised momentum for hidden matrices (Jordan et al. 2024).
    Muon,
}

/// What changes a gradient before the optimizer uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Nothing.
    None,
    /// Its exponential mean is added to it (Lee et al. 2024).
    GrokfastEma,
    /// The mean of the last ones is added to it (Lee et al. 2024).
    GrokfastMa,
    /// What is along the weights is taken away (Prieto et al. 2025).
    Orthogonal,
}

/// Which weights of matrices a ticket keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// Those that have become largest (Frankle and Carbin 2019).
    Largest,
    /// As many, drawn by lot.
    Random,
    /// All, scaled to the norm that the largest ones would have.
    Norm,
}

/// What a network that begins anew keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It does not begin anew.
    Nothing,
    /// Its embedding, which learns on.
    Embedding,
    /// Its embedding, which stays as it is (Furuta et al. 2024).
    Frozen,
}

/// Where layer normalisation sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norm {
    /// Nowhere, as in Nanda et al. 2023.
    None,
    /// Before attention and MLP, and before the unembedding (GPT-2).
    Pre,
    /// After each residual sum (Vaswani et al. 2017, Power et al. 2022).
    Post,
}

/// Distribution of the initial weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initial {
    /// N(0, 1/width) for every matrix, biases 0.
    Width,
    /// N(0, 1/rows) for every matrix (embeddings N(0, 1/width)), biases 0.
    FanIn,
    /// PyTorch's own: U(±1/√rows) for every matrix and its bias, embeddings N(0, 1).
    Torch,
    /// N(0, σ²) with σ = ½/∛(2 · hidden units) for every matrix (embeddings N(0, 1/width)), biases 0 (Doshi et al. 2023).
    CubeRoot,
    /// Written down, for sums: see [`AnalyticInit`](crate::tape::AnalyticInit). Biases 0.
    Analytic,
}

/// What the lab shows first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The stage; the curves alone where somebody embeds it in a narrow column.
    Auto,
    /// The stage: pictures of what the network knows beside a curve.
    Stage,
    /// The curves and all main settings.
    Curves,
}

/// Where the tour stands: a walk through the page and the run, a stop for each idea.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tour {
    /// There is none.
    Off,
    /// Which answers will it find?
    Puzzle,
    /// It knows by heart what it is shown.
    List,
    /// What it gets right besides.
    Mirror,
    /// Nothing seems to happen.
    Plateau,
    /// How its numbers lie.
    Circle,
    /// What its neurons respond to.
    Waves,
    /// The same network without weight decay.
    Decay,
    /// Another operation.
    Own,
    /// What others have found.
    Papers,
}

/// Which colours the lab is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Those of the page around it, else those that the visitor prefers.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Which backend may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A hardware GPU that passes the self-check, else the CPU.
    Auto,
    /// WebGPU, also in software.
    Gpu,
    /// The CPU.
    Cpu,
}
