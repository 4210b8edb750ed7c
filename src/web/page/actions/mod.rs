//! What people and programs do to the lab. Each takes the [`Ui`](super::ui::Ui) and changes its state; what is below it knows
//! nothing of them.

pub mod arrangement;
pub mod ask;
mod charts;
pub mod density;
mod experiment;
pub mod export;
pub mod files;
pub mod input;
pub mod inspect;
pub mod keys;
pub mod later;
pub mod listen;
mod open;
mod replay;
mod row_workers;
mod runs;
mod share;
mod speak;
pub mod stage;
mod state;
pub mod surroundings;
mod sweep;
mod tour;
pub mod zoom;
