//! From shaders on disk to the text of a launch: the values of their `const` lines, then several of them in one module.

mod arenas;
mod launch;
mod rewriter;
mod shader;
mod tokens;

use crate::plan::Dispatch;
pub use arenas::Arenas;
pub use launch::{Launch, launches};
pub use shader::Shader;
pub use tokens::{Token, tokens};

/// The WGSL of the dispatch's shader with its dims, and with `per_run[i]` as the distance between two runs of binding `i`.
///
/// # Errors
/// Names the `const` line that is missing from the shader, or is there twice.
pub fn specialize(dispatch: &Dispatch, per_run: &[usize]) -> Result<String, String> {
    let kernel = dispatch.kernel;
    let (shader, wgsl, _) = dispatch.shader();
    let mut values: Vec<(String, u32, usize)> = vec![];
    for (name, &value) in kernel.dims.iter().zip(&dispatch.dims) {
        values.push(((*name).into(), value, 0));
    }
    for (bind, &distance) in kernel.binds.iter().zip(per_run) {
        let distance = u32::try_from(distance)
            .map_err(|_| format!("`{}` has {distance} elements per run, and WGSL counts to 2^32", bind.name))?;
        values.push((run_const(bind.name), distance, 0));
    }
    let mut text = String::with_capacity(wgsl.len() + 64);
    for line in wgsl.lines() {
        match values.iter_mut().find(|(name, ..)| Some(name.as_str()) == literal(line)) {
            Some((name, value, found)) => {
                *found += 1;
                text.push_str(&format!("const {name}: u32 = {value}u;"));
            }
            None => text.push_str(line),
        }
        text.push('\n');
    }
    match values.iter().find(|(.., found)| *found != 1) {
        Some((name, _, found)) => {
            Err(format!("shaders/{shader}.wgsl has {found} lines `const {name}: u32 = …u;`, and needs exactly one"))
        }
        None => Ok(text),
    }
}

/// Name of the constant that holds the distance between two runs of a binding.
pub fn run_const(binding: &str) -> String {
    format!("{}_RUN", binding.to_ascii_uppercase())
}

/// The name in a line `const NAME: u32 = 64u;`.
fn literal(line: &str) -> Option<&str> {
    let (name, value) = line.strip_prefix("const ")?.split_once(':')?;
    let digits = value.strip_prefix(" u32 = ")?.strip_suffix("u;")?;
    digits.bytes().all(|b| b.is_ascii_digit()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::tape::ADD_BACK;

    fn dispatch(kernel: &'static Kernel) -> Dispatch {
        Dispatch { kernel, dims: vec![7, 1], views: vec![], label: "test".into(), variant: 0 }
    }

    #[test]
    fn every_value_is_replaced() {
        let text = specialize(&dispatch(&ADD_BACK), &[128, 192]).unwrap();
        for line in ["N: u32 = 7u", "ACCUMULATE: u32 = 1u", "DY_RUN: u32 = 128u", "DX_RUN: u32 = 192u"] {
            assert!(text.contains(&format!("\nconst {line};\n")), "{line} is not in\n{text}");
        }
        assert!(text.contains("const GROUPS: u32 = (N + 63u) / 64u;"), "derived constants stay");
    }

    #[test]
    fn a_missing_or_doubled_line_is_named() {
        let fail = |wgsl| {
            let kernel = Box::leak(Box::new(Kernel { wgsl, ..ADD_BACK }));
            specialize(&dispatch(kernel), &[64, 64]).unwrap_err()
        };
        assert!(fail("const N: u32 = 1u;\n").contains("0 lines `const ACCUMULATE"));
        assert!(fail("const N: u32 = 1u;\nconst N: u32 = 1u;\n").contains("2 lines `const N"));
    }
}
