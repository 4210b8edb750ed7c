//! Where the heads look, for a transformer that is shown sequences.

use super::{Painting, Picture, attends};
use crate::protocol::inspect::InspectRequest;
use crate::tr;
use crate::view::views::attention::positions;

/// The picture.
pub static PICTURE: Picture = Picture { name: "attention-map", applies: attends, request: |_| InspectRequest::Attention };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |_| tr!("Where its heads look").into(),
    draw: positions::draw,
    describe: positions::describe,
    point: positions::point,
};
