//! What the worker says.

use crate::protocol::decode;
use crate::web::page::ui::Ui;

/// A message has come.
pub fn received(ui: &Ui, message: Vec<u8>) {
    match decode(&message) {
        Ok(event) => ui.act(|app| app.update(event)),
        Err(why) => ui.act(|app| app.crashed(&why)),
    }
}
