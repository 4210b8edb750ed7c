//! What people do, which is loaded with what a run needs.

use web_sys::{Element, Event};

use super::{attend, input, keys};
use crate::web::page::part::entries;
use crate::web::page::ui::Ui;

entries! {
    run "11" fn click(ui: &Ui, event: &Event, element: &Element) = input::clicked;
    run "46" fn move_control(ui: &Ui, event: &Event, element: &Element) = input::moved;
    run "47" fn change(ui: &Ui, event: &Event, element: &Element) = input::changed;
    run "50" fn press(ui: &Ui, event: &Event, element: &Element) = keys::pressed;
    run "51" fn press_outside(ui: &Ui, event: &Event, element: &Element) = keys::pressed_outside;
    run "52" fn navigate(ui: &Ui) = input::navigated;
    run "53" fn attend(ui: &Ui) = attend::attend;
}
