//! The embedding: its Fourier spectrum, and the plane of a frequency, where numbers lie on a circle.

use super::{Align, Area, Control, Draw, Pointed, Stage, View, list};
use crate::number::fixed;
use crate::protocol::inspect::{Embedding, Look, Sight};
use crate::view::draw::Stroke;
use crate::view::inside::Act;

/// The view.
pub static VIEW: View = View {
    name: "embedding",
    label: "Embedding",
    about: "The vectors that stand for the numbers, as waves: a network that has understood an addition keeps a few frequencies, \
            and in the plane of such a frequency the numbers lie on a circle.",
    look: |choice| Look::Embedding(choice.frequency),
    shows: |sight| matches!(sight, Sight::Embedding(_)),
    height: |stage| if wide(stage) { 296.0 } else { 222.0 + circle(stage).height + 4.0 },
    draw,
    describe,
    point,
    controls: |stage| {
        let Some(embedding) = embedding(stage) else { return vec![] };
        let options = (1..embedding.spectrum.len()).map(|k| (k as u32, name(embedding, k)));
        vec![Control::Menu("Plane of frequency", options.collect(), embedding.frequency.into(), Act::Frequency)]
    },
};

fn embedding<'a>(stage: &'a Stage) -> Option<&'a Embedding> {
    match &stage.seen.sight {
        Sight::Embedding(embedding) => Some(embedding),
        _ => None,
    }
}

fn is_key(embedding: &Embedding, k: usize) -> bool {
    embedding.keys.iter().any(|key| usize::from(*key) == k)
}

fn name(embedding: &Embedding, k: usize) -> String {
    k.to_string() + if is_key(embedding, k) { " (key)" } else { "" }
}

/// Whether spectrum and circle are side by side.
fn wide(stage: &Stage) -> bool {
    stage.width >= 560.0
}

/// Where the spectrum's bars are.
fn bars(stage: &Stage) -> Area {
    let width = if wide(stage) { stage.width - 320.0 } else { stage.width };
    Area { x: 4.0, y: 20.0, width: width - 8.0, height: if wide(stage) { 230.0 } else { 140.0 } }
}

/// Where the circle is.
fn circle(stage: &Stage) -> Area {
    let side = if wide(stage) { 270.0 } else { (stage.width - 20.0).clamp(1.0, 300.0) };
    let (x, y) = if wide(stage) { (stage.width - side - 12.0, 20.0) } else { ((stage.width - side) / 2.0, 222.0) };
    Area { x, y, width: side, height: side }
}

fn draw(draw: &mut dyn Draw, stage: &Stage) {
    let Some(embedding) = embedding(stage) else { return };
    spectrum(draw, stage, embedding);
    plane(draw, stage, embedding);
}

fn spectrum(draw: &mut dyn Draw, stage: &Stage, embedding: &Embedding) {
    let (area, theme) = (bars(stage), stage.theme);
    let waves = &embedding.spectrum[1..];
    let most = waves.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let (step, base) = (area.width / waves.len() as f64, area.y + area.height);
    stage.text(draw, "Norm by frequency", (area.x, 9.0), Align::Left);
    draw.lines(&[vec![(area.x, base + 0.5), (area.x + area.width, base + 0.5)]], Stroke::thin(&theme.line));
    let mut free = area.x;
    for (i, norm) in waves.iter().enumerate() {
        let (k, key) = (i + 1, is_key(embedding, i + 1));
        let height = f64::from(norm / most) * (area.height - 14.0);
        let x = area.x + i as f64 * step;
        let bar = Area { x, y: base - height, width: (step - 1.0).max(0.8), height };
        draw.fill(bar, if key { &theme.test } else { &theme.train });
        if usize::from(embedding.frequency) == k {
            draw.fill(Area { y: base + 2.0, height: 3.0, ..bar }, &theme.ink);
        }
        let label = k.to_string();
        let half = draw.width_of(&label, 12.0) / 2.0;
        let at = x + step / 2.0;
        if key && at - half > free {
            stage.write(draw, &label, (at, base - height - 8.0), Align::Center, &theme.ink);
            free = at + half + 4.0;
        }
    }
    let y = base + 20.0;
    let colors = stage.colors();
    let x = stage.key(draw, (area.x, y), colors.test, "key: neurons compute with it");
    if wide(stage) {
        stage.key(draw, (x, y), colors.train, "others");
    }
}

fn plane(draw: &mut dyn Draw, stage: &Stage, embedding: &Embedding) {
    let (area, theme, n) = (circle(stage), stage.theme, embedding.places.len());
    let k = usize::from(embedding.frequency);
    stage.text(draw, &format!("Plane of frequency {k}"), (if wide(stage) { area.x } else { 4.0 }, area.y - 11.0), Align::Left);
    let reach = embedding.places.iter().flatten().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs()));
    let middle = (area.x + area.width / 2.0, area.y + area.height / 2.0);
    let place = |i: usize| {
        let [x, y] = embedding.places[i].map(|x| f64::from(x / reach) * (area.width / 2.0 - 14.0));
        (middle.0 + x, middle.1 - y)
    };
    // Joined in the order in which the frequency goes around.
    let order: Vec<usize> = (0..n).flat_map(|turn| (0..n).filter(move |i| i * k % n == turn)).collect();
    let line = order.iter().chain(order.first()).map(|i| place(*i)).collect();
    draw.lines(&[line], Stroke { alpha: 0.5, ..Stroke::thin(&theme.mark) });
    for i in 0..n {
        draw.dot(place(i), if n > 60 { 2.5 } else { 4.0 }, &theme.train, &theme.background);
    }
    // A dozen names, spread along the circle.
    for i in order.iter().step_by(n.div_ceil(14)) {
        let (x, y) = place(*i);
        let away = ((x - middle.0).powi(2) + (y - middle.1).powi(2)).sqrt().max(1.0);
        let at = (x + (x - middle.0) / away * 11.0, y + (y - middle.1) / away * 11.0);
        stage.write(draw, &embedding.tokens[*i].to_string(), at, Align::Center, &theme.ink);
    }
}

fn describe(stage: &Stage) -> String {
    let Some(embedding) = embedding(stage) else { return String::new() };
    let keys: Vec<String> = embedding.keys.iter().map(|key| format!("{key}")).collect();
    let order = if embedding.tokens.len() == stage.p {
        ""
    } else {
        " Numbers are ordered as powers of one of them, as multiplication has it."
    };
    format!(
        "Key frequencies of {}: {}. Gini coefficient {}, inverse participation ratio {}: 0 if all frequencies are alike, near 1 if one is all.{order}",
        embedding.name,
        list(&keys),
        fixed(embedding.gini.into(), 2),
        fixed(embedding.participation.into(), 2),
    )
}

fn point(stage: &Stage, at: (f64, f64)) -> Option<Pointed> {
    let embedding = embedding(stage)?;
    let (area, waves) = (bars(stage), embedding.spectrum.len() - 1);
    if let Some([bar, _]) = super::cell(Area { height: area.height + 8.0, ..area }, [waves, 1], at) {
        let norm = fixed(embedding.spectrum[bar + 1].into(), 2);
        let key = if is_key(embedding, bar + 1) { ", a key frequency" } else { "" };
        return Some((format!("frequency {}: norm {norm}{key}", bar + 1), Some(Act::Frequency(bar as u32 + 1))));
    }
    None
}
