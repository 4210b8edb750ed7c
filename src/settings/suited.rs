//! What is set together with a task: not every size that suits pairs suits sequences.

use super::key;
use crate::config::Config;
use crate::query_string;
use crate::task;

impl Config {
    /// What should be set beside the task when a visitor chooses this one: settings that suit it; and those that suited the task before
    /// become the standard ones again, where nobody has changed them since.
    pub fn suited(&self, task: &str) -> Vec<(String, String)> {
        if self.task == task {
            return vec![];
        }
        let suits = |id| task::find(id).and_then(|task| task.chain.as_ref()).map_or("", |chain| chain.suits);
        let [before, after] = [&self.task, task].map(|id| query_string::from_query(suits(id)));
        let standard = Config::standard();
        let back = before.into_iter().filter_map(|(name, value)| {
            let key = key(&name).filter(|key| (key.get)(self) == value)?;
            Some((name, (key.get)(&standard)))
        });
        back.chain(after).collect()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::settings::from_query;
    use crate::task::TASKS;

    fn chosen(config: &Config, task: &str) -> Config {
        let suited = config.suited(task);
        let pairs = suited.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("task", task)]);
        let (chosen, problems) = config.with_pairs(pairs);
        assert_eq!(problems, [], "{task}");
        chosen
    }

    #[test]
    fn a_task_comes_with_its_sizes_and_takes_them_along() {
        let standard = Config::standard();
        for task in TASKS.iter().filter(|task| task.chain.is_some()) {
            let there = chosen(&standard, task.id);
            assert_ne!((there.k, there.samples), (standard.k, standard.samples), "{}", task.id);
            assert_eq!(chosen(&there, "x+y"), standard, "{}", task.id);
        }
        let sum = chosen(&standard, "sum");
        assert_eq!((sum.p, sum.k, sum.samples, sum.train), (13, 3, 2197, 0.3));
        // What was changed stays.
        let own = from_query("task=sum&p=11&k=3&samples=1000&train=0.3").0;
        assert_eq!((chosen(&own, "x*y").p, chosen(&own, "x*y").train), (11, standard.train));
        assert_eq!(sum.suited("sum"), []);
        assert_eq!(standard.suited("x-y"), []);
    }
}
