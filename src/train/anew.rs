//! A network that begins anew: from its initial weights, as a [ticket](super::ticket) or with the embedding that it has (Furuta et al.
//! 2024).

use super::ticket;
use crate::config::{Config, Keep};
use crate::optim::is_embedding;
use crate::tape::{Param, initial};

/// The weights of one run that begins anew when they are `trained`. The embedding, where it is kept, is kept whole.
pub(super) fn begin(config: &Config, params: &[Param], trained: &[f32]) -> Vec<f32> {
    let mut weights = match config.ticket > 0.0 {
        true => ticket::draw(config, params, trained),
        false => initial(params, trained.len(), config.seed.into()),
    };
    for param in params.iter().filter(|param| config.keep != Keep::Nothing && is_embedding(param)) {
        let range = param.offset..param.offset + param.shape[0] * param.shape[1];
        weights[range.clone()].copy_from_slice(&trained[range]);
    }
    weights
}
