//! A plan with only the parts of a step that carry state.

use std::rc::Rc;

use grokking_lab::config::Config;
use grokking_lab::ops::record::{RECORD, RECORD_WIDTH, TICK};
use grokking_lab::optim::adamw;
use grokking_lab::plan::{Buffer, Dispatch, Kind, Plan, View};
use grokking_lab::train;

pub const RUNS: usize = 3;
const SLOTS: usize = 8;

/// Parameters.
pub const N: usize = 128;

/// Record, then update: the parts of a step that carry state, with gradients that never change.
pub fn optimizer() -> Rc<Plan> {
    let mut plan = Plan { runs: RUNS, ..Plan::default() };
    let hyper = train::hyper(&Config::standard(), 1.0);
    let clock = [0.0, 1.0, 1.0, 0.0, 0.0];
    let mut buffer = |name: &str, values: &[f32]| {
        plan.buffers.push(Buffer {
            name: name.into(),
            kind: Kind::F32,
            per_run: values.len(),
            init: values.repeat(RUNS).iter().map(|v| v.to_bits()).collect(),
        });
        View { buffer: plan.buffers.len() - 1, offset: 0, len: values.len() }
    };
    let [hyper, clock] = [buffer("hyper", &hyper), buffer("clock", &clock)];
    let [parts, params] = [buffer("parts", &[0.3; N]), buffer("params", &[1.0; N])];
    let [m, v] = [buffer("m", &[0.0; N]), buffer("v", &[0.0; N])];
    let [loss, correct] = [buffer("loss", &[0.5, 1.5]), buffer("correct", &[1.0, 0.0])];
    let [squares, ring] = [buffer("squares", &[4.0]), buffer("ring", &[0.0; RECORD_WIDTH * SLOTS])];
    let dispatch = |kernel, dims, views| Dispatch { kernel, dims, views, label: "test".into(), variant: 0 };
    let mut indices = |name: &str, values: &[u32]| {
        plan.buffers.push(Buffer { name: name.into(), kind: Kind::U32, per_run: values.len(), init: values.repeat(RUNS) });
        View { buffer: plan.buffers.len() - 1, offset: 0, len: values.len() }
    };
    let (start, term) = (indices("start", &[0, 1, 2]), [0, N as u32, 0, 1, N as u32, 0]);
    let entry = indices("entry", &[term, term].concat());
    let record = |train| {
        let views = vec![loss, correct, squares, clock, ring];
        dispatch(&RECORD, vec![2, SLOTS as u32, train, 1, 0, 1, 0, 1], views)
    };
    plan.train.push(dispatch(&TICK, vec![], vec![hyper, clock]));
    plan.train.push(record(1));
    let views = vec![hyper, clock, start, entry, parts, params, m, v];
    plan.train.push(dispatch(&adamw::UPDATE, vec![N as u32, 2, N as u32], views));
    plan.evaluate.push(record(0));
    Rc::new(plan)
}

/// All of a buffer.
pub fn whole(plan: &Plan, name: &str) -> View {
    let buffer = plan.buffers.iter().position(|b| b.name == name).unwrap();
    View { buffer, offset: 0, len: plan.buffers[buffer].per_run }
}
