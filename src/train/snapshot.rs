//! A run that can go on elsewhere, as plain data.

use serde::{Deserialize, Serialize};

use super::Trainer;
use super::anew;
use super::state::State;
use super::weight_checkpoint::{WeightCheckpoint, from_bf16};
use crate::bytes;
use crate::config::{Config, Problem};
use crate::exec::{ExecError, Reading, Tuning};
use crate::step::{BETA1_POWER, BETA2_POWER, CLOCK};
use crate::tape::Param;
use crate::tr;

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
    /// How it ran, on a GPU.
    pub tuning: Option<Tuning>,
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
    tuning: Option<Tuning>,
    buffers: u32,
}

/// 4: a clock of five numbers. 5: of a GPU not only the tiles; those alone are read as well, see [`Tuning`].
const VERSION: u32 = 5;
const READ: core::ops::RangeInclusive<u32> = 4..=VERSION;

/// Whether bytes begin as a snapshot that can be read: other versions have other fields.
fn check_version(bytes: &[u8]) -> Result<(), String> {
    match postcard::take_from_bytes::<u32>(bytes) {
        Ok((version, _)) if READ.contains(&version) => Ok(()),
        Ok((version, _)) => {
            let (first, last) = (READ.start(), READ.end());
            Err(tr!("snapshot version {version} cannot be read, only {first} to {last}", version, first, last))
        }
        Err(_) => Err(unreadable(bytes)),
    }
}

fn unreadable(bytes: &[u8]) -> String {
    tr!("{count} bytes are not a snapshot of this lab", count = bytes.len())
}

fn invalid(problem: &Problem) -> String {
    tr!("the snapshot's configuration is invalid: {problem}", problem)
}

impl Snapshot {
    /// The settings at its step.
    pub fn settings(&self) -> Config {
        self.config.after(self.step)
    }

    /// Goes on with other settings of the same network, whose parameters these are. Another optimiser or filter starts with
    /// no state, as does a network that begins anew: returns whether that is so.
    pub fn adopt(&mut self, now: &Config, params: &[Param]) -> bool {
        let fresh = self.change(&self.settings(), now, params);
        self.config.note(self.step, now);
        fresh
    }

    /// What such a change makes of the buffers.
    fn change(&mut self, before: &Config, now: &Config, params: &[Param]) -> bool {
        let optimizer = |c: &Config| (c.optimizer, c.filter, c.window);
        let anew = now.begins_anew(before);
        let fresh = anew || optimizer(now) != optimizer(before);
        if fresh {
            self.buffers.truncate(State::WITHOUT_OPTIMIZER);
        }
        if let ([clock, weights], true) = (&mut self.buffers[..], anew) {
            let runs = now.each_run();
            let trained = weights.chunks(weights.len() / runs.len());
            *weights = runs.iter().zip(trained).flat_map(|(run, trained)| anew::begin(run, params, trained)).collect();
            clock.chunks_mut(CLOCK).for_each(|clock| clock[BETA1_POWER..=BETA2_POWER].fill(1.0));
        }
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
        let unreadable = || unreadable(bytes);
        check_version(bytes)?;
        let (header, mut rest) = postcard::take_from_bytes::<SnapshotHeader>(bytes).map_err(|_| unreadable())?;
        if let Some(problem) = header.config.validate().first() {
            return Err(invalid(problem));
        }
        let mut lens = vec![];
        for _ in 0..header.buffers {
            let (len, numbers) = postcard::take_from_bytes::<u32>(rest).map_err(|_| unreadable())?;
            rest = numbers.get(4 * len as usize..).ok_or_else(unreadable)?;
            lens.push(len as usize);
        }
        let runs = header.config.seeds as usize;
        let whole = rest.is_empty() && lens.len() >= State::WITHOUT_OPTIMIZER && lens[0] == runs * CLOCK;
        let fits = lens.iter().all(|len| len.is_multiple_of(runs)) && lens.get(1).is_some_and(|len| *len > 0);
        if whole && fits { Ok(header) } else { Err(unreadable()) }
    }

    /// Reads [`encode`](Snapshot::encode)d bytes.
    ///
    /// # Errors
    /// When they are not a snapshot of this version with a valid configuration.
    pub fn decode(bytes: &[u8]) -> Result<Snapshot, String> {
        check_version(bytes)?;
        let snapshot: Snapshot = postcard::from_bytes(bytes).map_err(|e| format!("{}: {e}", unreadable(bytes)))?;
        match snapshot.config.validate().first() {
            Some(problem) => Err(invalid(problem)),
            None => Ok(snapshot),
        }
    }
}

impl Trainer {
    /// Starts reading everything needed to go on from here. A change of the record that is [due](Self::due) is made in it, for
    /// its settings are those from this step on.
    pub fn snapshot(&mut self) -> Snapshotting {
        let due = self.due().map(|now| [self.config.clone(), now]);
        Snapshotting { due, ..self.reading() }
    }

    /// Starts reading what this very trainer is at this step.
    pub(super) fn reading(&mut self) -> Snapshotting {
        let reading = self.exec.read(&self.built.state.views());
        let Trainer { ref record, tuning, step, evaluated: evaluations, .. } = *self;
        let params = self.built.params.clone();
        Snapshotting { reading, config: record.clone(), step, evaluations, tuning, params, due: None }
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
            return Err(tr!(
                "the snapshot holds buffers of {got} numbers, this run needs {want}",
                got = format!("{got:?}"),
                want = format!("{want:?}")
            ));
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
    pub(super) tuning: Option<Tuning>,
    params: Vec<Param>,
    /// The settings before and after a change that is to be made.
    due: Option<[Config; 2]>,
}

impl Snapshotting {
    /// The snapshot.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn snapshot(self) -> Result<Snapshot, ExecError> {
        let buffers = self.reading.await?;
        let Snapshotting { config, step, evaluations, tuning, params, due, .. } = self;
        let mut snapshot = Snapshot { version: VERSION, config, step, evaluations, tuning, buffers };
        if let Some([before, now]) = due {
            snapshot.change(&before, &now, &params);
        }
        Ok(snapshot)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::train::{Device, Trainer};
    use pollster::block_on;

    #[test]
    fn a_peek_sees_what_a_snapshot_is_of_and_whether_it_is_whole() {
        let config = Config { seeds: 2, p: 11, width: 8, heads: 2, mlp: 8, ..Config::standard() };
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
        assert!(Snapshot::peek(&other).is_err_and(|why| why.contains("snapshot version 6")));
    }

    #[test]
    fn a_header_may_have_the_former_name_of_a_key() {
        let config = Config { seeds: 2, p: 11, ..Config::standard() };
        let buffers = vec![vec![0.0; 2 * CLOCK], vec![0.5; 6]];
        let now = Snapshot { version: VERSION, config, step: 7, evaluations: 3, tuning: None, buffers };
        let mut old = now.encode();
        let at = old.windows(7).position(|window| window == b"seeds=2").expect("the settings");
        old.splice(at..at + 7, *b"runs=2");
        // The length of the text, after the version.
        old[1] -= 1;
        assert_eq!(Snapshot::peek(&old).map(|header| header.config), Ok(now.config.clone()));
        assert_eq!(Snapshot::decode(&old), Ok(now));
    }

    #[test]
    fn how_a_gpu_ran_comes_back_and_tiles_alone_were_merged() {
        let tiles = "2.1.3".parse().expect("tiles");
        let buffers = vec![vec![0.0; CLOCK], vec![0.5; 6]];
        let of = |tuning| Snapshot {
            version: VERSION,
            config: Config::standard(),
            step: 7,
            evaluations: 3,
            tuning,
            buffers: buffers.clone(),
        };
        for merge in [true, false] {
            let snapshot = of(Some(Tuning { tiles, merge }));
            assert_eq!(Snapshot::decode(&snapshot.encode()), Ok(snapshot));
        }
        // As version 4 had it: the text of the tiles, after its length.
        let now = of(Some(Tuning { tiles, merge: true })).encode();
        let at = now.windows(13).position(|window| window == b"\x0c2.1.3 merged").expect("the text");
        let mut old = [&now[..at], b"\x052.1.3", &now[at + 13..]].concat();
        old[0] = 4;
        assert_eq!(Snapshot::peek(&old).map(|header| header.step), Ok(7));
        assert_eq!(Snapshot::decode(&old), Ok(Snapshot { version: 4, ..of(Some(Tuning { tiles, merge: true })) }));
    }
}
