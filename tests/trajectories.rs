//! The first 200 steps of six configurations, bit for bit: what a link trains must not change when the code is put in
//! another order. The reference kernels are plain Rust, so the sums are the same on every machine.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::exec::cpu::Cpu;
use grokking_lab::plan::List;
use grokking_lab::settings::from_query;
use grokking_lab::step::CLOCK_AT_START;
use grokking_lab::tape::initial;
use grokking_lab::train::{self, Device, Trainer, hyper};

/// A configuration, and the sum over its losses of every training pair at every step, its last weights and its last
/// probabilities of the test pairs.
const TRAJECTORIES: [(&str, u64); 6] = [
    ("p=11&train=0.7&width=16&heads=2&mlp=32", 0x890f_a536_335b_179c),
    ("p=7&train=0.6&width=16&heads=2&mlp=24&layers=2&norm=pre&activation=gelu&dropout=0.1&seeds=2", 0xc178_2c58_48c9_4653),
    ("p=11&task=x/y&train=0.5&width=16&heads=2&mlp=32&batch=16&filter=grokfast-ema&warmup=20", 0x3dcd_378c_bcb4_39cf),
    ("p=11&model=mlp&mlp=48&loss=mse&optimizer=sgd&lr=0.05&initscale=2&gradnoise=0.01&inputs=summed", 0xde4d_d776_2408_9e55),
    (
        "p=7&task=x^2%2By^2&width=16&heads=2&mlp=32&optimizer=muon&loss=stablemax&weightnoise=0.01&seed=3&decay=initial",
        0xdde4_d04c_9636_5d3b,
    ),
    (
        "p=7&train=0.6&model=encoder&layers=1&optimizer=adam&filter=orthogonal&precision=f32&noise=0.1&sphere=1",
        0x1f39_8689_5248_4346,
    ),
];

const STEPS: usize = 200;

/// FNV-1a, 64 bits.
fn add(sum: u64, numbers: &[f32]) -> u64 {
    let bytes = numbers.iter().flat_map(|number| number.to_bits().to_le_bytes());
    bytes.fold(sum, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// Trains with the reference kernels.
fn reference(query: &str) -> u64 {
    let (config, problems) = from_query(query);
    assert_eq!(problems, [], "{query}");
    let built = train::build(&config);
    let runs = built.plan.runs;
    let mut cpu = Cpu::<f32>::new(built.plan.clone(), false);
    let weights: Vec<Vec<f32>> =
        (0..runs).map(|run| initial(&built.params, built.flat.len, u64::from(config.seed) + run as u64)).collect();
    for view in [Some(built.flat), built.origin].into_iter().flatten() {
        cpu.write(view, &weights.concat());
    }
    cpu.write(built.recorder.clock, &CLOCK_AT_START.repeat(runs));
    let norm = |weights: &Vec<f32>| weights.iter().map(|&w| f64::from(w) * f64::from(w)).sum::<f64>().sqrt();
    let rates: Vec<f32> = weights.iter().flat_map(|weights| hyper(&config, norm(weights))).collect();
    cpu.write(built.recorder.hyper, &rates);
    let mut sum = EMPTY;
    for _ in 0..STEPS {
        cpu.run(List::Train);
        sum = add(sum, &cpu.read(built.row_loss));
    }
    cpu.run(List::Evaluate);
    let losses = cpu.read(built.row_loss);
    assert!(losses.iter().all(|loss| loss.is_finite()), "{query} diverged");
    add(add(sum, &cpu.read(built.flat)), &cpu.read(built.test_probs))
}

/// Trains with the kernels that are used. Products pick the processor's instructions, so this sum belongs to one machine.
fn used(query: &str) -> u64 {
    let config = from_query(query).0;
    let mut trainer = pollster::block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
    trainer.steps(STEPS as u32);
    let flat = trainer.built().flat;
    add(EMPTY, &pollster::block_on(trainer.read(&[flat])).expect("reads")[0])
}

#[test]
fn a_configuration_trains_as_it_always_did() {
    let mut changed = vec![];
    for (query, want) in TRAJECTORIES {
        let sum = reference(query);
        println!("{sum:#018x}, with the kernels that are used {:#018x}: {query}", used(query));
        if sum != want {
            changed.push(query);
        }
    }
    assert!(changed.is_empty(), "other bits than recorded; every link of such runs shows another run now: {changed:#?}");
}
