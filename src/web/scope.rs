//! What a worker needs of its surroundings: sending, waiting, a clock.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel};

use crate::protocol::{Event, encode};

/// The worker itself.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Waits for a promise of our own; those are never rejected.
pub async fn settle(promise: Promise) {
    let _ = JsFuture::from(promise).await;
}

/// Sends an event, giving its bytes away instead of copying them.
pub fn post(event: &Event) {
    let bytes = Uint8Array::from(encode(event).as_slice());
    // Posting fails only when the page is gone, and then nobody is left to tell.
    let _ = scope().post_message_with_transfer(&bytes, &js_sys::Array::of1(&bytes.buffer()));
}

thread_local! {
    static YIELD: Option<MessageChannel> = MessageChannel::new().ok();
}

/// Lets queued messages be handled: one turn of the event loop, without a timer's delay.
pub async fn breathe() {
    settle(Promise::new(&mut |resolve, _| {
        YIELD.with(|channel| {
            let sent = channel.as_ref().is_some_and(|channel| {
                channel.port1().set_onmessage(Some(&resolve));
                channel.port2().post_message(&JsValue::NULL).is_ok()
            });
            if !sent {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
    }))
    .await;
}

/// Waits about this long.
pub async fn sleep(ms: f64) {
    settle(Promise::new(&mut |resolve, _| {
        if scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32).is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }))
    .await;
}

/// Waits for `future`, and calls `nudge` about every millisecond until it is there.
pub async fn nudging<T>(future: impl Future<Output = T>, nudge: impl Fn()) -> T {
    let mut future = pin!(future);
    loop {
        // A timer set by a timer waits 4 ms or more; one set by a message does not.
        let mut tick = pin!(async {
            breathe().await;
            sleep(1.0).await;
        });
        let first = poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => tick.as_mut().poll(cx).map(|()| None),
        });
        match first.await {
            Some(value) => return value,
            None => nudge(),
        }
    }
}

/// Whether this is Firefox, or says so.
pub fn is_firefox() -> bool {
    scope().navigator().user_agent().is_ok_and(|agent| agent.split(' ').any(|word| word.starts_with("Firefox/")))
}

/// Milliseconds on a monotonic clock.
pub fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Whether this worker has the WebGPU API at all.
pub fn has_gpu() -> bool {
    Reflect::get(&scope().navigator(), &"gpu".into()).is_ok_and(|gpu| gpu.is_truthy())
}
