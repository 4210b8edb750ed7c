//! Several trainers as one: each has a shard of the training and test pairs, they add up their gradients, and all of them
//! make the same update, so that their weights stay equal bit for bit and never travel.

use super::build::Built;
use super::{MEASURED, RING, Trainer};
use crate::exec::Exec;
use crate::ops::record::RECORD_WIDTH;
use crate::plan::{List, View};
use crate::step::{CLOCK, HYPERS};
use crate::tape::sum_terms;

/// What is a mean over pairs in a slot of a ring: loss, accuracy, collapsed, zero.
const MEANS: usize = RECORD_WIDTH - 2;

impl Trainer {
    /// Begins a step: what this shard adds to the sum that [`finish`](Self::finish) takes. It holds for each run the
    /// weighted gradient, and measurements summed over pairs, so that all of them are a fraction of exactly 1; the first
    /// shard alone says the clock and the rates.
    pub fn contribution(&mut self) -> Vec<f32> {
        let evaluates = self.evaluates(self.step);
        self.exec.run(if evaluates { &MEASURED } else { &[List::Train] });
        let slots = self.slots();
        let (Built { plan, terms, flat, parts, recorder, shard: Some(shard), .. }, Exec::Cpu(cpu)) =
            (&self.built, &mut self.exec)
        else {
            panic!("only a shard contributes")
        };
        let [train, test] = shard.rows;
        let weight = train / shard.all[0];
        let first = f32::from(u8::from(shard.first));
        let measured = f32::from(u8::from(evaluates));
        let means = [(slots[0], train * measured), (slots[1], test * measured)];
        let rest = [means[0], means[1], (recorder.clock, first), (recorder.hyper, first)];
        let mut sum = vec![];
        for run in 0..plan.runs {
            sum.extend(sum_terms(terms, cpu.slice(*parts, run), *flat, *parts).iter().map(|g| g * weight));
            for (view, factor) in rest {
                sum.extend(cpu.slice(view, run).iter().map(|x| x * factor));
            }
        }
        sum
    }

    /// Ends the step with the sum of all shards' contributions, in their order.
    pub fn finish(&mut self, sum: &[f32]) {
        let (slots, evaluates) = (self.slots(), self.evaluates(self.step));
        let (Built { plan, flat, recorder, shard: Some(shard), .. }, Exec::Cpu(cpu)) = (&self.built, &mut self.exec) else {
            panic!("only a shard takes a sum")
        };
        let runs = || sum.chunks_exact(flat.len + 2 * MEANS + CLOCK + HYPERS).take(plan.runs).enumerate();
        runs().for_each(|(run, sum)| cpu.slice(shard.gradient, run).copy_from_slice(&sum[..flat.len]));
        if evaluates {
            // The norm is that of the sum. The means beside it are of this shard, and replaced below.
            cpu.run(List::Record);
        }
        for (run, sum) in runs() {
            let mut sum = &sum[flat.len..];
            let [train, test] = shard.all;
            for (view, pairs) in [(slots[0], train), (slots[1], test), (recorder.clock, 1.0), (recorder.hyper, 1.0)] {
                let (values, rest) = sum.split_at(view.len);
                cpu.slice(view, run).iter_mut().zip(values).for_each(|(slot, value)| *slot = value / pairs);
                sum = rest;
            }
        }
        shard.update.iter().for_each(|dispatch| cpu.dispatch(dispatch));
        self.advance();
    }

    /// Where the means of this step are in the rings of training and test pairs.
    fn slots(&self) -> [View; 2] {
        let [train, test] = self.built.rings;
        let at = |ring: View, slot: u32| View {
            offset: ring.offset + slot as usize % RING as usize * RECORD_WIDTH + 1,
            len: MEANS,
            ..ring
        };
        [at(train, self.step), at(test, self.evaluated)]
    }
}
