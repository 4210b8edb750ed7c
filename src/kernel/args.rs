//! What a CPU kernel is given, and names for the dims of a kernel.

/// What a CPU kernel sees of one run: its dims and its bindings in order.
pub struct Args<'a, T> {
    /// Values of [`Kernel::dims`](super::Kernel::dims).
    pub dims: &'a [u32],
    slots: [Option<Slot<'a, T>>; MAX_BINDS],
}

/// WebGPU's default limit of storage buffers per shader stage.
pub const MAX_BINDS: usize = 8;

/// One bound slice.
pub enum Slot<'a, T> {
    /// Read-only numbers.
    In(&'a [T]),
    /// Read-only indices.
    Index(&'a [u32]),
    /// Written numbers.
    Out(&'a mut [T]),
    /// Written indices.
    OutIndex(&'a mut [u32]),
}

impl<'a, T> Slot<'a, T> {
    /// The first `len` elements, and the rest.
    pub fn split_at(self, len: usize) -> (Self, Self) {
        match self {
            Slot::In(s) => s.split_at_checked(len).map(|(a, b)| (Slot::In(a), Slot::In(b))),
            Slot::Index(s) => s.split_at_checked(len).map(|(a, b)| (Slot::Index(a), Slot::Index(b))),
            Slot::Out(s) => s.split_at_mut_checked(len).map(|(a, b)| (Slot::Out(a), Slot::Out(b))),
            Slot::OutIndex(s) => s.split_at_mut_checked(len).map(|(a, b)| (Slot::OutIndex(a), Slot::OutIndex(b))),
        }
        .expect("a buffer has its elements for every run")
    }

    /// Some of the elements.
    pub fn range(self, range: core::ops::Range<usize>) -> Self {
        match self {
            Slot::In(s) => Slot::In(&s[range]),
            Slot::Index(s) => Slot::Index(&s[range]),
            Slot::Out(s) => Slot::Out(&mut s[range]),
            Slot::OutIndex(s) => Slot::OutIndex(&mut s[range]),
        }
    }
}

impl<'a, T> Args<'a, T> {
    /// Bundles dims and slots.
    pub fn new(dims: &'a [u32], slots: [Option<Slot<'a, T>>; MAX_BINDS]) -> Self {
        Args { dims, slots }
    }

    /// The dims as sizes.
    pub fn dims<const N: usize>(&self) -> [usize; N] {
        core::array::from_fn(|i| self.dims[i] as usize)
    }

    /// Read-only numbers of binding `i`. Each binding can be taken once.
    pub fn input(&mut self, i: usize) -> &'a [T] {
        match self.slots[i].take() {
            Some(Slot::In(s)) => s,
            Some(Slot::Out(s)) => s,
            _ => panic!("binding {i} is not a number input, or was taken twice"),
        }
    }

    /// Indices of binding `i`.
    pub fn index(&mut self, i: usize) -> &'a [u32] {
        match self.slots[i].take() {
            Some(Slot::Index(s)) => s,
            _ => panic!("binding {i} is not an index input, or was taken twice"),
        }
    }

    /// Writable indices of binding `i`.
    pub fn output_index(&mut self, i: usize) -> &'a mut [u32] {
        match self.slots[i].take() {
            Some(Slot::OutIndex(s)) => s,
            _ => panic!("binding {i} is not an index output, or was taken twice"),
        }
    }

    /// Writable numbers of binding `i`.
    pub fn output(&mut self, i: usize) -> &'a mut [T] {
        match self.slots[i].take() {
            Some(Slot::Out(s)) => s,
            _ => panic!("binding {i} is not an output, or was taken twice"),
        }
    }
}
