//! The first layer's weights, for a network that is shown rows of numbers and has no table of pairs.

use super::{Painting, Picture, pairs, pixels, sequential};
use crate::config::Model;
use crate::protocol::inspect::InspectRequest;
use crate::task::{Operation, Size};
use crate::text;
use crate::tr;
use crate::view::views::matrix::{entries, matrix, pointed};

/// The picture.
pub static PICTURE: Picture = Picture {
    name: "weights",
    applies: |config| !(pairs(config) || pixels(config) || sequential(config)),
    request: |_| InspectRequest::Matrix(0),
};

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |subject| match Operation::of(subject.config).size() {
        Size::Bits | Size::Padded => tr!("Its first weights: a row for each bit").into(),
        _ => tr!("Its first weights: a row for each coordinate").into(),
    },
    draw: |draw, subject, area| {
        if let Some(matrix) = matrix(subject) {
            entries(draw, subject, matrix, area);
        }
    },
    describe: |subject| {
        let Some(matrix) = matrix(subject) else { return String::new() };
        let ([rows, columns], most) = (matrix.shape, text::loss(matrix.most.into()));
        match (subject.config.model, Operation::of(subject.config).size()) {
            (Model::Diagonal, _) => tr!("{rows} numbers by {columns} answers, weights up to {most}.", rows, columns, most),
            (_, Size::Bits | Size::Padded) => {
                tr!("{bits} bits by {units} hidden units, weights up to {most}.", bits = rows, units = columns, most)
            }
            (_, size) if size.has_sequences() => {
                tr!("{rows} rows of {columns} numbers, weights up to {most}.", rows, columns, most)
            }
            _ => tr!("{rows} coordinates by {units} hidden units, weights up to {most}.", rows, units = columns, most),
        }
    },
    point: |subject, area, at| pointed(matrix(subject)?, area, at),
};
