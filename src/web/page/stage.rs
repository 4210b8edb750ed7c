//! The pictures of the stage on their canvases. What is drawn comes from [`view::stage`](crate::view::stage).

use std::cell::{Cell, RefCell};

use web_sys::{Element, HtmlCanvasElement, ShadowRoot};

use super::dom::{Result, find, set_attribute, set_text};
use super::subject::{self, Place};
use super::surface::Surface;
use crate::protocol::inspect::Asker;
use crate::text;
use crate::tr;
use crate::view::app::App;
use crate::view::chart::{StepAxis, Theme};
use crate::view::choice::{Action, Choice};
use crate::view::decimate::Traces;
use crate::view::draw::Area;
use crate::view::inside::CircleSeen;
use crate::view::stage::{PAINTINGS, PICTURES, Painting};
use crate::view::views::Subject;

/// The pictures' elements, and what was last drawn of them.
pub struct Stage {
    pictures: Vec<Shown>,
    /// What is under the pointer, in words.
    point: Element,
    all_on: Element,
    /// What is said in the middle of the circle, once it has formed.
    formed: Element,
    /// The picture that was pointed at last, and where.
    pointer: Cell<Option<(usize, (f64, f64))>>,
    traces: RefCell<[Traces; 2]>,
    /// How pictures after the first are painted, once that is loaded.
    pub others: Cell<&'static [&'static Painting]>,
}

/// One picture.
struct Shown {
    figure: Element,
    title: Element,
    surface: Surface,
    drawn: RefCell<Option<Drawn>>,
}

/// What a drawing depends on.
type Drawn = (Asker, Choice, (f64, f64, f64), u32, Theme);

impl Stage {
    /// The pictures of the template.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        let picture = |name: &str| -> Result<Shown> {
            let part = |inner: &str| format!("[data-picture={name}]{inner}");
            Ok(Shown {
                figure: find(root, &part(""))?,
                title: find(root, &part(" [data-title]"))?,
                surface: Surface::new(find(root, &part(" canvas"))?)?,
                drawn: RefCell::default(),
            })
        };
        Ok(Stage {
            pictures: PICTURES.iter().map(|own| picture(own.name)).collect::<Result<_>>()?,
            point: find(root, "[data-text=point]")?,
            all_on: find(root, "[data-action=allon]")?,
            formed: find(root, "[data-text=formed]")?,
            pointer: Cell::default(),
            traces: RefCell::default(),
            others: Cell::new(&[]),
        })
    }

    /// The canvases, in the order of [`PICTURES`].
    pub fn canvases(&self) -> impl Iterator<Item = &HtmlCanvasElement> {
        self.pictures.iter().map(|picture| &picture.surface.canvas)
    }

    /// Which picture's canvas an element is.
    pub fn index(&self, element: &Element) -> Option<usize> {
        self.canvases().position(|canvas| ***canvas == *element)
    }

    /// Width and height of a canvas in CSS pixels, and device pixels per CSS pixel.
    pub fn size(&self, index: usize) -> (f64, f64, f64) {
        self.pictures[index].surface.size()
    }

    /// Takes a new size of a canvas: CSS pixels, and the exact number of device pixels.
    pub fn resize(&self, index: usize, width: f64, height: f64, device_width: f64, device_height: f64) {
        let Some(picture) = self.pictures.get(index) else { return };
        picture.surface.resize(width, height, device_width, device_height);
        picture.drawn.take();
    }

    /// Makes room for the pictures of the task.
    pub fn arrange(&self, app: &App) {
        for (picture, own) in self.pictures.iter().zip(PICTURES) {
            let idle = !(own.applies)(&app.config);
            if picture.figure.has_attribute("data-idle") != idle {
                let _ = picture.figure.toggle_attribute_with_force("data-idle", idle);
            }
        }
        let none_off = app.inside.choice.off == Default::default();
        let _ = self.all_on.toggle_attribute_with_force("hidden", none_off);
    }

    /// How a picture is painted, if that is here.
    fn painting(&self, index: usize) -> Option<&'static Painting> {
        PAINTINGS.get(index).or_else(|| self.others.get().get(index - PAINTINGS.len())).copied()
    }

    /// Whether somebody sees a picture, and how it is painted is not here yet.
    pub fn lacks_painting(&self, app: &App) -> bool {
        self.others.get().is_empty() && app.inside.pictures[PAINTINGS.len()..].contains(&true)
    }

    /// Paints them in these colours.
    pub fn show(&self, app: &App, colors: &Theme) {
        let inside = &app.inside;
        for (index, picture) in self.pictures.iter().enumerate().filter(|(index, _)| inside.pictures[*index]) {
            let Some(((seen, _), own)) = inside.picture(index).zip(self.painting(index)) else { continue };
            let key = (seen.asker, inside.choice.clone(), picture.surface.size(), app.version, colors.clone());
            if picture.drawn.borrow().as_ref() != Some(&key) {
                let theme = picture.surface.solid(colors);
                self.with(app, index, &theme, |subject, area| {
                    (own.draw)(&mut picture.surface.clear(&subject.theme.font), subject, area);
                    let title = (own.title)(subject);
                    set_text(&picture.title, &title);
                    let shown = tr!("{title}, at step {step}.", title, step = text::thousands(subject.seen.step.into()));
                    let words = [shown, (own.describe)(subject)].join(" ");
                    set_attribute(&picture.surface.canvas, "aria-label", &words);
                });
                *picture.drawn.borrow_mut() = Some(key);
            }
        }
        self.point_out(app);
        self.hover(app);
    }

    /// Says that a circle has formed. Where none is shown, at an earlier step, it waits; it fades by itself.
    fn point_out(&self, app: &App) {
        let formed = app.inside.circle == CircleSeen::Formed;
        set_text(&self.formed, if formed { tr!("A circle formed: each number is now an angle.") } else { "" });
        let elsewhere = formed && app.inside.has_circle() != Some(true);
        if self.formed.has_attribute("data-past") != elsewhere {
            let _ = self.formed.toggle_attribute_with_force("data-past", elsewhere);
        }
    }

    /// Hands what a picture is drawn from, and its area, to a function.
    fn with<T>(&self, app: &App, index: usize, theme: &Theme, then: impl FnOnce(&Subject, Area) -> T) -> Option<T> {
        let surface = &self.pictures[index].surface;
        let (width, height, _) = surface.size();
        let seen = app.inside.picture(index).filter(|_| width > 20.0 && height > 20.0)?;
        let place = Place { surface, theme, traces: &self.traces, steps: StepAxis::default() };
        Some(subject::with(app, seen, &place, |subject| then(subject, Area { x: 0.0, y: 0.0, width, height })))
    }

    /// Says what the pointer is over; returns what a click there asks for.
    fn hover(&self, app: &App) -> Option<Action> {
        let found = self.pointer.get().and_then(|(index, at)| {
            let theme = Theme::default();
            let own = self.painting(index)?;
            let found = self.with(app, index, &theme, |subject, area| (own.point)(subject, area, at)).flatten();
            let class = if found.as_ref().is_some_and(|(_, action)| action.is_some()) { "choice" } else { "" };
            set_attribute(&self.pictures[index].surface.canvas, "class", class);
            found
        });
        let without = || app.inside.without().unwrap_or_default();
        set_text(&self.point, &found.as_ref().map_or_else(without, |(words, _)| words.clone()));
        found.and_then(|(_, action)| action)
    }

    /// The pointer is at this point of a picture, or has left them; returns what a click there asks for.
    pub fn pointed(&self, app: &App, at: Option<(usize, (f64, f64))>) -> Option<Action> {
        self.pointer.set(at);
        self.hover(app)
    }
}
