//! Pictures of earlier steps, closer together the earlier they are: what going back in time shows.

use crate::train::Picture;

/// Pictures kept at once.
const MOST: usize = 64;
/// Numbers of 32 bits kept at once, …
const NUMBERS: usize = 8_000_000;
/// … and those of a picture on its way.
const ROOM: usize = 4_000_000;
/// Bytes of both, at most: 48 MB.
pub const ALBUM_BYTES: u64 = 4 * (NUMBERS + ROOM) as u64;

/// The first run at some steps, within a bound of memory.
pub struct Album {
    pictures: Vec<Picture>,
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
            .map(|picture| f64::from(picture.step))
            .is_none_or(|last| f64::from(step) >= (last * self.ratio).max(last + 1.0))
    }

    /// Numbers that a picture may take, together with all that is read for it.
    pub fn room(&self) -> usize {
        ROOM
    }

    /// Keeps a picture of a later step. When there is no more room, every second one goes, and later ones are further apart.
    pub fn keep(&mut self, picture: Picture) {
        if picture.size() > NUMBERS || self.pictures.last().is_some_and(|last| last.step >= picture.step) {
            return;
        }
        let size: usize = self.pictures.iter().map(Picture::size).sum();
        if self.pictures.len() >= MOST || size + picture.size() > NUMBERS {
            let mut index = 0;
            self.pictures.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.ratio *= self.ratio;
            // Of one, half is one.
            let size: usize = self.pictures.iter().map(Picture::size).sum();
            if size + picture.size() > NUMBERS {
                return;
            }
        }
        self.pictures.push(picture);
    }

    /// Forgets what is later than `step`: the run goes on from there.
    pub fn rewind(&mut self, step: u32) {
        self.pictures.retain(|picture| picture.step <= step);
    }

    /// Keeps the weights, not what the optimiser remembered: another one goes on.
    pub fn forget(&mut self) {
        self.pictures.iter_mut().for_each(Picture::forget);
    }

    /// What a visitor sees who goes back to `at`: the nearest picture; none where the present, step `now`, is nearer.
    pub fn at(&self, at: Option<u32>, now: u32) -> Option<&Picture> {
        let at = at?;
        self.nearest(at).filter(|picture| picture.step.abs_diff(at) < now.abs_diff(at))
    }

    /// The picture nearest to a step.
    pub fn nearest(&self, step: u32) -> Option<&Picture> {
        self.pictures.iter().min_by_key(|picture| picture.step.abs_diff(step))
    }

    /// The steps, ascending.
    pub fn steps(&self) -> Vec<u32> {
        self.pictures.iter().map(|picture| picture.step).collect()
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
                album.keep(Picture::of(step, &[step as f32, 0.5]));
            }
        }
        let steps = album.steps();
        assert!(steps.len() > MOST / 3 && steps.len() <= MOST, "{steps:?}");
        assert_eq!(steps[0], 0);
        let late: Vec<f64> =
            steps.windows(2).filter(|two| two[0] > 500).map(|two| f64::from(two[1]) / f64::from(two[0])).collect();
        assert!(late.iter().all(|ratio| (1.05..2.5).contains(ratio)), "{late:?}");
        assert_eq!(album.nearest(steps[10] + 1), Some(&Picture::of(steps[10], &[steps[10] as f32, 0.5])));
    }

    #[test]
    fn large_networks_are_kept_less_often_or_not_at_all() {
        for (size, most) in [(2_000_000, 4), (4_500_000, 1), (12_600_000, 0)] {
            let mut album = Album::default();
            let picture = Picture::of(0, &vec![0.0; size]);
            for step in (0..100).filter(|step| step % 7 == 0) {
                let mut picture = picture.clone();
                picture.step = step;
                album.keep(picture);
                assert!(album.steps().len() <= most && most * size <= NUMBERS, "{size}: {:?}", album.steps());
            }
            assert_eq!((album.steps().is_empty(), album.steps().first().is_some_and(|step| *step == 0)), (most == 0, most > 0));
        }
    }

    #[test]
    fn a_run_that_goes_back_forgets_its_future() {
        let mut album = Album::default();
        (0..5).for_each(|step| album.keep(Picture::of(step, &[0.0])));
        album.keep(Picture::of(3, &[9.0]));
        album.rewind(2);
        assert_eq!(album.steps(), [0, 1, 2]);
        assert!(album.wants(3) && !album.wants(2));
        assert!(Album::default().nearest(0).is_none());
    }
}
