//! The wire to the worker: starts it, encodes commands, receives bytes.

use std::fmt::{self, Display, Formatter};

use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::dom::{Listener, Result, window};
use crate::exec::Engine;
use crate::protocol::{Command, encode};
use crate::tr;

/// What goes wrong on the wire. It says so in the language of whoever hears of it.
pub enum Trouble {
    /// Something came that is not bytes.
    Foreign,
    /// The worker's script, where its name is known, could not be loaded.
    Unloaded(Option<String>),
    /// The worker threw this.
    Thrown(String),
    /// The browser could not read a message.
    Unreadable,
}

impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Trouble::Foreign => f.write_str(tr!("the worker sent something that is not bytes")),
            Trouble::Unloaded(Some(script)) => f.write_str(&tr!("its script could not be loaded from {script}", script)),
            Trouble::Unloaded(None) => f.write_str(tr!("its script could not be loaded")),
            Trouble::Thrown(message) => f.write_str(message),
            Trouble::Unreadable => f.write_str(tr!("a message could not be read")),
        }
    }
}

/// A running worker; it ends with this.
pub struct Link {
    worker: Worker,
    _listeners: [Listener; 3],
}

impl Link {
    /// Starts a worker: `launch` is the shell's function, which knows the builds.
    pub fn open(
        launch: &js_sys::Function,
        engine: Engine,
        on_message: impl Fn(core::result::Result<Vec<u8>, Trouble>) + 'static,
        on_crash: impl Fn(Trouble) + 'static,
    ) -> Result<Self> {
        let worker: Worker = launch.call1(&JsValue::UNDEFINED, &engine.id().into())?.dyn_into()?;
        let script = js_sys::Reflect::get(&worker, &"script".into())?.as_string();
        let listener = Listener::new(&worker, "message", move |event| {
            let data = event.dyn_into::<MessageEvent>().map(|e| e.data()).unwrap_or_default();
            on_message(match data.dyn_into::<js_sys::Uint8Array>() {
                Ok(bytes) => Ok(bytes.to_vec()),
                Err(_) => Err(Trouble::Foreign),
            });
        })?;
        let crash = std::rc::Rc::new(on_crash);
        let on_error = Listener::new(&worker, "error", {
            let crash = crash.clone();
            move |event| {
                // A script that cannot be loaded reports an event without a message.
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
                crash(if message.is_empty() { Trouble::Unloaded(script.clone()) } else { Trouble::Thrown(message) });
            }
        })?;
        let on_garbage = Listener::new(&worker, "messageerror", move |_| crash(Trouble::Unreadable))?;
        Ok(Link { worker, _listeners: [listener, on_error, on_garbage] })
    }

    /// Sends a command.
    pub fn send(&self, command: &Command) -> Result<()> {
        let bytes = js_sys::Uint8Array::from(encode(command).as_slice());
        let transfer = js_sys::Array::of1(&bytes.buffer());
        self.worker.post_message_with_transfer(&bytes, &transfer)
    }
}

/// A clock that ends with this.
pub struct Ticks {
    id: i32,
    _tick: Closure<dyn FnMut()>,
}

impl Ticks {
    /// Calls back every so many seconds.
    pub fn new(seconds: u32, tick: impl FnMut() + 'static) -> Result<Self> {
        let tick = Closure::<dyn FnMut()>::new(tick);
        let milliseconds = 1000 * seconds as i32;
        let function = tick.as_ref().unchecked_ref();
        let id = window()?.set_interval_with_callback_and_timeout_and_arguments_0(function, milliseconds)?;
        Ok(Ticks { id, _tick: tick })
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        if let Ok(window) = window() {
            window.clear_interval_with_handle(self.id);
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
