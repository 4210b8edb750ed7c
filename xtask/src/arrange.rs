//! Puts the functions of a module into an order that compresses well. Gzip looks back 32 KB, and a module is many times as
//! long: where functions with the same passages are neighbours, it finds more to refer to. Nothing else about the module
//! changes.

use anyhow::{Context, Result};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fs;
use std::path::Path;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// How far gzip looks back.
const WINDOW: usize = 32 * 1024;
/// Bytes of a passage: two or three instructions.
const PASSAGE: usize = 6;

/// Rewrites the file.
pub fn file(wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let arranged = module(&bytes).with_context(|| format!("cannot arrange the functions of {}", wasm.display()))?;
    fs::write(wasm, arranged).with_context(|| format!("cannot write {}", wasm.display()))
}

/// The module with its functions in another order.
fn module(bytes: &[u8]) -> Result<Vec<u8>> {
    let (mut places, mut bodies) = (vec![], vec![]);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(_) = import?.ty {
                        places.push(places.len() as u32);
                    }
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => (),
        }
    }
    let (order, imported) = (order(&bodies), places.len());
    places.resize(imported + order.len(), 0);
    for (place, function) in order.iter().enumerate() {
        places[imported + function] = (imported + place) as u32;
    }
    let mut arranged = Module::new();
    Arranged { order, places }.parse_core_module(&mut arranged, Parser::new(0), bytes)?;
    Ok(arranged.finish())
}

/// Rewrites a module.
struct Arranged {
    /// Which of the old functions stands first, second, …
    order: Vec<usize>,
    /// New indices by old ones. Imports come first, and stay.
    places: Vec<u32>,
}

impl Reencode for Arranged {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(self.places[function as usize])
    }

    fn parse_function_section(&mut self, to: &mut FunctionSection, section: FunctionSectionReader) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        self.order.iter().for_each(|function| _ = to.function(types[*function]));
        Ok(())
    }

    fn parse_code_section(&mut self, to: &mut CodeSection, section: CodeSectionReader) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.order.clone().into_iter().try_for_each(|function| utils::parse_function_body(self, to, bodies[function].clone()))
    }
}

/// Which function comes first, second, …: always the one that, for its length, shares most with what the window before it holds.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let mut window = Window::new(bodies);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let (mut order, mut first, mut width) = (vec![], 0, 0);
    let fit = |window: &Window, function: usize| (window.shared[function] / bodies[function].len().max(1), Reverse(function));
    while let Some(at) = (0..left.len()).max_by_key(|at| fit(&window, left[*at])) {
        let next = left.swap_remove(at);
        order.push(next);
        window.enter(next);
        width += bodies[next].len();
        while width > WINDOW && first + 1 < order.len() {
            window.leave(order[first]);
            width -= bodies[order[first]].len();
            first += 1;
        }
    }
    order
}

/// What the functions that gzip can look back to have in common with every function.
struct Window {
    /// By function: its passages, numbered, each once.
    passages: Vec<Vec<usize>>,
    /// By passage: the functions that have it.
    owners: Vec<Vec<usize>>,
    /// By passage: how many functions in the window have it.
    inside: Vec<usize>,
    /// By function: the weight of its passages that are inside.
    shared: Vec<usize>,
}

impl Window {
    /// Empty.
    fn new(bodies: &[&[u8]]) -> Window {
        let mut numbers = HashMap::new();
        let mut owners: Vec<Vec<usize>> = vec![];
        let mut passages = vec![vec![]; bodies.len()];
        for (function, body) in bodies.iter().enumerate() {
            for passage in body.windows(PASSAGE) {
                let number = *numbers.entry(passage).or_insert(owners.len());
                if number == owners.len() {
                    owners.push(vec![]);
                }
                if owners[number].last() != Some(&function) {
                    owners[number].push(function);
                    passages[function].push(number);
                }
            }
        }
        Window { passages, inside: vec![0; owners.len()], owners, shared: vec![0; bodies.len()] }
    }

    /// The fewer functions have a passage, the more it says.
    fn weight(&self, passage: usize) -> usize {
        (1e6 / (self.owners[passage].len() as f64).sqrt()) as usize
    }

    /// The function is in the window from now on.
    fn enter(&mut self, function: usize) {
        for &passage in &self.passages[function] {
            self.inside[passage] += 1;
            if self.inside[passage] == 1 {
                let weight = self.weight(passage);
                self.owners[passage].iter().for_each(|owner| self.shared[*owner] += weight);
            }
        }
    }

    /// The function is so far back that gzip does not see it.
    fn leave(&mut self, function: usize) {
        for &passage in &self.passages[function] {
            self.inside[passage] -= 1;
            if self.inside[passage] == 0 {
                let weight = self.weight(passage);
                self.owners[passage].iter().for_each(|owner| self.shared[*owner] -= weight);
            }
        }
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
        module.section(&code).finish()
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
        let number = |index: u32| index.checked_sub(1).map_or(-1, |place| numbers[place as usize]);
        assert!((0..COUNT as i32).eq(table.iter().map(|index| number(*index))));
        assert!(exported.iter().all(|(name, index)| *name == number(*index).to_string()) && exported.len() == COUNT as usize);
        assert!(numbers.iter().zip(&called).all(|(own, index)| number(*index) == own - 1));
        assert!(numbers.iter().take(COUNT as usize / 2).all(|number| number % 2 == 0), "{numbers:?}");
    }
}
