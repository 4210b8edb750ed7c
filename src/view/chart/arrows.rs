//! Arrows with words at what matters on the accuracy curve: where a run knows its list, and where it has the rule.

use super::nearest;
use super::pen::{Pen, SIZE, space};
use crate::metrics::{History, Panel, Point};
use crate::number::clamp;
use crate::text;
use crate::tr;
use crate::view::decimate::Line;
use crate::view::draw::{Align, Stroke};
use crate::view::label_layout::{Area, pieces, solid, touching};

/// How far beside its point a text is, and how far below it may be, pixels.
const ASIDE: f64 = 22.0;
const BELOW: [f64; 4] = [26.0, 44.0, 64.0, 86.0];
/// How long and half as wide the head of an arrow is, and how far it stays off its point.
const HEAD: [f64; 2] = [6.0, 3.0];
const GAP: f64 = 4.0;

/// What has an arrow: words with the step, when it happened, and on which curve.
type Mark = (fn(String) -> String, fn(&History) -> Option<u32>, fn(&Point) -> f32);
const MARKS: [Mark; 2] = [
    (|step| tr!("knows its list: step {step}", step), |h| h.memorized, |p| p.train_accuracy),
    (|step| tr!("has the rule: step {step}", step), |h| h.grokked, |p| p.test_accuracy),
];

/// The point of an area that is closest to another one.
fn edge([left, top, right, bottom]: Area, (x, y): (f64, f64)) -> (f64, f64) {
    (clamp(x, left, right), clamp(y, top, bottom))
}

/// An arrow from the edge of an area to a point: its shaft, and its head. Nothing where there is no room for one.
fn arrow(area: Area, (x, y): (f64, f64)) -> Option<[Line; 2]> {
    let from = edge(area, (x, y));
    let (dx, dy) = (x - from.0, y - from.1);
    let length = libm::hypot(dx, dy);
    if length < GAP + HEAD[0] {
        return None;
    }
    let (dx, dy) = (dx / length, dy / length);
    let back = |along: f64, aside: f64| (x - along * dx - aside * dy, y - along * dy + aside * dx);
    let [long, wide] = HEAD;
    let tip = back(GAP, 0.0);
    Some([vec![from, tip], vec![back(GAP + long, wide), tip, back(GAP + long, -wide)]])
}

impl Pen<'_> {
    /// Whether there are any: of several runs, nobody could tell whose they are.
    pub fn has_arrows(&self) -> bool {
        self.panel == Panel::Accuracy && self.scene.histories.len() == 1
    }

    /// Draws those of a single run. What comes last is placed first: before it there is most space below the curves.
    pub fn arrows(&mut self, taken: &mut Vec<Line>) {
        let scene = self.scene;
        let [history] = scene.histories else { return };
        let mut texts: Vec<Line> = vec![];
        let mut marks = MARKS;
        // It may have the rule before it knows its list.
        if marks[0].1(history) <= marks[1].1(history) {
            marks.reverse();
        }
        for (words, when, value) in marks {
            let Some((step, x)) = when(history).and_then(|step| Some((step, (self.column)(step)?))) else { continue };
            let Some(point) = nearest(history, step).map(|index| &history.points[index]) else { continue };
            let y = self.height(value(point));
            let label = words(text::thousands(step.into()));
            let width = self.draw.width_of(&label, SIZE);
            let rows = BELOW.map(|below| (y + below).min(self.y.from - 10.0));
            let start = |x: f64| clamp(x, self.x.from + 4.0, self.x.to - 2.0 - width);
            let columns = [x + ASIDE, x - ASIDE - width].map(start);
            let spots: Vec<_> = rows.into_iter().flat_map(|y| columns.map(|x| (x, y))).collect();
            let spaces: Vec<Area> = spots.iter().map(|spot| space(*spot, width)).collect();
            // A shaft may cross curves, but no text.
            let best = (0..spaces.len()).min_by_key(|index| {
                let area = spaces[*index];
                touching(&[area], taken) + touching(&pieces(edge(area, (x, y)), (x, y)), &texts)
            });
            let Some(best) = best else { continue };
            self.halo(&label, spots[best], Align::Left, SIZE, &scene.theme.ink);
            for line in arrow(spaces[best], (x, y)).into_iter().flatten() {
                self.draw.lines(&[line], Stroke { width: 1.3, ..Stroke::thin(&scene.theme.ink) });
            }
            texts.push(solid(spaces[best]));
            taken.push(solid(spaces[best]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_leads_from_the_edge_of_its_text_to_just_before_its_point() {
        let text = [10.0, 40.0, 50.0, 56.0];
        let [shaft, head] = arrow(text, (30.0, 10.0)).expect("an arrow");
        assert_eq!(shaft, [(30.0, 40.0), (30.0, 14.0)], "straight up from its middle");
        assert_eq!(head, [(33.0, 20.0), (30.0, 14.0), (27.0, 20.0)]);
        let [shaft, _] = arrow(text, (70.0, 48.0)).expect("an arrow");
        assert_eq!(shaft, [(50.0, 48.0), (66.0, 48.0)], "from its right edge");
        assert_eq!(arrow(text, (30.0, 36.0)), None, "no room");
        assert_eq!(arrow(text, (30.0, 50.0)), None, "the point is inside");
    }
}
