//! A run that can go on elsewhere, as plain data.

use serde::{Deserialize, Serialize};

use super::Trainer;
use super::state::State;
use super::weight_checkpoint::{WeightCheckpoint, from_bf16};
use crate::bytes;
use crate::config::Config;
use crate::exec::{ExecError, Reading};
use crate::ops::tiles::Tiles;
use crate::step::CLOCK;

/// Everything needed to go on exactly where a run was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of this structure.
    pub version: u32,
    /// What was trained: the settings at the start, with what changes in the middle.
    pub config: Config,
    /// Updates made.
    pub step: u32,
    /// Evaluations made.
    pub evaluations: u32,
    /// The shaders of the GPU that it ran on.
    pub tiles: Option<Tiles>,
    /// Clock, parameters and optimiser state, run by run.
    pub buffers: Vec<Vec<f32>>,
}

/// What a snapshot says of itself before its numbers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SnapshotHeader {
    /// Version of its structure.
    pub version: u32,
    /// What was trained.
    pub config: Config,
    /// Updates made.
    pub step: u32,
    evaluations: u32,
    tiles: Option<Tiles>,
    buffers: u32,
}

/// 4: a clock of five numbers.
const VERSION: u32 = 4;

impl Snapshot {
    /// The settings at its step.
    pub fn settings(&self) -> Config {
        self.config.after(self.step)
    }

    /// Goes on with other settings of the same network. Another optimiser or filter starts with no state: returns
    /// whether that is so.
    pub fn adopt(&mut self, now: &Config) -> bool {
        let optimizer = |c: &Config| (c.optimizer, c.filter, c.window);
        let fresh = optimizer(now) != optimizer(&self.settings());
        if fresh {
            self.buffers.truncate(State::WITHOUT_OPTIMIZER);
        }
        self.config.note(self.step, now);
        fresh
    }

    /// Goes back to an earlier step of its one run. Where the checkpoint has none, the optimiser starts with none, and
    /// says so to its corrections: returns whether that is so.
    pub fn go_back(&mut self, checkpoint: &WeightCheckpoint) -> bool {
        self.buffers.truncate(State::WITHOUT_OPTIMIZER);
        self.step = checkpoint.step;
        if let [clock, params] = &mut self.buffers[..] {
            // The count of evaluations stays: it says which slot of a ring is next.
            let empty = [checkpoint.step as f32, 1.0, 1.0];
            clock[..3].copy_from_slice(checkpoint.optimizer.as_ref().map_or(&empty, |optimizer| &optimizer.clock));
            params.clone_from(&checkpoint.weights);
        }
        self.buffers.extend(checkpoint.optimizer.iter().flat_map(|optimizer| &optimizer.buffers).map(|buffer| from_bf16(buffer)));
        checkpoint.optimizer.is_none()
    }

    /// Compact bytes.
    pub fn encode(&self) -> Vec<u8> {
        bytes::encode(self)
    }

    /// What [`encode`](Snapshot::encode)d bytes are a snapshot of, without a copy of its numbers.
    ///
    /// # Errors
    /// When they are not a whole snapshot of this version with a valid configuration.
    pub fn peek(bytes: &[u8]) -> Result<SnapshotHeader, String> {
        let unreadable = || format!("{} bytes are not a snapshot of this lab", bytes.len());
        // Another version has other fields.
        let (version, _) = postcard::take_from_bytes::<u32>(bytes).map_err(|_| unreadable())?;
        if version != VERSION {
            return Err(format!("snapshot version {version} cannot be read, only {VERSION}"));
        }
        let (header, mut rest) = postcard::take_from_bytes::<SnapshotHeader>(bytes).map_err(|_| unreadable())?;
        if let Some(problem) = header.config.validate().first() {
            return Err(format!("the snapshot's configuration is invalid: {problem}"));
        }
        let mut lens = vec![];
        for _ in 0..header.buffers {
            let (len, numbers) = postcard::take_from_bytes::<u32>(rest).map_err(|_| unreadable())?;
            rest = numbers.get(4 * len as usize..).ok_or_else(unreadable)?;
            lens.push(len as usize);
        }
        let runs = header.config.runs as usize;
        let whole = rest.is_empty() && lens.len() >= State::WITHOUT_OPTIMIZER && lens[0] == runs * CLOCK;
        let fits = lens.iter().all(|len| len.is_multiple_of(runs)) && lens.get(1).is_some_and(|len| *len > 0);
        if whole && fits { Ok(header) } else { Err(unreadable()) }
    }

    /// Reads [`encode`](Snapshot::encode)d bytes.
    ///
    /// # Errors
    /// When they are not a snapshot of this version with a valid configuration.
    pub fn decode(bytes: &[u8]) -> Result<Snapshot, String> {
        let unreadable = |e| format!("{} bytes are not a snapshot of this lab: {e}", bytes.len());
        // Another version has other fields.
        let (version, _) = postcard::take_from_bytes::<u32>(bytes).map_err(unreadable)?;
        if version != VERSION {
            return Err(format!("snapshot version {version} cannot be read, only {VERSION}"));
        }
        let snapshot: Snapshot = postcard::from_bytes(bytes).map_err(unreadable)?;
        match snapshot.config.validate().first() {
            Some(problem) => Err(format!("the snapshot's configuration is invalid: {problem}")),
            None => Ok(snapshot),
        }
    }
}

impl Trainer {
    /// Starts reading everything needed to go on from here.
    pub fn snapshot(&mut self) -> Snapshotting {
        let reading = self.exec.read(&self.built.state.views());
        let Trainer { ref record, tiles, step, evaluated: evaluations, .. } = *self;
        Snapshotting { reading, config: record.clone(), step, evaluations, tiles }
    }

    /// Continues from a snapshot of the same shape. Where it has the weights only, the optimiser starts with no state.
    ///
    /// # Errors
    /// When the snapshot's buffers do not fit this trainer.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), String> {
        let mut state = self.built.state.views();
        if snapshot.buffers.len() == State::WITHOUT_OPTIMIZER {
            for view in state.split_off(State::WITHOUT_OPTIMIZER) {
                self.exec.write(view, &vec![0.0; view.len * self.built.plan.runs]);
            }
        }
        let want: Vec<usize> = state.iter().map(|view| view.len * self.built.plan.runs).collect();
        let got: Vec<usize> = snapshot.buffers.iter().map(Vec::len).collect();
        if want != got {
            return Err(format!("the snapshot holds buffers of {got:?} numbers, this run needs {want:?}"));
        }
        self.put_back(snapshot);
        self.evaluations.clear();
        self.record = snapshot.config.clone();
        self.set_rates(&snapshot.settings());
        Ok(())
    }

    /// The state of a snapshot that fits.
    pub(super) fn put_back(&mut self, snapshot: &Snapshot) {
        for (&view, values) in self.built.state.views().iter().zip(&snapshot.buffers) {
            self.exec.write(view, values);
        }
        self.step = snapshot.step;
        self.evaluated = snapshot.evaluations;
    }
}

/// A snapshot on its way back.
pub struct Snapshotting {
    pub(super) reading: Reading,
    pub(super) config: Config,
    pub(super) step: u32,
    pub(super) evaluations: u32,
    pub(super) tiles: Option<Tiles>,
}

impl Snapshotting {
    /// The snapshot.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn snapshot(self) -> Result<Snapshot, ExecError> {
        let buffers = self.reading.await?;
        let Snapshotting { config, step, evaluations, tiles, .. } = self;
        Ok(Snapshot { version: VERSION, config, step, evaluations, tiles, buffers })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::train::{Device, Trainer};
    use pollster::block_on;

    #[test]
    fn a_peek_sees_what_a_snapshot_is_of_and_whether_it_is_whole() {
        let config = Config { runs: 2, p: 11, width: 8, heads: 2, mlp: 8, ..Config::standard() };
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        trainer.steps(3);
        let bytes = block_on(trainer.snapshot().snapshot()).expect("reads").encode();
        let header = Snapshot::peek(&bytes).expect("a snapshot");
        assert_eq!((&header.config, header.step), (&config, 3));
        for len in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
            assert!(Snapshot::peek(&bytes[..len]).is_err(), "{len} of {} bytes", bytes.len());
        }
        assert!(Snapshot::peek(&[bytes.clone(), vec![0]].concat()).is_err());
        let mut other = bytes;
        other[0] += 1;
        assert!(Snapshot::peek(&other).is_err_and(|why| why.contains("snapshot version 5")));
    }
}
