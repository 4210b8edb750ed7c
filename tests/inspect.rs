//! A look inside is the same on a GPU.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use grokking_lab::inspect::Inspector;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::protocol::inspect::{InspectRequest, InspectResult, Off};
use grokking_lab::settings::from_query;
use grokking_lab::train::{Device, Trainer};
use pollster::block_on;

#[test]
fn the_table_is_the_same_on_a_gpu() {
    let Some(context) = common::gpu("looks inside") else { return };
    for query in ["p=13&train=0.6&width=16&heads=2&mlp=24", "p=11&model=mlp&layers=1&mlp=20&activation=quadratic"] {
        let (config, _) = from_query(query);
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("a trainer");
        trainer.steps(30);
        let weights = block_on(trainer.weights()).expect("weights").remove(0);
        let table = |device: &Device| {
            let mut inspector = block_on(Inspector::new(&config, device)).expect("an inspector");
            block_on(inspector.inspect(&weights, &InspectRequest::Table, &Off::default())).expect("a look")
        };
        let (want, InspectResult::Table(cpu)) = table(&Device::Cpu) else { panic!("no table") };
        let (got, InspectResult::Table(gpu)) = table(&Device::Gpu(context.clone(), Tiles::default())) else { panic!("no table") };
        assert_eq!((cpu.kind, cpu.answer, want), (gpu.kind, gpu.answer, got), "{query}");
        let off = cpu.loss.iter().zip(&gpu.loss).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 1e-3, "{query}: losses differ by {off}");
    }
}
