//! Step axes that labs of a page share.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use crate::config::Axis;
use crate::view::chart::StepAxis;
use crate::view::chart::zoom::Window;

/// A lab, as the others of its page see it.
pub trait Member {
    /// Whether this is its step axis.
    fn has_axis(&self, axis: &Axis) -> bool;
    /// The step to which its curves reach.
    fn reach(&self) -> &Cell<u32>;
    /// The part of its step axis that is in view; none is all of it.
    fn zoom(&self) -> &Cell<Option<Window>>;
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

/// How far a lab's step axis reaches at least, where its own curves reach to `own`, if its run has begun. Those who share the axis
/// are drawn again when that has changed.
pub fn reach(lab: &dyn Member, axis: &Axis, begun: bool, own: u32) -> u32 {
    let changed = lab.reach().replace(own) != own;
    StepAxis::least(axis, begun, || {
        let reach = |other: &Rc<dyn Member>| {
            if changed && !std::ptr::addr_eq(Rc::as_ptr(other), lab) {
                other.redraw();
            }
            other.reach().get()
        };
        sharing(axis).iter().map(reach).max().unwrap_or(0)
    })
}

/// The labs that share an axis.
fn sharing(axis: &Axis) -> Vec<Rc<dyn Member>> {
    let labs = LABS.with_borrow(|labs| labs.iter().filter_map(Weak::upgrade).collect::<Vec<_>>());
    labs.into_iter().filter(|lab| lab.has_axis(axis)).collect()
}

/// Shows a part of a lab's step axis, or all of it, on all labs that share it.
pub fn zoom(lab: &dyn Member, axis: &Axis, window: Option<Window>) {
    let show = |lab: &dyn Member| {
        lab.zoom().set(window);
        lab.redraw();
    };
    show(lab);
    if let Axis::Shared(_) = axis {
        sharing(axis).iter().for_each(|lab| show(lab.as_ref()));
    }
}
