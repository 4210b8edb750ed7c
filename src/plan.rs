//! The training step as data: buffers, and flat lists of dispatches over them.

use core::fmt;

use crate::kernel::{Access, Kernel};

/// What a buffer's 32-bit elements are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers.
    F32,
    /// Indices.
    U32,
    /// Indices that kernels write.
    Filled,
}

/// A buffer of `runs × per_run` elements, allocated once.
#[derive(Debug, Clone)]
pub struct Buffer {
    /// For errors and GPU labels.
    pub name: String,
    /// Element type.
    pub kind: Kind,
    /// Elements of one run.
    pub per_run: usize,
    /// Initial bits, `runs × per_run`; zeros when empty.
    pub init: Vec<u32>,
}

/// A slice of every run's part of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View {
    /// Index into [`Plan::buffers`].
    pub buffer: usize,
    /// First element within a run.
    pub offset: usize,
    /// Elements per run.
    pub len: usize,
}

/// One kernel launch over all runs.
#[derive(Clone)]
pub struct Dispatch {
    /// What to run.
    pub kernel: &'static Kernel,
    /// Values of [`Kernel::dims`].
    pub dims: Vec<u32>,
    /// Bound slices, in binding order.
    pub views: Vec<View>,
    /// Which part of the model, e.g. `layer 0 / mlp in`.
    pub label: String,
    /// Which shader the GPU uses: 0 for the kernel's own, i for its variant i − 1.
    pub variant: usize,
}

impl fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] {:?}", self.kernel.name, self.label, self.dims)
    }
}

impl Dispatch {
    /// Name, text and grid of the chosen shader.
    pub fn shader(&self) -> (&'static str, &'static str, [u32; 2]) {
        let kernel = self.kernel;
        match self.variant.checked_sub(1) {
            None => (kernel.name, kernel.wgsl, (kernel.grid)(&self.dims)),
            Some(i) => {
                let variant = &kernel.variants[i];
                (variant.name, variant.wgsl, (variant.grid)(&self.dims))
            }
        }
    }

    /// Floating-point operations of all `runs`.
    pub fn flops(&self, runs: usize) -> u64 {
        (self.kernel.flops)(&self.dims) * runs as u64
    }
}

/// Which list of a [`Plan`] to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Forward, backward, update.
    Train,
    /// Metrics of the training step that was just made.
    Record,
    /// Forward on the test pairs, metrics.
    Evaluate,
}

/// Everything an executor needs to train.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Size of the leading axis of every buffer.
    pub runs: usize,
    /// All memory.
    pub buffers: Vec<Buffer>,
    /// One optimisation step.
    pub train: Vec<Dispatch>,
    /// What is recorded of a step.
    pub record: Vec<Dispatch>,
    /// One evaluation.
    pub evaluate: Vec<Dispatch>,
}

/// Why a plan cannot run. Always a defect of a model or an op, never of user input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("dispatch {dispatch}: {what}")]
pub struct PlanError {
    /// Kernel and label.
    pub dispatch: String,
    /// What is wrong with it.
    pub what: String,
}

impl Plan {
    /// The dispatches of `list`.
    pub fn list(&self, list: List) -> &[Dispatch] {
        match list {
            List::Train => &self.train,
            List::Record => &self.record,
            List::Evaluate => &self.evaluate,
        }
    }

    /// Floating-point operations of one pass through `list`, over all runs.
    pub fn flops(&self, list: List) -> u64 {
        self.list(list).iter().map(|d| d.flops(self.runs)).sum()
    }

    /// Bytes of all buffers.
    pub fn bytes(&self) -> u64 {
        self.buffers.iter().map(|b| 4 * (b.per_run * self.runs) as u64).sum()
    }

    /// Checks shapes, kinds, bounds, and that no dispatch writes what it also binds elsewhere. Tests find such defects, so
    /// visitors' builds do not look for them.
    pub fn check(&self) -> Result<(), PlanError> {
        if cfg!(not(feature = "bench")) {
            return Ok(());
        }
        for dispatch in [&self.train, &self.record, &self.evaluate].into_iter().flatten() {
            self.check_dispatch(dispatch).map_err(|what| PlanError { dispatch: format!("{dispatch:?}"), what })?;
        }
        Ok(())
    }

    fn check_dispatch(&self, d: &Dispatch) -> Result<(), String> {
        let kernel = d.kernel;
        if d.dims.len() != kernel.dims.len() {
            return Err(format!("{} dims given, {} expected", d.dims.len(), kernel.dims.len()));
        }
        if d.variant > kernel.variants.len() {
            return Err(format!("variant {} of {} chosen", d.variant, kernel.variants.len()));
        }
        if d.views.len() != kernel.binds.len() {
            return Err(format!("{} buffers bound, {} expected", d.views.len(), kernel.binds.len()));
        }
        for (bind, view) in kernel.binds.iter().zip(&d.views) {
            let buffer = self.buffers.get(view.buffer).ok_or_else(|| format!("`{}` binds buffer {}", bind.name, view.buffer))?;
            let want = (bind.len)(&d.dims);
            if view.len != want {
                return Err(format!("`{}` binds {} elements of `{}`, {want} expected", bind.name, view.len, buffer.name));
            }
            if want == 0 {
                return Err(format!("`{}` of `{}` is empty", bind.name, buffer.name));
            }
            if view.offset + view.len > buffer.per_run {
                return Err(format!("`{}` ends past `{}`", bind.name, buffer.name));
            }
            let kinds: &[Kind] = match bind.access {
                Access::Index => &[Kind::U32, Kind::Filled],
                Access::OutIndex => &[Kind::Filled],
                _ => &[Kind::F32],
            };
            if !kinds.contains(&buffer.kind) {
                return Err(format!("`{}` wants {:?}, `{}` is {:?}", bind.name, kinds[0], buffer.name, buffer.kind));
            }
        }
        for (i, bind) in kernel.binds.iter().enumerate() {
            let writes = bind.access.writes();
            let buffer = d.views[i].buffer;
            if writes && d.views.iter().enumerate().any(|(j, v)| j != i && v.buffer == buffer) {
                return Err(format!("`{}` writes `{}`, which is bound twice", bind.name, self.buffers[buffer].name));
            }
        }
        Ok(())
    }
}

/// Parameters start at multiples of this many elements: WebGPU's 256-byte binding alignment.
pub const ALIGN: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::add;

    fn plan(mutate: impl FnOnce(&mut Plan)) -> Result<(), PlanError> {
        let buffer = |name: &str| Buffer { name: name.into(), kind: Kind::F32, per_run: 70, init: vec![] };
        let view = |buffer| View { buffer, offset: 0, len: 70 };
        let mut plan = Plan { runs: 2, buffers: ["a", "b", "y"].map(buffer).into(), ..Plan::default() };
        plan.train.push(Dispatch {
            kernel: &add::ADD,
            dims: vec![70],
            views: vec![view(0), view(1), view(2)],
            label: "test".into(),
            variant: 0,
        });
        mutate(&mut plan);
        plan.check()
    }

    #[test]
    fn a_sound_plan_passes() {
        plan(|_| ()).unwrap();
    }

    #[test]
    fn each_defect_is_named() {
        let check = |mutate: fn(&mut Plan), want: &str| {
            let error = plan(mutate).expect_err(want).to_string();
            assert!(error.contains(want), "{error:?} does not say {want:?}");
        };
        check(|p| p.train[0].views[1].len = 69, "`b` binds 69 elements");
        check(|p| p.train[0].views[2].buffer = 0, "which is bound twice");
        check(|p| p.train[0].views[0].buffer = 9, "binds buffer 9");
        check(|p| p.buffers[0].per_run = 64, "ends past `a`");
        check(|p| p.buffers[1].kind = Kind::U32, "wants F32");
        check(|p| p.train[0].dims.push(1), "2 dims given");
        check(|p| p.train[0].variant = 1, "variant 1 of 0 chosen");
        check(|p| p.train[0].views.truncate(2), "2 buffers bound");
    }
}
