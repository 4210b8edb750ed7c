//! The numbers in a plane: a cloud at first, and a circle once the network computes with angles.

use super::{Painting, Picture, pairs};
use crate::protocol::inspect::{InspectRequest, Plane};
use crate::tr;
use crate::view::draw::Area;
use crate::view::views::embedding::{describe, embedding, points, ring, vector};

/// The picture.
pub static PICTURE: Picture =
    Picture { name: "circle", applies: pairs, request: |choice| InspectRequest::Embedding(choice.plane) };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |subject| match embedding(subject).map(|embedding| embedding.plane) {
        Some(Plane::Frequency(k)) => tr!("Its numbers on wave {k}", k),
        _ => tr!("Its numbers in a plane").into(),
    },
    draw: |draw, subject, area| {
        if let Some(embedding) = embedding(subject) {
            ring(draw, subject, embedding, square(area));
        }
    },
    describe,
    point: |subject, area, at| {
        let embedding = embedding(subject)?;
        let near = |(x, y): &(f64, f64)| (x - at.0).abs() < 6.0 && (y - at.1).abs() < 6.0;
        let token = points(embedding, square(area)).iter().position(near)?;
        Some(vector(embedding, token))
    },
};

/// The largest square in the middle.
fn square(area: Area) -> Area {
    let side = area.width.min(area.height).max(1.0);
    Area { x: area.x + (area.width - side) / 2.0, y: area.y + (area.height - side) / 2.0, width: side, height: side }
}
