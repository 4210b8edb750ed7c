//! In which order the rows of a table are trained, and which of them together.

use super::Row;
use crate::config::Config;
use crate::order::argsort;

/// The order in which the cells of a grid are trained: a coarse grid first, then what lies between, so that its shape shows
/// early. `shape` is the number of values along each axis, of which the first runs fastest.
fn coarse_first(shape: &[usize]) -> Vec<usize> {
    let count: usize = shape.iter().product();
    // The largest stride, a power of two, of which all coordinates of a cell are multiples; 0 is a multiple of all.
    let stride = |mut cell: usize| {
        let mut bits = 0;
        for length in shape {
            bits |= cell % length;
            cell /= length;
        }
        bits.trailing_zeros()
    };
    argsort(count, &|a, b| stride(b).cmp(&stride(a)))
}

/// The order in which the rows of a configuration are trained: cells coarse first, and all seeds of a cell one after the other.
pub fn turns(config: &Config) -> impl Iterator<Item = usize> + use<> {
    let seeds = config.seeds as usize;
    coarse_first(&config.sweep.shape()).into_iter().flat_map(move |cell| cell * seeds..(cell + 1) * seeds)
}

/// The rows to train next, in one plan: the first of `waiting`, which are in the order of their turn, and those after it that
/// [train with it](Config::trains_with), at most `most`.
pub fn next(rows: &[Row], waiting: &[usize], most: usize) -> Vec<usize> {
    let Some(first) = waiting.first() else { return vec![] };
    let fits = |row: &usize| rows[*row].config.trains_with(&rows[*first].config);
    let others = waiting[1..].iter().copied().filter(fits);
    core::iter::once(*first).chain(others).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::*;

    #[test]
    fn a_coarse_grid_comes_first_and_every_cell_once() {
        assert_eq!(coarse_first(&[5]), [0, 4, 2, 1, 3]);
        assert_eq!(coarse_first(&[3, 3])[..4], [0, 2, 6, 8]);
        let mut all = coarse_first(&[7, 6]);
        all.sort_unstable();
        assert_eq!(all, (0..42).collect::<Vec<_>>());
        assert_eq!(coarse_first(&[]), [0]);
    }

    #[test]
    fn rows_of_one_shape_train_together() {
        let rows = rows(&Config::small().with_query("sweep=width:16|32,wd:0|1&seeds=2").0);
        let widths: Vec<u32> = rows.iter().map(|row| row.config.width).collect();
        assert_eq!(widths, [16, 16, 32, 32, 16, 16, 32, 32]);
        assert_eq!(next(&rows, &[0, 1, 2, 3, 4, 5, 6, 7], 8), [0, 1, 4, 5]);
        assert_eq!(next(&rows, &[3, 7, 2], 2), [3, 7]);
        assert_eq!(next(&rows, &[], 2), [] as [usize; 0]);
    }
}
