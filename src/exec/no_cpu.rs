//! In the place of [`cpu`](super::cpu) where the CPU runs no plans: nothing is ever made of it, so the compiler leaves out what
//! would be done with it.

use core::convert::Infallible;
use core::marker::PhantomData;
use std::rc::Rc;

use crate::plan::{Dispatch, List, Plan, View};

/// A plan that nobody runs.
pub struct Cpu<T> {
    never: Infallible,
    numbers: PhantomData<T>,
}

impl<T> Cpu<T> {
    /// There are no kernels.
    pub fn new(_: Rc<Plan>, _: bool) -> Self {
        panic!("this build has no CPU backend")
    }

    /// Never.
    pub fn run(&mut self, _: List) {
        match self.never {}
    }

    /// Never.
    pub fn dispatch(&self, _: &Dispatch) {
        match self.never {}
    }

    /// Never.
    pub fn write(&mut self, _: View, _: &[f32]) {
        match self.never {}
    }

    /// Never.
    pub fn slice(&mut self, _: View, _: usize) -> &mut [T] {
        match self.never {}
    }

    /// Never.
    pub fn read(&self, _: View) -> Vec<f32> {
        match self.never {}
    }
}
