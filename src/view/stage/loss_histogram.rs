//! How the losses of all examples are spread, for a network that is shown sequences.

use super::{Painting, Picture, sequential};
use crate::protocol::inspect::InspectRequest;
use crate::tr;
use crate::view::views::losses;

/// The picture.
pub static PICTURE: Picture = Picture { name: "loss-histogram", applies: sequential, request: |_| InspectRequest::Losses };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |_| tr!("The loss of each example").into(),
    draw: losses::histograms,
    describe: losses::describe,
    point: losses::bar,
};
