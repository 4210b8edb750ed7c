//! Everything `cargo xtask` does. [`serve`] builds the page in a hurry and has [`server`] serve it; [`dist`] builds what
//! visitors get; [`check`] runs the [`steps`] of the tests.
//!
//! [`compile`], [`bind`] and [`page`] are what both builds consist of. [`split`], [`wasm_opt`], [`arrange`], [`shorten`] and [`lanes`] make
//! modules and scripts smaller, or look whether they are fast; [`address`], [`assets`], [`package`] and [`sizes`] finish the
//! folder. [`trial_embeds`] tries the package in other people's tools, and [`isa`] has shaders
//! compiled for GPUs that are not there. [`versions`] keeps dependencies as they are listed.
//! [`tools`] and [`system`] find or install what the tests need; [`files`], [`process`] and [`workspace`] are the small things
//! that many share. No module uses one that uses it.

pub mod address;
pub mod arrange;
pub mod assets;
pub mod bind;
pub mod check;
pub mod compile;
pub mod dist;
pub mod files;
pub mod isa;
pub mod lanes;
pub mod package;
pub mod page;
pub mod process;
pub mod serve;
pub mod server;
pub mod shorten;
pub mod sizes;
pub mod split;
pub mod steps;
pub mod system;
pub mod tools;
pub mod trial_embeds;
pub mod versions;
pub mod wasm_opt;
pub mod workspace;
