//! What the panel draws of a table of runs.

use super::diagram::CellMeasure;
use super::{law, map};
use crate::config::Config;
use crate::experiment::{Across, find};
use crate::task::Operation;

/// A picture of all runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepPicture {
    /// The diagram, with what the colours of its cells stand for.
    Cells(CellMeasure),
    /// The delay of each run against the time in which its weights shrink.
    Law,
    /// The training map.
    Map,
}

impl Default for SweepPicture {
    fn default() -> Self {
        SweepPicture::Cells(CellMeasure::default())
    }
}

impl SweepPicture {
    /// All of them, with the names that the page's markup knows and those for people.
    pub const ALL: [(SweepPicture, &'static str, &'static str); 9] = [
        (SweepPicture::Cells(CellMeasure::Phase), "phase", "Phase"),
        (SweepPicture::Cells(CellMeasure::PhaseAt90), "phase90", "Phase, from 90 % of the pairs on"),
        (SweepPicture::Cells(CellMeasure::Grok), "grok", "Step of grokking"),
        (SweepPicture::Cells(CellMeasure::Delay), "delay", "Delay of grokking"),
        (SweepPicture::Cells(CellMeasure::TestAccuracy), "test", "Test accuracy at the end"),
        (SweepPicture::Cells(CellMeasure::Apart), "apart", "Right out of distribution at the end"),
        (SweepPicture::Cells(CellMeasure::Oscillation), "oscillation", "Early swings of the train loss, log₁₀ of their energy"),
        (SweepPicture::Law, "law", "Delay against 1 / (learning rate · weight decay)"),
        (SweepPicture::Map, "map", "Training map"),
    ];

    /// Its name in the page's markup.
    pub fn id(self) -> &'static str {
        SweepPicture::ALL.iter().find(|(picture, ..)| *picture == self).map_or("", |(_, id, _)| id)
    }

    /// The picture of this name.
    pub fn named(name: &str) -> Option<SweepPicture> {
        SweepPicture::ALL.iter().find(|(_, id, _)| *id == name).map(|(picture, ..)| *picture)
    }

    /// Whether there may be such a picture of the runs of a configuration.
    pub fn applies(self, config: &Config) -> bool {
        match self {
            SweepPicture::Cells(CellMeasure::Apart) => Operation::of(config).may_set_apart(),
            SweepPicture::Cells(_) => true,
            SweepPicture::Law => law::applies(config),
            SweepPicture::Map => map::applies(config),
        }
    }

    /// What is drawn of the runs of a configuration: what the visitor chose, or what tells most of them where nothing was chosen, or they
    /// have no such picture.
    pub fn of(chosen: Option<SweepPicture>, config: &Config) -> SweepPicture {
        chosen.filter(|picture| picture.applies(config)).unwrap_or_else(|| {
            let across = find(&config.experiment).map_or(&[][..], |(_, arm)| arm.across);
            let told = across.iter().find_map(|across| match across {
                Across::Some(_) => Some(SweepPicture::Cells(CellMeasure::PhaseAt90)),
                Across::BestBetween(_) => Some(SweepPicture::Cells(CellMeasure::Apart)),
                _ => None,
            });
            told.unwrap_or_default()
        })
    }
}
