//! What a worker needs of its surroundings: sending, waiting, a clock.

use core::cell::Cell;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel};

use crate::protocol::{Event, encode};

/// The worker itself.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Waits for a promise of our own; those are never rejected.
pub async fn await_promise(promise: Promise) {
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
pub async fn yield_now() {
    await_promise(Promise::new(&mut |resolve, _| {
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
    await_promise(Promise::new(&mut |resolve, _| resolve_after(&resolve, ms))).await;
}

/// Resolves a promise about so much later.
pub fn resolve_after(resolve: &Function, ms: f64) {
    if scope().set_timeout_with_callback_and_timeout_and_arguments_0(resolve, ms as i32).is_err() {
        let _ = resolve.call0(&JsValue::UNDEFINED);
    }
}

/// Milliseconds on a monotonic clock.
pub fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

thread_local! {
    static PATIENCE: Cell<u32> = const { Cell::new(30) };
}

/// A sign of life.
pub fn pulse() {
    let megabytes = (core::arch::wasm32::memory_size(0) / 16) as u32;
    post(&Event::Alive { patience_s: PATIENCE.get(), megabytes });
}

/// Tells the page that from now on there may be no sign of life for so many seconds.
pub fn vouch(patience_s: u32) {
    PATIENCE.set(patience_s);
    pulse();
}

/// Most bytes that all workers of a run may take: half of the machine's memory, where the browser tells it.
pub fn memory_limit() -> u64 {
    const GIB: f64 = (1u64 << 30) as f64;
    let memory = Reflect::get(&scope().navigator(), &"deviceMemory".into()).ok().and_then(|gib| gib.as_f64());
    memory.map_or(4 << 30, |gib| (gib / 2.0 * GIB) as u64).max(1 << 30)
}
