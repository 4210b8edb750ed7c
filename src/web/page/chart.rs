//! The line charts on their canvases. What is drawn, and where, comes from [`view::chart`](crate::view::chart).

use std::cell::{Cell, RefCell};

use web_sys::ShadowRoot;

use super::dom::{Result, find};
use super::surface::{Brush, Surface};
use crate::config::Loss;
use crate::metrics::{History, Panel};
use crate::view::chart::{Curves, Frame, Theme, across, arrange, plot};
pub use crate::view::chart::{Scene, nearest};
use crate::view::draw::Area;

/// One chart.
pub struct Chart {
    /// Where it is drawn.
    pub surface: Surface,
    /// Which metrics it draws, see [`choose`](Chart::choose).
    pub panel: Cell<Panel>,
    curves: RefCell<Curves>,
    drawn: RefCell<Option<Drawn>>,
}

/// What a drawing depends on.
#[derive(PartialEq)]
struct Drawn {
    frame: Frame,
    theme: Theme,
    hover: Option<u32>,
    /// Device pixels from the left: while a run goes on, the playhead moves with every point. Across a metric, its step.
    playhead: Option<i64>,
    guess: Option<u32>,
    /// How many numbers there are, and what the loss is measured in.
    what: (u32, Loss),
    marks: Vec<[Option<u32>; 2]>,
    /// Of the list of runs.
    runs: u32,
    /// The last step of the recorded curve, which may be playing.
    recorded: Option<u32>,
    /// Points of each history, once no more are to come: until then, those of an open column wait for its end.
    points: Vec<usize>,
}

impl Chart {
    /// The chart of a panel of the template.
    pub fn new(root: &ShadowRoot, panel: Panel, name: &str) -> Result<Self> {
        let surface = Surface::new(find(root, &format!("canvas[data-chart={name}]"))?)?;
        Ok(Chart { surface, panel: Cell::new(panel), curves: RefCell::default(), drawn: RefCell::default() })
    }

    /// Draws another panel from now on.
    pub fn choose(&self, panel: Panel) {
        self.panel.set(panel);
        self.curves.take();
        self.drawn.take();
    }

    /// The step at a position, CSS pixels from the canvas' upper left corner, see [`Frame::step_at`].
    pub fn step_at(&self, histories: &[History], at: (f64, f64)) -> Option<u32> {
        self.frame()?.step_at(self.panel.get(), histories, at)
    }

    /// The axes as they are drawn.
    pub fn frame(&self) -> Option<Frame> {
        self.drawn.borrow().as_ref().map(|drawn| drawn.frame)
    }

    /// Takes a new size, see [`Surface::resize`].
    pub fn resize(&self, width: f64, height: f64, device_width: f64, device_height: f64) {
        self.surface.resize(width, height, device_width, device_height);
        self.drawn.take();
    }

    /// Draws everything over steps, where it differs from what is drawn. `runs` counts changes of the runs behind, and `more` says
    /// that points come in quickly: what is new within a pixel can wait.
    pub fn draw(&self, scene: &Scene, runs: u32, more: bool) {
        let arrange = |panel, area, density, curves: &mut Curves| arrange(scene, panel, area, density, curves);
        self.draw_as(scene, (runs, more), &arrange, &|brush, panel, frame, curves| plot(brush, scene, panel, frame, curves));
    }

    /// The same over what is across.
    pub fn draw_across(&self, scene: &Scene, runs: u32, more: bool) {
        let Some(axis) = scene.across else { return };
        let arrange = |panel, area, density, curves: &mut Curves| across::arrange(scene, axis, panel, area, density, curves);
        let plot = |brush: &mut Brush, panel, frame, curves: &Curves| across::plot(brush, scene, axis, panel, frame, curves);
        self.draw_as(scene, (runs, more), &arrange, &plot);
    }

    fn draw_as(
        &self,
        scene: &Scene,
        (runs, more): (u32, bool),
        arrange: &dyn Fn(Panel, Area, f64, &mut Curves) -> Frame,
        plot: &dyn Fn(&mut Brush, Panel, Frame, &Curves),
    ) {
        let (width, height, density) = self.surface.size();
        if width < 80.0 || height < 80.0 {
            return;
        }
        let (panel, mut curves) = (self.panel.get(), self.curves.borrow_mut());
        let frame = arrange(panel, Area { x: 0.0, y: 0.0, width, height }, density, &mut curves);
        let points = scene.histories.iter().map(|history| if more { 0 } else { history.points.len() }).collect();
        let drawn = Drawn {
            frame,
            theme: scene.theme.clone(),
            hover: scene.hover,
            playhead: scene.playhead.map(|step| match frame.across {
                None => (frame.x.at(step.into()) * density).round() as i64,
                Some(_) => step.into(),
            }),
            guess: scene.guess,
            what: (scene.classes, scene.loss),
            marks: scene.histories.iter().map(|history| [history.memorized, history.grokked]).collect(),
            runs,
            recorded: scene.reference.and_then(|curve| curve.steps.last().copied()),
            points,
        };
        if self.drawn.borrow().as_ref() != Some(&drawn) {
            plot(&mut self.surface.clear(&scene.theme.font), panel, frame, &curves);
            *self.drawn.borrow_mut() = Some(drawn);
        }
    }
}
