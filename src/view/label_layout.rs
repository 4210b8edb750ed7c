//! Where a label does not lie under a curve.

/// A rectangle: left, top, right, bottom.
pub type Area = [f64; 4];

/// Whether the box around a segment overlaps the area. Segments of curves are short, so that their boxes are close to them.
fn touches(area: Area, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> bool {
    let [left, top, right, bottom] = area;
    x0.min(x1) <= right && x0.max(x1) >= left && y0.min(y1) <= bottom && y0.max(y1) >= top
}

/// A line that keeps others out of an area, as if many curves crossed it.
pub fn solid([left, top, right, bottom]: Area) -> Vec<(f64, f64)> {
    [(left, top), (right, bottom)].repeat(100)
}

/// How many segments of the lines touch these areas.
pub fn touching(areas: &[Area], lines: &[Vec<(f64, f64)>]) -> usize {
    let count = |area: Area| {
        lines.iter().map(|line| line.windows(2).filter(|ends| touches(area, ends[0], ends[1])).count()).sum::<usize>()
    };
    areas.iter().copied().map(count).sum()
}

/// The candidate that the fewest segments of the lines touch; the first of equals.
pub fn clearest(candidates: &[Area], lines: &[Vec<(f64, f64)>]) -> usize {
    (0..candidates.len()).min_by_key(|index| touching(&candidates[*index..=*index], lines)).unwrap_or(0)
}

/// The areas of the pieces of a line from one point to another.
pub fn pieces((x, y): (f64, f64), (to_x, to_y): (f64, f64)) -> [Area; 10] {
    let at = |i: usize| (x + (to_x - x) * i as f64 / 10.0, y + (to_y - y) * i as f64 / 10.0);
    core::array::from_fn(|i| {
        let ((x0, y0), (x1, y1)) = (at(i), at(i + 1));
        [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = [10.0, 10.0, 20.0, 14.0];

    #[test]
    fn segments_beside_the_area_do_not_touch_it() {
        for (from, to) in
            [((0.0, 12.0), (30.0, 12.0)), ((15.0, 0.0), (15.0, 30.0)), ((12.0, 11.0), (13.0, 12.0)), ((5.0, 9.0), (12.0, 16.0))]
        {
            assert!(touches(AREA, from, to) && touches(AREA, to, from), "{from:?} {to:?}");
        }
        for (from, to) in
            [((0.0, 9.0), (30.0, 9.0)), ((0.0, 12.0), (9.0, 12.0)), ((5.0, 9.0), (9.0, 20.0)), ((25.0, 0.0), (25.0, 0.0))]
        {
            assert!(!touches(AREA, from, to) && !touches(AREA, to, from), "{from:?} {to:?}");
        }
    }

    #[test]
    fn the_first_free_area_is_taken_else_the_least_crossed() {
        let below = [10.0, 20.0, 20.0, 24.0];
        let curve = [vec![(0.0, 12.0), (12.0, 12.0), (18.0, 12.0), (30.0, 12.0)]];
        assert_eq!(clearest(&[AREA, below], &curve), 1);
        assert_eq!(clearest(&[below, AREA], &curve), 0);
        let both = [curve[0].clone(), vec![(0.0, 22.0), (30.0, 22.0)]];
        assert_eq!(clearest(&[AREA, below], &both), 1);
        assert_eq!(clearest(&[AREA, below], &[]), 0);
        // What is taken counts more than any curve.
        let [through, beside] = [(30.0, 30.0), (30.0, 0.0)].map(|to| pieces((0.0, 0.0), to));
        assert_eq!(through[4], [12.0, 12.0, 15.0, 15.0]);
        assert!(touching(&through, &[solid(AREA)]) > 100 && touching(&beside, &[solid(AREA)]) == 0);
        assert_eq!(clearest(&[AREA, below], &[solid([19.0, 13.0, 40.0, 17.0]), both[1].clone()]), 1);
    }
}
