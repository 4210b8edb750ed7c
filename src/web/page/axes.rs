//! Step axes that labs of a page share.

use std::cell::RefCell;
use std::rc::Weak;

use super::ui::Ui;
use crate::config::Axis;

thread_local! {
    /// Every lab of the page.
    static LABS: RefCell<Vec<Weak<Ui>>> = const { RefCell::new(vec![]) };
}

/// A lab has come.
pub fn join(lab: Weak<Ui>) {
    LABS.with_borrow_mut(|labs| {
        labs.retain(|lab| lab.strong_count() > 0);
        labs.push(lab);
    });
}

/// How far a lab's step axis reaches at least, where its own curves reach to `own`. Those who share the axis are drawn again
/// when that has changed.
pub fn reach(lab: &Ui, axis: &Axis, own: u32) -> u32 {
    let changed = lab.reach.replace(own) != own;
    match axis {
        Axis::Own => 0,
        Axis::Steps(steps) => *steps,
        Axis::Shared(_) => {
            let labs = LABS.with_borrow(|labs| labs.iter().filter_map(Weak::upgrade).collect::<Vec<_>>());
            let shared = labs.iter().filter(|other| other.app.try_borrow().is_ok_and(|app| app.config.axis == *axis));
            let reach = |other: &std::rc::Rc<Ui>| {
                if changed && !std::ptr::eq(&raw const **other, lab) {
                    other.redraw();
                }
                other.reach.get()
            };
            shared.map(reach).max().unwrap_or(0)
        }
    }
}
