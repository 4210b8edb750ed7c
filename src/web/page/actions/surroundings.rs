//! What happens around the element: its size, and whether it is seen.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{IntersectionObserverEntry, ResizeObserverEntry};

use super::later;
use crate::web::page::dom::{Result, is_top, screen, window};
use crate::web::page::ui::Ui;
use crate::web::page::watch::device_pixels;

/// Narrower, a stage in somebody's column would be a tower of pictures, CSS pixels.
const NARROW: i32 = 600;

/// Looks whether there is room for a stage. Our own page is narrow on phones, where the tower is what one has come for.
pub fn measure(ui: &Ui) {
    let embedded = !(ui.addressed && is_top());
    // Asking for a width lays the page out. One that is not laid out yet has none.
    ui.narrow.set(embedded && (1..NARROW).contains(&ui.host.client_width()));
}

/// Canvases have another size.
pub fn resized(ui: &Ui, entries: Array) {
    measure(ui);
    for entry in entries {
        let Ok(entry) = entry.dyn_into::<ResizeObserverEntry>() else {
            continue;
        };
        let target = entry.target();
        let rect = entry.content_rect();
        let ratio = screen();
        let (width, height) = device_pixels(&entry).unwrap_or((rect.width() * ratio, rect.height() * ratio));
        match (ui.charts.iter().find(|c| ***c.surface.canvas == *target), ui.stage.index(&target)) {
            (Some(chart), _) => chart.resize(rect.width(), rect.height(), width, height),
            (_, Some(picture)) => ui.stage.resize(picture, rect.width(), rect.height(), width, height),
            _ => ui.inspect_panel.resize(rect.width(), rect.height(), width, height),
        }
    }
    // At once: the new size has emptied the canvases, and the frame is painted right after this.
    ui.draw();
}

/// On our own page, who only looks is shown a recorded run; not who wants less motion.
pub fn offer_replay(ui: &Ui) -> Result<()> {
    let still = window()?.match_media("(prefers-reduced-motion: reduce)")?.is_some_and(|media| media.matches());
    if still || !ui.addressed || !is_top() {
        return Ok(());
    }
    let me = ui.me();
    ui.replay.offer(move || {
        let Some(ui) = me.upgrade().filter(|ui| !ui.app.borrow().begun()) else { return };
        let me = me.clone();
        // Nobody asked for it, so nobody is told where it cannot be loaded.
        ui.later.with(move |loaded| {
            if let (Ok(()), Some(ui)) = (loaded, me.upgrade()) {
                later::look_at_replay(&ui);
            }
        });
    })
}

/// The element, or the look inside, has come onto the screen or left it.
pub fn seen(ui: &Ui, entries: Array) {
    // In order: the last one about an element is how it is now.
    for entry in entries.iter().filter_map(|e| e.dyn_into::<IntersectionObserverEntry>().ok()) {
        let visible = entry.is_intersecting();
        if *entry.target() == ***ui.inspect_panel.surface.canvas {
            ui.act(|app| app.see_inside(visible));
            if visible {
                ui.later(Ui::redraw);
            }
        } else if let Some(picture) = ui.stage.index(&entry.target()) {
            ui.act(|app| app.see_picture(picture, visible));
        } else {
            ui.on_screen.set(visible);
            ui.update_visible();
        }
    }
}
