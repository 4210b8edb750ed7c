//! Plain data as bytes, with postcard.

use postcard::{Result, ser_flavors::Flavor, serialize_with_flavor};
use serde::Serialize;

/// Encodes a value.
pub fn encode(value: &impl Serialize) -> Vec<u8> {
    // Only what serde cannot tell the length of would be an error.
    serialize_with_flavor(value, Buffer(vec![])).unwrap_or_default()
}

/// Every field is written by one of two functions, which would weigh much if each field had its own.
struct Buffer(Vec<u8>);

impl Flavor for Buffer {
    type Output = Vec<u8>;

    #[inline(never)]
    fn try_push(&mut self, byte: u8) -> Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline(never)]
    fn try_extend(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> Result<Vec<u8>> {
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_those_of_postcard() {
        let value = (7u8, 300u32, -1.5f32, "text", vec![Some(1u64), None], [0.25f64; 3]);
        assert_eq!(encode(&value), postcard::to_allocvec(&value).unwrap());
    }
}
