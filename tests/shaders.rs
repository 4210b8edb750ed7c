//! Every shader is valid WGSL, says what its kernel says, and belongs to exactly one kernel.
//!
//! naga does not check that barriers are in uniform control flow; browsers do, in the web tests.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use grokking_lab::config::Config;
use grokking_lab::exec::gpu::source::{Arenas, Body, Program, Shader, TABLE_QUADS, run_const, tokens};
use grokking_lab::kernel::{Access, Kernel, NONE};
use grokking_lab::op_table::OPS;
use grokking_lab::plan::{Buffer, Dispatch, Kind, List, Plan, View};
use grokking_lab::settings::from_query;
use grokking_lab::step::{BATCH_TOKEN, CLOCK_LAYOUT, HYPER_LAYOUT, Layout};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, ScalarKind, StorageAccess, TypeInner};

fn kernels() -> impl Iterator<Item = &'static Kernel> {
    OPS.iter().flat_map(|op| op.kernels.iter().copied())
}

/// Every shader with its kernel: the kernel's own, then its variants, as a dispatch without memory.
fn shaders() -> impl Iterator<Item = Dispatch> {
    kernels().flat_map(|kernel| (0..=kernel.variants.len()).map(move |variant| trial(kernel, variant, kernel.checks.cases[0])))
}

fn trial(kernel: &'static Kernel, variant: usize, dims: &[u32]) -> Dispatch {
    assert_eq!(dims.len(), kernel.dims.len(), "{}: a case has a value for each dim", kernel.name);
    Dispatch { kernel, dims: dims.into(), views: vec![], label: "trial".into(), variant }
}

fn parse(name: &str, text: &str) -> naga::Module {
    let module = naga::front::wgsl::parse_str(text).unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(text)));
    if let Err(error) = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module) {
        panic!("{name}: {}", error.emit_to_string(text));
    }
    module
}

#[test]
fn files_and_kernels_are_the_same_set() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    let files: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let names: Vec<String> = shaders().map(|shader| format!("{}.wgsl", shader.shader().0)).collect();
    assert_eq!(files, names.iter().cloned().collect(), "shaders/ and the kernels in OPS");
    assert_eq!(files.len(), names.len(), "two kernels share a name");
}

#[test]
fn every_shader_is_valid_and_obeys_the_conventions() {
    for shader in shaders() {
        let (kernel, (name, wgsl, _)) = (shader.kernel, shader.shader());
        parse(name, wgsl);
        let parsed = Shader::parse(wgsl, kernel.dims, kernel.binds).unwrap_or_else(|why| panic!("{name}.wgsl: {why}"));
        let offsets = vec![64; kernel.binds.len()];
        for dims in kernel.checks.cases {
            let given = |constant: &str| {
                let dim = kernel.dims.iter().position(|dim| *dim == constant).map(|i| u64::from(dims[i]));
                dim.or_else(|| kernel.binds.iter().any(|bind| run_const(bind.name) == constant).then_some(64))
            };
            let record = parsed.record(&offsets, given).unwrap_or_else(|why| panic!("{name}.wgsl: {why}"));
            assert_eq!(record.len(), offsets.len() + parsed.sizes().count(), "{name}");
        }
    }
}

fn program(plan: &Plan, arenas: &Arenas, merge: bool) -> Program {
    Program::new(plan, arenas, merge).unwrap_or_else(|error| panic!("{error}"))
}

/// All modules of a program with their texts, each once.
fn modules(program: &Program, arenas: &Arenas) -> Vec<(String, String)> {
    let mut modules: Vec<&[Body]> = program.lists.iter().flatten().map(|launch| &launch.module[..]).collect();
    modules.sort();
    modules.dedup();
    let text = |bodies: &&[Body]| {
        let names: Vec<&str> = bodies.iter().map(|body| body.name).collect();
        (names.join(", "), program.text(bodies, arenas).unwrap_or_else(|why| panic!("{why}")))
    };
    modules.iter().map(text).collect()
}

/// All modules as the GPU sees them, also with two runs, other layers, and memory in several arenas.
#[test]
fn modules_are_valid() {
    let configs = ["", "p=199", "seeds=2&layers=2&norm=pre&activation=gelu&p=11&mlp=32", "layers=12&norm=pre&p=11&mlp=32"]
        .map(|query| from_query(query).0);
    for config in configs.into_iter().chain([Config::nanda_113()]) {
        let plan = grokking_lab::train::build(&config).plan;
        let largest = plan.buffers.iter().map(|b| 4 * (b.per_run * plan.runs) as u64).max().expect("buffers");
        for limit in [1 << 40, largest.max(plan.bytes() / 2)] {
            let arenas = Arenas::new(&plan, limit).expect("fits");
            assert_eq!(arenas.arenas.len() > 3, limit < 1 << 40, "one arena of each kind would have done");
            for merge in [false, true] {
                let program = program(&plan, &arenas, merge);
                for (what, text) in modules(&program, &arenas) {
                    let module = parse(&what, &text);
                    assert_eq!(module.entry_points[0].workgroup_size, [64, 1, 1]);
                }
                for list in [List::Train, List::Record, List::Evaluate] {
                    let launches = &program.lists[list as usize];
                    let named: usize = launches.iter().map(|launch| launch.what.matches(']').count()).sum();
                    assert_eq!(named, plan.list(list).len(), "every dispatch is in one launch");
                    for launch in launches {
                        assert!(launch.bodies.iter().all(|body| launch.module.contains(body)), "{}", launch.what);
                        assert!(launch.table(&launch.module).len() <= 4 * TABLE_QUADS, "{}", launch.what);
                    }
                }
            }
        }
    }
}

/// What a visitor changes most: sizes, how much is trained on, how many runs.
#[test]
fn another_size_has_the_same_modules() {
    let bodies = |query: &str| {
        let (config, problems) = from_query(query);
        assert!(problems.is_empty(), "{query}: {problems:?}");
        let plan = grokking_lab::train::build(&config).plan;
        let arenas = Arenas::new(&plan, 1 << 40).expect("fits");
        let program = program(&plan, &arenas, true);
        let needed: BTreeSet<Body> = program.lists.iter().flatten().flat_map(|launch| launch.bodies.clone()).collect();
        (program.common.clone(), needed)
    };
    for (family, others) in [
        ("", &["p=31", "p=113&train=0.3", "p=199", "width=64", "heads=2", "mlp=256", "seed=5", "seeds=4", "wd=0.1&lr=1e-3"][..]),
        ("batch=256", &["batch=512", "batch=300&train=0.4", "batch=256&seed=3&seeds=2"]),
        ("layers=2&norm=pre", &["layers=2&norm=pre&p=31", "layers=2&norm=pre&heads=2&mlp=64", "layers=12&norm=pre"]),
    ] {
        let (common, needed) = bodies(family);
        for other in others {
            let (_, other_needed) = bodies(other);
            let new: Vec<&Body> = other_needed.iter().filter(|body| !common.contains(body) && !needed.contains(body)).collect();
            assert!(new.is_empty(), "`{other}` needs what `{family}` does not have: {new:?}");
        }
    }
}

/// Eight levels, of which one has much arithmetic and moves much memory.
#[test]
fn a_step_of_the_default_form_is_nine_launches() {
    for (config, most) in [(Config::standard(), 9), (Config::nanda_113(), 9), (Config { seeds: 8, ..Config::nanda_113() }, 12)] {
        let plan = grokking_lab::train::build(&config).plan;
        let arenas = Arenas::new(&plan, 1 << 40).expect("fits");
        let program = program(&plan, &arenas, true);
        let [train, ..] = &program.lists;
        let names: Vec<&str> = train.iter().map(|launch| launch.what.as_str()).collect();
        assert!(train.len() <= most, "{} launches of {} runs: {names:#?}", train.len(), config.seeds);
        // The common one, the head, what is recorded, and what streams.
        let modules = modules(&program, &arenas);
        assert!(modules.len() <= 9, "{:#?}", modules.iter().map(|module| &module.0).collect::<Vec<_>>());
    }
}

#[test]
fn bindings_are_those_of_the_kernel() {
    for shader in shaders() {
        let (kernel, (name, wgsl, _)) = (shader.kernel, shader.shader());
        let module = parse(name, wgsl);
        let mut found: Vec<_> = module.global_variables.iter().filter_map(|(_, v)| Some((v.binding?, v))).collect();
        found.sort_by_key(|(at, _)| (at.group, at.binding));
        assert_eq!(found.len(), kernel.binds.len(), "{name}: number of bindings");
        for (i, ((at, variable), bind)) in found.iter().zip(kernel.binds).enumerate() {
            let who = format!("{name}, binding {i} `{}`", bind.name);
            assert_eq!((at.group, at.binding as usize), (0, i), "{who}");
            assert_eq!(variable.name.as_deref(), Some(bind.name), "{who}");
            let (access, kind) = match bind.access {
                Access::In => (StorageAccess::LOAD, ScalarKind::Float),
                Access::Index => (StorageAccess::LOAD, ScalarKind::Uint),
                Access::Out | Access::InOut => (StorageAccess::LOAD | StorageAccess::STORE, ScalarKind::Float),
                Access::OutIndex => (StorageAccess::LOAD | StorageAccess::STORE, ScalarKind::Uint),
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
    for shader in shaders() {
        let (kernel, (name, wgsl, _)) = (shader.kernel, shader.shader());
        let header: String = wgsl.lines().take_while(|line| line.starts_with("//")).collect();
        assert!(!header.is_empty(), "{name}.wgsl does not open with a `//` header");
        let says = ["overwrites", "Overwrites", "adds", "Adds", "updates", "writes"];
        assert!(
            header.contains("Shapes:") && says.iter().any(|word| header.contains(word)),
            "{name}.wgsl: the header gives shapes, and says what is overwritten or added to"
        );
        let consts = kernel.dims.iter().map(|dim| (*dim).into()).chain(kernel.binds.iter().map(|b| run_const(b.name)));
        for constant in consts {
            let line = format!("\nconst {constant}: u32 = ");
            assert_eq!(wgsl.matches(&line).count(), 1, "{name}.wgsl: `{}`", line.trim());
        }
        for word in ["override ", "enable ", "requires ", "atomic"] {
            let code = wgsl.lines().filter(|line| !line.trim_start().starts_with("//"));
            assert!(!code.into_iter().any(|line| line.contains(word)), "{name}.wgsl uses `{word}`");
        }
    }
}

/// Name and value of every `const NAME: u32 = …u;` line.
fn consts(wgsl: &str) -> Vec<(&str, u32)> {
    let value = |text: &str| match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    let lines = wgsl.lines().filter_map(|line| line.strip_prefix("const ")?.strip_suffix("u;")?.split_once(": u32 = "));
    lines.filter_map(|(name, text)| Some((name, value(text)?))).collect()
}

/// What is wrong with how a shader names the elements of a layout. Each index must name one, and the constants must have
/// the table's values.
fn misnamed(wgsl: &str, layout: &Layout) -> Vec<String> {
    let (binding, words) = (layout.binding, tokens(wgsl));
    let words: Vec<&str> = words.iter().map(|token| token.text).collect();
    let position = |name: &str| layout.names.iter().position(|known| *known == name);
    let mut wrong = vec![];
    for at in (0..words.len()).filter(|&at| words[at..].starts_with(&[binding, "["])) {
        let inside: Vec<&str> = words[at + 2..].iter().copied().take_while(|word| *word != "]").collect();
        let named = inside.iter().filter(|word| position(word).is_some()).count();
        if named != 1 || inside.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
            wrong.push(format!("`{binding}[{}]` does not name an element", inside.join(" ")));
        }
    }
    let defined = consts(wgsl);
    for name in layout.names.iter().filter(|name| words.contains(*name)) {
        let value = defined.iter().find(|(constant, _)| constant == name).map(|(_, value)| *value as usize);
        if value != position(name) || words.iter().filter(|word| *word == name).count() < 2 {
            wrong.push(format!("`{name}` of `{binding}` is {value:?}, or unused; it should be {:?}", position(name)));
        }
    }
    let run = (run_const(binding), layout.names.len() as u32);
    if !defined.iter().any(|(name, value)| (*name, *value) == (run.0.as_str(), run.1)) {
        wrong.push(format!("`{}` is not the {} elements of `{binding}`", run.0, run.1));
    }
    wrong
}

/// One table for Rust and WGSL, `src/step.rs`.
#[test]
fn elements_of_hyper_and_clock_have_the_names_of_the_table() {
    let mut wrong = vec![];
    let (mut seen, layouts) = (BTreeSet::new(), [HYPER_LAYOUT, CLOCK_LAYOUT]);
    for shader in shaders() {
        let (name, wgsl, _) = shader.shader();
        for layout in layouts.iter().filter(|layout| shader.kernel.binds.iter().any(|bind| bind.name == layout.binding)) {
            wrong.extend(misnamed(wgsl, layout).into_iter().map(|what| format!("{name}.wgsl: {what}")));
            seen.extend(layout.names.iter().filter(|name| consts(wgsl).iter().any(|(constant, _)| constant == *name)));
        }
        let others = BATCH_TOKEN.iter().copied().chain([("NONE", NONE)]);
        for (constant, value) in others {
            let found = consts(wgsl).iter().find(|(name, _)| *name == constant).map(|(_, value)| *value);
            if found.is_some_and(|found| found != value) {
                wrong.push(format!("{name}.wgsl: `{constant}` is {found:?}, not {value}"));
            }
            seen.extend(found.map(|_| constant));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let known = layouts.iter().flat_map(|layout| layout.names).count() + BATCH_TOKEN.len() + 1;
    assert_eq!(seen.len(), known, "each is used by some shader: {seen:?}");
}

#[test]
fn each_way_to_misname_an_element_is_seen() {
    let text = "const HYPER_RUN: u32 = 16u;\nconst WD: u32 = 1u;\nfn f() -> f32 { return hyper[run * HYPER_RUN + WD]; }\n";
    assert_eq!(misnamed(text, &HYPER_LAYOUT), [""; 0]);
    for (was, is, want) in [
        ("+ WD]", "+ 1u]", "does not name an element"),
        ("+ WD]", "+ WD + 1u]", "does not name an element"),
        ("+ WD]", "]", "does not name an element"),
        ("WD: u32 = 1u", "WD: u32 = 2u", "`WD` of `hyper` is Some(2)"),
        ("const WD: u32 = 1u;\n", "", "`WD` of `hyper` is None"),
        ("= 16u", "= 13u", "`HYPER_RUN` is not the 16 elements"),
    ] {
        let wrong = misnamed(&text.replace(was, is), &HYPER_LAYOUT).concat();
        assert!(wrong.contains(want), "{was} → {is}: {wrong:?} does not say {want:?}");
    }
}

/// Kernels that name the same elements, all in one module: each keeps its own constants.
#[test]
fn constants_of_one_name_do_not_meet_in_a_module() {
    let mut plan = Plan { runs: 1, ..Plan::default() };
    for kernel in kernels().filter(|kernel| kernel.binds.iter().any(|bind| bind.name == HYPER_LAYOUT.binding)) {
        let mut shader = trial(kernel, 0, kernel.checks.cases[0]);
        for bind in kernel.binds {
            let per_run = (bind.len)(&shader.dims);
            let kind = if bind.access.indices() { Kind::Filled } else { Kind::F32 };
            shader.views.push(View { buffer: plan.buffers.len(), offset: 0, len: per_run });
            plan.buffers.push(Buffer { name: bind.name.into(), kind, per_run, init: vec![] });
        }
        plan.train.push(shader);
    }
    let arenas = Arenas::new(&plan, 1 << 40).expect("fits");
    let program = program(&plan, &arenas, true);
    let [(what, text)] = &modules(&program, &arenas)[..] else { panic!("they have one module") };
    parse(what, text);
    for (i, name) in HYPER_LAYOUT.names.iter().enumerate() {
        let users = plan.train.iter().filter(|shader| consts(shader.kernel.wgsl).contains(&(name, i as u32))).count();
        let found = text.lines().filter(|line| line.starts_with(&format!("const {name}_d")));
        let found: BTreeSet<&str> = found.filter(|line| line.ends_with(&format!(": u32 = {i}u;"))).collect();
        assert_eq!(found.len(), users, "{name}: {found:?}");
    }
}

/// Name and text of every function but `main`. Comments and blanks do not count.
fn functions(wgsl: &str) -> Vec<(String, String)> {
    let words = tokens(wgsl);
    let starts = (0..words.len()).filter(|&at| words[at].text == "fn" && words[at + 1].text != "main");
    let function = |at: usize| {
        let mut depth = 0;
        let closes = |word: &str| {
            depth += i32::from(word == "{") - i32::from(word == "}");
            word == "}" && depth == 0
        };
        let len = words[at..].iter().map(|token| token.text).position(closes).expect("a closing brace") + 1;
        let text: Vec<&str> = words[at..at + len].iter().map(|token| token.text).collect();
        (words[at + 1].text.into(), text.join(" "))
    };
    starts.map(function).collect()
}

/// Functions that share a name and not their text, with the two shaders.
fn namesakes<'s>(shaders: &[(&'s str, &str)]) -> Vec<(String, [&'s str; 2])> {
    let mut first: BTreeMap<String, (&str, String)> = BTreeMap::new();
    let mut found = vec![];
    for &(shader, wgsl) in shaders {
        for (name, text) in functions(wgsl) {
            let known = first.entry(name.clone()).or_insert((shader, text.clone()));
            if known.1 != text {
                found.push((name, [known.0, shader]));
            }
        }
    }
    found
}

/// Who reads `draw` knows it from the other shaders: what differs has another name.
#[test]
fn functions_of_one_name_have_one_text() {
    let list: Vec<Dispatch> = shaders().collect();
    let texts: Vec<(&str, &str)> = list.iter().map(|shader| (shader.shader().0, shader.shader().1)).collect();
    let found = namesakes(&texts);
    assert!(found.is_empty(), "two texts of one name: {found:#?}");
    let shared = texts.iter().filter(|(_, wgsl)| functions(wgsl).iter().any(|(name, _)| name == "draw")).count();
    assert!(shared > 1, "{shared} shaders draw");

    let (one, same) = ("fn f(x: u32) -> u32 {\n    return x;\n}", "// f\nfn f(x: u32)->u32{return x;}fn g() { if (X) {} }");
    assert_eq!(namesakes(&[("one", one), ("same", same)]), []);
    let other = "fn main() {} fn f(x: u32) -> u32 { if (x > 1u) { return 1u; } return x; }";
    assert_eq!(namesakes(&[("one", one), ("same", same), ("other", other)]), [("f".into(), ["one", "other"])]);
}
