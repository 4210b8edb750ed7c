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

    #[test]
    fn a_smoothed_line_has_means_over_what_is_near() {
        let line: Line = vec![(0.0, 0.0), (1.0, 3.0), (2.0, 6.0), (10.0, 100.0), (11.0, 0.0)];
        assert_eq!(smoothed(&line, 1.0), [(0.0, 1.5), (1.0, 3.0), (2.0, 4.5), (10.0, 50.0), (11.0, 50.0)]);
        assert_eq!(smoothed(&line, 0.0), line, "nothing is near");
        assert_eq!(smoothed(&vec![], 1.0), []);
    }
}
