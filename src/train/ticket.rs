//! Lottery tickets: the initial weights once more, with only those of each matrix that a rule keeps (Frankle and Carbin 2019,
//! "The Lottery Ticket Hypothesis"; Minegishi et al. 2023 for networks that have grokked).

use crate::config::{Config, Mask};
use crate::rng::{Rng, Stream};
use crate::tape::{Param, initial};

/// The weights of one run that draws its ticket when they are `trained`. Biases and what belongs to layer norms are initial.
pub(super) fn draw(config: &Config, params: &[Param], trained: &[f32]) -> Vec<f32> {
    let mut weights = initial(params, trained.len(), config.seed.into());
    let mut rng = Rng::new(config.seed.into(), Stream::Ticket);
    for param in params.iter().filter(|param| param.is_matrix()) {
        let trained = param.of(trained);
        let kept = (config.ticket * trained.len() as f64).round() as usize;
        // The kept ones come first.
        let mut order: Vec<usize> = (0..trained.len()).collect();
        match config.mask {
            Mask::Largest | Mask::Norm => order.sort_by(|a, b| trained[*b].abs().total_cmp(&trained[*a].abs())),
            Mask::Random => rng.shuffle(&mut order),
        }
        let (kept, left_out) = order.split_at(kept.clamp(1, trained.len()));
        let weights = &mut weights[param.offset..][..trained.len()];
        if config.mask == Mask::Norm {
            let norm = |of: &[usize]| of.iter().map(|i| f64::from(weights[*i]).powi(2)).sum::<f64>().sqrt();
            let [ticket, all] = [norm(kept), norm(&order)];
            let factor = if all > 0.0 { (ticket / all) as f32 } else { 1.0 };
            weights.iter_mut().for_each(|w| *w *= factor);
        } else {
            left_out.iter().for_each(|i| weights[*i] = 0.0);
        }
    }
    weights
}
