//! One sort for all lists: the standard one, compiled once instead of for every kind of item.

use core::cmp::Ordering;

/// The numbers below `count` in the order that `compare` gives; equal ones stay in their order.
pub fn ranked(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}
