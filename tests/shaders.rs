//! Every shader is valid WGSL, says what its kernel says, and belongs to exactly one kernel.
//!
//! naga does not check that barriers are in uniform control flow; browsers do, in the web tests.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::path::Path;

use grokking_lab::exec::gpu::source::{run_const, specialize};
use grokking_lab::ops::{Access, Kernel, OPS};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, ScalarKind, StorageAccess, TypeInner};

/// Every kernel, and each of its variants as a kernel.
fn kernels() -> Vec<Kernel> {
    let shaders = |kernel: &&'static Kernel| {
        let own = (kernel.name, kernel.wgsl, kernel.grid);
        let variants = kernel.variants.iter().map(|v| (v.name, v.wgsl, v.grid));
        let as_kernel = |(name, wgsl, grid)| Kernel { name, wgsl, grid, ..**kernel };
        core::iter::once(own).chain(variants).map(as_kernel).collect::<Vec<_>>()
    };
    OPS.iter().flat_map(|op| op.kernels.iter().flat_map(shaders)).collect()
}

fn parse(kernel: &Kernel, text: &str) -> naga::Module {
    let module =
        naga::front::wgsl::parse_str(text).unwrap_or_else(|error| panic!("{}.wgsl: {}", kernel.name, error.emit_to_string(text)));
    if let Err(error) = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module) {
        panic!("{}.wgsl: {}", kernel.name, error.emit_to_string(text));
    }
    module
}

#[test]
fn files_and_kernels_are_the_same_set() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    let files: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let names: Vec<String> = kernels().iter().map(|kernel| format!("{}.wgsl", kernel.name)).collect();
    assert_eq!(files, names.iter().cloned().collect(), "shaders/ and the kernels in OPS");
    assert_eq!(files.len(), names.len(), "two kernels share a name");
}

#[test]
fn every_shader_is_valid_as_it_is_and_in_every_case() {
    for kernel in &kernels() {
        parse(kernel, kernel.wgsl);
        for dims in kernel.cases {
            assert_eq!(dims.len(), kernel.dims.len(), "{}: a case has a value for each dim", kernel.name);
            let per_run: Vec<usize> = kernel.binds.iter().map(|bind| (bind.len)(dims)).collect();
            let text = specialize(kernel, dims, &per_run).unwrap_or_else(|error| panic!("{error}"));
            parse(kernel, &text);
        }
    }
}

#[test]
fn bindings_are_those_of_the_kernel() {
    for kernel in &kernels() {
        let module = parse(kernel, kernel.wgsl);
        let mut found: Vec<_> = module.global_variables.iter().filter_map(|(_, v)| Some((v.binding?, v))).collect();
        found.sort_by_key(|(at, _)| (at.group, at.binding));
        assert_eq!(found.len(), kernel.binds.len(), "{}: number of bindings", kernel.name);
        for (i, ((at, variable), bind)) in found.iter().zip(kernel.binds).enumerate() {
            let who = format!("{}, binding {i} `{}`", kernel.name, bind.name);
            assert_eq!((at.group, at.binding as usize), (0, i), "{who}");
            assert_eq!(variable.name.as_deref(), Some(bind.name), "{who}");
            let (access, kind) = match bind.access {
                Access::In => (StorageAccess::LOAD, ScalarKind::Float),
                Access::Index => (StorageAccess::LOAD, ScalarKind::Uint),
                Access::Out | Access::InOut => (StorageAccess::LOAD | StorageAccess::STORE, ScalarKind::Float),
            };
            assert_eq!(variable.space, AddressSpace::Storage { access }, "{who}");
            let TypeInner::Array { base, .. } = module.types[variable.ty].inner else {
                panic!("{who} is not an array");
            };
            let TypeInner::Scalar(scalar) = module.types[base].inner else {
                panic!("{who} is not an array of numbers");
            };
            assert_eq!((scalar.kind, scalar.width), (kind, 4), "{who}");
        }
    }
}

#[test]
fn every_shader_opens_with_its_header_and_names_every_dim() {
    for kernel in &kernels() {
        let header: String = kernel.wgsl.lines().take_while(|line| line.starts_with("//")).collect();
        assert!(!header.is_empty(), "{}.wgsl does not open with a `//` header", kernel.name);
        let says = ["overwrites", "Overwrites", "adds", "Adds", "updates", "writes"];
        assert!(
            header.contains("Shapes:") && says.iter().any(|word| header.contains(word)),
            "{}.wgsl: the header gives shapes, and says what is overwritten or added to",
            kernel.name
        );
        let consts = kernel.dims.iter().map(|dim| (*dim).into()).chain(kernel.binds.iter().map(|b| run_const(b.name)));
        for name in consts {
            let line = format!("\nconst {name}: u32 = ");
            assert_eq!(kernel.wgsl.matches(&line).count(), 1, "{}.wgsl: `{}`", kernel.name, line.trim());
        }
        for word in ["override ", "enable ", "requires ", "atomic"] {
            let code = kernel.wgsl.lines().filter(|line| !line.trim_start().starts_with("//"));
            assert!(!code.into_iter().any(|line| line.contains(word)), "{}.wgsl uses `{word}`", kernel.name);
        }
    }
}
