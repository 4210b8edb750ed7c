//! Memory of a run, counted from its plan before any of it is allocated.

use super::Built;
use crate::config::Config;
use crate::exec::Engine;
use crate::language::local;
use crate::number::shortest;
use crate::task::Operation;
use crate::text::thousands;
use crate::tr;
use crate::train::CHECKPOINT_HISTORY_BYTES;

/// Most bytes of one worker: WebAssembly here ends at 4 GiB, and an allocator needs room between what it has given away.
pub const MOST: u64 = 3 << 30;

/// Bytes that a run takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// In the memory of each worker.
    pub worker: u64,
    /// How many workers there are.
    pub workers: u32,
}

impl Built {
    /// What training takes where it is done, with copies of the weights for files and lost devices, and for going back. The
    /// memory of a GPU is not a worker's: a device refuses by itself what it does not have.
    pub fn need(&self, engine: Engine, workers: u32) -> Need {
        let runs = self.plan.runs as u64;
        let tables: u64 = self.plan.buffers.iter().map(|buffer| 4 * buffer.init.len() as u64).sum();
        let state: u64 = self.state.views().iter().map(|view| 4 * view.len as u64 * runs).sum();
        let plan = match engine {
            Engine::Cpu => self.plan.bytes(),
            Engine::Gpu => 0,
        };
        // A copy is numbers first, then bytes, while the one before is still there.
        Need { worker: plan + tables + 3 * state + CHECKPOINT_HISTORY_BYTES, workers }
    }
}

impl Need {
    /// Why a run is refused that takes more than this, where all workers together may take `limit` bytes.
    pub fn refusal(self, config: &Config, limit: u64) -> Option<String> {
        let Need { worker, workers } = self;
        let all = worker * u64::from(workers);
        if worker <= MOST && all <= limit {
            return None;
        }
        let gigabytes = |bytes: u64| local(shortest((bytes as f64 / 1e8).round() / 10.0));
        let (need, most) = if worker > MOST { (worker, MOST.min(limit)) } else { (all, limit) };
        let (need, most, advice) = (gigabytes(need), gigabytes(most), advice(config, workers));
        Some(tr!("This run would take {need} GB of memory, and this browser has {most} GB for it. {advice}", need, most, advice))
    }
}

/// Which settings to lower: those that are above the standard ones.
fn advice(config: &Config, workers: u32) -> String {
    let standard = Config::standard();
    // A table says by its size how many examples there are, and all of them have two operands.
    let [k, samples] = match Operation::of(config).size().has_table() {
        true => [0; 2],
        false => [config.k, config.samples],
    };
    let sizes = [
        (tr!("layers"), config.layers, standard.layers),
        (tr!("width"), config.width, standard.width),
        (tr!("MLP width"), config.mlp, standard.mlp),
        (tr!("modulus"), config.p, standard.p),
        ("k", k, standard.k),
        (tr!("examples"), samples, standard.samples),
        (tr!("seeds"), config.seeds, standard.seeds),
        (tr!("workers"), workers, 1),
    ];
    let high = sizes.iter().filter(|(_, value, usual)| value > usual);
    let high = high.map(|(name, value, _)| format!("{name} ({})", thousands((*value).into())));
    match (high.reduce(|one, other| tr!("{one} or {other}", one, other)), config.batch) {
        (None, 0) => tr!("To train it, set the batch to some hundred examples.").into(),
        (None, _) => tr!("To train it, make the batch smaller.").into(),
        (Some(high), 0) => tr!("Lower {high}, or set the batch to some hundred examples.", high),
        (Some(high), _) => tr!("Lower {high}, or make the batch smaller.", high),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::settings::from_query;
    use crate::task::TASKS;
    use crate::train::{DataShard, build, build_shard};

    const GB: u64 = 1_000_000_000;

    fn need(query: &str) -> (Config, Need) {
        let (config, problems) = from_query(query);
        assert_eq!(problems, []);
        let need = build(&config).need(Engine::Cpu, 1);
        (config, need)
    }

    #[test]
    fn what_a_tab_cannot_hold_is_refused_in_words() {
        let (config, large) = need("layers=4&width=512&mlp=2048&p=199&backend=cpu&workers=1&v=1");
        assert!(large.worker > MOST, "{large:?}");
        let why = large.refusal(&config, 8 * GB).expect("too large");
        assert!(why.starts_with("This run would take ") && why.contains("this browser has 3.2 GB"), "{why}");
        assert!(
            why.ends_with(
                "Lower layers (4) or width (512) or MLP width (2,048) or modulus (199), or set the batch to some hundred examples."
            ),
            "{why}"
        );
        // Batches take less.
        let (_, small) = need("layers=4&width=512&mlp=2048&p=199&backend=cpu&workers=1&batch=512&v=1");
        assert!(small.worker < large.worker, "{small:?}");
    }

    #[test]
    fn sequences_that_are_too_many_or_too_long_are_named() {
        let (config, large) = need("task=sum&p=97&k=63&samples=20000&batch=0&layers=2&width=256&backend=cpu&workers=1");
        let why = large.refusal(&config, 8 * GB).expect("too large");
        assert!(
            why.ends_with(
                "Lower layers (2) or width (256) or k (63) or examples (20,000), or set the batch to some hundred examples."
            ),
            "{why}"
        );
        // A tenth as many of the longest fit, and so do those of every task as it is.
        let longest = need("task=sum&p=97&k=63&samples=2000&batch=64&layers=2&backend=cpu&workers=1");
        assert_eq!(longest.1.refusal(&longest.0, 2 << 30), None, "{:?}", longest.1);
        for task in TASKS.iter().filter(|task| task.chain.is_some()) {
            let config = from_query(&format!("task={}", task.id)).0;
            let need = build(&config).need(Engine::Cpu, 1);
            assert_eq!(need.refusal(&config, 2 << 30), None, "{}: {need:?}", task.id);
        }
    }

    #[test]
    fn what_everybody_trains_is_let_through_also_on_small_machines() {
        for query in ["v=1", "p=113&train=0.3&v=1", "seeds=8&v=1"] {
            let (config, need) = need(query);
            assert_eq!(need.refusal(&config, 2 << 30), None, "{query}: {need:?}");
        }
    }

    #[test]
    fn workers_are_counted_together_and_the_memory_of_a_gpu_is_not() {
        let config = Config::standard();
        let built = build_shard(&config, DataShard { index: 0, count: 4 }, build(&config).evaluation);
        let need = built.need(Engine::Cpu, 4);
        assert_eq!(need.refusal(&config, 4 * need.worker), None);
        let why = need.refusal(&config, 4 * need.worker - 1).expect("too large together");
        assert!(why.contains("Lower workers (4), or"), "{why}");
        let plan = build(&config).plan.bytes();
        assert_eq!(build(&config).need(Engine::Gpu, 1).worker, build(&config).need(Engine::Cpu, 1).worker - plan);
    }
}
