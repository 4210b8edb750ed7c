//! What people and programs do to the lab. Each takes the [`Ui`](super::ui::Ui) and changes its state; what is below it knows
//! nothing of them.

pub mod arrangement;
pub mod ask;
mod attend;
mod charts;
mod density;
mod experiment;
mod export;
mod files;
mod input;
mod inspect;
mod keys;
pub mod later;
mod listen;
mod open;
mod replay;
mod row_workers;
mod runs;
mod share;
pub mod soon;
mod speak;
mod stage;
mod state;
pub mod surroundings;
mod sweep;
mod tour;
mod zoom;
