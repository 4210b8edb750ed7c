//! The tour sets the stage: it begins the run anew, trains it to a moment and stops there, goes back to one, or lets it leave
//! itself without weight decay.

use super::{App, Phase};
use crate::config::{Config, Tour};
use crate::view::choice::Action;
use crate::view::data;
use crate::view::tour::{About, Moment, Scene, Stop};

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
    /// Fraction of the test pairs of the run that are mirror images of its training pairs.
    pub fn mirrored(&self) -> f64 {
        data::mirrored(&self.present, &self.operation(&self.present))
    }

    /// Weight decay as it was before the tour switched it off.
    pub(super) fn tour_decay(&self) -> f64 {
        self.tour.decay.unwrap_or(self.config.wd)
    }

    /// Hands what the tour is about to a function.
    fn with_tour<T>(&self, then: impl FnOnce(&About) -> T) -> T {
        let operation = self.operation(&self.config);
        then(&About { config: &self.config, operation: &operation, mirrored: self.mirrored(), decay: self.tour_decay() })
    }

    /// The stops of the tour that this run and this page have, where it is among them, and what it points at; none without a
    /// tour.
    pub fn stops(&self) -> Option<(Vec<&'static Stop>, usize, &'static str)> {
        if self.config.tour == Tour::Off {
            return None;
        }
        self.with_tour(|about| {
            let stops = about.stops();
            let index = about.index(&stops)?;
            let points_at = (stops[index].points_at)(about);
            Some((stops, index, points_at))
        })
    }

    /// The place that follows the present one by so many stops; none where the tour ends.
    pub fn stop_beside(&self, by: isize) -> Tour {
        let there = self.stops().and_then(|(stops, index, _)| stops.get(index.checked_add_signed(by)?).copied());
        there.map_or(Tour::Off, |stop| stop.place)
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
        let stop = self.stops().map(|(stops, index, _)| stops[index]);
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
                let reached = self.reached(moment);
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
                if self.reached(Moment::Memorized).is_none() {
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
                if self.reached(moment).is_some() {
                    self.tour.scene = Part::Set;
                    self.pause();
                }
            }
            Part::BeforeFork => {
                let Some(step) = self.reached(Moment::Memorized) else { return };
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

    /// The step at which the first run came to a moment.
    fn reached(&self, moment: Moment) -> Option<u32> {
        self.histories.first().and_then(|history| moment.of(history))
    }

    fn go_back(&mut self, step: Option<u32>) {
        if self.inside.choice.at() != step {
            self.choose(Action::Peek(None));
            self.choose(Action::At(step));
        }
    }

    /// Trains, unless the run is over; where nobody sees it yet, as soon as somebody does.
    fn train_on(&mut self) {
        if self.end().is_none() && self.phase != Phase::Failed {
            self.start_when_seen();
        }
    }

    /// The run begins anew, with the weight decay that it had before the tour switched it off.
    fn undo_fork(&mut self) {
        let Some(wd) = self.tour.decay.take() else { return };
        let anew = Config { wd, ..self.anew() };
        self.show(anew, &[]);
    }
}
