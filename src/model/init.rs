//! The initial weights of every set-up, from a rule and a factor for each group of tensors.

use crate::config::{Config, Initial};
use crate::tape::{AnalyticInit, Init};

/// Tensors that share a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Tokens and positions.
    Embedding,
    /// W_Q, W_K, W_V and W_O.
    Attention,
    /// Hidden layers.
    Mlp,
    /// What makes logits.
    Unembedding,
}

/// How the tensors of a network start.
pub struct Initializer<'a> {
    config: &'a Config,
    width: f64,
}

impl<'a> Initializer<'a> {
    /// For a network whose states are so wide.
    pub fn new(config: &'a Config, width: u32) -> Self {
        Initializer { config, width: f64::from(width) }
    }

    fn factor(&self, group: Group) -> f64 {
        let config = self.config;
        config.initscale
            * match group {
                Group::Embedding => config.initembed,
                Group::Attention => config.initattention,
                Group::Mlp => config.initmlp,
                Group::Unembedding => config.initunembed,
            }
    }

    /// A matrix that is multiplied with this many inputs.
    pub fn matrix(&self, group: Group, inputs: usize) -> Init {
        let (factor, inputs) = (self.factor(group), inputs as f64);
        match self.config.init {
            Initial::Width => Init::Normal((1.0 / self.width).sqrt() * factor),
            Initial::FanIn => Init::Normal((1.0 / inputs).sqrt() * factor),
            Initial::Torch => Init::Uniform((1.0 / inputs).sqrt() * factor),
            // Only an MLP of one layer on two one-hot vectors is valid with it.
            Initial::Analytic if group == Group::Mlp => Init::Analytic(AnalyticInit::In { p: inputs as usize / 2 }),
            Initial::Analytic => Init::Analytic(AnalyticInit::Out),
            Initial::CubeRoot => Init::Normal(0.5 / libm::cbrt(2.0 * f64::from(self.config.mlp)) * factor),
        }
    }

    /// A matrix of so many numbers that are all the same, and whose norm is the factor.
    pub fn alike(&self, group: Group, numbers: usize) -> Init {
        Init::Constant(self.factor(group) / (numbers as f64).sqrt())
    }

    /// Vectors that are looked up.
    pub fn embedding(&self) -> Init {
        let factor = self.factor(Group::Embedding);
        match self.config.init {
            Initial::Torch => Init::Normal(factor),
            _ => Init::Normal((1.0 / self.width).sqrt() * factor),
        }
    }

    /// The bias of a matrix with this many inputs.
    pub fn bias(&self, group: Group, inputs: usize) -> Init {
        match self.config.init {
            Initial::Torch => self.matrix(group, inputs),
            _ => Init::Rows(&[0.0]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_those_of_the_papers() {
        let start = |init| Config { init, mlp: 500, ..Config::standard() };
        let of = |config: &Config| {
            let start = Initializer::new(config, 128);
            [start.matrix(Group::Mlp, 512), start.embedding(), start.bias(Group::Mlp, 512)]
        };
        let (narrow, wide, zero) = (Init::Normal((1.0f64 / 128.0).sqrt()), (1.0f64 / 512.0).sqrt(), Init::Rows(&[0.0]));
        assert_eq!(of(&start(Initial::Width)), [narrow, narrow, zero]);
        assert_eq!(of(&start(Initial::FanIn)), [Init::Normal(wide), narrow, zero]);
        assert_eq!(of(&start(Initial::Torch)), [Init::Uniform(wide), Init::Normal(1.0), Init::Uniform(wide)]);
        // Doshi et al.: 0.5 / (2 · 500)^(1/3)
        assert_eq!(of(&start(Initial::CubeRoot)), [Init::Normal(0.05), narrow, zero]);
    }

    #[test]
    fn factors_multiply_within_their_group() {
        let config = Config { initscale: 8.0, initmlp: 0.5, init: Initial::Torch, ..Config::standard() };
        let start = Initializer::new(&config, 128);
        let all = [Group::Embedding, Group::Attention, Group::Mlp, Group::Unembedding].map(|group| start.matrix(group, 4));
        assert_eq!(all, [4.0, 4.0, 2.0, 4.0].map(Init::Uniform));
        assert_eq!(start.bias(Group::Mlp, 4), Init::Uniform(2.0));
    }
}
