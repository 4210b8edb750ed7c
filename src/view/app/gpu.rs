//! What the page knows of its GPU, and which engine a setting therefore means.

use crate::config::{Backend, Config};
use crate::exec::Engine;

/// What is known of the GPU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gpu {
    /// Nothing speaks against it.
    Usable,
    /// It is of no use here, and tried only where the settings insist on it.
    Doubtful(String),
    /// That was tried in vain.
    Failed(String),
}

impl Gpu {
    /// As the page starts with it.
    pub fn new(unusable: Option<String>) -> Gpu {
        unusable.map_or(Gpu::Usable, Gpu::Doubtful)
    }

    /// Why there is none, if that is known.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Gpu::Usable => None,
            Gpu::Doubtful(why) | Gpu::Failed(why) => Some(why),
        }
    }

    /// It was tried and is not to be used; `insisted` if the settings had asked for nothing else.
    pub fn give_up(&mut self, why: String, insisted: bool) {
        *self = if insisted || matches!(self, Gpu::Failed(_)) { Gpu::Failed(why) } else { Gpu::Doubtful(why) };
    }

    /// What a configuration is trained on where this is asked for.
    pub fn engine(&self, backend: Backend, config: &Config) -> Engine {
        let cpu = match backend {
            Backend::Cpu => true,
            _ if config.needs_cpu().is_some() => true,
            Backend::Auto => self.trouble().is_some(),
            Backend::Gpu => matches!(self, Gpu::Failed(_)),
        };
        if cpu { Engine::Cpu } else { Engine::Gpu }
    }
}
