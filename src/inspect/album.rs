//! Weights of earlier steps, closer together the earlier they are: what going back in time shows.

/// Weights kept at once.
const MOST: usize = 64;
/// Numbers kept at once: 32 MB.
const NUMBERS: usize = 8_000_000;

/// The weights of the first run at some steps, within a bound of memory.
pub struct Album {
    pictures: Vec<(u32, Vec<f32>)>,
    /// The next is taken when steps have grown by this factor.
    ratio: f64,
}

impl Default for Album {
    fn default() -> Self {
        Album { pictures: vec![], ratio: 1.1 }
    }
}

impl Album {
    /// Whether weights at `step` should be kept.
    pub fn wants(&self, step: u32) -> bool {
        self.pictures
            .last()
            .is_none_or(|(last, _)| f64::from(step) >= (f64::from(*last) * self.ratio).max(f64::from(*last) + 1.0))
    }

    /// Keeps the weights of a later step. When there is no more room, every second one goes, and later ones are further apart.
    pub fn keep(&mut self, step: u32, weights: &[f32]) {
        if self.pictures.last().is_some_and(|(last, _)| *last >= step) {
            return;
        }
        self.pictures.push((step, weights.to_vec()));
        let most = MOST.min(NUMBERS / weights.len().max(1)).max(4);
        if self.pictures.len() > most {
            let mut index = 0;
            self.pictures.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.ratio *= self.ratio;
        }
    }

    /// Forgets what is later than `step`: the run goes on from there.
    pub fn rewind(&mut self, step: u32) {
        self.pictures.retain(|(at, _)| *at <= step);
    }

    /// The weights that a visitor sees who goes back to `at`: the nearest kept ones; none where those at step `now` are nearer.
    pub fn at(&self, at: Option<u32>, now: u32) -> Option<(u32, &[f32])> {
        let at = at?;
        self.nearest(at).filter(|(step, _)| step.abs_diff(at) < now.abs_diff(at))
    }

    /// The kept weights nearest to a step.
    pub fn nearest(&self, step: u32) -> Option<(u32, &[f32])> {
        let nearest = self.pictures.iter().min_by_key(|(at, _)| at.abs_diff(step));
        nearest.map(|(at, weights)| (*at, &weights[..]))
    }

    /// The steps, ascending.
    pub fn steps(&self) -> Vec<u32> {
        self.pictures.iter().map(|(step, _)| *step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_spread_evenly_in_ratio_and_bounded() {
        let mut album = Album::default();
        for step in (0..200_000).filter(|step| step % 3 == 0) {
            if album.wants(step) {
                album.keep(step, &[step as f32, 0.5]);
            }
        }
        let steps = album.steps();
        assert!(steps.len() > MOST / 3 && steps.len() <= MOST, "{steps:?}");
        assert_eq!(steps[0], 0);
        let late: Vec<f64> =
            steps.windows(2).filter(|two| two[0] > 500).map(|two| f64::from(two[1]) / f64::from(two[0])).collect();
        assert!(late.iter().all(|ratio| (1.05..2.5).contains(ratio)), "{late:?}");
        let (step, weights) = album.nearest(steps[10] + 1).unwrap();
        assert_eq!((step, weights), (steps[10], &[steps[10] as f32, 0.5][..]));
    }

    #[test]
    fn large_networks_are_kept_less_often() {
        let mut album = Album::default();
        (0..100).for_each(|step| album.keep(step, &vec![0.0; 1_500_000]));
        assert!(album.steps().len() <= 8);
    }

    #[test]
    fn a_run_that_goes_back_forgets_its_future() {
        let mut album = Album::default();
        (0..5).for_each(|step| album.keep(step, &[0.0]));
        album.keep(3, &[9.0]);
        album.rewind(2);
        assert_eq!(album.steps(), [0, 1, 2]);
        assert!(album.wants(3) && !album.wants(2));
        assert!(Album::default().nearest(0).is_none());
    }
}
