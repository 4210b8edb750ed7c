//! What launches become on a GPU of AMD's, without one: nothing spills.
//!
//! The program that finds it (`src/bin/isa/`) needs a feature that a plain `cargo test` leaves out. So this test compiles the
//! program's modules itself, with dev-dependencies that wgpu has already had compiled, and starts itself again where the
//! program would: the driver reads its environment when it is loaded, and the tests on a GPU need another driver.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../src/bin/isa/measure/mod.rs"]
mod measure;

use std::process::Command;

use grokking_lab::op_table::OPS;
use measure::{Figures, Launches, Pipeline, Report, Wish, driver};

/// Large enough that some kernels have to wait for memory.
const QUERY: &str = "p=113&train=0.3&tiles=2.1.3";

const FAMILY: &str = "navi21";

/// Names the file for the report, in the process that has the family's environment.
const REPORT: &str = "GROKKING_ISA_REPORT";

/// Most bytes of machine code that a launch should have: half of what AMD's GPUs keep at hand.
const CODE: u64 = 16 * 1024;

/// Fewest waves for launches that do little but wait for memory, on GPUs that hold 32 of this kind.
const WAVES: u64 = 16;

/// Kernels that move numbers more than they compute with them.
const MEMORY_BOUND: &[&str] = &[
    "adam",
    "adamw",
    "add",
    "add_back",
    "embed",
    "gather",
    "gradient_sum",
    "grokfast_ema",
    "mix",
    "momentum",
    "scale",
    "weight_norm",
];

/// The kernels of a pipeline.
fn kernels(pipeline: &Pipeline) -> impl Iterator<Item = &str> {
    pipeline.what.split(", ")
}

/// The report, or `None` after saying loudly what is not tested. With `GROKKING_REQUIRE_GPU=1` that is a failure on Linux,
/// the only system that has this driver.
fn report() -> Option<Report> {
    let environment = match driver::environment(FAMILY) {
        Ok(environment) => environment,
        Err(why) if cfg!(target_os = "linux") && std::env::var("GROKKING_REQUIRE_GPU").is_ok_and(|v| v == "1") => {
            panic!("GROKKING_REQUIRE_GPU=1, but: {why}")
        }
        Err(why) => {
            eprintln!("\n===== SKIPPED what launches become: {why} =====\n");
            return None;
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again.args(["--exact", "started_again_it_measures", "--nocapture"]).env(REPORT, &file).envs(environment);
    let output = again.output().expect("this program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}{}", output.status, text(&output.stdout), text(&output.stderr));
    Some(serde_json::from_slice(&std::fs::read(&file).expect("a report")).expect("JSON"))
}

/// Does nothing unless [`report`] has started it.
#[test]
fn started_again_it_measures() {
    let Some(file) = std::env::var_os(REPORT) else { return };
    let wish = Wish { query: QUERY.into(), tiles: None, merge: true };
    let report = measure::measure(&wish, |what| println!("{what}")).unwrap_or_else(|why| panic!("{why}"));
    std::fs::write(file, serde_json::to_vec(&report).expect("JSON")).expect("written");
}

/// The module that most launches have in common is larger: each of them runs but a few of its kernels.
const COMMON: &str = "tick";

#[test]
fn no_launch_spills_registers_and_memory_is_waited_for_in_numbers() {
    let Some(Report { figures, ms }) = report() else { return };
    println!("{} pipelines on {} in {:.0} ms", ms.len(), figures.device, ms.iter().sum::<f64>());
    assert_eq!(spilled(&figures), [""; 0]);
    assert_eq!(figures.tiles, "2.1.3");
    let Launches { train, record, evaluate } = figures.launches;
    assert!(train > 0 && record > 0 && evaluate > 0, "{:?}", figures.launches);
    let uses = |pipeline: &Pipeline| pipeline.launches.train + pipeline.launches.record + pipeline.launches.evaluate;
    assert_eq!(figures.pipelines.iter().map(uses).sum::<usize>(), train + record + evaluate);
    for pipeline in &figures.pipelines {
        let sizes = [pipeline.wgsl, pipeline.hlsl, pipeline.msl].map(|bytes| bytes as u64);
        let all = [pipeline.vgprs, pipeline.code, pipeline.waves].into_iter().chain(sizes);
        assert!(all.into_iter().all(|number| number > 0) && !pipeline.what.is_empty(), "{pipeline:?}");
    }
    let (common, own): (Vec<Pipeline>, Vec<Pipeline>) =
        figures.pipelines.into_iter().partition(|pipeline| kernels(pipeline).any(|kernel| kernel == COMMON));
    assert_eq!(common.len(), 1, "one module for most launches");
    let figures = Figures { pipelines: own, ..figures };
    assert_eq!(large(&figures), [""; 0]);
    assert_eq!(crowded_out(&figures), [""; 0]);
    let streams: Vec<&str> = figures.pipelines.iter().flat_map(kernels).collect();
    assert!(["mix", "adamw"].iter().all(|kernel| streams.contains(kernel)), "{streams:?}");
    let pooled = figures.pipelines.iter().filter(|pipeline| pipeline.lds > 0).count();
    assert!((1..ms.len()).contains(&pooled), "{pooled} of {} have workgroup memory", ms.len());
}

/// What was found wrong, with the launch.
fn wrong(figures: &Figures, found: impl Fn(&Pipeline) -> Option<String>) -> Vec<String> {
    figures.pipelines.iter().filter_map(|pipeline| Some(format!("{}: {}", pipeline.what, found(pipeline)?))).collect()
}

fn spilled(figures: &Figures) -> Vec<String> {
    wrong(figures, |launch| (launch.spilled > 0).then(|| format!("{} registers go through memory", launch.spilled)))
}

fn large(figures: &Figures) -> Vec<String> {
    wrong(figures, |launch| (launch.code > CODE).then(|| format!("{} bytes of code, more than {CODE}", launch.code)))
}

fn crowded_out(figures: &Figures) -> Vec<String> {
    let waits = |launch: &Pipeline| kernels(launch).any(|kernel| MEMORY_BOUND.contains(&kernel));
    wrong(figures, |launch| {
        (waits(launch) && launch.waves < WAVES).then(|| format!("{} waves, fewer than {WAVES}", launch.waves))
    })
}

/// The rules must see what they are there for.
#[test]
fn launches_that_break_a_limit_are_named() {
    let known = |name: &&&str| OPS.iter().flat_map(|op| op.kernels).any(|kernel| kernel.name == **name);
    assert_eq!(MEMORY_BOUND.iter().find(|name| !known(name)), None, "no such kernel");

    let launch = |what: &str, spilled, code, waves| Pipeline {
        what: what.into(),
        launches: Launches { train: 1, record: 0, evaluate: 0 },
        wgsl: 1,
        hlsl: 1,
        msl: 1,
        vgprs: 8,
        spilled,
        lds: 0,
        code,
        waves,
    };
    let figures = Figures {
        device: "none".into(),
        config: String::new(),
        tiles: "0.0.0".into(),
        merged: true,
        launches: Launches { train: 3, record: 0, evaluate: 0 },
        pipelines: vec![
            launch("matmul_64, matmul_32", 0, 20_000, 8),
            launch("matmul_64, adamw", 0, 4_000, 8),
            launch("adamw, mix", 3, 4_000, 16),
        ],
    };
    assert_eq!(large(&figures), ["matmul_64, matmul_32: 20000 bytes of code, more than 16384"]);
    assert_eq!(crowded_out(&figures), ["matmul_64, adamw: 8 waves, fewer than 16"]);
    assert_eq!(spilled(&figures), ["adamw, mix: 3 registers go through memory"]);
}
