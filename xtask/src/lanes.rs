//! Whether the fast loops load what they multiply four numbers at a time. Compilers have turned such a load into four, which
//! costs a third of the speed and changes no result, so that no other test would notice.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// Checks a module that was built with relaxed SIMD.
pub fn check(wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    module(&bytes).with_context(|| format!("{} is slower than its source", wasm.display()))
}

/// Fused multiply-adds stand in the fast loops, and nowhere else.
fn module(bytes: &[u8]) -> Result<()> {
    let mut loops = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CodeSectionEntry(body) = payload? else { continue };
        let [fused, lanes] = count(&body)?;
        if fused > 0 {
            loops += 1;
            ensure!(
                lanes == 0,
                "a function with {fused} fused multiply-adds loads {lanes} numbers one by one; look at `load` in src/ops/simd.rs"
            );
        }
    }
    ensure!(loops > 0, "no function has a fused multiply-add, though relaxed SIMD was asked for");
    Ok(())
}

/// Fused multiply-adds, and loads of one lane of several.
fn count(body: &FunctionBody) -> Result<[usize; 2]> {
    let mut counts = [0; 2];
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::F32x4RelaxedMadd => counts[0] += 1,
            Operator::V128Load32Lane { .. } => counts[1] += 1,
            _ => (),
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, Function, FunctionSection, Instruction, MemArg, MemorySection, MemoryType, Module, TypeSection, ValType,
    };

    const AT: MemArg = MemArg { offset: 0, align: 2, memory_index: 0 };

    /// A module of functions from an address to a vector, which end in one each after these instructions.
    fn with(functions: &[&[Instruction]]) -> Vec<u8> {
        let (mut types, mut list, mut memories, mut code) =
            (TypeSection::new(), FunctionSection::new(), MemorySection::new(), CodeSection::new());
        types.ty().function([ValType::I32], [ValType::V128]);
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        for instructions in functions {
            list.function(0);
            let mut function = Function::new([]);
            for instruction in *instructions {
                function.instruction(instruction);
            }
            function.instruction(&Instruction::End);
            code.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&list).section(&memories).section(&code);
        module.finish()
    }

    #[test]
    fn only_loops_that_multiply_must_load_whole_vectors() {
        use Instruction::{F32x4RelaxedMadd, LocalGet, V128Const, V128Load, V128Load32Lane};
        let whole = [LocalGet(0), V128Load(AT)];
        let lane = [LocalGet(0), V128Const(0), V128Load32Lane { memarg: AT, lane: 1 }];
        let multiplied = |load: &[Instruction<'static>]| [load, &[V128Const(1), V128Const(2), F32x4RelaxedMadd]].concat();
        let message = |functions: &[&[Instruction]]| module(&with(functions)).map_err(|error| error.to_string());
        assert_eq!(message(&[&lane, &multiplied(&whole)]), Ok(()));
        assert!(
            message(&[&multiplied(&whole), &multiplied(&lane)]).is_err_and(|error| error.contains("loads 1 numbers one by one"))
        );
        assert!(message(&[&whole, &lane]).is_err_and(|error| error.contains("no function has a fused multiply-add")));
    }
}
