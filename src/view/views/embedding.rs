//! The embedding: its Fourier spectrum and the plane of a frequency, where numbers lie on a circle; or its principal components.

use super::subject::{Control, Drawing, Pointed, Subject, View, cell, list};
use crate::language::local;
use crate::number::{clamp, fixed};
use crate::protocol::inspect::{Embedding, InspectRequest, InspectResult, Plane};
use crate::text::{percent, thousands};
use crate::tr;
use crate::view::choice::Action;
use crate::view::draw::{Align, Area, Draw, Stroke};

/// The view.
pub static VIEW: View = View {
    name: "embedding",
    label: "Embedding",
    about: "Each number is a vector, shown here as waves. A network that has understood addition keeps only a few frequencies, and in \
            the plane of such a frequency the numbers lie on a circle.",
    request: |choice| InspectRequest::Embedding(choice.plane),
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| if wide(subject) { 296.0 } else { 222.0 + circle(subject).height + 4.0 },
    draw,
    describe,
    point,
    controls: |subject| {
        let Some(embedding) = embedding(subject) else { return vec![] };
        let most = if embedding.cyclic { embedding.spectrum.len() } else { 1 };
        let pairs = (0..PAIRS).map(Plane::Components);
        let planes: Vec<Plane> = pairs.chain((1..most).map(|k| Plane::Frequency(k as u16))).collect();
        let options = planes.iter().map(|plane| (number(*plane), name(embedding, *plane)));
        vec![Control::Menu(tr!("Plane of"), options.collect(), number(embedding.plane), |number| {
            Action::Plane(numbered(number as u16))
        })]
    },
};

/// Planes of components that can be chosen.
const PAIRS: u16 = 3;

/// The value of a plane in the menu.
fn number(plane: Plane) -> u32 {
    match plane {
        Plane::Components(first) => first.into(),
        Plane::Frequency(k) => (PAIRS + k).into(),
    }
}

fn numbered(number: u16) -> Plane {
    number.checked_sub(PAIRS).map_or(Plane::Components(number), Plane::Frequency)
}

pub(in crate::view) fn embedding<'a>(subject: &Subject<'a>) -> Option<&'a Embedding> {
    match subject.result {
        InspectResult::Embedding(embedding) => Some(embedding),
        _ => None,
    }
}

fn is_key(embedding: &Embedding, k: usize) -> bool {
    embedding.keys.iter().any(|key| usize::from(*key) == k)
}

fn name(embedding: &Embedding, plane: Plane) -> String {
    match plane {
        Plane::Components(first) => tr!("components {first} and {second}", first = first + 1, second = first + 2),
        Plane::Frequency(k) if is_key(embedding, k.into()) => tr!("frequency {k} (key)", k),
        Plane::Frequency(k) => tr!("frequency {k}", k),
    }
}

/// What the bars show, from the first frequency or component on.
fn values(embedding: &Embedding) -> &[f32] {
    if embedding.fractions.is_empty() { &embedding.spectrum[1..] } else { &embedding.fractions }
}

/// Whether spectrum and circle are side by side.
fn wide(subject: &Subject) -> bool {
    subject.width >= 560.0
}

/// Where the spectrum's bars are.
fn bars(subject: &Subject) -> Area {
    let width = if wide(subject) { subject.width - 320.0 } else { subject.width };
    Area { x: 4.0, y: 20.0, width: width - 8.0, height: if wide(subject) { 230.0 } else { 140.0 } }
}

/// Where the circle is.
fn circle(subject: &Subject) -> Area {
    let side = if wide(subject) { 270.0 } else { (subject.width - 20.0).clamp(1.0, 300.0) };
    let (x, y) = if wide(subject) { (subject.width - side - 12.0, 20.0) } else { ((subject.width - side) / 2.0, 222.0) };
    Area { x, y, width: side, height: side }
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let Some(embedding) = embedding(subject) else { return };
    amounts(draw, subject, embedding);
    plane(draw, subject, embedding);
}

fn amounts(draw: &mut dyn Draw, subject: &Subject, embedding: &Embedding) {
    let (area, theme) = (bars(subject), subject.theme);
    let (values, waves) = (values(embedding), embedding.fractions.is_empty());
    let most = values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let (step, base) = (area.width / values.len() as f64, area.y + area.height);
    let title = if waves { tr!("Norm by frequency") } else { tr!("Share of the variance by component") };
    subject.text(draw, title, (area.x, 9.0), Align::Left);
    draw.lines(&[vec![(area.x, base + 0.5), (area.x + area.width, base + 0.5)]], Stroke::thin(&theme.line));
    let mut free = area.x;
    for (i, value) in values.iter().enumerate() {
        let (k, key) = (i + 1, waves && is_key(embedding, i + 1));
        let height = f64::from(value / most) * (area.height - 14.0);
        let x = area.x + i as f64 * step;
        let bar = Area { x, y: base - height, width: (step - 1.0).max(0.8), height };
        draw.fill(bar, if key { &theme.test } else { &theme.train });
        let shown = match embedding.plane {
            Plane::Frequency(own) => k == usize::from(own),
            Plane::Components(first) => [first, first + 1].contains(&(i as u16)),
        };
        if shown {
            draw.fill(Area { y: base + 2.0, height: 3.0, ..bar }, &theme.ink);
        }
        let label = k.to_string();
        let half = draw.width_of(&label, 12.0) / 2.0;
        let at = x + step / 2.0;
        if key && at - half > free {
            subject.write(draw, &label, (at, base - height - 8.0), Align::Center, &theme.ink);
            free = at + half + 4.0;
        }
    }
    if !waves {
        return;
    }
    let y = base + 20.0;
    let colors = subject.colors();
    let x = subject.key(draw, (area.x, y), colors.test, tr!("key: neurons compute with it"));
    if wide(subject) {
        subject.key(draw, (x, y), colors.train, tr!("others"));
    }
}

/// From a point to the middle of its name, CSS pixels.
const BESIDE: f64 = 11.0;
/// From the outermost points to the edge of the area: their names have room.
const RIM: f64 = BESIDE + 11.0;

/// Where each token is drawn.
pub(in crate::view) fn points(embedding: &Embedding, area: Area) -> Vec<(f64, f64)> {
    let reach = embedding.coordinates.iter().flatten().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs()));
    let middle = middle(area);
    let point_at = |[x, y]: &[f32; 2]| {
        let [x, y] = [x, y].map(|x| f64::from(x / reach) * (area.width / 2.0 - RIM));
        (middle.0 + x, middle.1 - y)
    };
    embedding.coordinates.iter().map(point_at).collect()
}

fn middle(area: Area) -> (f64, f64) {
    (area.x + area.width / 2.0, area.y + area.height / 2.0)
}

fn plane(draw: &mut dyn Draw, subject: &Subject, embedding: &Embedding) {
    let area = circle(subject);
    let title = tr!("Plane of {what}", what = name(embedding, embedding.plane));
    subject.text(draw, &title, (if wide(subject) { area.x } else { 4.0 }, area.y - 11.0), Align::Left);
    ring(draw, subject, embedding, area);
}

/// The numbers in the plane, joined in the order in which its frequency goes around.
pub(in crate::view) fn ring(draw: &mut dyn Draw, subject: &Subject, embedding: &Embedding, area: Area) {
    let (theme, points) = (subject.theme, points(embedding, area));
    let (n, middle) = (points.len(), middle(area));
    // Joined in the order in which the frequency goes around; in that of the strongest where there are several.
    let strongest = || (1..embedding.spectrum.len()).max_by(|a, b| embedding.spectrum[*a].total_cmp(&embedding.spectrum[*b]));
    let k = match embedding.plane {
        Plane::Frequency(k) => k.into(),
        Plane::Components(_) => strongest().unwrap_or(1),
    };
    let order: Vec<usize> = (0..n).flat_map(|turn| (0..n).filter(move |i| i * k % n == turn)).collect();
    if embedding.cyclic {
        let line = order.iter().chain(order.first()).map(|i| points[*i]).collect();
        // Before there is a circle, the lines would only be a tangle.
        let alpha = clamp(4.0 * f64::from(share(embedding)) - 0.1, 0.06, 0.5);
        draw.lines(&[line], Stroke { alpha, ..Stroke::thin(&theme.mark) });
    }
    let flat = flat(embedding);
    let at = |token: u16| embedding.tokens.iter().position(|other| *other == token).map(|i| points[i]);
    let diagonals = embedding.diagonals.iter().filter_map(|[x, y]| at(*x).zip(at(*y)));
    let arches: Vec<_> = diagonals.map(|ends| arch(ends, flat)).collect();
    draw.lines(&arches, Stroke { alpha: 0.3, ..Stroke::thin(&theme.mark) });
    for at in &points {
        draw.dot(*at, if n > 60 { 2.5 } else { 4.0 }, &theme.train, &theme.background);
    }
    // A dozen names, spread along the circle.
    for i in order.iter().step_by(n.div_ceil(14).max(1)) {
        let (x, y) = points[*i];
        let away = ((x - middle.0).powi(2) + (y - middle.1).powi(2)).sqrt().max(1.0);
        let at = match flat {
            // Beside each other they would lie on their neighbours.
            true => (x, y + BESIDE + 2.0),
            false => (x + (x - middle.0) / away * BESIDE, y + (y - middle.1) / away * BESIDE),
        };
        subject.write(draw, &embedding.tokens[*i].to_string(), at, Align::Center, &theme.ink);
    }
}

/// Whether the vectors lie on a line, as far as can be seen.
fn flat(embedding: &Embedding) -> bool {
    embedding.plane == Plane::Components(0) && embedding.fractions.get(1).is_none_or(|second| *second < 1e-3)
}

/// A diagonal of a parallelogram, from one of its ends to the other. On a line it would be hidden by others, and is half of an ellipse.
fn arch((from, to): ((f64, f64), (f64, f64)), flat: bool) -> Vec<(f64, f64)> {
    if !flat {
        return vec![from, to];
    }
    let (middle, half) = ((from.0 + to.0) / 2.0, (to.0 - from.0) / 2.0);
    // From −1 to 1, in smaller parts where it is steep.
    let along = |part: u32| {
        let even = 2.0 * f64::from(part) / f64::from(PARTS) - 1.0;
        (3.0 * even - even * even * even) / 2.0
    };
    let point = |t: f64| (middle + half * t, from.1 - 0.8 * half.abs() * (1.0 - t * t).max(0.0).sqrt());
    (0..=PARTS).map(|part| point(along(part))).collect()
}

/// An arch is drawn in so many parts.
const PARTS: u32 = 24;

/// The fraction of the variance that the plane has.
fn share(embedding: &Embedding) -> f32 {
    match embedding.plane {
        Plane::Components(first) => embedding.fractions.iter().skip(first.into()).take(2).sum(),
        Plane::Frequency(k) => {
            let square = |norm: &f32| norm * norm;
            let all: f32 = embedding.spectrum[1..].iter().map(square).sum();
            embedding.spectrum.get(usize::from(k)).map_or(0.0, square) / all.max(f32::MIN_POSITIVE)
        }
    }
}

/// The same in words.
fn variance(embedding: &Embedding) -> String {
    let (fraction, matrix) = (|x: f32| percent(x.into()), &embedding.name);
    match embedding.plane {
        Plane::Components(first) => {
            let [one, other] =
                [first, first + 1].map(|i| fraction(embedding.fractions.get(usize::from(i)).copied().unwrap_or(0.0)));
            tr!(
                "Principal components {first} and {second} have {one} and {other} of the variance of {matrix}.",
                first = first + 1,
                second = first + 2,
                one,
                other,
                matrix
            )
        }
        Plane::Frequency(k) => {
            tr!("Frequency {k} has {share} of the variance of {matrix}.", k, share = fraction(share(embedding)), matrix)
        }
    }
}

pub(in crate::view) fn describe(subject: &Subject) -> String {
    let Some(embedding) = embedding(subject) else { return String::new() };
    let variance = variance(embedding);
    if !embedding.cyclic {
        let closed = embedding.parallelograms.map(|count| {
            let [found, possible] = count.map(|count| thousands(count.into()));
            [
                &tr!("{found} of {possible} possible parallelograms are realised.", found, possible),
                tr!("Two numbers are joined where their vectors add up to what those of two others do."),
            ]
            .join(" ")
        });
        let none = tr!("This operation is not a cyclic group, so it has no frequencies.");
        return [Some(&*variance), closed.as_deref(), Some(none)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    }
    let keys: Vec<String> = embedding.keys.iter().map(u16::to_string).collect();
    let written = |value: f32| local(fixed(value.into(), 2));
    let mut told = vec![
        variance,
        tr!("Key frequencies: {keys}.", keys = list(&keys)),
        tr!(
            "Gini coefficient {gini}, inverse participation ratio {participation}: 0 when all frequencies count alike, near 1 when a \
             single one counts.",
            gini = written(embedding.gini),
            participation = written(embedding.participation)
        ),
    ];
    if embedding.tokens.len() != subject.p {
        told.push(
            tr!("The numbers are in the order of multiplication: each is the one before times the same factor.").to_string(),
        );
    }
    told.join(" ")
}

/// What a point of the plane is.
pub(in crate::view) fn vector(embedding: &Embedding, token: usize) -> Pointed {
    (tr!("the vector of {token}", token = embedding.tokens[token]), None)
}

fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    let embedding = embedding(subject)?;
    let (area, values) = (bars(subject), values(embedding));
    if let Some([bar, _]) = cell(Area { height: area.height + 8.0, ..area }, [values.len(), 1], at) {
        let value = values[bar].into();
        return Some(match embedding.plane {
            Plane::Frequency(_) => {
                let (k, norm) = (bar + 1, local(fixed(value, 2)));
                let words = match is_key(embedding, k) {
                    true => tr!("frequency {k}: norm {norm}, a key frequency", k, norm),
                    false => tr!("frequency {k}: norm {norm}", k, norm),
                };
                (words, Some(Action::Plane(Plane::Frequency(bar as u16 + 1))))
            }
            Plane::Components(_) => {
                let act = (bar < PAIRS.into()).then_some(Action::Plane(Plane::Components(bar as u16)));
                (tr!("component {n}: {share} of the variance", n = bar + 1, share = percent(value)), act)
            }
        });
    }
    let near = |(x, y): &(f64, f64)| (x - at.0).abs() < 6.0 && (y - at.1).abs() < 6.0;
    let token = points(embedding, circle(subject)).iter().position(near)?;
    Some(vector(embedding, token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagonals_with_one_middle_are_arches_in_each_other() {
        let line = |ends| arch(ends, true);
        let (outer, inner) = (line(((0.0, 50.0), (100.0, 50.0))), line(((80.0, 50.0), (20.0, 50.0))));
        // From end to end, and highest over the middle that they share.
        for (arch, [from, to], height) in [(&outer, [0.0, 100.0], 40.0), (&inner, [80.0, 20.0], 24.0)] {
            assert!((arch[0].0 - from).abs() < 1e-9 && (arch[PARTS as usize].0 - to).abs() < 1e-9);
            let (x, y) = arch[PARTS as usize / 2];
            assert!((x - 50.0).abs() < 1e-9 && (y - (50.0 - height)).abs() < 1e-9, "{x} {y}");
        }
        assert_eq!(arch(((0.0, 1.0), (2.0, 3.0)), false), [(0.0, 1.0), (2.0, 3.0)]);
    }
}
