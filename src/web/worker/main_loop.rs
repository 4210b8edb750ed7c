//! The worker's side of the messages: an inbox of commands, and the loop that feeds a [`Session`].

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use super::pictures;
use super::scope::{await_promise, now_ms, post, pulse, resolve_after, scope, yield_now};
use super::session::Session;
use crate::protocol::{Command, Event, decode};

/// Commands that have arrived, and who waits for the next one.
#[derive(Default)]
struct Inbox {
    commands: VecDeque<Command>,
    wake: Option<Function>,
}

/// Entry point of the worker: listens, and trains for as long as the worker lives. The file with the handwritten digits, should a run
/// need them, is at `digits`.
#[wasm_bindgen]
pub fn worker_main(digits: String) {
    console_error_panic_hook::set_once();
    pictures::lie_at(digits);
    let inbox = Rc::new(RefCell::new(Inbox::default()));
    listen(inbox.clone());
    post(&Event::Hello);
    spawn_local(async move {
        let mut session = Session::default();
        loop {
            while !session.training() && inbox.borrow().commands.is_empty() {
                let begin = now_ms();
                // The browser needs what does this for the page as well: it rests as long as it took.
                let rest = if session.warm_up().await { now_ms() - begin } else { f64::INFINITY };
                wait(&inbox, rest).await;
            }
            loop {
                let command = inbox.borrow_mut().commands.pop_front();
                let Some(command) = command else { break };
                session.obey(command).await;
            }
            session.advance().await;
            yield_now().await;
        }
    });
}

fn listen(inbox: Rc<RefCell<Inbox>>) {
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match decode(&Uint8Array::new(&message.data()).to_vec()) {
            // Answered here, for the session may be waiting for a device.
            Ok(Command::Ping) => pulse(),
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

/// Resolves when the inbox holds a command, or after so many milliseconds.
async fn wait(inbox: &RefCell<Inbox>, most_ms: f64) {
    if inbox.borrow().commands.is_empty() {
        await_promise(Promise::new(&mut |resolve, _| {
            if most_ms.is_finite() {
                resolve_after(&resolve, most_ms);
            }
            inbox.borrow_mut().wake = Some(resolve);
        }))
        .await;
    }
}
