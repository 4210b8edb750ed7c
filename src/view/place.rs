//! Where a label does not lie under a curve.

/// A rectangle: left, top, right, bottom.
pub type Area = [f64; 4];

/// Whether the segment between two points touches the area (Liang and Barsky's clipping).
fn crosses(area: Area, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> bool {
    let [left, top, right, bottom] = area;
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (along, to_low, to_high) in [(x1 - x0, left - x0, right - x0), (y1 - y0, top - y0, bottom - y0)] {
        if along == 0.0 {
            if to_low > 0.0 || to_high < 0.0 {
                return false;
            }
            continue;
        }
        let (a, b) = (to_low / along, to_high / along);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    enter <= leave
}

/// The candidate that the fewest segments of the lines cross; the first of equals.
pub fn clearest(candidates: &[Area], lines: &[Vec<(f64, f64)>]) -> usize {
    let crossings = |area: &Area| {
        let segments = lines.iter().flat_map(|line| line.windows(2));
        segments.filter(|ends| crosses(*area, ends[0], ends[1])).count()
    };
    let counts = candidates.iter().map(crossings);
    counts.enumerate().min_by_key(|(_, count)| *count).map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = [10.0, 10.0, 20.0, 14.0];

    #[test]
    fn segments_through_corners_and_insides_cross() {
        for (from, to) in
            [((0.0, 12.0), (30.0, 12.0)), ((15.0, 0.0), (15.0, 30.0)), ((12.0, 11.0), (13.0, 12.0)), ((5.0, 9.0), (12.0, 16.0))]
        {
            assert!(crosses(AREA, from, to) && crosses(AREA, to, from), "{from:?} {to:?}");
        }
        for (from, to) in
            [((0.0, 9.0), (30.0, 9.0)), ((0.0, 12.0), (9.0, 12.0)), ((5.0, 9.0), (12.0, 20.0)), ((25.0, 0.0), (25.0, 0.0))]
        {
            assert!(!crosses(AREA, from, to) && !crosses(AREA, to, from), "{from:?} {to:?}");
        }
    }

    #[test]
    fn the_first_free_place_is_taken_else_the_least_crossed() {
        let below = [10.0, 20.0, 20.0, 24.0];
        let curve = [vec![(0.0, 12.0), (12.0, 12.0), (18.0, 12.0), (30.0, 12.0)]];
        assert_eq!(clearest(&[AREA, below], &curve), 1);
        assert_eq!(clearest(&[below, AREA], &curve), 0);
        let both = [curve[0].clone(), vec![(0.0, 22.0), (30.0, 22.0)]];
        assert_eq!(clearest(&[AREA, below], &both), 1);
        assert_eq!(clearest(&[AREA, below], &[]), 0);
    }
}
