//! The cyclic group in an operation table, read off the table itself.

/// What a result depends on, with operands named by their cycle index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// i + j
    Sum,
    /// i − j
    Difference,
}

/// Operands in the order in which a Fourier transform makes sense of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The operand at each cycle index: 0, 1, 2, … or g⁰, g¹, g², … for a primitive root g.
    pub operands: Vec<u32>,
    /// How results depend on the cycle indices, with the result of each sum or difference; none when they do not.
    pub join: Option<(Join, Vec<u32>)>,
}

impl Cycle {
    /// Looks for a cycle in a `p × p` table of results, `None` where a pair has none: the residues under addition, then the
    /// non-zero residues under multiplication. Without either, operands stay in their usual order.
    pub fn of(table: &[Option<u32>], p: usize) -> Cycle {
        let orders = [Some((0..p as u32).collect()), powers(p)];
        for operands in orders.into_iter().flatten() {
            for join in [Join::Sum, Join::Difference] {
                if let Some(results) = results(table, p, &operands, join) {
                    return Cycle { operands, join: Some((join, results)) };
                }
            }
        }
        Cycle { operands: (0..p as u32).collect(), join: None }
    }

    /// How many cycle indices there are.
    pub fn len(&self) -> usize {
        self.operands.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.operands.is_empty()
    }

    /// The pairs of cycle indices in order, as indices into a `p × p` table.
    pub fn pairs(&self, p: usize) -> impl Iterator<Item = usize> {
        self.operands.iter().flat_map(move |x| self.operands.iter().map(move |y| *x as usize * p + *y as usize))
    }
}

impl Join {
    /// The sum or difference of two cycle indices on a cycle of length `n`.
    pub fn at(self, i: usize, j: usize, n: usize) -> usize {
        match self {
            Join::Sum => (i + j) % n,
            Join::Difference => (i + n - j) % n,
        }
    }
}

/// The result of every sum (or difference) of cycle indices, if each has exactly one and no two have the same.
fn results(table: &[Option<u32>], p: usize, operands: &[u32], join: Join) -> Option<Vec<u32>> {
    let n = operands.len();
    let mut results = vec![None; n];
    for (i, x) in operands.iter().enumerate() {
        for (j, y) in operands.iter().enumerate() {
            let result = table[*x as usize * p + *y as usize]?;
            if *results[join.at(i, j, n)].get_or_insert(result) != result {
                return None;
            }
        }
    }
    let results: Option<Vec<u32>> = results.into_iter().collect();
    results.filter(|results| (1..n).all(|i| !results[..i].contains(&results[i])))
}

/// The powers of the smallest primitive root modulo `p`; none unless `p` is a prime above 2.
fn powers(p: usize) -> Option<Vec<u32>> {
    (2..p).find_map(|root| {
        let mut powers = vec![1];
        let mut last = root;
        while last > 1 && powers.len() < p {
            powers.push(last as u32);
            last = last * root % p;
        }
        (last == 1 && powers.len() == p - 1).then_some(powers)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Operation;

    fn cycle(id: &str, p: u32) -> Cycle {
        let operation = Operation::parse(id).unwrap();
        let pairs = (0..p).flat_map(|x| (0..p).map(move |y| (x, y)));
        let table: Vec<_> = pairs.map(|(x, y)| operation.result(x, y, p)).collect();
        Cycle::of(&table, p as usize)
    }

    #[test]
    fn the_groups_of_the_operations_are_found() {
        let found = |id| {
            let cycle = cycle(id, 7);
            (cycle.operands, cycle.join)
        };
        let operands = vec![0, 1, 2, 3, 4, 5, 6];
        assert_eq!(found("x+y"), (operands.clone(), Some((Join::Sum, operands.clone()))));
        assert_eq!(found("x-y"), (operands.clone(), Some((Join::Difference, operands.clone()))));
        // 3 is the smallest primitive root modulo 7.
        let powers = vec![1, 3, 2, 6, 4, 5];
        assert_eq!(found("x*y"), (powers.clone(), Some((Join::Sum, powers.clone()))));
        assert_eq!(found("x/y"), (powers.clone(), Some((Join::Difference, powers))));
        assert_eq!(found("x^2+y^2"), (operands, None));
    }

    #[test]
    fn composite_moduli_have_only_the_sums() {
        assert_eq!(cycle("x*y", 8).join, None);
        assert!(cycle("x+y", 8).join.is_some());
        assert_eq!(powers(2), None);
    }

    #[test]
    fn pairs_follow_the_cycle() {
        assert_eq!(cycle("x*y", 5).operands, [1, 2, 4, 3]);
        assert_eq!(cycle("x*y", 5).pairs(5).take(5).collect::<Vec<_>>(), [6, 7, 9, 8, 11]);
    }
}
