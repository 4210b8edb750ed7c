//! Several workers on one run. The first opens the others, each with its own instance and its own
//! [`DataShard`] of the pairs; per step they send it their gradients and it sends back the sum.

use core::convert::Infallible;

use js_sys::{Array, Float32Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, Worker, WorkerOptions, WorkerType};

use super::pictures;
use super::scope::{now_ms, scope};
use crate::config::Config;
use crate::plan::List;
use crate::protocol::{Command, encode};
use crate::tr;
use crate::train::{Built, DataShard, Device, EvaluationSchedule, Snapshot, Trainer, build_shard};

/// Most workers that the lab chooses by itself.
const MOST: u32 = 4;
/// Smaller steps are faster alone: floating-point operations.
const WORTH: u64 = 1_000_000_000;
/// A helper is given up after this long, milliseconds, or [`PATIENCE`] times what this worker took for its shard.
const SILENCE_MS: f64 = 30_000.0;
const PATIENCE: f64 = 10.0;

/// How many workers train this run data-parallel, which one would train as `built`.
pub fn workers(config: &Config, built: &Built) -> u32 {
    let wish = match config.workers {
        0 => (scope().navigator().hardware_concurrency() as u32).min(MOST),
        wish => wish,
    };
    // Shards are of all pairs.
    if wish < 2 || config.batch > 0 {
        return 1;
    }
    if config.workers == 0 && built.plan.flops(List::Train) < WORTH {
        return 1;
    }
    let [train, test] = built.pairs;
    wish.min(train.min(test) as u32)
}

/// The other workers of a run; they end with this.
pub struct Helpers(Vec<Helper>);

struct Helper {
    worker: Worker,
    /// Its next message.
    next: Promise,
    /// Its errors are dealt with here, and end there.
    _quiet: Closure<dyn FnMut(Event)>,
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Helper {
    fn open() -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("grokking-lab helper");
        let worker = Worker::new_with_options(&scope().location().href(), &options)?;
        let quiet = Closure::<dyn FnMut(Event)>::new(|event: Event| event.prevent_default());
        worker.add_event_listener_with_callback("error", quiet.as_ref().unchecked_ref())?;
        let next = message(&worker);
        worker.post_message(&Array::of2(&wasm_bindgen::module(), &pictures::address().into()))?;
        Ok(Helper { worker, next, _quiet: quiet })
    }

    /// Waits for its message.
    async fn receive(&mut self, patience_ms: f64) -> Result<JsValue, JsValue> {
        let timeout = Promise::new(&mut |_, reject| {
            // Without a timer, it is only not given up.
            let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_1(
                &reject,
                patience_ms as i32,
                &tr!("it does not answer").into(),
            );
        });
        let event = JsFuture::from(Promise::race(&Array::of2(&self.next, &timeout))).await;
        self.next = message(&self.worker);
        data(event)
    }
}

/// The next message from a worker, or to this one.
fn message(port: &JsValue) -> Promise {
    Promise::new(&mut |resolve, reject| {
        for (name, function) in [("onmessage", &resolve), ("onerror", &reject), ("onmessageerror", &reject)] {
            // Setting a property of an object that has it does not throw.
            let _ = Reflect::set(port, &name.into(), function);
        }
    })
}

/// What a message carries.
fn data(event: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    Reflect::get(&event?, &"data".into())
}

fn words(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| tr!("its script could not be loaded").into())
}

impl Helpers {
    /// Opens all but the first of `count` workers, at the step of an encoded snapshot.
    ///
    /// # Errors
    /// When the browser does not let this worker have workers.
    pub async fn open(count: u32, evaluation: EvaluationSchedule, snapshot: &[u8]) -> Result<Self, String> {
        let open = async || {
            let mut helpers = (1..count).map(|_| Helper::open()).collect::<Result<Vec<_>, _>>()?;
            for (helper, index) in helpers.iter_mut().zip(1..) {
                // The first message says that it listens.
                helper.receive(SILENCE_MS).await?;
                let bytes = encode(&Command::Shard { index, count, evaluation, bytes: snapshot.into() });
                helper.worker.post_message(&Uint8Array::from(bytes.as_slice()))?;
            }
            Ok(helpers)
        };
        open().await.map(Helpers).map_err(|error| words(&error))
    }

    /// Trains one step with the first shard.
    ///
    /// # Errors
    /// When a helper is lost.
    pub async fn step(&mut self, trainer: &mut Trainer) -> Result<(), String> {
        let begin = now_ms();
        let mut sum = trainer.contribution();
        let patience = SILENCE_MS.max(PATIENCE * (now_ms() - begin));
        for helper in &mut self.0 {
            let theirs = helper.receive(patience).await.map_err(|error| words(&error))?;
            let theirs = Float32Array::new(&theirs).to_vec();
            sum.iter_mut().zip(theirs).for_each(|(sum, x)| *sum += x);
        }
        for helper in &self.0 {
            let numbers = Float32Array::from(sum.as_slice());
            let sent = helper.worker.post_message_with_transfer(&numbers, &Array::of1(&numbers.buffer()));
            sent.map_err(|error| words(&error))?;
        }
        trainer.finish(&sum);
        Ok(())
    }
}

/// A helper's life: steps of its shard, for as long as sums come.
///
/// # Errors
/// What ends it.
pub async fn serve(shard: DataShard, evaluation: EvaluationSchedule, snapshot: &[u8]) -> Result<Infallible, String> {
    let snapshot = Snapshot::decode(snapshot)?;
    let config = snapshot.settings();
    pictures::have(&config).await?;
    let built = build_shard(&config, shard, evaluation);
    let mut trainer = Trainer::of(&config, built, &Device::Cpu).await.map_err(|error| error.to_string())?;
    trainer.restore(&snapshot)?;
    loop {
        let answer = message(&scope());
        let numbers = Float32Array::from(trainer.contribution().as_slice());
        let sent = scope().post_message_with_transfer(&numbers, &Array::of1(&numbers.buffer()));
        sent.map_err(|error| words(&error))?;
        let sum = data(JsFuture::from(answer).await).map_err(|error| words(&error))?;
        trainer.finish(&Float32Array::new(&sum).to_vec());
    }
}
