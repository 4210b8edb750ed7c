//! In the place of [`gpu`](super::gpu) where a worker trains on the CPU only.

use core::future::Future;

use super::Chosen;
use crate::config::Config;
use crate::exec::{ExecError, Tuning};
use crate::plan::Plan;
use crate::tr;

/// No GPU.
#[derive(Default)]
pub struct Gpu;

impl Gpu {
    /// There is none to choose.
    ///
    /// # Errors
    /// Always.
    pub async fn choose(&mut self, _: &Config, _: &Plan, _: Option<Tuning>) -> Result<Chosen, ExecError> {
        Err(ExecError::NoAdapter(tr!("this build of the lab trains on the CPU only").into()))
    }

    /// Nothing to do.
    ///
    /// # Errors
    /// Never.
    pub async fn warm_up(&mut self) -> Result<bool, ExecError> {
        Ok(false)
    }

    /// Nothing to spare.
    pub fn recall(&mut self, _: String) {}

    /// Nothing to forget.
    pub fn forget(&mut self) {}
}

/// Waits for what a device does.
///
/// # Errors
/// Those of `working`.
pub async fn answer<T, E>(_: &Chosen, working: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    working.await
}
