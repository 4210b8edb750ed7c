//! Everything `cargo xtask` does, in reading order: [`dist`] builds the static page, [`server`] serves it, [`check`] runs
//! every test on it. [`address`], [`assets`] and [`package`] finish what [`dist`] has built. [`trial_embeds`] tries the package in other
//! people's tools. [`versions`] keeps dependencies as they are listed. [`tools`] and [`system`] find or install what the tests need; [`process`] and [`workspace`] are the two small
//! things all of them share.

pub mod address;
pub mod arrange;
pub mod assets;
pub mod check;
pub mod dist;
pub mod lanes;
pub mod package;
pub mod process;
pub mod server;
pub mod shorten;
pub mod sizes;
pub mod steps;
pub mod system;
pub mod tools;
pub mod trial_embeds;
pub mod versions;
pub mod wasm_opt;
pub mod workspace;
