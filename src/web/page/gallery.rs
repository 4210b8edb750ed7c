//! The panel of the experiment that runs, and the gallery. The record of what was measured is fetched when it is first needed.

use std::cell::{Cell, Ref, RefCell};

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, HtmlInputElement, ShadowRoot};

use super::dom::{Listener, Result, all, fill, find, make, set_attribute, set_text, then, window};
use super::figure::PaperFigure;
use super::surface::{Brush, context};
use super::theme::theme;
use crate::experiment::record::{ArmRecord, Record, parse};
use crate::experiment::{Publication, READINGS, address};
use crate::language::translate;
use crate::tr;
use crate::view::app::{App, State};
use crate::view::chart::Theme;
use crate::view::decimate::coarse;
use crate::view::draw::Area;
use crate::view::figures::{Figure, Patterns, WithoutNetwork};
use crate::view::gallery::{self, Paper, Thumbnail};
use crate::view::judged::Judged;
use crate::view::sweep::SweepTable;

/// Width and height of a thumbnail, CSS pixels.
const THUMBNAIL: (u32, u32) = (112, 42);

/// Handles and what was fetched.
pub struct Gallery {
    panel: Element,
    details: Element,
    /// Fetches the record.
    fetch: js_sys::Function,
    record: RefCell<Record>,
    asked: Cell<bool>,
    /// The arm whose panel is written, and what its lines say.
    shown: RefCell<(String, String)>,
    filled: Cell<bool>,
    /// Notices which list is chosen.
    choice: RefCell<Option<Listener>>,
    patterns: RefCell<Option<PaperFigure<Patterns>>>,
    without_network: RefCell<Option<PaperFigure<WithoutNetwork>>>,
    /// What the last look depended on.
    seen: Cell<Option<Seen>>,
}

/// What the gallery and the experiment that runs depend on.
#[derive(Clone, Copy, PartialEq)]
struct Seen {
    /// Of the configuration.
    version: u32,
    /// Measurements, coarsely.
    points: usize,
    state: State,
    /// Revision of the table of runs, if there is one.
    table: Option<u32>,
    /// Whether the gallery is open.
    open: bool,
}

impl Gallery {
    /// Finds the parts of the template.
    pub fn new(root: &ShadowRoot, fetch: js_sys::Function) -> Result<Self> {
        Ok(Gallery {
            panel: find(root, "[data-panel=paper]")?,
            details: find(root, "[data-panel=gallery]")?,
            fetch,
            record: RefCell::default(),
            asked: Cell::new(false),
            shown: RefCell::default(),
            filled: Cell::new(false),
            choice: RefCell::default(),
            patterns: RefCell::default(),
            without_network: RefCell::default(),
            seen: Cell::new(None),
        })
    }

    /// What was recorded of an arm.
    pub fn recorded(&self, id: &str) -> Option<Ref<'_, ArmRecord>> {
        Ref::filter_map(self.record.borrow(), |record| record.arm(id)).ok()
    }

    /// Whether there is something else to show than before.
    pub fn changed(&self, app: &App, table: Option<&SweepTable>) -> bool {
        let open = self.details.has_attribute("open");
        let points = app.histories.first().map_or(0, |history| coarse(history.points.len()));
        let table = table.map(|table| table.revision);
        let seen = Seen { version: app.version, points, state: app.state(), table, open };
        if self.seen.replace(Some(seen)) == Some(seen) {
            return false;
        }
        let none = app.record.experiment.is_empty();
        if none {
            let _ = self.panel.toggle_attribute_with_force("data-idle", true);
            self.shown.take();
        }
        open || !none
    }

    /// Has the text of the record fetched, if nobody has wanted it before; `fetched` gets it, or the reason why it cannot be had.
    pub fn want(&self, fetched: impl FnOnce(Result<JsValue>) + 'static) {
        if self.asked.replace(true) {
            return;
        }
        match self.fetch.call0(&JsValue::NULL) {
            Ok(promise) => then(promise.unchecked_ref(), fetched),
            Err(error) => fetched(Err(error)),
        }
    }

    /// Shows the gallery where it is open, and the experiment that runs. Returns whether that needs the record.
    pub fn show(&self, app: &App, table: Option<&SweepTable>, page: (&ShadowRoot, &HtmlElement)) -> bool {
        let paper = gallery::paper(app, table);
        let needs_record = paper.is_some() || self.details.has_attribute("open");
        // It only fails where the template lacks a part, which a test would tell.
        let _ = self.write_all(paper, page);
        needs_record
    }

    fn write_all(&self, paper: Option<Paper>, (root, host): (&ShadowRoot, &HtmlElement)) -> Result<()> {
        let open = self.details.has_attribute("open");
        self.panel.toggle_attribute_with_force("data-idle", paper.is_none())?;
        if open && !self.filled.get() {
            self.fill(root, host)?;
        }
        match paper {
            Some(paper) => self.write(root, &paper),
            None => {
                self.shown.take();
                Ok(())
            }
        }
    }

    /// Takes in the text of the record.
    pub fn read(&self, record: &str) {
        *self.record.borrow_mut() = parse(record);
    }

    /// The panel of the experiment that runs.
    fn write(&self, root: &ShadowRoot, paper: &Paper) -> Result<()> {
        let arm = &paper.experiment.arms[paper.arm];
        let lines: String = paper.lines.iter().map(Judged::html).collect();
        let mut shown = self.shown.borrow_mut();
        if shown.0 != arm.id {
            let part = |name: &str| find::<Element>(root, &format!("[data-text={name}]"));
            let repeated = paper.experiment.publication();
            set_text(&part("paper")?, repeated.authors);
            set_text(&part("claim")?, translate(repeated.claim));
            let watch = [repeated.watch, repeated.differs].map(translate).join(" ");
            set_text(&part("watch")?, watch.trim_end());
            set_text(&part("since")?, translate(repeated.since));
            set_text(&part("measured")?, &gallery::measured(&self.record.borrow(), paper.experiment, paper.arm));
            set_text(&part("then")?, paper.mid_run_change.unwrap_or_default());
            let link: Element = find(root, "[data-link=paper]")?;
            set_text(&link, repeated.title);
            set_attribute(&link, "href", &address(repeated.arxiv));
            let arms: Element = find(root, "[data-list=arms]")?;
            arms.set_text_content(Some(""));
            for (i, other) in paper.experiment.arms.iter().enumerate() {
                let button = choice(other.id, translate(other.label))?;
                set_attribute(&button, "aria-pressed", if i == paper.arm { "true" } else { "false" });
                arms.append_child(&button)?;
            }
        }
        if shown.1 != lines {
            let list: Element = find(root, "[data-list=verdict]")?;
            fill(&list, &lines)?;
        }
        *shown = (arm.id.into(), lines);
        let note: HtmlElement = find(root, "[data-text=changed]")?;
        note.set_hidden(!paper.changed);
        Ok(())
    }

    /// The gallery's cards.
    fn fill(&self, root: &ShadowRoot, host: &HtmlElement) -> Result<()> {
        fill_ideas(root)?;
        let list: Element = find(root, "[data-list=gallery]")?;
        list.set_text_content(Some(""));
        let (ideas, own): (Element, _) = (find(root, "[data-list=ideas]")?, root.clone());
        *self.choice.borrow_mut() = Some(Listener::new(&ideas, "change", move |_| _ = arrange(&own))?);
        let (theme, density) = (theme(host)?, window()?.device_pixel_ratio());
        for card in gallery::cards(&self.record.borrow()) {
            let button = choice(card.experiment.id, "")?;
            button.set_class_name("card");
            let publication = card.experiment.publication();
            set_attribute(&button, "data-ideas", &gallery::groups(publication.arxiv, publication.ideas));
            let canvas = thumbnail(card.thumbnail.as_ref(), &theme, density)?;
            button.append_child(&canvas)?;
            let Publication { gist, authors, title, claim, .. } = publication;
            let paper = format!("{authors}, {title}");
            for (class, text) in
                [("gist", translate(gist)), ("paper-title", &paper), ("claim", translate(claim)), ("verdict", &card.verdict)]
            {
                let span: Element = make("span", class)?;
                span.set_text_content(Some(text));
                button.append_child(&span)?;
            }
            list.append_child(&button)?;
        }
        self.filled.set(true);
        fill_readings(&list)?;
        arrange(root)?;
        let below: Element = find(root, "[data-list=figures]")?;
        below.set_text_content(Some(""));
        renew(&self.patterns, &below, host)?;
        renew(&self.without_network, &below, host)
    }

    /// Has the panel written again, and the thumbnails drawn.
    pub fn rewrite(&self) {
        self.shown.take();
        self.repaint();
    }

    /// Has the thumbnails drawn again, e.g. in other colours.
    pub fn repaint(&self) {
        self.filled.set(false);
        self.seen.set(None);
    }
}

/// Puts a figure into an element, as it is at first or as it was before.
fn renew<F: Figure + 'static>(kept: &RefCell<Option<PaperFigure<F>>>, parent: &Element, host: &HtmlElement) -> Result<()> {
    let figure = PaperFigure::new(parent, host, kept.borrow().as_ref())?;
    *kept.borrow_mut() = Some(figure);
    Ok(())
}

/// The choice of what the cards are about, or of a list to read. Rules of the sheet show those that are chosen.
fn fill_ideas(root: &ShadowRoot) -> Result<()> {
    let list: Element = find(root, "[data-list=ideas]")?;
    let chosen = chosen(root);
    let choices = |all: Vec<(&str, &str, usize)>, kind: &str| {
        let choice = |(name, label, count): (&str, &str, usize)| {
            let checked = if name == chosen { "checked" } else { "" };
            format!("<label class=check><input type=radio name=idea {kind} value=\"{name}\" {checked}>{label} ({count})</label>")
        };
        all.into_iter().map(choice).collect::<String>()
    };
    let (ideas, lists) = (choices(gallery::ideas(), ""), choices(gallery::lists(), "data-ordered"));
    fill(&list, &["<div>", &ideas, "</div><div><span>", tr!("To read, oldest first:"), "</span>", &lists, "</div>"].concat())
}

/// The idea or the list that is chosen; empty for all papers.
fn chosen(root: &ShadowRoot) -> String {
    find::<HtmlInputElement>(root, "[name=idea]:checked").map_or_else(|_| String::new(), |input| input.value())
}

/// Puts the cards, and what is only read, in the order of the list that is chosen. The page's rules number them.
fn arrange(root: &ShadowRoot) -> Result<()> {
    let (list, order) = (find::<Element>(root, "[data-list=gallery]")?, gallery::in_order(&chosen(root)));
    let cards = all(root, ".card, .reading");
    for id in order {
        if let Some(card) = cards.iter().find(|card| card.get_attribute("data-id").as_deref() == Some(id)) {
            list.append_child(card)?;
        }
    }
    Ok(())
}

/// A picture for a card, if there is one yet.
fn thumbnail(picture: Option<&Thumbnail>, theme: &Theme, density: f64) -> Result<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = make("canvas", "")?;
    let (width, height) = THUMBNAIL;
    canvas.set_width((f64::from(width) * density) as u32);
    canvas.set_height((f64::from(height) * density) as u32);
    if let Some(picture) = picture {
        let context = context(&canvas)?;
        let area = Area { x: 0.0, y: 0.0, width: width.into(), height: height.into() };
        picture.draw(&mut Brush::new(&context, density, &theme.font), area, theme);
    }
    Ok(canvas)
}

/// Papers that are only read, with a button for each run that shows what they tell.
fn fill_readings(list: &Element) -> Result<()> {
    for reading in READINGS {
        let paper: Element = make("p", "")?;
        set_attribute(&paper, "translate", "no");
        paper.set_text_content(Some(&[reading.authors, ", "].concat()));
        let link: Element = make("a", "")?;
        set_text(&link, reading.title);
        for (name, value) in [("href", &*address(reading.arxiv)), ("target", "_blank"), ("rel", "noopener")] {
            set_attribute(&link, name, value);
        }
        paper.append_child(&link)?;
        let about: Element = make("p", "quiet")?;
        about.set_text_content(Some(translate(reading.about)));
        let shows: Element = make("div", "arms")?;
        for (label, id) in reading.shows {
            let button = choice(id, translate(label))?;
            shows.append_child(&button)?;
        }
        let article: Element = make("section", "reading")?;
        set_attribute(&article, "data-id", reading.arxiv);
        set_attribute(&article, "data-ideas", &gallery::groups(reading.arxiv, &[]));
        for part in [paper, about, shows] {
            article.append_child(&part)?;
        }
        list.append_child(&article)?;
    }
    Ok(())
}

/// A button that loads a set-up.
fn choice(id: &str, label: &str) -> Result<HtmlElement> {
    let button: HtmlElement = make("button", "")?;
    set_attribute(&button, "type", "button");
    set_attribute(&button, "data-action", "experiment");
    set_attribute(&button, "data-id", id);
    set_attribute(&button, "part", "button");
    button.set_text_content(Some(label));
    Ok(button)
}
