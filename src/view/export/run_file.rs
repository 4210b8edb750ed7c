//! Run files: settings, curves and weights of a run in one file, from which it goes on.
//!
//! 8 bytes say that it is one, 4 which version; 8 are a checksum of what follows: the [`Head`] as postcard, then the
//! trainer's snapshot as it is. Numbers are little-endian.

use serde::{Deserialize, Serialize};

use crate::bytes::encode;
use crate::config::Config;
use crate::metrics::{History, Point};
use crate::settings::to_query;
use crate::text::number;
use crate::tr;
use crate::train::Snapshot;

/// At the start of every run file. The line break shows when a transfer has changed the file as if it were text.
const MAGIC: &[u8; 8] = b"GROKRUN\n";
/// Version of what follows.
const VERSION: u32 = 3;
/// Where the checksum starts, and where it ends.
const SUM: [usize; 2] = [12, 20];

/// What a run file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFile {
    /// The page's settings.
    pub config: Config,
    /// Updates made.
    pub step: u32,
    /// Milliseconds of training.
    pub elapsed_ms: f64,
    /// One per parallel run.
    pub histories: Vec<History>,
    /// What the trainer goes on from: a [`Snapshot`](crate::train::Snapshot), encoded.
    pub snapshot: Vec<u8>,
}

/// All but the snapshot; `points` is a list of lists of [`Point`]. Thresholds are derived from them, so they are not stored.
#[derive(Serialize, Deserialize)]
struct Head<Settings, Points> {
    config: Settings,
    step: u32,
    elapsed_ms: f64,
    points: Vec<Points>,
}

/// Bytes at the start of a file that [`RunFile::recognise`] looks at.
pub const HEAD: usize = SUM[1];
/// Larger files are not read: a tab could not hold what they hold.
const MOST: f64 = 1e9;

impl RunFile {
    /// Whether a file is worth reading, by its first [`HEAD`] bytes and its size.
    ///
    /// # Errors
    /// Says to people why not.
    pub fn recognise(head: &[u8], size: f64) -> Result<(), String> {
        if !head.starts_with(MAGIC) {
            return Err(tr!("This is not a run file of the lab ({size} bytes of something else).", size = number(size)));
        }
        if size > MOST {
            let [size, most] = [size, MOST].map(number);
            return Err(tr!("This file is too large: it has {size} bytes, and this lab opens up to {most}.", size, most));
        }
        Ok(())
    }

    /// The file's content.
    pub fn encode(&self) -> Vec<u8> {
        let RunFile { config, step, elapsed_ms, histories, snapshot } = self;
        let points = histories.iter().map(|history| &history.points).collect();
        let head = Head { config, step: *step, elapsed_ms: *elapsed_ms, points };
        let head = encode(&head);
        let mut bytes = Vec::with_capacity(SUM[1] + head.len() + snapshot.len());
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; SUM[1] - SUM[0]]);
        bytes.extend(head);
        bytes.extend(snapshot);
        let sum = checksum(&bytes[SUM[1]..]);
        bytes[SUM[0]..SUM[1]].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Says to people why it cannot be opened.
    pub fn decode(bytes: &[u8]) -> Result<RunFile, String> {
        let damaged = |what: &str| tr!("This run file is damaged: {what}. Try to get it again from where it came.", what);
        RunFile::recognise(bytes, bytes.len() as f64)?;
        let (Some(version), Some(sum)) = (field(bytes, MAGIC.len()..SUM[0]), field(bytes, SUM[0]..SUM[1])) else {
            return Err(damaged(tr!("its beginning is missing")));
        };
        let version = u32::from_le_bytes(version);
        if version != VERSION {
            return Err(tr!("This run file has version {version}, and this lab reads version {ours}.", version, ours = VERSION));
        }
        let body = &bytes[SUM[1]..];
        if checksum(body) != u64::from_le_bytes(sum) {
            return Err(damaged(tr!("its checksum does not match its content, so a part is missing or changed")));
        }
        let (head, snapshot) = postcard::take_from_bytes::<Head<Config, Vec<Point>>>(body)
            .map_err(|_| damaged(tr!("its settings cannot be read")))?;
        let Head { config, step, elapsed_ms, points } = head;
        if let Some(problem) = config.validate().first() {
            return Err(damaged(&problem.to_string()));
        }
        if points.len() != config.seeds as usize {
            let [curves, runs] = [points.len(), config.seeds as usize];
            return Err(damaged(&tr!("it has curves of {curves} runs, and settings for {runs}", curves, runs)));
        }
        let header = Snapshot::peek(snapshot).map_err(|why| damaged(&tr!("of its weights, {why}", why)))?;
        if config.restarts(&header.config) || config.task != header.config.task || step != header.step {
            return Err(damaged(&tr!(
                "its settings are of a run at step {step} ({query}), and its weights of another one, at step {other} ({others})",
                step,
                query = to_query(&config),
                other = header.step,
                others = to_query(&header.config)
            )));
        }
        let elapsed_ms = if elapsed_ms.is_finite() { elapsed_ms.max(0.0) } else { 0.0 };
        Ok(RunFile { config, step, elapsed_ms, histories: points.into_iter().map(history).collect(), snapshot: snapshot.into() })
    }
}

/// Some bytes, if there are so many.
fn field<const N: usize>(bytes: &[u8], range: core::ops::Range<usize>) -> Option<[u8; N]> {
    bytes.get(range)?.try_into().ok()
}

fn history(points: Vec<Point>) -> History {
    let mut history = History::default();
    points.into_iter().for_each(|point| history.push(point));
    history
}

/// FNV-1a with 64 bits. One changed byte always changes it; it guards against accidents, not against intent.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};
    use crate::step::CLOCK;

    fn example() -> RunFile {
        let point = |run, step, train_accuracy, test_loss| Point {
            run,
            step,
            train_loss: 0.5,
            test_loss,
            weight_norm: 9.0,
            train_accuracy,
            test_accuracy: 0.25,
            ..Point::default()
        };
        let theirs = Config { seeds: 2, task: "x/y".into(), speed: 5.0, ..Config::standard() };
        RunFile {
            config: Config { hide: "facts".into(), lr: 0.003, ..theirs.clone() },
            step: 7,
            elapsed_ms: 1234.5,
            histories: vec![history(vec![point(0, 0, 0.1, 4.0), point(0, 6, 1.0, f32::INFINITY)]), History::default()],
            snapshot: weights(&theirs, 7),
        }
    }

    /// A snapshot of these settings, with weights of no particular network.
    fn weights(config: &Config, step: u32) -> Vec<u8> {
        let buffers = vec![vec![0.0; CLOCK * config.seeds as usize], vec![0.5; 6 * config.seeds as usize]];
        Snapshot { version: 5, config: config.clone(), step, evaluations: 7, tuning: None, buffers }.encode()
    }

    #[test]
    fn a_run_comes_back_whole() {
        let run = example();
        assert_eq!(run.histories[0].memorized, Some(6));
        assert_eq!(RunFile::decode(&run.encode()), Ok(run));
        assert_eq!(checksum(b"a"), 0xaf63_dc4c_8601_ec8c, "the published value for this text");
    }

    #[test]
    fn every_cut_is_noticed() {
        let bytes = example().encode();
        for len in 0..bytes.len() {
            let error = RunFile::decode(&bytes[..len]).expect_err("a cut file");
            let want = if len < MAGIC.len() { "not a run file" } else { "damaged" };
            assert!(error.contains(want), "{len} bytes: {error}");
        }
        assert!(RunFile::decode(&[bytes, vec![0]].concat()).is_err_and(|error| error.contains("checksum")));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let bytes = example().encode();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let error = RunFile::decode(&changed).expect_err("a changed file");
                assert!(error.contains(["not a run file", "version", "damaged"][usize::from(at >= 8) + usize::from(at >= 12)]));
            }
        }
    }

    #[test]
    fn no_bytes_panic_even_with_the_right_checksum() {
        let mut rng = Rng::new(5, Stream::Test);
        let whole = example().encode();
        for round in 0..20_000 {
            let mut body: Vec<u8> = match round % 2 {
                0 => (0..rng.below(60)).map(|_| rng.below(256) as u8).collect(),
                _ => whole[SUM[1]..].to_vec(),
            };
            for _ in 0..rng.below(4) * u32::from(!body.is_empty()) {
                let at = rng.below(body.len() as u32) as usize;
                body[at] = rng.below(256) as u8;
            }
            let sum = checksum(&body).to_le_bytes();
            let bytes = [MAGIC.as_slice(), &VERSION.to_le_bytes(), &sum, &body].concat();
            match RunFile::decode(&bytes) {
                Ok(run) => {
                    assert_eq!(run.config.validate(), []);
                    assert_eq!(run.histories.len(), run.config.seeds as usize);
                    assert!(run.elapsed_ms >= 0.0);
                }
                Err(error) => assert!(error.contains("damaged"), "{error}"),
            }
        }
    }

    #[test]
    fn weights_of_another_run_or_version_are_refused_before_anything_changes() {
        let run = example();
        let refused = |snapshot: Vec<u8>| RunFile::decode(&RunFile { snapshot, ..run.clone() }.encode()).expect_err("refused");
        let why = refused(weights(&Config { p: 11, ..run.config.clone() }, 7));
        assert!(why.contains("its settings are of a run at step 7 (") && why.contains("at step 7 (task=x%2Fy&p=11&"), "{why}");
        assert!(refused(weights(&run.config, 8)).contains("at step 8"));
        let mut later = run.snapshot.clone();
        later[0] = 3;
        assert!(refused(later).contains("snapshot version 3 cannot be read, only 4 to 5"));
        assert!(refused(run.snapshot[..run.snapshot.len() - 4].to_vec()).contains("are not a snapshot"));
        assert!(refused(vec![]).contains("0 bytes are not a snapshot"));
    }

    #[test]
    fn a_file_is_recognised_by_its_beginning_and_its_size() {
        let bytes = example().encode();
        assert_eq!(RunFile::recognise(&bytes[..HEAD], bytes.len() as f64), Ok(()));
        let film = RunFile::recognise(&[0; HEAD], 1.8e9).expect_err("a film");
        assert_eq!(film, "This is not a run file of the lab (1,800,000,000 bytes of something else).");
        assert!(
            RunFile::recognise(&bytes[..HEAD], 1.8e9)
                .is_err_and(|why| why.contains("1,800,000,000 bytes, and this lab opens up to 1,000,000,000"))
        );
    }

    #[test]
    fn other_files_and_versions_are_named() {
        let error = RunFile::decode(b"step,trainLoss\n0,4.5\n").expect_err("a table");
        assert!(error.contains("not a run file") && error.contains("21 bytes"), "{error}");
        let mut later = example().encode();
        later[8] = 9;
        assert_eq!(RunFile::decode(&later), Err("This run file has version 9, and this lab reads version 3.".into()));
    }
}
