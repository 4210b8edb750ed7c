//! The self-check: a device must agree with the reference kernels before a run on it counts.
//!
//! Drivers and browsers have bugs that give wrong numbers without an error. A few steps of a tiny network run the kernels of a
//! configuration on the device; gradients, losses, updates and measurements must be those of the CPU. They are the same
//! everywhere, so they are kept here as a few sums, and a build for GPUs can do without the reference kernels.
//!
//! [`CHECKS`] are such networks: together they run every branch of every shader that settings can ask for. A visit runs those
//! that its plan needs ([`SelfCheck`]), in the pipelines of that plan, as far as it has the same kernels.
//!
//! To add a kernel: where the tests name a path that no check runs, add a check, or a setting to one. Where they say that
//! recorded sums are not the CPU's, they write the new file.

mod checks;
mod fingerprint;
mod path;
mod sums;

use std::rc::Rc;

pub use checks::{CHECKS, Check};
pub use fingerprint::LIMIT;
use fingerprint::{SECTIONS, judge};
pub use path::{Path, paths};

use crate::exec::{Device, ExecError};
use crate::ops::tiles::Tiles;
use crate::plan::Plan;
use crate::tape::{initial, sum_terms};
use crate::tr;
use crate::train::{Built, Trainer, build};

/// Steps of a check: the first one fills what optimisers and filters remember, the others use it.
const STEPS: u32 = 3;

/// Runs the check that the standard configuration needs, and returns how far the device is from the CPU.
///
/// # Errors
/// When the device fails, or its numbers differ by more than [`LIMIT`]: the text says so.
pub async fn self_check(device: &Device) -> Result<f64, String> {
    run(&CHECKS[0], device, |_| ()).await
}

/// Runs a check whose plan was changed by `alter`, with which tests break kernels; and returns how far the device is from the
/// CPU, √(Σ(gpu−cpu)²/Σcpu²) of the sums.
///
/// # Errors
/// When the device fails, or its numbers differ by more than [`LIMIT`]: the text says with what, and which.
pub async fn run(check: &Check, device: &Device, alter: impl FnOnce(&mut Plan)) -> Result<f64, String> {
    let said = |why: String| if check.name.is_empty() { why } else { tr!("with {check} {why}", check = check.name, why) };
    let want = check.sums().ok_or_else(|| said(tr!("there is nothing to compare it with").into()))?;
    let numbers = numbers(check, device, alter).await.map_err(|error| error.to_string())?;
    judge(&numbers, want).map_err(said)
}

/// The numbers of each section.
async fn numbers(check: &Check, device: &Device, alter: impl FnOnce(&mut Plan)) -> Result<[Vec<f32>; SECTIONS], ExecError> {
    let config = check.config();
    let mut built = build(&config);
    alter(Rc::make_mut(&mut built.plan));
    let mut trainer = Trainer::of(&config, built, device).await?;
    let Built { parts, row_loss, flat, test_probs, .. } = *trainer.built();
    trainer.steps(STEPS);
    let (collecting, reading) = (trainer.collect(), trainer.read(&[parts, row_loss, test_probs, flat]));
    let (points, read) = (collecting.points().await?, reading.await?);
    let [parts, row_loss, test_probs, mut weights] = <[Vec<f32>; 4]>::try_from(read).unwrap_or_default();
    let built = trainer.built();
    let before = (config.seed..config.seed + config.seeds).flat_map(|seed| initial(&built.params, flat.len, seed.into()));
    weights.iter_mut().zip(before).for_each(|(after, before)| *after -= before);
    let measured = points.iter().flat_map(|point| {
        // All of about the same size, so that none hides another.
        [
            point.train_loss,
            point.train_accuracy,
            point.test_loss,
            point.test_accuracy,
            point.collapse,
            point.weight_norm / 10.0,
            point.gradient_norm,
        ]
    });
    let measured = measured.collect();
    Ok([sum_terms(&built.terms, &parts, flat, built.parts), [row_loss, test_probs].concat(), weights, measured])
}

/// What has been found out about a device, over a visit.
#[derive(Default)]
pub struct SelfCheck {
    /// What agrees with the CPU.
    sound: Vec<Path>,
    /// How well.
    worst: f64,
    failed: Vec<(&'static Check, Tiles, String)>,
}

impl SelfCheck {
    /// Whether a plan runs something that was not checked yet.
    pub fn is_new(&self, plan: &Plan) -> bool {
        paths(plan).iter().any(|path| !self.sound.contains(path))
    }

    /// Notes what came of a check with these tiles.
    pub fn note(&mut self, check: &'static Check, tiles: Tiles, verdict: Result<f64, String>) {
        match verdict {
            Ok(error) => {
                self.worst = self.worst.max(error);
                self.sound.extend(check.paths(tiles));
            }
            Err(why) => self.failed.push((check, tiles, why)),
        }
    }

    fn failure(&self, check: &Check, tiles: Tiles) -> Option<&str> {
        let same = |(failed, with, _): &&(&Check, Tiles, String)| core::ptr::eq(*failed, check) && *with == tiles;
        self.failed.iter().find(same).map(|(.., why)| why.as_str())
    }

    /// Runs the checks that a plan for this device needs and that were not run yet. Returns how far the device is from the
    /// CPU.
    ///
    /// # Errors
    /// When one has failed, now or before: the text says with what, and by how much.
    pub async fn examine(&mut self, device: &Device, plan: &Plan) -> Result<f64, String> {
        let tiles = device.tiles().unwrap_or_default();
        for check in needed(plan, tiles, &self.sound)? {
            if self.failure(check, tiles).is_none() {
                self.note(check, tiles, run(check, device, |_| ()).await);
            }
            if let Some(why) = self.failure(check, tiles) {
                return Err(why.into());
            }
        }
        Ok(self.worst)
    }
}

/// The checks that run what a plan does beside `sound`: few, with little that the plan does not need.
///
/// # Errors
/// Names what no check runs; tests see that there is no such thing.
pub fn needed(plan: &Plan, tiles: Tiles, sound: &[Path]) -> Result<Vec<&'static Check>, String> {
    let wanted = paths(plan);
    let mut missing: Vec<Path> = wanted.iter().filter(|path| !sound.contains(path)).copied().collect();
    let mut chosen = vec![];
    if missing.is_empty() {
        return Ok(chosen);
    }
    let offers: Vec<(&Check, Vec<Path>)> = CHECKS.iter().map(|check| (check, check.paths(tiles))).collect();
    while let Some(first) = missing.first() {
        let count = |paths: &[Path], among: &[Path]| paths.iter().filter(|path| among.contains(path)).count();
        let gain = |paths: &[Path]| (count(paths, &missing), core::cmp::Reverse(paths.len() - count(paths, &wanted)));
        // Of equal ones the first.
        let best = offers.iter().rev().max_by_key(|(_, paths)| gain(paths)).filter(|(_, paths)| count(paths, &missing) > 0);
        let Some((check, paths)) = best else {
            return Err(tr!(
                "nothing checks its shader {shader} with {switch} {position}",
                shader = first.shader,
                switch = first.switch,
                position = first.position
            ));
        };
        chosen.push(*check);
        missing.retain(|path| !paths.contains(path));
    }
    Ok(chosen)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
