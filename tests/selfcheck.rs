//! The self-check on a GPU: it passes with every shader of the matrix products, and notices every kernel that is broken.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use common::gpu;
use grokking_lab::exec::gpu::Gpu;
use grokking_lab::kernel::{Access, Kernel};
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::plan::Plan;
use grokking_lab::selfcheck::{CHECKS, Check, SelfCheck, run};
use grokking_lab::settings::from_query;
use grokking_lab::train::{Device, build};
use pollster::block_on;

#[test]
fn every_check_passes_with_all_tiles() {
    let Some(context) = gpu("the self-check") else { return };
    let begin = Instant::now();
    let (mut worst, mut failures) = ((0.0, ""), vec![]);
    for variant in 0..4 {
        let tiles: Tiles = format!("{variant}.{variant}.{variant}").parse().expect("tiles");
        for check in CHECKS {
            match block_on(run(check, &Device::Gpu(context.clone(), tiles), |_| ())) {
                Ok(error) if error > worst.0 => worst = (error, check.name),
                Ok(_) => (),
                Err(why) => failures.push(format!("tiles {tiles}: {why}")),
            }
        }
    }
    println!("{worst:?} is the worst, {:?}, {} pipelines", begin.elapsed(), context.compiled());
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(worst.0 < 1e-4, "{worst:?}");
}

/// The shader with every second number that it writes to a binding enlarged by a tenth; or by half in the clock, which counts.
fn enlarged(text: &str, binding: &str) -> String {
    let by = if binding == "clock" { "0.5" } else { "0.1" };
    let (mut out, mut rest) = (String::new(), text);
    let name = format!("{binding}[");
    while let Some(at) = rest.find(&name) {
        let whole_word = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let from = at + name.len();
        let mut depth = 1;
        let closes = |c: char| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            depth == 0
        };
        let end = from + rest[from..].find(closes).expect("a bracket");
        let after = rest[end + 1..].trim_start();
        let assigns = |operator: &&str| whole_word && after.starts_with(operator) && !after.starts_with("==");
        let operator = ["=", "+=", "-=", "*=", "/="].into_iter().find(assigns);
        let Some(operator) = operator else {
            out += &rest[..=end];
            rest = &rest[end + 1..];
            continue;
        };
        let value = rest.len() - after.len() + operator.len();
        let over = value + rest[value..].find(';').expect("a statement");
        let sign = if operator == "/=" { "/" } else { "*" };
        let factor = format!("(1.0 + {by} * f32(1u - (({}) & 1u)))", &rest[from..end]);
        out += &format!("{} ({}) {sign} {factor}", &rest[..value], &rest[value..over]);
        rest = &rest[over..];
    }
    out + rest
}

/// The shader that does nothing.
fn idle(text: &str) -> String {
    let main = text.find("fn main(").expect("an entry point");
    let body = main + text[main..].find('{').expect("a body") + 1;
    format!("{} if (true) {{ return; }}\n{}", &text[..body], &text[body..])
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// Replaces a shader wherever a plan uses it.
fn replace(plan: &mut Plan, shader: &str, text: &'static str) {
    let mut broken = None;
    for dispatch in [&mut plan.train, &mut plan.record, &mut plan.evaluate].into_iter().flatten() {
        if dispatch.shader().0 == shader {
            let Kernel { name, dims, binds, cpu, grid, flops, checks, bound, variants, .. } = *dispatch.kernel;
            let new = || leak(Kernel { name, wgsl: text, dims, binds, cpu, grid, flops, checks, bound, variants });
            dispatch.kernel = broken.get_or_insert_with(new);
        }
    }
}

/// A shader broken in several ways, with names for them.
fn breakages(shader: &str, check: &Check) -> Vec<(String, &'static str)> {
    let plan = check.plan();
    let mut dispatches = [&plan.train, &plan.record, &plan.evaluate].into_iter().flatten();
    let dispatch = dispatches.find(|dispatch| dispatch.shader().0 == shader).expect("a dispatch");
    let text = dispatch.kernel.wgsl;
    let numbers = dispatch.kernel.binds.iter().filter(|bind| matches!(bind.access, Access::Out | Access::InOut));
    let enlarged = numbers.map(|bind| {
        let broken = enlarged(text, bind.name);
        assert_ne!(broken, text, "{shader}: {}", bind.name);
        (format!("{} enlarged", bind.name), &**leak(broken))
    });
    [("idle".into(), &**leak(idle(text)))].into_iter().chain(enlarged).collect()
}

/// Every shader in the first check that runs it, or in another one: StableMax makes no use of the cross-entropy's losses. The
/// other shaders of the matrix products are told apart by `every_check_passes_with_all_tiles` and their own tests.
#[test]
fn every_broken_kernel_is_noticed() {
    let Some(context) = gpu("broken kernels") else { return };
    let (begin, tiles) = (Instant::now(), Tiles::default());
    let mut shaders: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
    for check in CHECKS {
        let run: BTreeSet<&str> = check.paths(tiles).iter().map(|path| path.shader).collect();
        run.into_iter().for_each(|shader| shaders.entry(shader).or_default().push(check));
    }
    let mut unnoticed = vec![];
    for (shader, checks) in &shaders {
        for (how, text) in breakages(shader, checks[0]) {
            let notices = |check: &&Check| {
                let device = Device::Gpu(context.clone(), tiles);
                let verdict = block_on(run(check, &device, |plan| replace(plan, shader, text)));
                verdict.is_err_and(|why| {
                    let with = if check.name.is_empty() { "its ".into() } else { format!("with {} its ", check.name) };
                    assert!(
                        why.starts_with(&with) && why.contains(" differ from those of the CPU by "),
                        "{shader}, {how}: {why}"
                    );
                    true
                })
            };
            if !checks.iter().copied().any(|check| notices(&check)) {
                unnoticed.push(format!("{shader}: {how}"));
            }
        }
    }
    println!("{} shaders, {} pipelines, {:?}", shaders.len(), context.compiled(), begin.elapsed());
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

/// One check after the other compiles what the device has not compiled before, and nothing else.
#[test]
fn a_visit_compiles_every_kernel_once() {
    let Some(context) = gpu("checks on demand") else { return };
    let device = Device::Gpu(context.clone(), Tiles::default());
    let mut known = SelfCheck::default();
    for (query, checked) in
        [("p=11", true), ("p=13", false), ("p=11&dropout=0.1", true), ("p=11&dropout=0.1", false), ("p=11", false)]
    {
        let (config, problems) = from_query(&format!("train=0.8&{query}"));
        assert_eq!(problems, [], "{query}");
        let plan = build(&config).plan;
        assert_eq!(known.is_new(&plan), checked, "{query}");
        block_on(Gpu::new(&context, plan.clone())).expect("compiles");
        let before = context.compiled();
        let error = block_on(known.examine(&device, &plan)).expect("agrees");
        assert!(error > 0.0 && error < 1e-5, "{error}");
        assert_eq!(context.compiled(), before, "{query}");
    }
}
