//! Several trainers as one: each has a share of the training and test pairs, they add up their gradients, and all of them
//! make the same update, so that their weights stay equal bit for bit and never travel.

use super::{Built, RING, Trainer, build, build_share};
use crate::config::Config;
use crate::exec::cpu::Cpu;
use crate::exec::{Device, Exec, ExecError};
use crate::ops::record::{CLOCK, RECORD_WIDTH};
use crate::optim::HYPERS;
use crate::plan::{Dispatch, List, View};
use crate::tape::sum_terms;

/// Loss and accuracy on the training and on the test pairs.
const MEASURED: usize = 4;

/// A part of the pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Below `count`.
    pub index: u32,
    /// Into how many parts the pairs are divided.
    pub count: u32,
}

impl Share {
    /// All pairs.
    pub const WHOLE: Share = Share { index: 0, count: 1 };

    /// Its part of a list; the parts follow each other, and their lengths differ by at most 1.
    pub fn of<T>(self, list: &[T]) -> &[T] {
        let [index, count] = [self.index, self.count].map(|n| n as usize);
        &list[index * list.len() / count..(index + 1) * list.len() / count]
    }
}

/// What a plan for a share has besides its lists.
pub(super) struct Shared {
    /// Rows of training and test pairs here, by those of all shares.
    weight: [f32; 2],
    /// Where the gradient of all shares goes.
    gradient: View,
    update: Dispatch,
    first: bool,
}

impl Shared {
    pub(super) fn new<T>(share: Share, pairs: [&[T]; 2], gradient: View, update: Dispatch) -> Self {
        let weight = pairs.map(|all| (share.of(all).len() as f64 / all.len() as f64) as f32);
        Shared { weight, gradient, update, first: share.index == 0 }
    }
}

impl Trainer {
    /// Builds a share of a valid configuration on the CPU, at step 0. It trains by [`contribution`](Self::contribution) and
    /// [`finish`](Self::finish) instead of [`steps`](Self::steps).
    ///
    /// # Errors
    /// When the plan is not sound.
    pub async fn share(config: &Config, share: Share) -> Result<Trainer, ExecError> {
        let evaluate_every = build(config).evaluate_every;
        let built = Built { evaluate_every, ..build_share(config, share) };
        Trainer::from(config, built, &Device::Cpu).await
    }

    /// Begins a step: what this share adds to the sum that [`finish`](Self::finish) takes. It holds for each run the
    /// weighted gradient and measurements; the first share alone says the clock and the rates.
    pub fn contribution(&mut self) -> Vec<f32> {
        let evaluates = self.evaluates(self.step);
        if evaluates {
            self.exec.run(&[List::Evaluate]);
        }
        self.exec.run(&[List::Train]);
        let slots = self.slots();
        let (Built { plan, terms, flat, parts, recorder, shared: Some(shared), .. }, Exec::Cpu(cpu)) =
            (&self.built, &mut self.exec)
        else {
            panic!("only a share contributes")
        };
        let mut sum = vec![];
        for run in 0..plan.runs {
            let gradient = sum_terms(terms, cpu.slice(*parts, run), *flat, *parts);
            sum.extend(gradient.iter().map(|g| g * shared.weight[0]));
            for ((slot, weight), counts) in slots.into_iter().zip(shared.weight).zip([true, evaluates]) {
                let factor = if counts { weight } else { 0.0 };
                sum.extend(cpu.slice(slot, run).iter().map(|x| x * factor));
            }
            for view in [recorder.clock, recorder.hyper] {
                sum.extend(cpu.slice(view, run).iter().map(|&x| if shared.first { x } else { 0.0 }));
            }
        }
        sum
    }

    /// Ends the step with the sum of all shares' contributions, in their order.
    pub fn finish(&mut self, sum: &[f32]) {
        let slots = self.slots();
        let (Built { plan, flat, recorder, shared: Some(shared), .. }, Exec::Cpu(cpu)) = (&self.built, &mut self.exec) else {
            panic!("only a share takes a sum")
        };
        let views = [shared.gradient, slots[0], slots[1], recorder.clock, recorder.hyper];
        for (run, mut sum) in sum.chunks_exact(flat.len + MEASURED + CLOCK + HYPERS).take(plan.runs).enumerate() {
            for view in views {
                let (values, rest) = sum.split_at(view.len);
                cpu.slice(view, run).copy_from_slice(values);
                sum = rest;
            }
        }
        cpu.dispatch(&shared.update);
        self.advance();
    }

    /// Where loss and accuracy of this step are in the rings.
    fn slots(&self) -> [View; 2] {
        let [train, test] = self.built.rings;
        let at = |ring: View, slot: u32| View {
            offset: ring.offset + slot as usize % RING as usize * RECORD_WIDTH + 1,
            len: 2,
            ..ring
        };
        [at(train, self.step), at(test, self.evaluated)]
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::metrics::Point;

    #[test]
    fn shares_cover_a_list_in_order() {
        let list: Vec<u32> = (0..11).collect();
        for count in 1..=8 {
            let parts: Vec<&[u32]> = (0..count).map(|index| Share { index, count }.of(&list)).collect();
            assert_eq!(parts.concat(), list);
            let lengths = parts.iter().map(|part| part.len());
            assert!(lengths.clone().max() <= lengths.min().map(|n| n + 1), "{parts:?}");
        }
    }

    fn points(trainer: &mut Trainer) -> Vec<Point> {
        block_on(trainer.collect().points()).expect("the CPU is not lost")
    }

    /// All shares' weights and moments, and the first one's points.
    fn together(config: &Config, count: u32, steps: u32) -> (Vec<Vec<Vec<f32>>>, Vec<Point>) {
        let share = |index| block_on(Trainer::share(config, Share { index, count })).expect("builds");
        let mut shares: Vec<Trainer> = (0..count).map(share).collect();
        for step in 0..steps {
            if step == steps / 2 {
                // The others learn of it from the sum.
                shares[0].set_rates(&Config { lr: config.lr / 4.0, beta2: 0.9, ..config.clone() });
            }
            let mut sum = shares[0].contribution();
            for share in &mut shares[1..] {
                sum.iter_mut().zip(share.contribution()).for_each(|(sum, x)| *sum += x);
            }
            shares.iter_mut().for_each(|share| share.finish(&sum));
        }
        let state = |share: &mut Trainer| block_on(share.snapshot().snapshot()).expect("the CPU is not lost").buffers;
        let states = shares.iter_mut().map(state).collect();
        (states, points(&mut shares[0]))
    }

    #[test]
    fn shares_are_equal_to_each_other_and_close_to_the_whole() {
        const STEPS: u32 = 20;
        let config = Config { p: 11, width: 16, mlp: 32, heads: 2, runs: 2, ..Config::small() };
        let mut whole = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        whole.steps(STEPS / 2);
        whole.set_rates(&Config { lr: config.lr / 4.0, beta2: 0.9, ..config.clone() });
        whole.steps(STEPS / 2);
        let state = block_on(whole.snapshot().snapshot()).expect("the CPU is not lost").buffers;
        let want = points(&mut whole);
        for count in [2, 3] {
            let (states, got) = together(&config, count, STEPS);
            assert!(states.iter().all(|other| *other == states[0]), "{count} shares differ");
            let close = |a: f32, b: f32| (a - b).abs() <= 1e-4 * b.abs().max(1.0);
            for (got, want) in states[0].concat().iter().zip(state.concat()) {
                assert!(close(*got, want), "{count} shares: {got} instead of {want}");
            }
            assert_eq!(got.len(), want.len());
            for (got, want) in got.iter().zip(&want) {
                assert_eq!((got.run, got.step), (want.run, want.step));
                for metric in crate::metrics::METRICS {
                    let [a, b] = [got, want].map(metric.value);
                    assert!(close(a, b), "{count} shares: {} of {got:?}, instead of {want:?}", metric.key);
                }
            }
        }
    }
}
