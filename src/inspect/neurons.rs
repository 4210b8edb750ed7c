//! What the hidden units respond to.

use super::{Inspector, Responses, byte};
use crate::analysis::{leaders, leading};
use crate::exec::ExecError;
use crate::protocol::inspect::{InspectResult, LEADING_FREQUENCIES, NEURONS_PER_FREQUENCY, NEURONS_PER_PAGE, Neurons, Selection};

/// A fraction as a byte that is on the same side of a threshold, itself as a byte, as the fraction is.
fn explained_byte(fraction: f32, least: f32) -> u8 {
    if fraction >= least { byte(fraction).max(byte(least)) } else { byte(fraction).min(byte(least).saturating_sub(1)) }
}

impl Inspector {
    pub(super) async fn neurons(&mut self, selection: Selection) -> Result<InspectResult, ExecError> {
        let responses = self.responses().await?;
        let Responses { fits, hidden } = &*responses;
        let Some((_, units)) = self.parts.hidden else { return Ok(InspectResult::None) };
        let order = leaders(fits, self.least);
        let (first, shown) = match selection {
            Selection::Page(first) => {
                (first, order.iter().skip(first as usize).take(NEURONS_PER_PAGE as usize).copied().collect())
            }
            Selection::Leading => (0, leading(fits, LEADING_FREQUENCIES, NEURONS_PER_FREQUENCY)),
        };
        let rows: Vec<Option<u32>> = self.cycle.pairs(self.p).map(|cell| self.rows[cell]).collect();
        let map = |unit: &usize| {
            let values: Vec<f32> = rows.iter().map(|row| row.map_or(0.0, |row| hidden[row as usize * units + unit])).collect();
            let (low, high) = values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
            let cells = values.iter().map(|v| if high > low { byte((v - low) / (high - low)) } else { 0 });
            (low, high, cells.collect())
        };
        Ok(InspectResult::Neurons(Neurons {
            fits: fits.iter().map(|fit| (fit.frequency as u16, explained_byte(fit.fraction, self.least))).collect(),
            least: byte(self.least),
            first,
            side: self.basis.len() as u16,
            maps: shown.iter().map(map).collect(),
            shown: shown.into_iter().map(|unit| unit as u16).collect(),
            order: order.into_iter().map(|unit| unit as u16).collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_fraction_stays_on_its_side_of_the_threshold() {
        // Rounded alone, 0.8495 and 0.85 are both 217.
        assert_eq!(byte(0.8495), byte(0.85));
        for (fraction, explained) in [(0.0, false), (0.5, false), (0.8495, false), (0.85, true), (0.8505, true), (1.0, true)] {
            assert_eq!(explained_byte(fraction, 0.85) >= byte(0.85), explained, "{fraction}");
        }
    }
}
