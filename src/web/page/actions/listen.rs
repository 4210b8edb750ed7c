//! Hearing the curve.

use web_sys::HtmlElement;

use crate::view::tones::tones;
use crate::web::page::dom::{Result, describe, find, set_attribute};
use crate::web::page::sound::{Sound, can_sound};
use crate::web::page::ui::Ui;

/// Plays the curve of the first run; the page says why where it cannot.
pub fn play(ui: &Ui) {
    if let Err(error) = begin(ui) {
        ui.act(|app| app.problems.push(describe(&error)));
    }
}

fn begin(ui: &Ui) -> Result<()> {
    let heard = ui.app.borrow().histories.first().and_then(|history| tones(history, ui.log.get()));
    let Some(heard) = heard else { return Ok(()) };
    let me = ui.me();
    let sound = Sound::play(heard, move |step| {
        let Some(ui) = me.upgrade() else { return };
        match step {
            Some(_) => ui.set_hover(step),
            None => _ = hush(&ui),
        }
    })?;
    *ui.sound.borrow_mut() = Some(sound);
    press(ui, true);
    Ok(())
}

/// Silence; false where it was silent.
pub fn hush(ui: &Ui) -> bool {
    let sounded = ui.sound.take().is_some();
    if sounded {
        ui.set_hover(None);
        press(ui, false);
    }
    sounded
}

fn press(ui: &Ui, pressed: bool) {
    if let Ok(button) = find::<HtmlElement>(&ui.root, "[data-action=listen]") {
        set_attribute(&button, "aria-pressed", if pressed { "true" } else { "false" });
    }
}

/// Shows the button where the browser makes sounds.
pub fn offer(ui: &Ui) {
    if let (true, Ok(button)) = (can_sound(), find::<HtmlElement>(&ui.root, "[data-action=listen]")) {
        button.set_hidden(false);
    }
}
