//! Pipelines before anybody asks for them: while a page is read and nothing is trained, those of the runs that are one click
//! away are compiled, so that such a run starts at once. Other sizes need no others.

use std::collections::VecDeque;
use std::vec::IntoIter;

use crate::config::Config;
use crate::exec::ExecError;
use crate::exec::gpu::{Context, Gpu};
use crate::experiment::EXPERIMENTS;
use crate::ops::tiles::Tiles;
use crate::plan::Plan;
use crate::selfcheck::needed;
use crate::settings::{KEYS, Kind};
use crate::train::build;

/// The runs that are one click away: the standard one with each model, and what every card of the gallery starts.
pub fn families() -> Vec<Config> {
    let mut found = vec![];
    for key in KEYS.iter().filter(|key| key.name == "model") {
        if let Kind::Choice(values) = &key.kind {
            found.extend(values().iter().map(|(value, _)| Config::standard().with_query(&format!("model={value}")).0));
        }
    }
    found.extend(EXPERIMENTS.iter().map(|experiment| experiment.arms[0].config()));
    found.retain(|config| config.needs_cpu().is_none());
    found
}

/// What is left to compile.
#[derive(Default)]
pub struct WarmUp {
    configs: IntoIter<Config>,
    /// Of the configuration that is next.
    plans: VecDeque<Plan>,
}

impl WarmUp {
    /// All pipelines of these configurations, in this order.
    pub fn new(configs: Vec<Config>) -> WarmUp {
        WarmUp { configs: configs.into_iter(), plans: VecDeque::new() }
    }

    /// Compiles one pipeline, or finds out what the next configuration needs: a piece of the work, after which a run may start.
    /// Returns whether there may be more to do.
    ///
    /// # Errors
    /// When the device is lost, or refuses a pipeline.
    pub async fn piece(&mut self, context: &Context, tiles: Tiles) -> Result<bool, ExecError> {
        if let Some(plan) = self.plans.front() {
            if !Gpu::warm(context, plan).await? {
                self.plans.pop_front();
            }
            return Ok(true);
        }
        let Some(config) = self.configs.next() else { return Ok(false) };
        self.plans.push_back(Plan::clone(&build(&config).plan));
        // A run is preceded by its checks, which have other pipelines where its kernels are not all in one check.
        let checks = needed(&self.plans[0], tiles, &[]).unwrap_or_default();
        self.plans.extend(checks.iter().map(|check| Plan::clone(&check.plan())));
        self.plans.iter_mut().for_each(|plan| tiles.apply(plan));
        Ok(true)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::config::Model;

    #[test]
    fn every_model_and_every_card_is_a_family() {
        let families = families();
        let models: Vec<Model> = families.iter().take(3).map(|config| config.model).collect();
        assert_eq!(models, [Model::Transformer, Model::Encoder, Model::Mlp]);
        assert_eq!(families[0], Config::standard());
        assert!(families.len() > EXPERIMENTS.len() && families.iter().all(|config| config.validate().is_empty()));
    }
}
