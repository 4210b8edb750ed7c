//! The CPU backend: runs a plan's kernels in order on this thread, in f32, or in f64 for gradient tests.

use core::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

use crate::kernel::{Access, Args, MAX_BINDS, Real, Slot};
use crate::plan::{Dispatch, Kind, List, Plan, View};

/// A plan with its memory.
pub struct Cpu<T> {
    plan: Rc<Plan>,
    memory: Vec<Memory<T>>,
    optimised: bool,
}

enum Memory<T> {
    Numbers(RefCell<Vec<T>>),
    Indices(RefCell<Vec<u32>>),
}

enum Guard<'a, T> {
    In(Ref<'a, Vec<T>>),
    Index(Ref<'a, Vec<u32>>),
    Out(RefMut<'a, Vec<T>>),
    OutIndex(RefMut<'a, Vec<u32>>),
}

/// Operations that are worth giving to another thread.
#[cfg(not(target_arch = "wasm32"))]
const WORTH_A_THREAD: u64 = 500_000;

/// Calls `function` for every run of so many operations, natively on all cores.
#[cfg_attr(target_arch = "wasm32", expect(unused_variables, reason = "one thread takes them all"))]
fn each<'a, T: Real>(runs: impl ExactSizeIterator<Item = Args<'a, T>>, flops: u64, function: fn(&mut Args<T>)) {
    #[cfg(not(target_arch = "wasm32"))]
    if runs.len() > 1 && flops >= WORTH_A_THREAD {
        use rayon::prelude::*;
        return runs.collect::<Vec<_>>().par_iter_mut().for_each(function);
    }
    runs.for_each(|mut args| function(&mut args));
}

impl<T: Real> Cpu<T> {
    /// Allocates the plan's buffers. `optimised` picks the optimised kernels where there are any.
    pub fn new(plan: Rc<Plan>, optimised: bool) -> Self {
        let memory = plan.buffers.iter().map(|buffer| {
            let len = buffer.per_run * plan.runs;
            match buffer.kind {
                Kind::U32 => Memory::Indices(RefCell::new(buffer.init.clone())),
                Kind::Filled if !buffer.init.is_empty() => Memory::Indices(RefCell::new(buffer.init.clone())),
                Kind::Filled => Memory::Indices(RefCell::new(vec![0; len])),
                Kind::F32 if buffer.init.is_empty() => Memory::Numbers(RefCell::new(vec![T::ZERO; len])),
                Kind::F32 => {
                    let numbers = buffer.init.iter().map(|&bits| T::of(f64::from(f32::from_bits(bits))));
                    Memory::Numbers(RefCell::new(numbers.collect()))
                }
            }
        });
        let memory = memory.collect();
        Cpu { plan, memory, optimised }
    }

    /// Runs every dispatch of `list` for every run.
    pub fn run(&mut self, list: List) {
        for dispatch in self.plan.list(list) {
            self.dispatch(dispatch);
        }
    }

    /// Runs one dispatch for every run.
    pub fn dispatch(&self, dispatch: &Dispatch) {
        let function = T::function(dispatch.kernel, self.optimised);
        let mut guards: [Option<Guard<T>>; MAX_BINDS] = core::array::from_fn(|_| None);
        for (guard, (bind, view)) in guards.iter_mut().zip(dispatch.kernel.binds.iter().zip(&dispatch.views)) {
            *guard = Some(match (&self.memory[view.buffer], bind.access) {
                (Memory::Indices(indices), Access::OutIndex) => Guard::OutIndex(indices.borrow_mut()),
                (Memory::Indices(indices), _) => Guard::Index(indices.borrow()),
                (Memory::Numbers(numbers), Access::Out | Access::InOut) => Guard::Out(numbers.borrow_mut()),
                (Memory::Numbers(numbers), _) => Guard::In(numbers.borrow()),
            });
        }
        let mut parts = guards.each_mut().map(|guard| {
            guard.as_mut().map(|guard| match guard {
                Guard::In(numbers) => Slot::In(&numbers[..]),
                Guard::Index(indices) => Slot::Index(indices),
                Guard::Out(numbers) => Slot::Out(&mut numbers[..]),
                Guard::OutIndex(indices) => Slot::OutIndex(&mut indices[..]),
            })
        });
        let args = (0..self.plan.runs).map(|_| {
            let slots = core::array::from_fn(|i| {
                let (part, view) = (parts[i].take()?, dispatch.views[i]);
                let (run, rest) = part.split_at(self.plan.buffers[view.buffer].per_run);
                parts[i] = Some(rest);
                Some(run.range(view.offset..view.offset + view.len))
            });
            Args::new(&dispatch.dims, slots)
        });
        each(args, dispatch.flops(1), function);
    }

    fn range(&self, view: View, run: usize) -> core::ops::Range<usize> {
        let start = run * self.plan.buffers[view.buffer].per_run + view.offset;
        start..start + view.len
    }

    /// Overwrites a view of numbers in every run.
    pub fn write(&mut self, view: View, values: &[f32]) {
        assert_eq!(values.len(), view.len * self.plan.runs, "one value per element and run");
        for (run, values) in values.chunks_exact(view.len).enumerate() {
            for (i, &value) in self.range(view, run).zip(values) {
                self.set(view.buffer, i, T::of(f64::from(value)));
            }
        }
    }

    /// What a view holds in one run.
    pub fn slice(&mut self, view: View, run: usize) -> &mut [T] {
        let range = self.range(view, run);
        match &mut self.memory[view.buffer] {
            Memory::Numbers(numbers) => &mut numbers.get_mut()[range],
            Memory::Indices(_) => panic!("`{}` holds indices", self.plan.buffers[view.buffer].name),
        }
    }

    /// Sets one element of a whole buffer (all runs).
    pub fn set(&mut self, buffer: usize, element: usize, value: T) {
        match &mut self.memory[buffer] {
            Memory::Numbers(numbers) => numbers.get_mut()[element] = value,
            Memory::Indices(_) => panic!("`{}` holds indices", self.plan.buffers[buffer].name),
        }
    }

    /// A view's numbers, run by run.
    pub fn numbers(&self, view: View) -> Vec<T> {
        match &self.memory[view.buffer] {
            Memory::Numbers(numbers) => {
                let numbers = numbers.borrow();
                (0..self.plan.runs).flat_map(|run| numbers[self.range(view, run)].to_vec()).collect()
            }
            Memory::Indices(_) => panic!("`{}` holds indices", self.plan.buffers[view.buffer].name),
        }
    }

    /// A view of indices, run by run.
    pub fn indices(&self, view: View) -> Vec<u32> {
        match &self.memory[view.buffer] {
            Memory::Indices(indices) => {
                let indices = indices.borrow();
                (0..self.plan.runs).flat_map(|run| indices[self.range(view, run)].to_vec()).collect()
            }
            Memory::Numbers(_) => panic!("`{}` holds numbers", self.plan.buffers[view.buffer].name),
        }
    }

    /// A view's numbers as f32, run by run; the bits of indices, as from a GPU.
    pub fn read(&self, view: View) -> Vec<f32> {
        if let Memory::Indices(_) = self.memory[view.buffer] {
            return self.indices(view).into_iter().map(f32::from_bits).collect();
        }
        self.numbers(view).into_iter().map(|x| x.wide() as f32).collect()
    }
}
