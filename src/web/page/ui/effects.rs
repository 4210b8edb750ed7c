//! What follows from a change of the state: messages to the worker, events for the page, settled promises.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit};

use super::Ui;
use crate::exec::Engine;
use crate::protocol::inspect::InspectReply;
use crate::tr;
use crate::view::app::{Effect, TICK_S, Value};
use crate::web::page::controls::hide;
use crate::web::page::dom::{Result, describe, object};
use crate::web::page::link::{Link, Ticks};
use crate::web::page::settings::settings;
use crate::web::page::{address, later, local_storage};

impl Ui {
    /// What follows from a change: the same for all of them, so it is compiled once.
    #[inline(never)]
    pub(super) fn carry_out(&self) {
        let effects = self.app.borrow_mut().take_effects();
        // The state is free again: listeners of our events may call methods.
        for effect in effects {
            if let Err(error) = self.perform(effect) {
                let message = describe(&error);
                // The crash may not start the next round of effects from here: a worker that cannot start would recurse.
                self.app.borrow_mut().crashed(&message);
            }
        }
        self.redraw();
    }

    fn perform(&self, effect: Effect) -> Result<()> {
        match effect {
            Effect::Spawn(engine) => self.spawn(engine),
            Effect::Quit => {
                self.link.take();
                Ok(())
            }
            Effect::Send(command) => match self.link.borrow().as_ref() {
                // Only who has said something is told something, and what it says is read by the same part.
                Some(link) if self.run.is_here() => later::send(link, &command),
                _ => Ok(()),
            },
            Effect::Emit(name, detail) => self.emit(name, &detail),
            Effect::Answer(id, bytes) => self.answer(id, bytes),
            Effect::Inspected(id, seen) => self.inspected(id, &seen),
            Effect::Reached(id, result) => self.pending.settle(id, result.map(JsValue::from)),
            Effect::Decline(id, why) => self.pending.settle(id, Err(why)),
            Effect::Configured => {
                self.configured();
                Ok(())
            }
            Effect::StartSweep => {
                if let Some(start) = self.start_sweep.get() {
                    self.later(*start);
                }
                Ok(())
            }
            Effect::StoreTuning(text) => {
                if self.addressed {
                    local_storage::write(&text);
                }
                Ok(())
            }
        }
    }

    fn spawn(&self, engine: Engine) -> Result<()> {
        let (on_event, on_crash, on_tick) = (self.me(), self.me(), self.me());
        if self.ticks.borrow().is_none() {
            let ticks = Ticks::new(TICK_S, move || {
                let Some(ui) = on_tick.upgrade() else { return };
                ui.speak();
                let something = ui.app.borrow_mut().tick();
                if something {
                    ui.carry_out();
                }
            })?;
            *self.ticks.borrow_mut() = Some(ticks);
        }
        // It comes while the worker does.
        self.want_run();
        let link = Link::open(
            &self.launch,
            engine,
            move |message| {
                let Some(ui) = on_event.upgrade() else { return };
                let me = on_event.clone();
                ui.run.with(move |loaded| {
                    let Some(ui) = me.upgrade() else { return };
                    ui.speak();
                    let missing = |error| tr!("a part of the page could not be loaded: {why}", why = describe(&error));
                    let message = message.map_err(|trouble| trouble.to_string());
                    match loaded.map_err(missing).and(message).and_then(|message| later::decode(&message)) {
                        Ok(event) => ui.act(|app| later::update(app, event)),
                        Err(why) => ui.act(|app| app.crashed(&why)),
                    }
                });
            },
            move |trouble| {
                if let Some(ui) = on_crash.upgrade() {
                    ui.act(|app| app.crashed(&trouble.to_string()));
                }
            },
        )?;
        *self.link.borrow_mut() = Some(link);
        Ok(())
    }

    /// Tells the page around it.
    pub fn emit(&self, name: &str, detail: &[(&'static str, Value)]) -> Result<()> {
        let values = detail.iter().map(|(key, value)| match value {
            Value::Number(n) => (*key, JsValue::from_f64(*n)),
            Value::Text(text) => (*key, JsValue::from_str(text)),
            Value::Texts(texts) => (*key, texts.iter().map(|text| JsValue::from_str(text)).collect::<js_sys::Array>().into()),
            Value::Settings(config) => (*key, settings(config, |_| true).into()),
        });
        let options = CustomEventInit::new();
        // An error would reach the window, as if it were an uncaught one.
        options.set_bubbles(name != "error");
        options.set_composed(true);
        options.set_detail(&object(values));
        let event = CustomEvent::new_with_event_init_dict(name, &options)?;
        self.host.dispatch_event(&event)?;
        Ok(())
    }

    /// The configuration changed.
    fn configured(&self) {
        self.apply_hide();
        if self.addressed {
            address::write(&self.app.borrow().shown());
        }
    }

    /// Hides the parts that the settings say, and shows the others.
    pub fn apply_hide(&self) {
        hide(&self.root, &self.app.borrow().config.hide);
    }

    /// The worker's answer in bytes, which the part that a run needs has read.
    fn answer(&self, id: u32, bytes: Vec<u8>) -> Result<()> {
        let whole = self.pending.is_run_file(id);
        let bytes = if whole { later::run_file(&self.app.borrow(), bytes) } else { Some(bytes) };
        let bytes = bytes.map(|bytes| Uint8Array::from(bytes.as_slice()).into());
        self.pending.settle(id, bytes.ok_or_else(|| tr!("the run was replaced before it was kept").into()))
    }

    /// The worker's answer to a look inside.
    fn inspected(&self, id: u32, seen: &InspectReply) -> Result<()> {
        // What is loaded later has asked.
        let object = later::inspected(seen);
        self.pending.settle(id, object.ok_or("this network has nothing of the kind".into()))
    }
}
