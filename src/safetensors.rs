//! Writes safetensors: 8 bytes with the length of a JSON header, the header, and the numbers, all little-endian.
//!
//! The header says for each tensor its type, its shape, and from which byte to which it lies in the data. It is padded with
//! blanks to a multiple of 8, so that the data are aligned.

use crate::json;

/// A tensor to write.
pub struct Tensor<'a> {
    /// Unique name.
    pub name: &'a str,
    /// Sizes, slowest first.
    pub shape: Vec<usize>,
    /// As many numbers as the shape says.
    pub values: Vec<f32>,
}

/// A file with these tensors and these notes.
///
/// # Panics
/// When the values of a tensor are not as many as its shape says.
pub fn encode(notes: &[(&str, String)], tensors: &[Tensor]) -> Vec<u8> {
    let notes: Vec<_> = notes.iter().map(|(name, text)| (*name, json::string(text))).collect();
    let mut entries = vec![("__metadata__", json::object(&notes))];
    let mut end = 0;
    for Tensor { name, shape, values } in tensors {
        assert_eq!(shape.iter().product::<usize>(), values.len(), "{name} has the shape {shape:?}");
        let start = end;
        end += size_of_val(values.as_slice());
        let numbers = |list: &[usize]| json::array(&mut list.iter().map(usize::to_string));
        let entry = [("dtype", json::string("F32")), ("shape", numbers(shape)), ("data_offsets", numbers(&[start, end]))];
        entries.push((name, json::object(&entry)));
    }
    let mut header = json::object(&entries).into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut bytes = Vec::with_capacity(8 + header.len() + end);
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend(header);
    for tensor in tensors {
        bytes.extend(tensor.values.iter().flat_map(|value| value.to_le_bytes()));
    }
    bytes
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_header_describes_the_data() {
        let [first, second] = [vec![0.5, -1.0, f32::MAX, 1e-30, 0.0, 7.0], vec![2.5]];
        for note in ["", "a", "ab", "abc"] {
            let tensors = [
                Tensor { name: "W \"1\"", shape: vec![2, 3], values: first.clone() },
                Tensor { name: "b", shape: vec![1], values: second.clone() },
            ];
            let bytes = encode(&[("note", note.into())], &tensors);
            let length = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) as usize;
            assert_eq!(length % 8, 0);
            assert_eq!(bytes[8], b'{', "the format wants the header to start so");
            let header: Value = serde_json::from_slice(&bytes[8..8 + length]).expect("a JSON header");
            let want = json!({
                "__metadata__": {"note": note},
                "W \"1\"": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
                "b": {"dtype": "F32", "shape": [1], "data_offsets": [24, 28]},
            });
            assert_eq!(header, want);
            let data: Vec<f32> = bytemuck::pod_collect_to_vec(&bytes[8 + length..]);
            assert_eq!(data, [first.as_slice(), &second].concat());
        }
    }

    #[test]
    #[should_panic(expected = "has the shape")]
    fn a_wrong_shape_is_refused() {
        encode(&[], &[Tensor { name: "W", shape: vec![2, 2], values: vec![0.0; 3] }]);
    }
}
