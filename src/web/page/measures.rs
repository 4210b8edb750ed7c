//! What a look inside found, as an object for programs of the page. The names are a part of the public contract:
//! `www/npm/grokking-lab.d.ts` has them.

use js_sys::{Array, Float32Array, Uint8Array, Uint16Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::dom::object;
use crate::analysis::Measure;
use crate::protocol::inspect::{Answered, InspectReply, InspectResult, Kind, Layer, Plane};
use crate::view::choice::Choice;
use crate::view::views::VIEWS;

type Entries = Vec<(&'static str, JsValue)>;

/// The object; nothing where the network has nothing of the kind.
pub fn of(seen: &InspectReply) -> Option<JsValue> {
    let view = VIEWS.iter().find(|view| (view.request)(&Choice::default()).answered_by(&seen.result))?;
    let [train, test] = seen.accuracy;
    let mut entries: Entries = vec![
        ("view", view.name.into()),
        ("step", seen.step.into()),
        ("trainAccuracy", train.into()),
        ("testAccuracy", test.into()),
        ("kept", Uint32Array::from(&seen.checkpoint_steps[..]).into()),
    ];
    entries.extend(result(&seen.result));
    Some(object(entries).into())
}

fn floats(values: impl IntoIterator<Item = f32>) -> JsValue {
    Float32Array::from(&values.into_iter().collect::<Vec<_>>()[..]).into()
}

fn shorts(values: &[u16]) -> JsValue {
    Uint16Array::from(values).into()
}

fn bytes(values: &[u8]) -> JsValue {
    Uint8Array::from(values).into()
}

fn norms(norms: &[(String, f32)]) -> JsValue {
    object(norms.iter().map(|(name, norm)| (&name[..], (*norm).into()))).into()
}

fn kinds(kinds: &[Kind]) -> JsValue {
    kinds.iter().map(|kind| JsValue::from(kind.id())).collect::<Array>().into()
}

/// The feature ranks of every layer that has some.
fn ranks(measures: &[Measure]) -> JsValue {
    let layers = measures.last().map_or(0, |last| last.ranks.iter().filter(|rank| rank.is_finite()).count());
    (0..layers).map(|layer| floats(measures.iter().map(|m| m.ranks[layer]))).collect::<Array>().into()
}

fn result(result: &InspectResult) -> Entries {
    match result {
        // The page asks for several, and for pictures; programs for one view.
        InspectResult::None | InspectResult::Several(_) | InspectResult::Pictures(_) | InspectResult::Sequences(_) => vec![],
        InspectResult::Table(table) => vec![
            ("kind", bytes(&table.kind)),
            ("truth", shorts(&table.truth)),
            ("answer", shorts(&table.answer)),
            ("confidence", floats(table.confidence.iter().copied())),
            ("loss", floats(table.loss.iter().copied())),
        ],
        InspectResult::Embedding(embedding) => vec![
            ("parameter", (&embedding.name[..]).into()),
            ("spectrum", floats(embedding.spectrum.iter().copied())),
            ("keys", shorts(&embedding.keys)),
            ("gini", embedding.gini.into()),
            ("participation", embedding.participation.into()),
            match embedding.plane {
                Plane::Frequency(k) => ("frequency", k.into()),
                Plane::Components(first) => ("component", first.into()),
            },
            ("tokens", shorts(&embedding.tokens)),
            ("x", floats(embedding.coordinates.iter().map(|[x, _]| *x))),
            ("y", floats(embedding.coordinates.iter().map(|[_, y]| *y))),
        ],
        InspectResult::Neurons(neurons) => vec![
            ("frequency", Uint16Array::from(&neurons.fits.iter().map(|fit| fit.0).collect::<Vec<_>>()[..]).into()),
            ("explained", floats(neurons.fits.iter().map(|fit| f32::from(fit.1) / 255.0))),
            ("least", (f32::from(neurons.least) / 255.0).into()),
        ],
        InspectResult::Attention(layers) => {
            let heads = |layer: &Layer| -> Array {
                let positions = |head: &Vec<Vec<u8>>| -> Array { head.iter().map(|fractions| bytes(fractions)).collect() };
                layer.heads.iter().map(positions).collect()
            };
            vec![("layers", layers.iter().map(heads).collect::<Array>().into())]
        }
        InspectResult::Layers(lens) => {
            vec![("answers", lens.answers.into()), ("kinds", kinds(&lens.kinds)), ("right", floats(lens.right.iter().copied()))]
        }
        InspectResult::Losses(found) => {
            let hard = |(one, loss): &(Answered, f32)| {
                object([
                    ("kind", one.kind.id().into()),
                    ("operands", shorts(&one.operands)),
                    ("truth", one.truth.into()),
                    ("answer", one.answer.into()),
                    ("loss", (*loss).into()),
                ])
            };
            vec![
                ("kinds", kinds(&found.kinds)),
                ("losses", found.losses.iter().map(|losses| floats(losses.iter().copied())).collect::<Array>().into()),
                ("hardest", found.hardest.iter().map(hard).collect::<Array>().into()),
            ]
        }
        InspectResult::Progress(progress) => {
            let column = |value: fn(&Measure) -> f32| floats(progress.measures.iter().map(value));
            let steps: Vec<u32> = progress.measures.iter().map(|measure| measure.step).collect();
            vec![
                ("steps", Uint32Array::from(&steps[..]).into()),
                ("restrictedLoss", column(|m| m.restricted)),
                ("excludedLoss", column(|m| m.excluded)),
                ("gini", column(|m| m.gini)),
                ("readoutGini", column(|m| m.readout_gini)),
                ("explained", column(|m| m.explained)),
                ("keyVariance", column(|m| m.keys)),
                ("sparsity", column(|m| m.sparsity)),
                ("frequencyDensity", column(|m| m.density)),
                ("coefficientRatio", column(|m| m.ratio)),
                ("zeros", column(|m| m.zeros)),
                ("rankMe", column(|m| m.rank)),
                ("readoutNorm", column(|m| m.readout_norm)),
                ("featureChange", column(|m| m.movement)),
                ("compressed", column(|m| m.compressed)),
                ("featureRank", ranks(&progress.measures)),
                ("representationQuality", column(|m| m.quality)),
                ("predictedAccuracy", column(|m| m.predicted)),
                ("robust", column(|m| m.robust)),
                ("localComplexity", column(|m| m.local_complexity)),
                ("outOfDistribution", column(|m| m.apart)),
                ("attentionSpread", column(|m| m.attention)),
                ("attentionToSubject", column(|m| m.subject)),
                ("keys", shorts(&progress.keys)),
                ("units", progress.units.into()),
                ("norms", norms(&progress.norms)),
            ]
        }
        InspectResult::Pair(pair) => {
            let classes: Vec<u16> = pair.answers.iter().map(|answer| answer.class).collect();
            let votes = pair.answers.iter().map(|answer| floats(answer.votes.iter().copied())).collect::<Array>();
            vec![
                ("x", pair.pair[0].into()),
                ("y", pair.pair[1].into()),
                ("truth", pair.truth.map_or(JsValue::NULL, JsValue::from)),
                ("trained", pair.trained.into()),
                ("answers", shorts(&classes)),
                ("probabilities", floats(pair.answers.iter().map(|answer| answer.probability))),
                ("keys", shorts(&pair.keys)),
                ("alphas", floats(pair.alphas.iter().copied())),
                ("votes", votes.into()),
            ]
        }
        InspectResult::Matrix(matrix) => vec![
            ("rows", matrix.shape[0].into()),
            ("columns", matrix.shape[1].into()),
            ("largest", matrix.most.into()),
            ("cells", bytes(&matrix.cells)),
            ("singular", floats(matrix.singular.iter().copied())),
            ("norms", norms(&matrix.norms)),
        ],
    }
}
