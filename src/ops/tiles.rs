//! Which shader of `matmul` a GPU uses for each class of products: [`Tiles`].
//!
//! All shaders give the same result up to rounding, and each repeats itself bit for bit. So that a run can be repeated
//! on another day, its tiles are part of its snapshot, and the key `tiles` fixes them.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use super::matmul::{MATMUL, Product};
use crate::plan::{Dispatch, Plan};
use crate::tr;

/// Kinds of products whose memory access differs: as stored, with the second factor transposed (gradients of inputs),
/// with the first one transposed (gradients of weights).
pub const CLASSES: usize = 3;

/// For each class of products the number of its shader. As text `2.1.3`; 0 is the shader without workgroup memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tiles(pub(crate) [usize; CLASSES]);

impl Tiles {
    /// The shader for a dispatch; 0 for other kernels than `matmul`.
    pub fn variant(&self, dispatch: &Dispatch) -> usize {
        class(dispatch).map_or(0, |class| self.0[class])
    }

    /// Chooses the shaders of all lists of a plan.
    pub fn apply(&self, plan: &mut Plan) {
        for dispatch in [&mut plan.train, &mut plan.record, &mut plan.evaluate].into_iter().flatten() {
            dispatch.variant = self.variant(dispatch);
        }
    }
}

/// The class of a product; none for other kernels.
pub fn class(dispatch: &Dispatch) -> Option<usize> {
    if !core::ptr::eq(dispatch.kernel, &MATMUL) {
        return None;
    }
    let product = Product::of(&dispatch.dims);
    Some(match (product.a[1], product.b[1]) {
        (1, 1) => 0,
        (1, _) => 1,
        _ => 2,
    })
}

impl fmt::Display for Tiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [plain, transposed_b, transposed_a] = self.0;
        write!(f, "{plain}.{transposed_b}.{transposed_a}")
    }
}

impl From<Tiles> for String {
    fn from(tiles: Tiles) -> String {
        tiles.to_string()
    }
}

impl FromStr for Tiles {
    type Err = String;

    fn from_str(text: &str) -> Result<Tiles, String> {
        let last = MATMUL.variants.len();
        let number = |text: &str| text.parse().ok().filter(|&n: &usize| n <= last && text.len() == 1);
        let numbers: Option<Vec<usize>> = text.split('.').map(number).collect();
        let tiles = numbers.and_then(|numbers| <[usize; CLASSES]>::try_from(numbers).ok());
        tiles.map(Tiles).ok_or_else(|| {
            tr!(
                "{value} is not {count} numbers from 0 to {last} with dots between, like 1.1.2",
                value = text,
                count = CLASSES,
                last
            )
        })
    }
}

impl TryFrom<String> for Tiles {
    type Error = String;

    fn try_from(text: String) -> Result<Tiles, String> {
        text.parse().map_err(|why| format!("tiles: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::plan::List;
    use crate::train;

    #[test]
    fn the_text_form_is_stable_and_bad_text_is_refused() {
        let tiles: Tiles = "2.1.3".parse().unwrap();
        assert_eq!((tiles, tiles.to_string().as_str()), (Tiles([2, 1, 3]), "2.1.3"));
        assert_eq!(Tiles::default().to_string(), "0.0.0");
        for bad in ["", "1", "1.1", "1.1.1.1", "4.0.0", "0.0.-1", "a.b.c", "01.0.0", "+1.0.0", "1,1,1", " 1.1.1"] {
            assert!(bad.parse::<Tiles>().unwrap_err().contains("like 1.1.2"), "{bad:?}");
        }
        let bytes = postcard::to_allocvec(&tiles).unwrap();
        assert_eq!(postcard::from_bytes(&bytes), Ok(tiles));
        let bytes = postcard::to_allocvec("7.1.3").unwrap();
        postcard::from_bytes::<Tiles>(&bytes).unwrap_err();
    }

    #[test]
    fn each_class_of_products_gets_its_shader() {
        let mut built = train::build(&Config::small());
        built.choose("1.2.3".parse().unwrap());
        built.plan.check().unwrap();
        for list in [List::Train, List::Evaluate] {
            let mut seen = [0; CLASSES + 1];
            for dispatch in built.plan.list(list) {
                let product = || Product::of(&dispatch.dims);
                let want = match dispatch.kernel.name {
                    "matmul" if product().a[1] != 1 => 3,
                    "matmul" if product().b[1] != 1 => 2,
                    "matmul" => 1,
                    _ => 0,
                };
                assert_eq!(dispatch.variant, want, "{dispatch:?}");
                seen[want] += 1;
            }
            assert!(list == List::Evaluate && seen[1] > 0 || seen.iter().all(|&n| n > 0), "{list:?}: {seen:?}");
        }
    }
}
