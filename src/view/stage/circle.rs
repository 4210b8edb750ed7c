//! The numbers in a plane: a cloud at first, and a circle once the network computes with angles.

use super::{Painting, Picture, pairs};
use crate::analysis::roundness;
use crate::protocol::inspect::{Embedding, InspectRequest, Plane};
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

/// From this [`roundness`] on, points look like a circle: they are a seventh of its radius off, on average. The default run comes to
/// it at step 160, where its test accuracy has just begun to climb.
const ROUND: f32 = 0.98;

/// Whether the numbers lie on a circle that the network computes with. In a wide network the plane of any frequency is nearly
/// round by chance; a frequency that neurons respond to is none of these.
pub fn is_circle(embedding: &Embedding) -> bool {
    match embedding.plane {
        Plane::Frequency(k) => embedding.keys.contains(&k) && roundness(&embedding.coordinates, k.into()) >= ROUND,
        Plane::Components(_) => false,
    }
}

/// The largest square in the middle.
fn square(area: Area) -> Area {
    let side = area.width.min(area.height).max(1.0);
    Area { x: area.x + (area.width - side) / 2.0, y: area.y + (area.height - side) / 2.0, width: side, height: side }
}
