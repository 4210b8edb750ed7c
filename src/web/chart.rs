//! The line charts on their canvases. What is drawn, and where, comes from [`view::chart`](crate::view::chart).

use std::cell::Cell;

use web_sys::ShadowRoot;

use super::dom::{Result, find};
use super::surface::Surface;
use crate::metrics::Panel;
use crate::view::chart::plot;
pub use crate::view::chart::{Scene, nearest};
use crate::view::draw::Area;
use crate::view::scale::Scale;

/// One chart.
pub struct Chart {
    /// Where it is drawn.
    pub surface: Surface,
    /// Which metrics it draws.
    pub panel: Panel,
    /// The step axis as last drawn.
    steps: Cell<Option<Scale>>,
}

impl Chart {
    /// The chart of a panel of the template.
    pub fn new(root: &ShadowRoot, panel: Panel, name: &str) -> Result<Self> {
        let surface = Surface::new(find(root, &format!("canvas[data-chart={name}]"))?)?;
        Ok(Chart { surface, panel, steps: Cell::new(None) })
    }

    /// The step at a horizontal position, CSS pixels from the canvas' left edge.
    pub fn step_at(&self, x: f64) -> Option<f64> {
        let scale = self.steps.get()?;
        Some(scale.invert(x.max(scale.from).min(scale.to)))
    }

    /// Draws everything.
    pub fn draw(&self, scene: &Scene) {
        let (width, height, density) = self.surface.size();
        if width < 80.0 || height < 80.0 {
            return;
        }
        let area = Area { x: 0.0, y: 0.0, width, height };
        let mut brush = self.surface.clear(&scene.theme.font);
        self.steps.set(Some(plot(&mut brush, scene, self.panel, area, density)));
    }
}
