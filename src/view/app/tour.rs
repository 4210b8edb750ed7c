//! The tour sets the stage: it begins the run anew, trains it to a moment and stops there, goes back to one, or lets it leave
//! itself without weight decay.

use super::{App, OnceReady, Phase};
use crate::config::{Config, Tour};
use crate::view::choice::Action;
use crate::view::tour::{self, Moment, Scene};

/// Steps that a run without weight decay is shown for, where nobody knows how long the rule takes with it.
const LONG: u32 = 300;

/// What the tour has done so far.
#[derive(Default)]
pub(super) struct Walk {
    /// The stop whose stage is set.
    at: Option<Tour>,
    /// How far its scene is.
    scene: Part,
    /// What the weight decay was before the tour switched it off.
    decay: Option<f64>,
}

/// How far a scene is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    /// It is as it should be; the visitor may do what they like.
    #[default]
    Set,
    /// The run trains until it comes to a moment.
    Until(Moment),
    /// It trains until it has memorised, to be forked there.
    BeforeFork,
    /// The worker goes back for the fork.
    Forking,
    /// The fork trains, to this step.
    Forked(u32),
}

impl App {
    /// Weight decay as it was before the tour switched it off.
    pub fn tour_decay(&self) -> f64 {
        self.tour.decay.unwrap_or(self.config.wd)
    }

    /// The step at which the run left itself without weight decay, if that is what is shown.
    pub fn tour_fork(&self) -> Option<u32> {
        let off = self.tour.decay.is_some() && self.present.wd == 0.0;
        self.runs.from.filter(|_| off).map(|from| from.step)
    }

    /// Goes to another stop, or ends the tour.
    pub fn visit(&mut self, place: Tour) {
        self.configure(Config { tour: place, ..self.config.clone() }, &[]);
    }

    /// Sets the stage where the tour has come to another stop, and goes on with what a stop has begun.
    pub(super) fn walk(&mut self) {
        let stop = tour::stop(self);
        let place = stop.map(|stop| stop.place);
        if self.tour.at != place {
            self.tour.at = place;
            self.tour.scene = Part::Set;
            match stop {
                Some(stop) => self.set_scene(stop.scene),
                None => self.tour.decay = None,
            }
        }
        self.follow_scene();
    }

    fn set_scene(&mut self, scene: Scene) {
        if matches!(scene, Scene::Beginning | Scene::At(_)) && self.tour.decay.is_some() {
            self.undo_fork();
        }
        match scene {
            Scene::Beginning if self.begun() => self.reset(),
            Scene::Beginning | Scene::Unchanged => {}
            Scene::At(moment) => {
                let reached = self.histories.first().and_then(|history| moment.of(history));
                self.go_back(reached.filter(|step| *step < self.step && moment != Moment::Settled));
                match reached {
                    Some(_) => self.pause(),
                    None => {
                        self.tour.scene = Part::Until(moment);
                        self.train_on();
                    }
                }
            }
            Scene::WithoutDecay if self.tour_fork().is_some() => {}
            Scene::WithoutDecay => {
                self.tour.scene = Part::BeforeFork;
                if self.memorized().is_none() {
                    self.train_on();
                }
            }
        }
    }

    /// Goes on with the scene as soon as the run allows it.
    fn follow_scene(&mut self) {
        match self.tour.scene {
            Part::Set => {}
            Part::Until(moment) => {
                if self.histories.first().and_then(|history| moment.of(history)).is_some() {
                    self.tour.scene = Part::Set;
                    self.pause();
                }
            }
            Part::BeforeFork => {
                let Some(step) = self.memorized() else { return };
                self.go_back(Some(step).filter(|step| *step < self.step));
                if self.can_fork() {
                    self.tour.scene = Part::Forking;
                    self.fork();
                }
            }
            Part::Forking => {
                let Some(from) = self.runs.from.filter(|_| self.worker.is_ready()) else { return };
                let before = self.runs.past.last().and_then(|past| past.histories.first()?.grokked);
                let until = before.map_or(from.step + LONG, |grokked| grokked + (grokked - from.step.min(grokked)) / 4);
                self.tour.decay = Some(self.config.wd);
                self.tour.scene = Part::Forked(until);
                self.go_back(None);
                self.configure(Config { wd: 0.0, ..self.config.clone() }, &[]);
                self.train_on();
            }
            Part::Forked(until) => {
                if self.step >= until {
                    self.tour.scene = Part::Set;
                    self.pause();
                }
            }
        }
    }

    /// The first run's step.
    fn memorized(&self) -> Option<u32> {
        self.histories.first().and_then(|history| history.memorized)
    }

    fn go_back(&mut self, step: Option<u32>) {
        if self.inside.choice.at() != step {
            self.choose(Action::Peek(None));
            self.choose(Action::At(step));
        }
    }

    /// Trains, unless the run is over; where nobody sees it yet, as soon as somebody does.
    fn train_on(&mut self) {
        if self.end().is_some() || self.phase == Phase::Failed {
            return;
        }
        match self.visible {
            true if self.once_ready != OnceReady::Run => self.start(),
            _ => self.start_when_seen(),
        }
    }

    /// The run begins anew, with the weight decay that it had before the tour switched it off.
    fn undo_fork(&mut self) {
        let Some(wd) = self.tour.decay.take() else { return };
        let anew = Config { wd, ..self.anew() };
        self.show(anew, &[]);
    }
}
