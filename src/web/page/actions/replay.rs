//! A recorded run for whoever only looks.

use crate::web::page::ui::Ui;

/// Plays it, if there has been no input for long enough and the run has not begun.
pub fn look(ui: &Ui) {
    ui.speak();
    let app = ui.app.borrow();
    let busy = !ui.on_screen.get() || ui.tour.is_wanted(&app);
    if ui.replay.is_due(&app, busy) {
        ui.replay.play();
        ui.want_record();
    }
}
