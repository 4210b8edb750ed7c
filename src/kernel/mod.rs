//! What a kernel is: `shaders/<name>.wgsl` and a reference kernel of the same name, with the same bindings in the same order.
//!
//! Both see one run at a time: the executor applies the run's offset on the CPU, and the `<BINDING>_RUN` constants do so in
//! WGSL.

mod args;
pub(crate) mod dims;
pub mod real;
pub mod strip;

pub use args::{Args, MAX_BINDS, Slot};
pub(crate) use dims::{Elements, dims, iterations};
pub use real::Real;

/// One dispatch: a shader, its reference kernel, and what the harnesses need to know.
///
/// Nothing but tests and the benchmark run a reference kernel where there is a faster version, or need [`Checks`] and [`Fill`]: so
/// without the feature `bench`, as visitors load the page, they are not there.
pub struct Kernel {
    /// Stem of the shader file.
    pub name: &'static str,
    /// Text of `shaders/<name>.wgsl`.
    pub wgsl: &'static str,
    /// Names of the `const` lines whose values each dispatch supplies, in order.
    pub dims: &'static [&'static str],
    /// Storage bindings, in `@binding` order.
    pub binds: &'static [Bind],
    /// The reference on the CPU, and a faster version if there is one.
    pub cpu: Cpu,
    /// Workgroups in x and y; z is the runs axis.
    pub grid: fn(&[u32]) -> [u32; 2],
    /// Arithmetic of one run; bytes follow from the bindings.
    pub flops: fn(&[u32]) -> u64,
    /// What the parity test needs.
    pub checks: Checks,
    /// What keeps a GPU busy, which decides what it can run beside.
    pub bound: Bound,
    /// Other shaders for the same job, of which the tuner may choose one.
    pub variants: &'static [Variant],
}

/// What limits a kernel's speed, as in a roofline (Williams, Waterman and Patterson 2009).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The bytes it moves: few registers, and as many threads as possible to wait for memory.
    Memory,
    /// Arithmetic on tiles that each thread holds in many registers.
    Arithmetic,
    /// Arithmetic too, in phases with barriers between them: long code, which others are better off without.
    Phases,
}

/// Another shader for a kernel: the same dims, bindings and result, another way to divide the work.
pub struct Variant {
    /// Stem of the shader file.
    pub name: &'static str,
    /// Text of `shaders/<name>.wgsl`.
    pub wgsl: &'static str,
    /// Workgroups in x and y; z is the runs axis.
    pub grid: fn(&[u32]) -> [u32; 2],
}

/// The reference at two precisions, from one generic function, the reference kernel; and the optimised version. Make it with
/// [`cpu!`](crate::cpu).
#[derive(Clone, Copy)]
pub struct Cpu {
    /// What the CPU backend runs: the optimised version, tested against the reference kernel, or the reference kernel. Builds without the feature `cpu`
    /// have neither, and are never asked.
    pub run: fn(&mut Args<f32>),
    /// Whether that is a optimised version.
    pub optimised: bool,
    /// The reference kernel.
    #[cfg(feature = "bench")]
    pub f32: fn(&mut Args<f32>),
    /// What gradient tests run. They run natively, so the page does not carry it.
    #[cfg(not(target_arch = "wasm32"))]
    pub f64: fn(&mut Args<f64>),
}

/// Instantiates one generic reference kernel at both precisions, and sets a optimised version beside it.
#[macro_export]
macro_rules! cpu {
    ($reference:path) => {
        $crate::cpu!($reference, optimised: $reference, false)
    };
    ($reference:path, optimised: $optimised:path) => {
        $crate::cpu!($reference, optimised: $optimised, true)
    };
    ($reference:path, optimised: $run:path, $optimised:literal) => {
        $crate::kernel::Cpu {
            // Both are named in every build, so that neither counts as unused where it is left out.
            run: if cfg!(feature = "cpu") { $run } else { $crate::kernel::Cpu::left_out($reference) },
            optimised: $optimised && cfg!(feature = "cpu"),
            #[cfg(feature = "bench")]
            f32: $reference,
            #[cfg(not(target_arch = "wasm32"))]
            f64: $reference,
        }
    };
}

/// The text of a shader in `shaders/`; in the browser [`strip`]ped, and empty in builds without a GPU.
#[macro_export]
macro_rules! wgsl {
    ($name:literal) => {
        if cfg!(not(feature = "gpu")) {
            ""
        } else if cfg!(target_arch = "wasm32") {
            $crate::stripped!(concat!("../../shaders/", $name, ".wgsl"))
        } else {
            include_str!(concat!("../../shaders/", $name, ".wgsl"))
        }
    };
}

/// The text of a file, [`strip`]ped. The path is relative to the source file, as that of `include_str!`.
#[macro_export]
macro_rules! stripped {
    ($path:expr) => {{
        const TEXT: &str = include_str!($path);
        const STRIPPED: [u8; $crate::kernel::strip::stripped_len(TEXT)] = $crate::kernel::strip::strip(TEXT);
        const PAGE: &str = match core::str::from_utf8(&STRIPPED) {
            Ok(text) => text,
            Err(_) => panic!("whole lines of UTF-8"),
        };
        PAGE
    }};
}

/// One storage binding of a kernel.
pub struct Bind {
    /// Variable name in the shader.
    pub name: &'static str,
    /// Who reads and who writes.
    pub access: Access,
    /// Elements per run, from the dims.
    pub len: fn(&[u32]) -> usize,
    /// What the test harness puts there.
    #[cfg(feature = "bench")]
    pub fill: Fill,
}

/// How a kernel uses a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `var<storage, read> x: array<f32>`
    In,
    /// `var<storage, read> x: array<u32>`
    Index,
    /// `var<storage, read_write> x: array<f32>`, every element overwritten
    Out,
    /// `var<storage, read_write> x: array<f32>`, read as well as written, or written in part
    InOut,
    /// `var<storage, read_write> x: array<u32>`, every element overwritten
    OutIndex,
}

impl Access {
    /// Whether the kernel changes what is bound.
    pub fn writes(self) -> bool {
        matches!(self, Access::Out | Access::InOut | Access::OutIndex)
    }

    /// Whether elements are indices.
    pub fn indices(self) -> bool {
        matches!(self, Access::Index | Access::OutIndex)
    }
}

/// Inputs for the parity test.
#[derive(Debug, Clone, Copy)]
pub enum Fill {
    /// Standard normal.
    Normal,
    /// Uniform in (0, 1).
    Uniform,
    /// Uniform integers below this number.
    Below(fn(&[u32]) -> u32),
    /// Like `Below`, with about a quarter [`NONE`], never in a multiple of the given stride.
    BelowOrNone(fn(&[u32]) -> u32, fn(&[u32]) -> u32),
    /// Ascending offsets from 0 to this number.
    Offsets(fn(&[u32]) -> u32),
    /// Exactly these values, repeated.
    These(&'static [f32]),
    /// Exactly these indices.
    Exactly(fn(&[u32]) -> Vec<u32>),
}

/// "No row" in an index binding.
pub const NONE: u32 = u32::MAX;

/// What the parity test needs to know about a kernel.
#[derive(Debug, Clone, Copy)]
pub struct Checks {
    /// Values of `dims` to test with: at least one odd, one of size 1.
    #[cfg(feature = "bench")]
    pub cases: &'static [&'static [u32]],
    /// How far GPU and reference kernel may differ.
    #[cfg(feature = "bench")]
    pub tolerance: Tolerance,
}

impl Checks {
    /// These cases, within that tolerance.
    #[cfg_attr(not(feature = "bench"), expect(unused_variables, reason = "see `Kernel`"))]
    pub const fn new(cases: &'static [&'static [u32]], tolerance: Tolerance) -> Self {
        Checks {
            #[cfg(feature = "bench")]
            cases,
            #[cfg(feature = "bench")]
            tolerance,
        }
    }
}

/// How far two results may differ, with the reason.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// Bound on sqrt(Σ(got−want)² / Σ want²).
    pub relative: f64,
    /// Why that much.
    pub why: &'static str,
}

/// Writes `value`, or adds it when a gradient already holds another contribution.
#[inline(always)]
pub(crate) fn put<T: Real>(accumulate: bool, slot: &mut T, value: T) {
    *slot = if accumulate { *slot + value } else { value };
}

/// The grid of `groups` workgroups: past WebGPU's 65 535 per dimension they continue in the next y.
/// In WGSL the workgroup's number is `group.y * ACROSS + group.x` with `ACROSS = min(groups, 65535)`.
pub(crate) fn fold(groups: u32) -> [u32; 2] {
    let across = groups.clamp(1, MAX_GROUPS);
    [across, groups.div_ceil(across)]
}

/// WebGPU's default limit of workgroups per dimension.
pub const MAX_GROUPS: u32 = 65_535;

impl Cpu {
    /// In the place of a function that this build leaves out.
    pub const fn left_out(_: fn(&mut Args<f32>)) -> fn(&mut Args<f32>) {
        |_| panic!("this build has no CPU backend")
    }

    /// The optimised version, or the reference kernel; what there is without the feature `bench`.
    fn at(&self, optimised: bool) -> fn(&mut Args<f32>) {
        #[cfg(feature = "bench")]
        if !optimised {
            return self.f32;
        }
        let _ = optimised;
        self.run
    }
}

impl Kernel {
    /// Bytes that one run must at least move.
    pub fn bytes(&self, dims: &[u32]) -> u64 {
        let moved = |b: &Bind| (b.len)(dims) as u64 * if b.access == Access::InOut { 8 } else { 4 };
        self.binds.iter().map(moved).sum()
    }
}

const fn bind(name: &'static str, access: Access, len: fn(&[u32]) -> usize, fill: Fill) -> Bind {
    #[cfg(not(feature = "bench"))]
    let _ = fill;
    Bind {
        name,
        access,
        len,
        #[cfg(feature = "bench")]
        fill,
    }
}

/// A read-only f32 binding, tested with normal numbers.
pub const fn input(name: &'static str, len: fn(&[u32]) -> usize) -> Bind {
    bind(name, Access::In, len, Fill::Normal)
}

/// A read-only f32 binding with its own test values.
pub const fn input_of(name: &'static str, len: fn(&[u32]) -> usize, fill: Fill) -> Bind {
    bind(name, Access::In, len, fill)
}

/// A read-only u32 binding.
pub const fn index(name: &'static str, len: fn(&[u32]) -> usize, fill: Fill) -> Bind {
    bind(name, Access::Index, len, fill)
}

/// An f32 binding that is fully overwritten.
pub const fn output(name: &'static str, len: fn(&[u32]) -> usize) -> Bind {
    bind(name, Access::Out, len, Fill::Normal)
}

/// A u32 binding that is fully overwritten.
pub const fn output_index(name: &'static str, len: fn(&[u32]) -> usize) -> Bind {
    bind(name, Access::OutIndex, len, Fill::Normal)
}

/// An f32 binding that is read and written.
pub const fn in_out(name: &'static str, len: fn(&[u32]) -> usize, fill: Fill) -> Bind {
    bind(name, Access::InOut, len, fill)
}
