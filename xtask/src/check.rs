//! `cargo xtask test`: runs the steps, says how each went and how long it took, and counts.

use crate::steps::{STEPS, Step};
use anyhow::{Context, Result};
use std::thread;
use std::time::Instant;

/// How a step went, and after how many seconds.
#[derive(Clone, Copy)]
enum Outcome {
    Passed(f64),
    Failed(f64),
    NotRun,
}

/// Runs all steps, or those named in a comma list; true when none failed.
pub fn run(only: Option<&str>) -> Result<bool> {
    let steps = select(only)?;
    let started = Instant::now();
    // Lints and the crate's own compilation use one core for long; programs are compiled on the other meanwhile.
    let outcomes = thread::scope(|scope| {
        scope.spawn(|| steps.iter().for_each(|step| _ = (step.prepare)()));
        run_steps(&steps)
    });
    println!();
    for (step, outcome) in steps.iter().zip(&outcomes) {
        match outcome {
            Outcome::Passed(seconds) => println!("passed: {} in {seconds:.0} s", step.name),
            Outcome::Failed(seconds) => println!("failed: {} after {seconds:.0} s ({})", step.name, step.about),
            Outcome::NotRun => println!("not run: {} ({})", step.name, step.about),
        }
    }
    println!("{:.0} s in total", started.elapsed().as_secs_f64());
    println!("{}", summary(&outcomes));
    Ok(!outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(_))))
}

/// One line per step for the usage text.
pub fn step_list() -> String {
    STEPS.iter().map(|step| format!("  {:<12} {}\n", step.name, step.about)).collect()
}

/// The steps of that name, in table order whatever the order of the list.
fn select(only: Option<&str>) -> Result<Vec<&'static Step>> {
    let Some(list) = only else {
        return Ok(STEPS.iter().collect());
    };
    let wanted: Vec<&str> = list.split(',').map(str::trim).collect();
    for name in &wanted {
        STEPS
            .iter()
            .find(|step| step.name == *name)
            .with_context(|| format!("no step is called `{name}`; the steps are:\n{}", step_list()))?;
    }
    Ok(STEPS.iter().filter(|step| wanted.contains(&step.name)).collect())
}

fn run_steps(steps: &[&Step]) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::NotRun; steps.len()];
    for (step, outcome) in steps.iter().zip(&mut outcomes) {
        println!("\n=== {}: {} ===", step.name, step.about);
        let started = Instant::now();
        let result = (step.run)();
        let seconds = started.elapsed().as_secs_f64();
        match result {
            Ok(()) => {
                *outcome = Outcome::Passed(seconds);
                println!("=== {}: passed in {seconds:.1} s ===", step.name);
            }
            Err(error) => {
                *outcome = Outcome::Failed(seconds);
                println!("error: {error:#}");
                println!("=== {}: FAILED after {seconds:.1} s ===", step.name);
                if step.gate {
                    break;
                }
            }
        }
    }
    outcomes
}

/// The last line of the output. Steps that did not run are listed above it and count as neither.
fn summary(outcomes: &[Outcome]) -> String {
    let passed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Passed(_))).count();
    let failed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Failed(_))).count();
    format!("{passed} passed, {failed} failed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    const fn step(gate: bool, run: fn() -> Result<()>) -> Step {
        Step { name: "x", about: "an example", gate, prepare: good, run }
    }

    fn good() -> Result<()> {
        Ok(())
    }

    fn bad() -> Result<()> {
        bail!("on purpose")
    }

    #[test]
    fn a_failing_gate_stops_the_run_and_others_do_not() {
        let outcomes = run_steps(&[&step(false, bad), &step(true, good), &step(true, bad), &step(false, good)]);
        use Outcome::{Failed, NotRun, Passed};
        assert!(matches!(outcomes[..], [Failed(_), Passed(_), Failed(_), NotRun]));
        assert_eq!(summary(&outcomes), "1 passed, 2 failed");
    }

    #[test]
    fn steps_are_selected_by_name_in_table_order() {
        let names = |only| -> Vec<&str> { select(only).unwrap().iter().map(|s| s.name).collect() };
        assert_eq!(names(Some("e2e, fmt")), ["fmt", "e2e"]);
        assert_eq!(names(None).len(), STEPS.len());
        let error = select(Some("fmt,nope")).err().unwrap().to_string();
        assert!(error.contains("`nope`") && error.contains("clippy-wasm"), "{error}");
    }
}
