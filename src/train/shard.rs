//! A part of the pairs, for one of several trainers that make a step together.

use crate::plan::{Dispatch, View};

/// A part of the pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataShard {
    /// Below `count`.
    pub index: u32,
    /// Into how many parts the pairs are divided.
    pub count: u32,
}

impl DataShard {
    /// All pairs.
    pub const WHOLE: DataShard = DataShard { index: 0, count: 1 };

    /// Its part of a list in which so many entries always belong to one example; the parts follow each other, and their examples differ
    /// by at most 1.
    pub fn of<T>(self, list: &[T], each: usize) -> &[T] {
        let ([index, count], examples) = ([self.index, self.count].map(|n| n as usize), list.len() / each);
        &list[index * examples / count * each..(index + 1) * examples / count * each]
    }
}

/// What a plan for a shard has besides its lists.
pub(super) struct ShardUpdate {
    /// Training and test pairs here, and of all shards.
    pub rows: [f32; 2],
    pub all: [f32; 2],
    /// Where the gradient of all shards goes.
    pub gradient: View,
    pub update: Vec<Dispatch>,
    /// Whether it is the first shard.
    pub first: bool,
}

impl ShardUpdate {
    pub(super) fn new<T>(shard: DataShard, pairs: [&[T]; 2], answers: usize, gradient: View, update: Vec<Dispatch>) -> Self {
        let [rows, all] = [pairs.map(|all| shard.of(all, answers).len() as f32), pairs.map(|all| all.len() as f32)];
        ShardUpdate { rows, all, gradient, update, first: shard.index == 0 }
    }
}
