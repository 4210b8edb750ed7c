//! Step axes that labs of a page share.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use crate::config::Axis;

/// A lab, as the others of its page see it.
pub trait Member {
    /// Whether this is its step axis.
    fn has_axis(&self, axis: &Axis) -> bool;
    /// The step to which its curves reach.
    fn reach(&self) -> &Cell<u32>;
    /// Asks for a drawing.
    fn redraw(&self);
}

thread_local! {
    /// Every lab of the page.
    static LABS: RefCell<Vec<Weak<dyn Member>>> = const { RefCell::new(vec![]) };
}

/// A lab has come.
pub fn join(lab: Weak<dyn Member>) {
    LABS.with_borrow_mut(|labs| {
        labs.retain(|lab| lab.strong_count() > 0);
        labs.push(lab);
    });
}

/// How far a lab's step axis reaches at least, where its own curves reach to `own`. Those who share the axis are drawn again
/// when that has changed.
pub fn reach(lab: &dyn Member, axis: &Axis, own: u32) -> u32 {
    let changed = lab.reach().replace(own) != own;
    match axis {
        Axis::Own => 0,
        Axis::Steps(steps) => *steps,
        Axis::Shared(_) => {
            let labs = LABS.with_borrow(|labs| labs.iter().filter_map(Weak::upgrade).collect::<Vec<_>>());
            let shared = labs.iter().filter(|other| other.has_axis(axis));
            let reach = |other: &Rc<dyn Member>| {
                if changed && !std::ptr::addr_eq(Rc::as_ptr(other), lab) {
                    other.redraw();
                }
                other.reach().get()
            };
            shared.map(reach).max().unwrap_or(0)
        }
    }
}
