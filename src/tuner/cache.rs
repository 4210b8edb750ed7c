//! The tuning cache, a measurement as text that outlives the visit: which tiles and launches, with which shaders, on which GPU.
//!
//! The page stores the text without reading it. Other shaders, as of a later release, or another GPU make it worthless.

use crate::ops::matmul::MATMUL;
use crate::ops::tiles::Tiles;

/// The two ways to launch, as the text names them.
const LAUNCHES: [&str; 2] = ["apart", "merged"];

/// The text for tiles, and whether launches are merged, that were measured on the adapter of this name.
pub fn write(tiles: Tiles, merge: bool, adapter: &str) -> String {
    format!("{tiles} {} {}", LAUNCHES[usize::from(merge)], known(adapter))
}

/// The tiles of a text and whether launches are merged, if it was written with our shaders on this adapter.
pub fn read(text: &str, adapter: &str) -> Option<(Tiles, bool)> {
    let (tiles, rest) = text.split_once(' ')?;
    let (launches, on) = rest.split_once(' ')?;
    let merge = LAUNCHES.iter().position(|name| *name == launches)? == 1;
    (on == known(adapter)).then_some((tiles.parse().ok()?, merge))
}

/// What a measurement depends on.
fn known(adapter: &str) -> String {
    format!("{} {:x} {adapter}", env!("CARGO_PKG_VERSION"), shaders())
}

/// A fingerprint of every shader there is to choose from (FNV-1a).
fn shaders() -> u32 {
    let texts = MATMUL.variants.iter().map(|variant| variant.wgsl).chain([MATMUL.wgsl]);
    texts.flat_map(str::bytes).fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_gpu_and_the_same_shaders_read_it() {
        let tiles = "2.1.3".parse().unwrap();
        for adapter in ["", "NVIDIA H100", "apple 2.1.3"] {
            for merge in [false, true] {
                assert_eq!(read(&write(tiles, merge, adapter), adapter), Some((tiles, merge)));
            }
            let text = write(tiles, true, adapter);
            assert_eq!(read(&text, "another"), None);
            assert_eq!(read(&text, &format!("{adapter} Ti")), None);
            let other_shaders = text.replacen(&format!("{:x}", shaders()), &format!("{:x}", shaders() ^ 1), 1);
            let other_release = text.replacen(env!("CARGO_PKG_VERSION"), "0.0.0", 1);
            let no_tiles = text.replacen("2.1.3 ", "9.1.3 ", 1);
            let no_launches = text.replacen("merged ", "", 1);
            for strange in [&other_shaders, &other_release, &no_tiles, &no_launches, "2.1.3", "2.1.3 merged", "", " "] {
                assert_ne!(strange, text);
                assert_eq!(read(strange, adapter), None, "{strange:?}");
            }
        }
    }
}
