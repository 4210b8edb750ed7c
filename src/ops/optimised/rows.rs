//! Rows of results on all cores natively, on the one thread of a worker in the browser.

/// Results of which each row has this many elements.
pub type Rows<'a> = (&'a mut [f32], usize);

/// Calls `f` with parts of `at_once` rows of the outputs and the number of their first row. Parts do not depend on the
/// number of threads, and each row must depend on nothing but its number: so neither does any bit of the result.
#[cfg(not(target_arch = "wasm32"))]
pub fn for_each_part<const N: usize>(outputs: [Rows; N], at_once: usize, f: impl Fn(usize, [&mut [f32]; N]) + Sync) {
    if outputs[0].0.len() <= at_once * outputs[0].1 {
        return f(0, outputs.map(|(rows, _)| rows));
    }
    rayon::scope(|scope| {
        let f = &f;
        let mut parts = outputs.map(|(rows, width)| rows.chunks_mut(at_once * width));
        for first in (0..).step_by(at_once) {
            let mut done = false;
            let part = parts.each_mut().map(|parts| {
                parts.next().unwrap_or_else(|| {
                    done = true;
                    &mut []
                })
            });
            if done {
                break;
            }
            scope.spawn(move |_| f(first, part));
        }
    });
}

/// Calls `f` once with all rows.
#[cfg(target_arch = "wasm32")]
pub fn for_each_part<const N: usize>(outputs: [Rows; N], _at_once: usize, f: impl Fn(usize, [&mut [f32]; N])) {
    f(0, outputs.map(|(rows, _)| rows));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_visited_once_under_its_number() {
        for (count, at_once) in [(1, 1), (7, 3), (9, 3), (64, 100)] {
            let (mut one, mut two) = (vec![0.0; count], vec![0.0; 2 * count]);
            for_each_part([(&mut one, 1), (&mut two, 2)], at_once, |first, [one, two]| {
                assert_eq!(2 * one.len(), two.len());
                one.iter_mut().enumerate().for_each(|(i, x)| *x += (first + i) as f32);
                two.iter_mut().enumerate().for_each(|(i, x)| *x += (2 * first + i) as f32);
            });
            assert!(one.iter().enumerate().all(|(i, &x)| x == i as f32), "{one:?}");
            assert!(two.iter().enumerate().all(|(i, &x)| x == i as f32), "{two:?}");
        }
    }
}
