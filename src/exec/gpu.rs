//! The GPU backend (placeholder until the WebGPU executor lands).

use super::{ExecError, Reading};
use crate::plan::{List, View};

/// A device.
#[derive(Clone)]
pub struct Context;

/// A plan on a GPU.
pub struct Gpu;

impl Gpu {
    /// Builds a plan.
    ///
    /// # Errors
    /// Always, for now.
    pub async fn new(_context: &Context, _plan: std::rc::Rc<crate::plan::Plan>) -> Result<Gpu, ExecError> {
        Err(ExecError::NoAdapter("not built".into()))
    }
    /// Queues lists.
    pub fn run(&mut self, _lists: &[List]) {}
    /// Overwrites a view.
    pub fn write(&mut self, _view: View, _values: &[f32]) {}
    /// Reads views.
    pub fn read(&mut self, _views: &[View]) -> Reading {
        Box::pin(core::future::ready(Err(ExecError::NoAdapter("not built".into()))))
    }
}
