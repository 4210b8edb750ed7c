//! Right answers by layer, for a transformer that is shown sequences: a column for each of its answers.

use super::{Painting, Picture, attends};
use crate::protocol::inspect::InspectRequest;
use crate::tr;
use crate::view::views::lens;

/// The picture.
pub static PICTURE: Picture = Picture { name: "logit-lens", applies: attends, request: |_| InspectRequest::Layers };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |_| tr!("Right answers by layer").into(),
    draw: lens::draw_beside,
    describe: lens::describe,
    point: |subject, area, at| lens::pointed(subject, lens::beside(subject, area), at),
};
