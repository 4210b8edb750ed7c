//! The tuning cache, a measurement as text that outlives the visit: a [`Tuning`], with which shaders, on which GPU.
//!
//! The page stores the text without reading it. Other shaders, as of a later release, or another GPU make it worthless.

use crate::exec::Tuning;
use crate::ops::matmul::MATMUL;

/// The text for what was measured on the adapter of this name.
pub fn write(tuning: Tuning, adapter: &str) -> String {
    format!("{tuning} {}", known(adapter))
}

/// What was measured, if the text was written with our shaders on this adapter.
pub fn read(text: &str, adapter: &str) -> Option<Tuning> {
    let (end, _) = text.match_indices(' ').nth(1)?;
    (text[end + 1..] == known(adapter)).then(|| text[..end].parse().ok())?
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
                let tuning = Tuning { tiles, merge };
                assert_eq!(read(&write(tuning, adapter), adapter), Some(tuning));
            }
            let text = write(Tuning { tiles, merge: true }, adapter);
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
