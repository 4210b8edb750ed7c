//! The three-pattern model of Davies, Langosco and Krueger 2023 (section 4), from which both grokking and double descent follow.

/// A kind of pattern that a network learns, over time or over the size of the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    /// The inductive speed α: how steeply it comes to be learnt.
    pub speed: f64,
    /// γ, the fraction of the examples that it is there for in the end.
    pub most: f64,
    /// b, when half of that is learnt.
    pub middle: f64,
    /// g, the fraction of the unseen examples that it is right about.
    pub generalises: f64,
}

impl Pattern {
    /// p(t) = γ/(1 + exp(−α(t − b))), the fraction of the examples that it is learnt for.
    pub fn learnt(&self, t: f64) -> f64 {
        self.most / (1.0 + libm::exp(-self.speed * (t - self.middle)))
    }
}

/// Train and test accuracy at t. An example of the training set is right if any pattern is learnt for it: 1 − Π(1 − pᵢ). An unseen
/// one, for which the patterns A are learnt, is right with probability G(A): the mean of their g, or that of the last one alone where
/// it is in A and `preferred`; 0 without any.
pub fn accuracies(patterns: &[Pattern], preferred: bool, t: f64) -> [f64; 2] {
    let learnt: Vec<f64> = patterns.iter().map(|pattern| pattern.learnt(t)).collect();
    let train = 1.0 - learnt.iter().map(|p| 1.0 - p).product::<f64>();
    let test = (1..1u32 << patterns.len()).map(|set| {
        let inside = |i: usize| set >> i & 1 == 1;
        let probability: f64 = learnt.iter().enumerate().map(|(i, p)| if inside(i) { *p } else { 1.0 - p }).product();
        let last = patterns.len() - 1;
        let right = if preferred && inside(last) {
            patterns[last].generalises
        } else {
            let sum: f64 = (0..=last).filter(|i| inside(*i)).map(|i| patterns[i].generalises).sum();
            sum / f64::from(set.count_ones())
        };
        probability * right
    });
    [train, test.sum()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As good as learnt from the start, or half learnt at 0.
    fn pattern(speed: f64, most: f64, generalises: f64) -> Pattern {
        Pattern { speed, most, middle: if speed > 100.0 { -1.0 } else { 0.0 }, generalises }
    }

    fn check(patterns: &[Pattern], preferred: bool, want: [f64; 2]) {
        let got = accuracies(patterns, preferred, 0.0);
        assert!(got.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-12), "{got:?} for {want:?}");
    }

    #[test]
    fn hand_made_patterns_give_their_accuracies() {
        let (half, whole, none) = (pattern(1.0, 1.0, 0.8), pattern(1000.0, 1.0, 0.2), pattern(1.0, 0.0, 1.0));
        check(&[half], false, [0.5, 0.4]);
        check(&[whole], false, [1.0, 0.2]);
        // Half of the examples have both, whose mean is 0.5; the others the second one.
        check(&[half, whole], false, [1.0, 0.35]);
        check(&[whole, half], true, [1.0, 0.5]);
        // What is not there changes nothing, preferred or not.
        check(&[half, whole, none], true, [1.0, 0.35]);
        // Two halves: a quarter with both, a quarter with each, a quarter with none.
        check(&[half, pattern(1.0, 1.0, 0.4)], false, [0.75, 0.25 * 0.8 + 0.25 * 0.4 + 0.25 * 0.6]);
    }

    #[test]
    fn a_pattern_is_half_learnt_in_its_middle() {
        let pattern = Pattern { speed: 0.5, most: 0.6, middle: 40.0, generalises: 1.0 };
        assert_eq!(pattern.learnt(40.0), 0.3);
        assert!((pattern.learnt(42.0) - 0.6 / (1.0 + (-1.0f64).exp())).abs() < 1e-12);
        assert!(pattern.learnt(0.0) < 1e-8 && (pattern.learnt(100.0) - 0.6).abs() < 1e-8);
    }
}
