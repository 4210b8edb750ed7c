//! The tuning cache, a measurement as text that outlives the visit: which tiles, with which shaders, on which GPU.
//!
//! The page stores the text without reading it. Other shaders, as of a later release, or another GPU make it worthless.

use crate::ops::matmul::MATMUL;
use crate::ops::tiles::Tiles;

/// The text for tiles that were measured on the adapter of this name.
pub fn write(tiles: Tiles, adapter: &str) -> String {
    format!("{tiles} {}", known(adapter))
}

/// The tiles of a text, if it was written with our shaders on this adapter.
pub fn read(text: &str, adapter: &str) -> Option<Tiles> {
    let (tiles, on) = text.split_once(' ')?;
    tiles.parse().ok().filter(|_| on == known(adapter))
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
            let text = write(tiles, adapter);
            assert_eq!(read(&text, adapter), Some(tiles));
            assert_eq!(read(&text, "another"), None);
            assert_eq!(read(&text, &format!("{adapter} Ti")), None);
            let other_shaders = text.replacen(&format!("{:x}", shaders()), &format!("{:x}", shaders() ^ 1), 1);
            let other_release = text.replacen(env!("CARGO_PKG_VERSION"), "0.0.0", 1);
            let no_tiles = text.replacen("2.1.3 ", "9.1.3 ", 1);
            for strange in [&other_shaders, &other_release, &no_tiles, "2.1.3", "", " "] {
                assert_ne!(strange, text);
                assert_eq!(read(strange, adapter), None, "{strange:?}");
            }
        }
    }
}
