//! The wire to the worker: starts it, encodes commands, decodes events.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use super::dom::{Listener, Result, window};
use crate::protocol::{Command, Event, decode, encode};

/// A running worker; it ends with this.
pub struct Link {
    worker: Worker,
    _listeners: [Listener; 3],
}

impl Link {
    /// Starts a worker. Its first message is the compiled module, so that it is not compiled twice.
    pub fn open(
        url: &str,
        on_event: impl Fn(core::result::Result<Event, String>) + 'static,
        on_crash: impl Fn(String) + 'static,
    ) -> Result<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("grokking-lab trainer");
        let worker = Worker::new_with_options(&same_origin(url)?, &options)?;
        let on_message = Listener::new(&worker, "message", move |event| {
            let data = event.dyn_into::<MessageEvent>().map(|e| e.data()).unwrap_or_default();
            on_event(match data.dyn_into::<js_sys::Uint8Array>() {
                Ok(bytes) => decode(&bytes.to_vec()),
                Err(_) => Err("the worker sent something that is not bytes".into()),
            });
        })?;
        let crash = std::rc::Rc::new(on_crash);
        let on_error = Listener::new(&worker, "error", {
            let crash = crash.clone();
            move |event| {
                // A script that cannot be loaded reports an event without a message.
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
                crash(if message.is_empty() { "its script could not be loaded".into() } else { message });
            }
        })?;
        let on_garbage = Listener::new(&worker, "messageerror", move |_| crash("a message could not be read".into()))?;
        worker.post_message(&wasm_bindgen::module())?;
        Ok(Link { worker, _listeners: [on_message, on_error, on_garbage] })
    }

    /// Sends a command.
    pub fn send(&self, command: &Command) -> Result<()> {
        let bytes = js_sys::Uint8Array::from(encode(command).as_slice());
        let transfer = js_sys::Array::of1(&bytes.buffer());
        self.worker.post_message_with_transfer(&bytes, &transfer)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Browsers start workers only from the page's own origin. Elsewhere, a script of the page's origin imports the real one.
fn same_origin(url: &str) -> Result<String> {
    let origin = window()?.location().origin()?;
    if url.starts_with(&format!("{origin}/")) {
        return Ok(url.into());
    }
    let script = js_sys::Array::of1(&format!("import {};", js_sys::JSON::stringify(&url.into())?).into());
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&script, &options)?)
}
