//! The worker's side of the messages: an inbox of commands, and the loop that feeds a [`Session`].

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use super::session::Session;
use crate::protocol::{Command, Event, decode, encode};

/// Commands that have arrived, and who waits for the next one.
#[derive(Default)]
struct Inbox {
    commands: VecDeque<Command>,
    wake: Option<Function>,
}

/// Entry point of the worker: listens, and trains for as long as the worker lives.
#[wasm_bindgen]
pub fn worker_main() {
    console_error_panic_hook::set_once();
    let inbox = Rc::new(RefCell::new(Inbox::default()));
    listen(inbox.clone());
    post(&Event::Hello);
    spawn_local(async move {
        let mut session = Session::default();
        loop {
            if !session.training() {
                wait(&inbox).await;
            }
            loop {
                let command = inbox.borrow_mut().commands.pop_front();
                let Some(command) = command else { break };
                session.obey(command).await;
            }
            session.advance().await;
            breathe().await;
        }
    });
}

fn listen(inbox: Rc<RefCell<Inbox>>) {
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match decode(&Uint8Array::new(&message.data()).to_vec()) {
            Ok(command) => {
                let mut inbox = inbox.borrow_mut();
                inbox.commands.push_back(command);
                if let Some(wake) = inbox.wake.take() {
                    // A promise's resolve function does not throw.
                    let _ = wake.call0(&JsValue::UNDEFINED);
                }
            }
            Err(message) => post(&Event::Failed { message }),
        }
    });
    scope().set_onmessage(Some(listen.as_ref().unchecked_ref()));
    listen.forget();
}

/// Resolves when the inbox holds a command.
async fn wait(inbox: &RefCell<Inbox>) {
    if inbox.borrow().commands.is_empty() {
        settle(Promise::new(&mut |resolve, _| inbox.borrow_mut().wake = Some(resolve))).await;
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Our own promises are never rejected.
async fn settle(promise: Promise) {
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
async fn breathe() {
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

/// Milliseconds on a monotonic clock.
pub fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Whether this worker has the WebGPU API at all.
pub fn has_gpu() -> bool {
    Reflect::get(&scope().navigator(), &"gpu".into()).is_ok_and(|gpu| gpu.is_truthy())
}
