//! The first layer's weights, for a network that is shown bits and has no table of pairs.

use super::{Painting, Picture, pairs};
use crate::protocol::inspect::InspectRequest;
use crate::text;
use crate::tr;
use crate::view::views::matrix::{entries, matrix, pointed};

/// The picture.
pub static PICTURE: Picture =
    Picture { name: "weights", applies: |config| !pairs(config), request: |_| InspectRequest::Matrix(0) };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |_| tr!("Its first weights: a row for each bit").into(),
    draw: |draw, subject, area| {
        if let Some(matrix) = matrix(subject) {
            entries(draw, subject, matrix, area);
        }
    },
    describe: |subject| {
        let Some(matrix) = matrix(subject) else { return String::new() };
        let [bits, units] = matrix.shape;
        let most = text::loss(matrix.most.into());
        tr!("{bits} bits by {units} hidden units, weights up to {most}.", bits, units, most)
    },
    point: |subject, area, at| pointed(matrix(subject)?, area, at),
};
