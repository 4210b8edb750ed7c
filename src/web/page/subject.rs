//! What views and pictures are drawn from, of all that is on the page.

use std::cell::RefCell;

use super::surface::Surface;
use crate::metrics::History;
use crate::protocol::inspect::{InspectReply, InspectResult};
use crate::view::app::App;
use crate::view::chart::{StepAxis, Theme};
use crate::view::decimate::Traces;
use crate::view::views::Subject;

/// A place of the page, beside the state: where it is drawn, in which colours, and along which step axis.
pub struct Place<'a> {
    pub surface: &'a Surface,
    pub theme: &'a Theme,
    pub traces: &'a RefCell<[Traces; 2]>,
    pub steps: StepAxis,
}

/// Hands what is drawn there of an answer, or of a part of one, to a function.
pub fn with<T>(app: &App, (seen, result): (&InspectReply, &InspectResult), place: &Place, then: impl FnOnce(&Subject) -> T) -> T {
    let (width, _, density) = place.surface.size();
    let none = History::default();
    then(&Subject {
        seen,
        result,
        choice: &app.inside.choice,
        config: &app.config,
        p: app.operation(&app.config).symbols(&app.config) as usize,
        history: app.histories.first().unwrap_or(&none),
        traces: place.traces,
        steps: place.steps,
        theme: place.theme,
        width,
        density,
    })
}
