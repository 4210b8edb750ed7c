//! Warming up: what is compiled while nothing runs is what runs would compile.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::gpu;
use grokking_lab::config::Config;
use grokking_lab::exec::gpu::Context;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::selfcheck::SelfCheck;
use grokking_lab::settings::from_query;
use grokking_lab::train::{Device, Trainer, build};
use grokking_lab::warm_up::WarmUp;
use pollster::block_on;

fn configs(queries: &[&str]) -> Vec<Config> {
    queries.iter().map(|query| from_query(query).0).collect()
}

/// Does all pieces, each of which compiles one pipeline at most.
fn warm(context: &Context, configs: Vec<Config>) {
    let mut warm_up = WarmUp::new(configs);
    loop {
        let before = context.compiled();
        let more = block_on(warm_up.piece(context, Tiles::default())).expect("compiles");
        assert!(context.compiled() <= before + 1);
        if !more {
            break;
        }
    }
}

/// What starting a run does.
fn start(context: &Context, config: &Config) {
    let device = Device::Gpu(context.clone(), Tiles::default());
    block_on(Trainer::new(config, &device)).expect("builds");
    block_on(SelfCheck::default().examine(&device, &build(config).plan)).expect("agrees");
}

#[test]
fn runs_that_were_warmed_up_compile_nothing() {
    // Merged, lavapipe takes long for anything larger.
    for (merge, queries) in [(false, &["model=mlp&p=11", "task=parity"][..]), (true, &["experiment=doshi&p=11"])] {
        let (Some(mut warmed), Some(mut cold)) = (gpu("warming up"), gpu("starting cold")) else { return };
        (warmed.merge, cold.merge) = (merge, merge);
        warm(&warmed, configs(queries));
        let compiled = warmed.compiled();
        assert!(compiled > 0);
        for config in configs(queries) {
            start(&warmed, &config);
            assert_eq!(warmed.compiled(), compiled, "{}, merged: {merge}", config.task);
            start(&cold, &config);
        }
        assert_eq!(cold.compiled(), compiled, "the same pipelines, merged: {merge}");
        warm(&warmed, configs(queries));
        assert_eq!(warmed.compiled(), compiled);
    }
}
