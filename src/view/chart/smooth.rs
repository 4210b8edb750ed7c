//! Smoothed curves.

use crate::view::decimate::Line;

/// A line with the mean of its heights, as they are drawn, over all points that are no further than this to either side: of a logarithmic
/// axis the geometric mean of the values.
pub(super) fn smoothed(line: &Line, reach: f64) -> Line {
    let (mut first, mut end, mut sum) = (0, 0, 0.0);
    let mean = |&(x, _): &(f64, f64)| {
        while end < line.len() && line[end].0 <= x + reach {
            sum += line[end].1;
            end += 1;
        }
        while line[first].0 < x - reach {
            sum -= line[first].1;
            first += 1;
        }
        (x, sum / (end - first) as f64)
    };
    line.iter().map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{History, Panel, Point};
    use crate::view::chart::Scene;
    use crate::view::chart::figure::svg;
    use crate::view::chart::tests::{history, scene, theme};

    #[test]
    fn a_smoothed_line_has_means_over_what_is_near() {
        let line: Line = vec![(0.0, 0.0), (1.0, 3.0), (2.0, 6.0), (10.0, 100.0), (11.0, 0.0)];
        assert_eq!(smoothed(&line, 1.0), [(0.0, 1.5), (1.0, 3.0), (2.0, 4.5), (10.0, 50.0), (11.0, 50.0)]);
        assert_eq!(smoothed(&line, 0.0), line, "nothing is near");
        assert_eq!(smoothed(&vec![], 1.0), []);
    }

    #[test]
    fn smoothed_curves_lie_over_what_was_measured_and_start_only_when_asked_for() {
        let (runs, theme) = ([history(40)], theme());
        let [plain, smooth] = [false, true].map(|smooth| svg(&Scene { smooth, ..scene(&runs, &theme) }, Panel::Accuracy, "", ""));
        let curves = |svg: &str| svg.matches("stroke=\"blue\"").count() + svg.matches("stroke=\"orange\"").count();
        assert_eq!(curves(&smooth), curves(&plain) + 2, "two curves, and two behind them");
        assert!(smooth.contains("0.3") && smooth != plain);
    }

    #[test]
    fn of_several_seeds_each_stays_as_it_was_measured() {
        // One of them goes up and down.
        let mut jumps = History::default();
        for step in 0..=40 {
            jumps.push(Point { step, train_accuracy: (step % 2) as f32, ..Point::default() });
        }
        let (runs, theme) = ([history(40), jumps], theme());
        let faint = |smooth: bool| {
            let svg = svg(&Scene { smooth, ..scene(&runs, &theme) }, Panel::Accuracy, "", "");
            let elements: Vec<String> = svg.split('<').filter(|part| part.contains("0.18")).map(String::from).collect();
            (elements, svg)
        };
        let (plain, smooth) = (faint(false), faint(true));
        assert!(!plain.0.is_empty() && plain.0 == smooth.0, "{:?}", plain.0.len());
        assert!(plain.1 != smooth.1, "the median is smoothed");
    }
}
