//! Which shader of `matmul` a GPU is fastest with: [`Tiles`], and the start-up measurement that chooses them.
//!
//! All shaders give the same result up to rounding, and each repeats itself bit for bit. So that a run can be repeated
//! on another day, its tiles are part of its snapshot, and the key `tiles` fixes them.

use core::fmt;
use core::str::FromStr;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::exec::ExecError;
use crate::exec::gpu::{Context, Gpu};
use crate::ops::matmul::{MATMUL, Product};
use crate::plan::{Buffer, Dispatch, Kind, List, Plan, View};

/// Kinds of products whose memory access differs: as stored, with the second factor transposed (gradients of inputs),
/// with the first one transposed (gradients of weights).
pub const CLASSES: usize = 3;

/// For each class of products the number of its shader. As text `2.1.3`; 0 is the shader without workgroup memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tiles([usize; CLASSES]);

impl Tiles {
    /// The shader for a dispatch; 0 for other kernels than `matmul`.
    pub fn variant(&self, dispatch: &Dispatch) -> usize {
        class(dispatch).map_or(0, |class| self.0[class])
    }
}

/// The class of a product; none for other kernels.
fn class(dispatch: &Dispatch) -> Option<usize> {
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
        tiles.map(Tiles).ok_or_else(|| format!("is not {CLASSES} numbers from 0 to {last} with dots between, like 1.1.2"))
    }
}

impl TryFrom<String> for Tiles {
    type Error = String;

    fn try_from(text: String) -> Result<Tiles, String> {
        text.parse().map_err(|why| format!("tiles: `{text}` {why}"))
    }
}

/// A submit that takes this long can be compared by a clock that ticks every 0.1 ms, milliseconds.
const SUBMIT_MS: f64 = 5.0;
/// Most repeats in one submit.
const REPEATS: usize = 1024;
/// A shader must take less than this share of the best one's time to replace it.
const CLEARLY: f64 = 0.97;

/// Times every shader on the heaviest product of each class in the plan's training list, and chooses the fastest ones.
/// Starts nothing new after `budget_ms` of `now_ms`; what was not tried is not chosen. A rejected shader is passed over.
///
/// # Errors
/// [`ExecError::Lost`] when the device is gone.
pub async fn tune(context: &Context, plan: &Plan, now_ms: impl Fn() -> f64, budget_ms: f64) -> Result<Tiles, ExecError> {
    let end = now_ms() + budget_ms;
    let mut heaviest: Vec<(usize, &Dispatch)> = vec![];
    for c in 0..CLASSES {
        if let Some(found) = plan.train.iter().filter(|d| class(d) == Some(c)).max_by_key(|d| d.flops(1)) {
            // The heaviest class first: the budget may end before the last one.
            heaviest.insert(heaviest.partition_point(|(_, before)| before.flops(1) >= found.flops(1)), (c, found));
        }
    }
    let mut tiles = Tiles::default();
    for (class, dispatch) in heaviest {
        let (mut best, mut repeats) = (f64::INFINITY, 1);
        for variant in 0..=MATMUL.variants.len() {
            if now_ms() >= end {
                return Ok(tiles);
            }
            match time(context, alone(dispatch, plan.runs, variant), &now_ms, &mut repeats).await {
                Ok(ms) if ms < CLEARLY * best => {
                    best = ms;
                    tiles.0[class] = variant;
                }
                Ok(_) | Err(ExecError::Rejected { .. }) => (),
                Err(lost) => return Err(lost),
            }
        }
    }
    Ok(tiles)
}

/// A plan of this product only, on memory of its own.
fn alone(dispatch: &Dispatch, runs: usize, variant: usize) -> Plan {
    let mut plan = Plan { runs, ..Plan::default() };
    let mut views = vec![];
    for (bind, view) in dispatch.kernel.binds.iter().zip(&dispatch.views) {
        views.push(View { buffer: plan.buffers.len(), offset: 0, len: view.len });
        plan.buffers.push(Buffer { name: bind.name.into(), kind: Kind::F32, per_run: view.len, init: vec![] });
    }
    plan.train.push(Dispatch { views, variant, ..dispatch.clone() });
    plan
}

/// Milliseconds of one dispatch. Raises `repeats` until a submit is long enough for the clock.
async fn time(context: &Context, plan: Plan, now_ms: &impl Fn() -> f64, repeats: &mut usize) -> Result<f64, ExecError> {
    let plan = Rc::new(plan);
    let result = *plan.train[0].views.last().expect("a product has bindings");
    let mut gpu = Gpu::new(context, plan).await?;
    // The first submit includes what drivers put off until then.
    gpu.run(&[List::Train]);
    gpu.read(&[View { len: 1, ..result }]).await?;
    loop {
        let start = now_ms();
        gpu.run(&vec![List::Train; *repeats]);
        gpu.read(&[View { len: 1, ..result }]).await?;
        let took = now_ms() - start;
        if took >= SUBMIT_MS || *repeats >= REPEATS {
            return Ok(took / *repeats as f64);
        }
        *repeats *= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
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
