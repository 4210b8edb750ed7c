//! Lottery tickets: the initial weights once more, with only those that a rule keeps (Frankle and Carbin 2019, "The Lottery Ticket
//! Hypothesis"; Minegishi et al. 2023 for networks that have grokked). The weights of all matrices are ranked together, as in the code
//! of Minegishi et al.

use crate::config::{Config, Mask};
use crate::order::argsort;
use crate::rng::{Rng, Stream};
use crate::tape::{Param, initial};

/// The weights of one run that draws its ticket when they are `trained`. Biases and what belongs to layer norms are initial.
pub(super) fn draw(config: &Config, params: &[Param], trained: &[f32]) -> Vec<f32> {
    let seed = config.seed.into();
    let mut weights = initial(params, trained.len(), seed);
    let matrices = params.iter().filter(|param| param.is_matrix());
    // Where the weights of matrices are; the kept ones come first.
    let mut order: Vec<usize> = matrices.flat_map(|param| param.offset..param.offset + param.shape[0] * param.shape[1]).collect();
    let kept = (config.ticket * order.len() as f64).round() as usize;
    match config.mask {
        Mask::Largest | Mask::Norm => {
            let size = |i: usize| trained[order[i]].abs();
            order = argsort(order.len(), &|a, b| size(b).total_cmp(&size(a))).into_iter().map(|i| order[i]).collect();
        }
        Mask::Random => Rng::new(seed, Stream::Ticket).shuffle(&mut order),
    }
    let (kept, left_out) = order.split_at(kept.clamp(1, order.len()));
    if config.mask == Mask::Norm {
        let norm = |of: &[usize]| of.iter().map(|i| f64::from(weights[*i]).powi(2)).sum::<f64>().sqrt();
        let (ticket, all) = (norm(kept), norm(&order));
        let factor = if all > 0.0 { (ticket / all) as f32 } else { 1.0 };
        order.iter().for_each(|i| weights[*i] *= factor);
    } else {
        left_out.iter().for_each(|i| weights[*i] = 0.0);
    }
    weights
}
