//! Looks into networks on sequences.

use super::*;
use crate::train::Apart;

#[test]
fn what_is_out_of_distribution_is_answered_alike_on_a_plan_of_its_own() {
    for task in ["two-hops&p=12&k=4&samples=100", "in-context&p=5&samples=100", "questions&samples=500"] {
        let (config, _, weights) =
            trained(&format!("task={task}&train=0.8&layers=2&width=16&heads=2&mlp=24&batch=32&lr=0.01"), 40);
        let mut apart = block_on(Apart::new(&config, &Device::Cpu)).unwrap().expect("such examples");
        let mut inspector = inspector(&config);
        inspector.run(&weights, &Off::default());
        let [logits] = block_on(inspector.read([inspector.logits])).unwrap();
        let want = inspector.each_accuracy(&inspector.answers(&logits))[2];
        let got = block_on(apart.accuracy(&weights)).unwrap();
        assert!((got - want).abs() < 1e-6, "{task}: {got} is not {want}");
    }
    for without in ["people&samples=60", "operations&p=5&k=3&samples=75"] {
        let without = from_query(&format!("task={without}")).0;
        assert!(block_on(Apart::new(&without, &Device::Cpu)).unwrap().is_none());
    }
}

#[test]
fn attention_of_several_answers_is_that_of_the_positions_that_are_read_out() {
    for layers in 1..=3 {
        let query = format!("task=digit-sum&p=5&k=2&samples=300&train=0.3&layers={layers}&width=16&heads=2&mlp=24");
        let (config, _, weights) = trained(&query, 3);
        let mut inspector = inspector(&config);
        assert_eq!((inspector.operands, inspector.each), (4, 3), "{query}");
        let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Attention, &Off::default());
        let InspectResult::Attention(found) = result else { panic!("{result:?}") };
        let read = block_on(inspector.patterns()).unwrap();
        for ((layer, pattern), probs) in found.iter().zip(&inspector.parts.patterns).zip(&read) {
            // Who sees the sign behind the operands is read out, be it first or last in the plan.
            let asks = |query: &usize| usize::from(pattern.positions[*query]) > inspector.operands;
            let asking: Vec<usize> = (0..pattern.positions.len()).filter(asks).collect();
            assert_eq!(asking.len(), inspector.equations.len());
            for (head, positions) in layer.heads.iter().enumerate() {
                for (slot, map) in positions.iter().enumerate() {
                    let share = |query: &usize| probs[(query * pattern.heads + head) * pattern.slots + slot];
                    let mean = asking.iter().map(share).sum::<f32>() / asking.len() as f32;
                    assert_eq!(*map, [byte(mean)], "layer of {layers}, head {head}, position {slot}");
                }
            }
        }
    }
}
