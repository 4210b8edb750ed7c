//! The steps of `cargo xtask test`, in the order in which they run.

use crate::server::StaticServer;
use crate::{compile, dist, process, system, tools, versions};
use anyhow::{Result, bail};
use std::env;
use std::path::PathBuf;

/// One thing to check.
pub struct Step {
    /// What `--only` calls it.
    pub name: &'static str,
    /// Its heading.
    pub about: &'static str,
    /// Whether the steps after it are pointless when it fails.
    pub gate: bool,
    /// What it needs that can be installed beside the steps before it; where that fails, the step itself says so.
    pub prepare: fn() -> Result<()>,
    /// Does the work; an error is a failure.
    pub run: fn() -> Result<()>,
}

/// Cheap steps first, builds before what they build for.
pub const STEPS: &[Step] = &[
    Step {
        name: "versions",
        about: "dependencies as listed in versions.txt",
        gate: true,
        prepare: nothing,
        run: versions::check,
    },
    Step { name: "fmt", about: "formatting", gate: false, prepare: nothing, run: fmt },
    Step { name: "clippy", about: "lints, native code", gate: true, prepare: nothing, run: clippy },
    Step { name: "clippy-wasm", about: "lints, browser code", gate: true, prepare: nothing, run: clippy_wasm },
    Step { name: "native", about: "tests on this machine, CPU and Vulkan", gate: false, prepare: nothing, run: native },
    Step {
        name: "wasm",
        about: "tests in headless Chromium, in a worker on WebGPU",
        gate: false,
        prepare: prepare_wasm,
        run: wasm,
    },
    Step {
        name: "dist",
        about: "building the page, and what a visit downloads",
        gate: true,
        prepare: nothing,
        run: dist::build_within_budget,
    },
    Step { name: "e2e", about: "the page itself in headless Chromium and Firefox", gate: false, prepare: prepare_e2e, run: e2e },
];

fn nothing() -> Result<()> {
    Ok(())
}

fn prepare_wasm() -> Result<()> {
    tools::path().map(drop)
}

fn prepare_e2e() -> Result<()> {
    if needs_firefox() { tools::geckodriver().map(drop) } else { Ok(()) }
}

fn fmt() -> Result<()> {
    process::run(&mut process::cargo(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    process::run(&mut process::cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn clippy_wasm() -> Result<()> {
    compile::ensure_target()?;
    // As they are built for visitors.
    let mut features: Vec<&str> = dist::BUILDS.iter().map(|build| build.features).collect();
    features.dedup();
    for features in features {
        process::run(&mut process::cargo([
            "clippy",
            "--lib",
            "--target",
            "wasm32-unknown-unknown",
            "--no-default-features",
            "--features",
            features,
            "--",
            "-D",
            "warnings",
        ]))?;
    }
    Ok(())
}

fn native() -> Result<()> {
    system::ensure_vulkan()?;
    if cfg!(target_os = "linux") {
        system::ensure_amd_compiler()?;
    }
    process::run(
        process::cargo(["test", "--workspace"])
            .env("GROKKING_REQUIRE_GPU", "1")
            // The page's own tests have their own step.
            .env_remove("GROKKING_E2E_URL")
            .env_remove("GROKKING_REQUIRE_E2E"),
    )
}

fn wasm() -> Result<()> {
    compile::ensure_target()?;
    let chromedriver = system::chromedriver()?;
    process::run(
        process::command("wasm-pack")
            .args(["test", "--headless", "--chrome", "--mode", "no-install"])
            .arg("--chromedriver")
            .arg(chromedriver)
            .args(["--", "--test", "web"])
            .env("PATH", tools::path()?)
            // Seconds. SwiftShader on two busy cores is slow; a hanging test still ends.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "600")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60"),
    )
}

fn e2e() -> Result<()> {
    let page = dist::folder();
    if !page.join("index.html").is_file() {
        bail!("there is no dist/index.html to test; run `cargo xtask dist` first");
    }
    let chromedriver = system::chromedriver()?;
    let server = StaticServer::start(&page, 0)?;
    // `--workspace` only so that dependencies keep the features they were built with for the native tests.
    let mut tests = process::cargo(["test", "--workspace", "--test", "e2e", "--", "--test-threads", "1"]);
    tests.env("GROKKING_E2E_URL", server.url()).env("GROKKING_REQUIRE_E2E", "1").env("CHROMEDRIVER", chromedriver);
    match second_browser() {
        Ok([firefox, geckodriver]) => {
            tests.env("FIREFOX", firefox).env("GECKODRIVER", geckodriver);
        }
        Err(error) if needs_firefox() => {
            return Err(error.context(format!("{REQUIRE_FIREFOX}=1")));
        }
        Err(error) => println!("SKIPPED: everything in Firefox. {error:#}"),
    }
    process::run(&mut tests)
}

/// Fails the tests where Firefox cannot be had, instead of going without.
const REQUIRE_FIREFOX: &str = "GROKKING_REQUIRE_FIREFOX";

fn needs_firefox() -> bool {
    env::var(REQUIRE_FIREFOX).is_ok_and(|value| value == "1")
}

/// Firefox and its driver.
fn second_browser() -> Result<[PathBuf; 2]> {
    Ok([system::firefox()?, tools::geckodriver()?])
}
