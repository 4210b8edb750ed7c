//! Writes a module so that it compresses well, and changes nothing else about it: functions with the same passages become
//! neighbours.

mod order;

use anyhow::{Context, Result};
use std::convert::Infallible;
use std::fs;
use std::path::Path;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// Rewrites the file.
pub fn file(wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let arranged = module(&bytes).with_context(|| format!("cannot arrange {}", wasm.display()))?;
    fs::write(wasm, arranged).with_context(|| format!("cannot write {}", wasm.display()))
}

/// The module with its functions in another order.
fn module(bytes: &[u8]) -> Result<Vec<u8>> {
    let (mut indices, mut bodies) = (vec![], vec![]);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(_) = import?.ty {
                        indices.push(indices.len() as u32);
                    }
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => (),
        }
    }
    let (order, imported) = (order::order(&bodies), indices.len());
    indices.resize(imported + order.len(), 0);
    for (index, function) in order.iter().enumerate() {
        indices[imported + function] = (imported + index) as u32;
    }
    let mut arranged = Module::new();
    Arranged { order, indices }.parse_core_module(&mut arranged, Parser::new(0), bytes)?;
    Ok(arranged.finish())
}

/// Rewrites a module.
struct Arranged {
    /// Which of the old functions stands first, second, …
    order: Vec<usize>,
    /// New indices by old ones. Imports come first, and stay.
    indices: Vec<u32>,
}

impl Reencode for Arranged {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(self.indices[function as usize])
    }

    fn parse_function_section(&mut self, to: &mut FunctionSection, section: FunctionSectionReader) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        self.order.iter().for_each(|function| _ = to.function(types[*function]));
        Ok(())
    }

    fn parse_code_section(&mut self, to: &mut CodeSection, section: CodeSectionReader) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for function in self.order.clone() {
            utils::parse_function_body(self, to, bodies[function].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;
    use wasm_encoder::{
        ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, ImportSection, Instruction,
        RefType, TableSection, TableType, TypeSection, ValType,
    };
    use wasmparser::{ElementItems, Operator, Validator};

    const COUNT: u32 = 40;

    /// Functions that call the one before (the first an import) and return their number. Those with even numbers take a parameter
    /// and share a long passage. All are exported under their numbers and stand in a table.
    fn example() -> Vec<u8> {
        let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([], [ValType::I32]);
        types.ty().function([ValType::I32], [ValType::I32]);
        let mut exports = ExportSection::new();
        for number in 0..COUNT {
            let even = number % 2 == 0;
            let mut body = Function::new([]);
            if even {
                (0..20).for_each(|n| {
                    _ = body.instruction(&Instruction::I64Const(0x0123_4567_89ab << n)).instruction(&Instruction::Drop)
                });
            } else {
                body.instruction(&Instruction::I32Const(7));
            }
            for instruction in
                [Instruction::Call(number), Instruction::Drop, Instruction::I32Const(number as i32), Instruction::End]
            {
                body.instruction(&instruction);
            }
            functions.function(even.into());
            code.function(&body);
            exports.export(&number.to_string(), ExportKind::Func, 1 + number);
        }
        let (mut imports, mut tables, mut elements) = (ImportSection::new(), TableSection::new(), ElementSection::new());
        imports.import("page", "f", EntityType::Function(0));
        let size = COUNT.into();
        tables.table(TableType { element_type: RefType::FUNCREF, minimum: size, maximum: None, table64: false, shared: false });
        let all: Vec<u32> = (1..=COUNT).collect();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(Cow::Owned(all)));
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&exports).section(&elements);
        module.section(&code);
        module.finish()
    }

    /// The numbers that functions return, those of the functions that they call, what is exported, and what stands in the table.
    #[derive(Default, Debug, PartialEq)]
    struct Seen {
        numbers: Vec<i32>,
        called: Vec<u32>,
        exported: Vec<(String, u32)>,
        table: Vec<u32>,
    }

    fn seen(module: &[u8]) -> Seen {
        let mut seen = Seen::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    seen.exported
                        .extend(section.into_iter().map(Result::unwrap).map(|export| (export.name.into(), export.index)));
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        let ElementItems::Functions(functions) = element.unwrap().items else { panic!("functions") };
                        seen.table.extend(functions.into_iter().map(Result::unwrap));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let operators: Vec<Operator> = body.get_operators_reader().unwrap().into_iter().map(Result::unwrap).collect();
                    let [.., Operator::Call { function_index }, _, Operator::I32Const { value }, _] = operators[..] else {
                        panic!("{operators:?}");
                    };
                    seen.numbers.push(value);
                    seen.called.push(function_index);
                }
                _ => (),
            }
        }
        seen
    }

    #[test]
    fn only_the_order_changes_and_like_stands_by_like() {
        let before = example();
        let after = module(&before).unwrap();
        Validator::new().validate_all(&before).unwrap();
        Validator::new().validate_all(&after).unwrap();
        assert_eq!(module(&before).unwrap(), after, "a release has the same name wherever it is built");

        let Seen { numbers, called, exported, table } = seen(&after);
        let number = |index: u32| index.checked_sub(1).map_or(-1, |index| numbers[index as usize]);
        assert!((0..COUNT as i32).eq(table.iter().map(|index| number(*index))));
        assert!(exported.iter().all(|(name, index)| *name == number(*index).to_string()) && exported.len() == COUNT as usize);
        assert!(numbers.iter().zip(&called).all(|(own, index)| number(*index) == own - 1));
        assert!(numbers.iter().take(COUNT as usize / 2).all(|number| number % 2 == 0), "{numbers:?}");
    }
}
