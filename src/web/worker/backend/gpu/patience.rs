//! Waiting for a GPU, and giving up one that does not answer.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use crate::config::{Backend, Config};
use crate::exec::ExecError;
use crate::tr;
use crate::train::Device;
use crate::web::worker::backend::Chosen;
use crate::web::worker::scope::{now_ms, scope, sleep, yield_now};

/// A GPU that does not answer is given up after this long, milliseconds: one that nobody asked for soon, for the CPU is
/// there …
const PATIENCE_MS: f64 = 7000.0;
/// … and one that was asked for when even a software renderer would have compiled everything.
const LONG_MS: f64 = 120_000.0;

/// How long to wait for an answer.
pub fn patience_ms(config: &Config) -> f64 {
    if config.backend == Backend::Gpu { LONG_MS } else { PATIENCE_MS }
}

/// Between two looks at the clock, milliseconds.
const TICK_MS: f64 = 250.0;
/// A timer that is so much too late was suspended, milliseconds.
const SUSPENDED_MS: f64 = 250.0;

/// Waits for `future` for about so long, and calls `on_tick` about every `tick_ms` until it is there. Time in which this
/// worker was suspended with its tab does not count.
async fn within<T>(patience_ms: f64, tick_ms: f64, future: impl Future<Output = T>, on_tick: impl Fn()) -> Option<T> {
    let mut future = pin!(future);
    let mut waited = 0.0;
    while waited < patience_ms {
        let begin = now_ms();
        let mut tick = pin!(async {
            // A timer set by a timer waits 4 ms or more; one set by a message does not.
            yield_now().await;
            sleep(tick_ms).await;
        });
        let first = poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => tick.as_mut().poll(cx).map(|()| None),
        });
        if let Some(value) = first.await {
            return Some(value);
        }
        on_tick();
        waited += (now_ms() - begin).min(tick_ms + SUSPENDED_MS);
    }
    None
}

/// Waits for a GPU to be ready.
///
/// # Errors
/// Those of `preparing`; [`ExecError::NoAdapter`] when it takes too long.
pub async fn ready<T>(patience_ms: f64, preparing: impl Future<Output = Result<T, ExecError>>) -> Result<T, ExecError> {
    within(patience_ms, TICK_MS, preparing, || ()).await.unwrap_or_else(|| {
        Err(ExecError::NoAdapter(tr!("the GPU has not answered for {seconds} seconds", seconds = (patience_ms / 1000.0) as u32)))
    })
}

/// Waits for what a device does.
///
/// # Errors
/// Those of `working`; [`ExecError::Rejected`] when a GPU takes too long.
pub async fn answer<T, E: From<ExecError>>(chosen: &Chosen, working: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let Device::Gpu(context, _) = &chosen.device else { return working.await };
    // Firefox looks every 100 ms whether something has been read, and at every submit: bug 1870699, "Don't poll WebGPU
    // from a timer". Once that is fixed in every Firefox with WebGPU, this, `is_firefox` and `Context::nudge` can go.
    let firefox = is_firefox();
    let poll_firefox = || {
        if firefox {
            context.nudge();
        }
    };
    // Other browsers only lose time by short ticks.
    let tick_ms = if firefox { 1.0 } else { TICK_MS };
    let done = within(chosen.patience_ms, tick_ms, working, poll_firefox).await;
    done.unwrap_or_else(|| {
        let why = tr!("it has not answered for {seconds} seconds", seconds = (chosen.patience_ms / 1000.0) as u32);
        Err(ExecError::Rejected { what: tr!("a question").into(), why }.into())
    })
}

/// Whether this is Firefox, or says so.
fn is_firefox() -> bool {
    scope().navigator().user_agent().is_ok_and(|agent| agent.split(' ').any(|word| word.starts_with("Firefox/")))
}
