//! How far a network's weights can be compressed before it no longer knows its training pairs (DeMoss et al. 2024).

use super::Inspector;
use crate::analysis::Compressor;
use crate::exec::ExecError;
use crate::protocol::inspect::Off;

/// Nats by which the training loss may grow, as in the authors' code.
pub(super) const DISTORTION: f32 = 1.0;
/// Fractions of the singular values' sum that are kept.
pub(super) const KEPT: [f64; 6] = [1.0, 0.98, 0.95, 0.9, 0.8, 0.6];
/// Bins to choose from, 2⁻¹⁰ to 1, each √2 times the one before it.
pub(super) const BINS: u32 = 21;

impl Inspector {
    /// The fewest bytes that coarse weights take whose training loss is at most [`DISTORTION`] above that of `weights`; those of the
    /// numbers themselves, if that is less. For every fraction of singular values the coarsest bin is searched, on the assumption that
    /// the loss grows with it: the paper searches both at once, by Bayesian optimisation.
    pub(super) async fn compressed_size(&mut self, weights: &[f32]) -> Result<f32, ExecError> {
        let most = self.training_loss(weights).await? + DISTORTION;
        let compressor = Compressor::new(self.params.iter().map(|param| (param.of(weights), param.shape)));
        let mut fewest = 4.0 * self.flat.len as f64;
        for keep in KEPT {
            let (mut low, mut high) = (0, BINS);
            while low < high {
                let bin = (low + high) / 2;
                let coarse = compressor.coarse(keep, libm::exp2(f64::from(bin) / 2.0 - 10.0));
                let mut weights = weights.to_vec();
                for (param, numbers) in self.params.iter().zip(&coarse.weights) {
                    weights[param.offset..][..numbers.len()].copy_from_slice(numbers);
                }
                // A loss that is not a number is none that is allowed.
                if self.training_loss(&weights).await? <= most {
                    fewest = fewest.min(coarse.bytes);
                    low = bin + 1;
                } else {
                    high = bin;
                }
            }
        }
        Ok(fewest as f32)
    }

    /// Mean loss over the training pairs with these weights, nats.
    pub(super) async fn training_loss(&mut self, weights: &[f32]) -> Result<f32, ExecError> {
        self.run(weights, &Off::default());
        let [losses] = self.read([self.losses]).await?;
        let training = losses.iter().zip(&self.trained).filter(|(_, trained)| **trained).map(|(loss, _)| f64::from(*loss));
        let (count, sum) = training.fold((0.0, 0.0), |(count, sum), loss| (count + 1.0, sum + loss));
        Ok((sum / f64::max(count, 1.0)) as f32)
    }
}
