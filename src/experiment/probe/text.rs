//! What a probe asks for, in words.

use super::{Probe, decimal};
use crate::experiment::expect::threshold;
use crate::text::{self, number};
use crate::tr;

impl Probe {
    /// For people.
    pub fn text(self) -> String {
        match self {
            Probe::Frequencies(from, to) => tr!("its neurons compute with {from} to {to} frequencies", from, to),
            Probe::FormsFirst => tr!("restricted loss falls before test loss").into(),
            Probe::Explained(least) => {
                tr!("at least {least} of its neurons are explained by one frequency each", least = threshold(least))
            }
            Probe::FormsBelow => tr!("from memorising to grokking, restricted loss is below test loss").into(),
            Probe::Replaces(least) => {
                tr!("excluded loss climbs to at least {times} times its lowest value", times = number(least))
            }
            Probe::Sharpens(least) => tr!(
                "the Gini coefficient of what takes its neurons to the answers rises by at least {least}",
                least = decimal(least)
            ),
            Probe::CleansUp(least) => tr!(
                "while test accuracy climbs, the sum of the squared weights falls by at least {least}",
                least = threshold(least)
            ),
            Probe::Sparse(most) => tr!("{most} neurons or fewer do as well as all of them", most),
            Probe::Density(0.0, most) => tr!("the embedding’s frequency density is at most {most}", most = decimal(most)),
            Probe::Density(from, to) => {
                let [from, to] = [from, to].map(decimal);
                tr!("the embedding’s frequency density is between {from} and {to}", from, to)
            }
            Probe::RatioFalls(least) => {
                tr!("the embedding’s coefficient ratio falls by at least {least}", least = decimal(least))
            }
            Probe::ZerosFirst(least) => {
                tr!(
                    "before it memorises, the test pairs that it gets right are at least once those with x = 0, to {least} or more",
                    least = threshold(least)
                )
            }
            Probe::Compresses(climb, fall) => {
                let [climb, fall] = [climb, fall].map(decimal);
                tr!("RankMe climbs by at least {climb} and then falls by at least {fall}", climb, fall)
            }
            Probe::KeepsExpanding(fall) => {
                tr!("RankMe climbs from its lowest value on and never falls by {fall} or more", fall = decimal(fall))
            }
            Probe::SimplerAgain(rise, fall) => tr!(
                "the compressed size of its weights grows at least {rise} times until it groks, and then shrinks by at least {fall}",
                rise = number(rise),
                fall = threshold(fall)
            ),
            Probe::StaysComplex(fall) => {
                tr!("the compressed size of its weights stays within {fall} of its largest", fall = threshold(fall))
            }
            Probe::Parallelograms(from, 1.0..) => {
                tr!("at least {least} of the possible parallelograms are realised", least = threshold(from))
            }
            Probe::Parallelograms(from, to) => {
                let [from, to] = [from, to].map(threshold);
                tr!("between {from} and {to} of the possible parallelograms are realised", from, to)
            }
            Probe::OutOfDistribution(from, 1.0..) => {
                tr!("in the end at least {least} of what is out of distribution is right", least = threshold(from))
            }
            Probe::OutOfDistribution(_, to) => {
                tr!("in the end at most {most} of what is out of distribution is right", most = threshold(to))
            }
            Probe::Predicted(most) => {
                tr!("predicted test accuracy is at most {most} off the true one", most = threshold(most))
            }
            Probe::ApartLater(points) => {
                tr!(
                    "after it has grokked, accuracy out of distribution still rises by at least {points} percentage points",
                    points
                )
            }
            Probe::RankFalls(least) => tr!(
                "from memorising to grokking, the feature rank of its last hidden layer falls by at least {least}",
                least = threshold(least)
            ),
            Probe::RankFallsTwice(least, points) => tr!(
                "the feature rank of its last hidden layer falls, climbs and falls again, each time by at least {least}, and while it falls \
                 again test accuracy rises by at least {points} percentage points",
                least,
                points
            ),
            Probe::AttendsFirst(nats, share) => tr!(
                "attention to names is there before knowledge is: at least {share} of its rise has come when the train loss leaves {nats}",
                share = threshold(share),
                nats = text::loss(nats)
            ),
            Probe::AttentionNarrows(least) => tr!(
                "its attention becomes sparser: from the start to the end its entropy, as a share of the largest, falls by at least {least}",
                least = threshold(least)
            ),
            Probe::RegionsLeave(least) => {
                tr!("local complexity climbs, and then falls by at least {least}", least = threshold(least))
            }
            Probe::RobustLater(points) => {
                tr!("after it has grokked, accuracy under attack still rises by at least {points} percentage points", points)
            }
        }
    }
}
