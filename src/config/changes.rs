//! Settings that change in the middle of a run: at which step which of them becomes what.
//!
//! Written as `179:wd=2` (after 179 updates, weight decay becomes 2), several settings of a step with commas between them,
//! several steps with semicolons: `179:wd=2,lr=0.003;300:wd=0`. A run that was changed by hand is repeated that way.

/// What changes after so many updates.
#[derive(Debug, Clone, PartialEq)]
pub struct MidRunChange {
    /// Updates made before it.
    pub step: u32,
    /// Keys and their new values, as in a link.
    pub settings: Vec<(&'static str, String)>,
}

/// All changes of a run, ascending by step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MidRunChanges(pub(crate) Vec<MidRunChange>);

/// A run that nothing changes.
pub static UNCHANGED: MidRunChanges = MidRunChanges(Vec::new());

impl MidRunChanges {
    /// As in a link; empty for none.
    pub fn write(&self) -> String {
        let change = |MidRunChange { step, settings }: &MidRunChange| {
            let settings: Vec<String> = settings.iter().map(|(key, value)| [key, "=", value].concat()).collect();
            [&step.to_string(), ":", &settings.join(",")].concat()
        };
        self.0.iter().map(change).collect::<Vec<_>>().join(";")
    }

    /// All of them, ascending by step.
    pub fn iter(&self) -> impl Iterator<Item = &MidRunChange> {
        self.0.iter()
    }

    /// Those up to a step.
    pub fn until(&self, step: u32) -> impl Iterator<Item = &MidRunChange> {
        self.0.iter().take_while(move |change| change.step <= step)
    }

    /// The first change after a step.
    pub fn next(&self, step: u32) -> Option<u32> {
        self.0.get(self.0.partition_point(|change| change.step <= step)).map(|change| change.step)
    }

    /// Forgets what would happen after a step.
    pub fn rewind(&mut self, step: u32) {
        self.0.retain(|change| change.step <= step);
    }

    pub(crate) fn insert(&mut self, step: u32, key: &'static str, value: String) {
        let at = self.0.partition_point(|change| change.step < step);
        if self.0.get(at).is_none_or(|change| change.step != step) {
            self.0.insert(at, MidRunChange { step, settings: vec![] });
        }
        let settings = &mut self.0[at].settings;
        settings.retain(|(name, _)| *name != key);
        settings.push((key, value));
    }

    pub(crate) fn remove(&mut self, step: u32, key: &str) {
        for change in self.0.iter_mut().filter(|change| change.step == step) {
            change.settings.retain(|(name, _)| *name != key);
        }
        self.0.retain(|change| !change.settings.is_empty());
    }
}
