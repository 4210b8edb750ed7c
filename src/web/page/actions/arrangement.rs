//! What of the lab is in view: all settings or only those in the bar, and which curves.

use web_sys::Element;

use crate::metrics::Panel;
use crate::view::chart::about::named;
use crate::view::chart::across::Across;
use crate::web::page::dom::{find, set_attribute};
use crate::web::page::ui::Ui;

/// Shows all settings, or hides them again.
pub fn toggle_settings(ui: &Ui) {
    let (Ok(lab), Ok(button)) = (find::<Element>(&ui.root, ".lab"), find::<Element>(&ui.root, "[data-action=settings]")) else {
        return;
    };
    ui.build_settings();
    let open = lab.class_list().toggle("open").unwrap_or(false);
    set_attribute(&button, "aria-expanded", if open { "true" } else { "false" });
    if let (true, Ok(settings)) = (open, find::<Element>(&ui.root, ".settings")) {
        settings.scroll_into_view();
        // The drawer is the next thing to open.
        ui.later.with(|_| {});
    }
}

/// Shows all settings, where they are not shown.
pub fn open_settings(ui: &Ui) {
    if find::<Element>(&ui.root, ".lab").is_ok_and(|lab| !lab.class_list().contains("open")) {
        toggle_settings(ui);
    }
}

/// The drawer was opened or closed: what is in it is built the first time.
pub fn fill_drawer(ui: &Ui) {
    ui.built(ui.controls.build_drawer(&ui.root));
}

/// Which chart a control of its caption belongs to.
fn chart(ui: &Ui, control: &Element) -> Option<usize> {
    let figure = control.closest("figure").ok()??;
    ui.charts.iter().position(|chart| figure.contains(Some(&chart.surface.canvas)))
}

/// Shows a panel on a chart. The other chart takes over what it has shown if it had that already.
pub fn show_curve(ui: &Ui, index: usize, panel: Panel) {
    let [chosen, other] = [index, 1 - index].map(|index| &ui.charts[index]);
    if other.panel.get() == panel {
        other.choose(chosen.panel.get());
    }
    chosen.choose(panel);
    ui.redraw();
}

/// A tab of a chart was pressed.
pub fn choose_curve(ui: &Ui, tab: &Element) {
    let panel = tab.get_attribute("data-of").and_then(|name| named(&name));
    if let (Some(index), Some(panel)) = (chart(ui, tab), panel) {
        show_curve(ui, index, panel);
    }
}

/// Lays something else out from left to right, all of it.
pub fn choose_across(ui: &Ui, across: Option<Across>) {
    ui.across.set(across);
    if across.is_some() {
        ui.later(Ui::redraw);
    }
    ui.redraw();
}

/// Spreads the values of a chart in the other way, or those that are across.
pub fn toggle_scale(ui: &Ui, button: &Element) {
    let panel = chart(ui, button).map(|index| ui.charts[index].panel.get());
    let Some(panel) = panel.or(ui.across.get().map(|across| across.metric().panel)) else { return };
    ui.other.set(ui.other.get().toggled(panel));
    ui.redraw();
}
