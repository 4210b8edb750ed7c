//! Operations that are asked for again and again.

use std::cell::RefCell;
use std::rc::Rc;

use super::Operation;
use crate::config::Config;

/// Tasks that are remembered: that of the run, and that of the settings for the next one.
const REMEMBERED: usize = 2;

/// The operations that were asked for last. What a page draws many times a second reads no formula for it.
#[derive(Default)]
pub struct Operations(RefCell<Vec<(String, Rc<Operation>)>>);

impl Operations {
    /// The operation of a valid configuration.
    pub fn of(&self, config: &Config) -> Rc<Operation> {
        let mut known = self.0.borrow_mut();
        if let Some((_, operation)) = known.iter().find(|(task, _)| *task == config.task) {
            return operation.clone();
        }
        let operation = Rc::new(Operation::of(config));
        known.truncate(REMEMBERED - 1);
        known.insert(0, (config.task.clone(), operation.clone()));
        operation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_parsed_once_for_as_long_as_its_task_is_in_use() {
        let operations = Operations::default();
        let with = |task: &str| Config { task: task.into(), ..Config::standard() };
        let first = operations.of(&with("x+2y"));
        assert_eq!(*first, Operation::of(&with("x+2y")));
        assert!(Rc::ptr_eq(&first, &operations.of(&with("x+2y"))));
        operations.of(&with("x*y"));
        assert!(Rc::ptr_eq(&first, &operations.of(&with("x+2y"))), "two are remembered");
        operations.of(&with("x-y"));
        operations.of(&with("x/y"));
        assert!(!Rc::ptr_eq(&first, &operations.of(&with("x+2y"))), "and no more");
    }
}
