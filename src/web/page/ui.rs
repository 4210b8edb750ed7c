//! One element's parts, and how its state changes. How it is drawn, and what else follows, is below.

mod draw;
mod effects;
mod parts;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ShadowRoot};

use super::address;
use super::axes::Member;
use super::axis_menu::AxisMenu;
use super::chart::{Chart, nearest};
use super::controls::Controls;
use super::dom::{Listener, Result, document, fill, find, set_attribute, window};
use super::film::Film;
use super::gallery::Gallery;
use super::inspect_panel::InspectPanel;
use super::link::{Link, Ticks};
use super::part::Part;
use super::pending::Pending;
use super::readout::Readout;
use super::replay::Replay;
use super::runs::RunPanel;
use super::sound::Sound;
use super::stage::Stage;
use super::style;
use super::sweep::SweepPanel;
use super::table::Table;
use super::theme::Dark;
use super::tip::Tip;
use super::tour::TourCard;
use super::watch::Watch;
use crate::config::Axis;
use crate::language;
use crate::metrics::Panel;
use crate::view::app::{App, State};
use crate::view::chart::about::Other;
use crate::view::chart::across::Across;
use crate::view::chart::zoom::Window;
use crate::view::choice::Action;

/// Everything of one element on the page.
pub(super) struct Ui {
    pub host: HtmlElement,
    pub root: ShadowRoot,
    pub app: RefCell<App>,
    pub controls: Controls,
    pub charts: [Chart; 2],
    /// The pictures beside the charts.
    pub stage: Stage,
    /// The look inside.
    pub inspect_panel: InspectPanel,
    /// Whether somebody embeds the element in a column without room for a stage.
    pub narrow: Cell<bool>,
    /// Step under the pointer.
    pub hover: Cell<Option<u32>>,
    /// The step to which the curves reach.
    reach: Cell<u32>,
    /// The part of the step axis that is in view; none is all of it.
    pub zoom: Cell<Option<Window>>,
    /// Two fingers on a chart: where their middle is, and how far they are apart, pixels.
    pub pinch: Cell<Option<(f64, f64)>>,
    /// The step to which the axis reaches at least.
    pub span: Cell<u32>,
    pub log: Cell<bool>,
    /// Whether curves are drawn smoothed.
    pub smooth: Cell<bool>,
    /// What the charts have from left to right, if not steps.
    pub across: Cell<Option<Across>>,
    axis_menu: AxisMenu,
    /// Panels whose values are spread in the less usual way.
    pub other: Cell<Other>,
    /// Whether the element is on the screen; false until the browser says so.
    pub on_screen: Cell<bool>,
    /// Whether the page's address follows the configuration.
    pub addressed: bool,
    /// Which language it speaks, a tag.
    pub language: RefCell<String>,
    pub tip: Tip,
    pub tour: TourCard,
    pub dark: Dark,
    /// Whether single keys are shortcuts.
    pub keys: Cell<bool>,
    pub gallery: Gallery,
    tables: [Table; 2],
    readout: Readout,
    pub replay: Replay,
    /// The table of all runs.
    pub runs: RunPanel,
    /// The revision of the runs that listeners know.
    told_runs: Cell<u32>,
    /// A sweep.
    pub sweep: SweepPanel,
    /// Starts the sweep that the settings ask for. Actions use this, so they say how.
    pub start_sweep: OnceCell<fn(&Ui)>,
    /// Listens to the rest, and offers it, once what a run needs is there; likewise. None when it has.
    pub attend: Cell<Option<fn(&Ui)>>,
    /// Whether there are words of which screen readers are not told yet what they mean.
    unexplained: Cell<bool>,
    link: RefCell<Option<Link>>,
    ticks: RefCell<Option<Ticks>>,
    /// Starts a worker, see [`Link::open`].
    launch: js_sys::Function,
    pub pending: Pending,
    /// What a run needs.
    pub run: Part,
    /// What somebody asks for.
    pub later: Part,
    pub film: RefCell<Option<Film>>,
    pub sound: RefCell<Option<Sound>>,
    /// Whether the rules of that have been adopted.
    dressed: Cell<bool>,
    frame: Cell<Option<i32>>,
    on_frame: OnceCell<Closure<dyn FnMut()>>,
    /// Listeners and observers end with the element.
    pub held: RefCell<(Vec<Listener>, Vec<Watch>)>,
    me: OnceCell<Weak<Ui>>,
}

impl Ui {
    /// Fills the shadow root, and reads attributes and address. Nothing is drawn yet, and nobody listens.
    pub fn new(
        host: HtmlElement,
        root: ShadowRoot,
        launch: js_sys::Function,
        [records, load]: [js_sys::Function; 2],
        no_gpu: Option<String>,
        language: String,
    ) -> Result<Rc<Ui>> {
        let spoken = language::speak(&language);
        let dark = Dark::new(&style::of_template(&root)?)?;
        fill(&root, crate::stripped!("../../../www/lab.html"))?;
        set_attribute(&find::<Element>(&root, ".lab")?, "lang", spoken.code);
        let addressed = host.has_attribute("hash");
        let (config, problems) = address::read(&host, addressed);
        let ui = Rc::new(Ui {
            app: RefCell::new(App::new(config, &problems, no_gpu)),
            controls: Controls::new(&root)?,
            charts: [Chart::new(&root, Panel::Accuracy, "accuracy")?, Chart::new(&root, Panel::Loss, "loss")?],
            stage: Stage::new(&root)?,
            inspect_panel: InspectPanel::new(&root)?,
            narrow: Cell::new(false),
            hover: Cell::new(None),
            reach: Cell::new(0),
            zoom: Cell::default(),
            pinch: Cell::default(),
            span: Cell::new(0),
            log: Cell::new(false),
            smooth: Cell::new(false),
            across: Cell::default(),
            axis_menu: AxisMenu::new(&root)?,
            other: Cell::default(),
            on_screen: Cell::new(false),
            addressed,
            language: RefCell::new(language),
            tip: Tip::new(&root)?,
            tour: TourCard::new(&root)?,
            dark,
            keys: Cell::new(true),
            gallery: Gallery::new(&root, records)?,
            tables: [Table::new(&root, "accuracy")?, Table::new(&root, "loss")?],
            readout: Readout::new(&root)?,
            replay: Replay::default(),
            runs: RunPanel::new(&root)?,
            told_runs: Cell::new(0),
            sweep: SweepPanel::new(&root)?,
            start_sweep: OnceCell::new(),
            attend: Cell::new(None),
            unexplained: Cell::new(true),
            link: RefCell::new(None),
            ticks: RefCell::new(None),
            launch,
            pending: Pending::default(),
            run: Part::new("run", load.clone()),
            later: Part::new("later", load),
            film: RefCell::default(),
            sound: RefCell::default(),
            dressed: Cell::new(false),
            frame: Cell::new(None),
            on_frame: OnceCell::new(),
            held: RefCell::default(),
            me: OnceCell::new(),
            host,
            root,
        });
        let _ = ui.me.set(Rc::downgrade(&ui));
        Ok(ui)
    }

    /// A handle for callbacks, which may outlive the element.
    pub fn me(&self) -> Weak<Ui> {
        self.me.get().cloned().unwrap_or_default()
    }

    /// Starts a worker, see [`Link::open`].
    pub fn launch(&self) -> &js_sys::Function {
        &self.launch
    }

    /// A run that was started should be seen: scrolls where the charts are below the window.
    pub fn follow(&self) {
        let chart = self.charts[0].surface.canvas.get_bounding_client_rect();
        let height = window().and_then(|window| window.inner_height()).ok().and_then(|height| height.as_f64());
        let below = height.is_some_and(|height| (chart.top() + chart.bottom()) / 2.0 > height);
        if below && self.app.borrow().state() == State::Running {
            let _ = self.reveal();
        }
    }

    /// Scrolls to the lab, or where it is higher than the window, to its story and charts; nowhere if all that is in sight.
    pub fn reveal(&self) -> Result<()> {
        let height = window()?.inner_height()?.as_f64().unwrap_or(0.0);
        let chart = self.charts[0].surface.canvas.get_bounding_client_rect().bottom();
        let top = self.host.get_bounding_client_rect().top();
        if top >= 0.0 && chart <= height {
            return Ok(());
        }
        if chart - top <= height {
            self.host.scroll_into_view();
        } else {
            find::<HtmlElement>(&self.root, "[data-panel=status]")?.scroll_into_view();
        }
        Ok(())
    }

    /// Something about whether the element can be seen may have changed.
    pub fn update_visible(&self) {
        let hidden = document().is_ok_and(|d| d.hidden());
        let visible = self.on_screen.get() && !hidden;
        self.act(|app| app.set_visible(visible));
    }

    /// The step under the pointer, or none.
    pub fn set_hover(&self, step: Option<u32>) {
        if self.hover.replace(step) != step {
            // The look inside goes along.
            self.act(|app| app.choose(Action::Peek(step)));
        }
    }

    /// The step that is looked at: under the pointer, or gone back to; none is live.
    pub fn shown_step(&self, app: &App) -> Option<u32> {
        self.hover.get().or(app.inside.choice.at)
    }

    /// Moves the playhead by so many measured steps; at the end of the run it is live again.
    pub fn move_playhead(&self, by: isize) {
        let app = self.app.borrow();
        let Some(history) = app.histories.first() else { return };
        let last = history.points.len().saturating_sub(1);
        let index = self.shown_step(&app).and_then(|step| nearest(history, step)).unwrap_or(last);
        let index = index.saturating_add_signed(by).min(last);
        let step = history.points.get(index).filter(|_| index < last).map(|p| p.step);
        drop(app);
        self.pin(step);
    }

    /// Leaves the playhead at a step, or none for live.
    pub fn pin(&self, step: Option<u32>) {
        self.hover.set(None);
        self.act(|app| {
            app.choose(Action::Peek(None));
            app.choose(Action::At(step));
        });
    }

    /// What is written from now on is written in this lab's language. Each way in begins with it.
    pub fn speak(&self) {
        language::speak(&self.language.borrow());
    }

    /// Somebody does something: that is written in the lab's language, and a recorded run is over.
    pub fn heard(&self) {
        self.speak();
        if self.replay.touch() {
            self.redraw();
        }
    }

    /// Changes the state, carries out what follows from it, and draws in the next frame.
    pub fn act<T>(&self, change: impl FnOnce(&mut App) -> T) -> T {
        self.speak();
        let result = change(&mut self.app.borrow_mut());
        self.carry_out();
        result
    }

    /// Asks for one drawing in the next frame.
    pub fn redraw(&self) {
        if self.frame.get().is_some() {
            return;
        }
        let me = self.me();
        let closure = self.on_frame.get_or_init(|| {
            Closure::new(move || {
                if let Some(ui) = me.upgrade() {
                    ui.frame.set(None);
                    ui.draw();
                }
            })
        });
        let asked = window().and_then(|w| w.request_animation_frame(closure.as_ref().unchecked_ref()));
        self.frame.set(asked.ok());
    }
}

impl Member for Ui {
    fn has_axis(&self, axis: &Axis) -> bool {
        self.app.try_borrow().is_ok_and(|app| app.config.axis == *axis)
    }

    fn reach(&self) -> &Cell<u32> {
        &self.reach
    }

    fn zoom(&self) -> &Cell<Option<Window>> {
        &self.zoom
    }

    fn redraw(&self) {
        Ui::redraw(self);
    }
}

impl Drop for Ui {
    fn drop(&mut self) {
        if let (Some(frame), Ok(window)) = (self.frame.get(), window()) {
            let _ = window.cancel_animation_frame(frame);
        }
    }
}
