//! [`Tuning`]: how a GPU runs plans, which is part of a run's record.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ops::tiles::Tiles;

/// The two ways to launch, as text names them.
const LAUNCHES: [&str; 2] = ["apart", "merged"];

/// What is measured on a GPU, or fixed: which shaders multiply, and whether the dispatches of a level are one launch. As text
/// `2.1.3 merged`.
///
/// Another tile adds up in another order. Merging changes no order: the same workgroups compute the same expressions. But the
/// compiler sees them in another module, and WGSL leaves it free to fuse a product and a sum, which rounds differently; so
/// a run that is to repeat itself bit for bit keeps both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tuning {
    /// Which shaders multiply.
    pub tiles: Tiles,
    /// Whether the dispatches of a level are one launch.
    pub merge: bool,
}

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tiles, LAUNCHES[usize::from(self.merge)])
    }
}

impl From<Tuning> for String {
    fn from(tuning: Tuning) -> String {
        tuning.to_string()
    }
}

impl FromStr for Tuning {
    type Err = String;

    fn from_str(text: &str) -> Result<Tuning, String> {
        // Before launches were recorded, GPUs merged them.
        let (tiles, launches) = text.split_once(' ').unwrap_or((text, LAUNCHES[1]));
        let merge = LAUNCHES.iter().position(|name| *name == launches).ok_or("it does not end with a way to launch")? == 1;
        Ok(Tuning { tiles: tiles.parse()?, merge })
    }
}

impl TryFrom<String> for Tuning {
    type Error = String;

    fn try_from(text: String) -> Result<Tuning, String> {
        text.parse().map_err(|why| format!("tuning: `{text}`: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_is_stable_and_tiles_alone_were_merged() {
        let tiles: Tiles = "2.1.3".parse().expect("tiles");
        for (text, merge) in [("2.1.3 merged", true), ("2.1.3 apart", false)] {
            let tuning = Tuning { tiles, merge };
            assert_eq!((text.parse(), tuning.to_string().as_str()), (Ok(tuning), text));
            let bytes = postcard::to_allocvec(&tuning).expect("bytes");
            assert_eq!(bytes, postcard::to_allocvec(text).expect("bytes"));
            assert_eq!(postcard::from_bytes(&bytes), Ok(tuning));
        }
        let old = postcard::to_allocvec(&tiles).expect("bytes");
        assert_eq!(postcard::from_bytes(&old), Ok(Tuning { tiles, merge: true }));
        for bad in ["", "merged", "2.1 merged", "9.1.3 merged", "2.1.3 ", "2.1.3  merged", "2.1.3 Merged", "2.1.3 merged apart"] {
            bad.parse::<Tuning>().expect_err(bad);
        }
    }
}
