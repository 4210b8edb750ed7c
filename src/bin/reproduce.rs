//! `cargo run --release --bin reproduce`: runs experiments and says whether the papers' claims hold here.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use core::ops::Range;
    use std::fs::File;
    use std::io::Write as _;
    use std::path::Path;
    use std::process::ExitCode;
    use std::time::Instant;

    use grokking_lab::bench::{Options, tuned};
    use grokking_lab::config::Config;
    use grokking_lab::exec::Device;
    use grokking_lab::exec::gpu::Context;
    use grokking_lab::experiment::record::{ArmRecord, Check, Record, Reproduction, STANDARD, parse};
    use grokking_lab::experiment::{Arm, EXPERIMENTS, Experiment, TableRecord};
    use grokking_lab::metrics::{GROKKED, History, Point};
    use grokking_lab::reproduce::{forecast, list, run, sweep};
    use grokking_lab::settings::from_query;
    use grokking_lab::sweep::export::{self, Written};
    use pico_args::Arguments;
    use pollster::block_on;

    const USAGE: &str = "\
cargo run --release --bin reproduce -- NAME… [options]
  --all          every experiment
  --list         only prints every experiment, its paper and what came of it
  --config QUERY a set-up of your own, in the syntax of the page's links; with an empty one and --made, the curve of the
                 standard set-up is kept, which the page plays for those who only look
  --sweep TEXT   a table of runs over --config: lr:1e-4..1e-2:6:log,wd:0..10:6, or the one in the link that --config has
  --csv FILE     where the table is written, for pandas.read_csv
  --json FILE    where it is written for pandas.read_json
  --seeds N      runs of each set-up, with seeds 0, 1, … (default 3; of a table, as --config says, or 1)
  --first N      the first of those seeds, to try others than those of the record (default 0); with --made, only how many met what is expected is kept
  --gpu          on the first GPU instead of all cores of the CPU
  --forecast     records the runs by which forecasts of grokking are judged, and what is told of their errors
  --made TEXT    machine and date, kept with the result and shown by the page
  --keep FILE    where results are kept (default www/assets/experiments.txt); only whole experiments with --made are kept
Names:";

    struct Wish {
        experiments: Vec<&'static Experiment>,
        config: Option<String>,
        table: Option<Table>,
        seeds: Range<u32>,
        gpu: bool,
        forecast: bool,
        made: Option<String>,
        record: String,
    }

    /// A table of runs, and where it is written.
    struct Table {
        config: Config,
        csv: Option<String>,
        json: Option<String>,
    }

    pub fn main() -> ExitCode {
        match parse_args(Arguments::from_env()).and_then(|wish| wish.map_or(Ok(true), |wish| reproduce(&wish))) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(why) => {
                eprintln!("error: {why}");
                ExitCode::FAILURE
            }
        }
    }

    fn usage() -> String {
        let names: Vec<&str> = EXPERIMENTS.iter().map(|experiment| experiment.id).collect();
        format!("{USAGE} {}\n", names.join(" "))
    }

    /// What was asked for, or none after help or a list was.
    fn parse_args(mut args: Arguments) -> Result<Option<Wish>, String> {
        if args.contains(["-h", "--help"]) {
            print!("{}", usage());
            return Ok(None);
        }
        let text = |error: pico_args::Error| format!("{error}\n{}", usage());
        let [all, gpu, forecast, lists] = ["--all", "--gpu", "--forecast", "--list"].map(|name| args.contains(name));
        let seeds: Option<u32> = args.opt_value_from_str("--seeds").map_err(text)?;
        if let Some(seeds) = seeds.filter(|seeds| !(1..=16).contains(seeds)) {
            return Err(format!("--seeds {seeds} is not between 1 and 16"));
        }
        let first: u32 = args.opt_value_from_str("--first").map_err(text)?.unwrap_or(0);
        let config: Option<String> = args.opt_value_from_str("--config").map_err(text)?;
        if let Some(problem) = config.as_deref().and_then(|query| from_query(query).1.into_iter().find(|p| p.key != "v")) {
            return Err(format!("--config: {problem}"));
        }
        let table = table(&mut args, config.as_deref().unwrap_or_default(), seeds)?;
        let made = args.opt_value_from_str("--made").map_err(text)?;
        let record = args.opt_value_from_str("--keep").map_err(text)?.unwrap_or("www/assets/experiments.txt".into());
        if lists {
            let known = std::fs::read_to_string(&record).map_err(|error| format!("--keep {record}: {error}"))?;
            print!("{}", list::list(&parse(&known)));
            return Ok(None);
        }
        let mut experiments = vec![];
        for name in args.finish() {
            let name = name.to_string_lossy().into_owned();
            let found = EXPERIMENTS.iter().find(|experiment| experiment.id == name);
            experiments.push(*found.ok_or_else(|| format!("there is no experiment {name:?}\n{}", usage()))?);
        }
        if all {
            experiments = EXPERIMENTS.to_vec();
        }
        if experiments.is_empty() && config.is_none() && table.is_none() && !forecast {
            return Err(format!("which experiment?\n{}", usage()));
        }
        if first > 0 && made.is_some() && config.is_some() {
            return Err("--first is for seeds beyond the record of an experiment, and the curve that --made keeps of --config is that of seed 0: only one of them".into());
        }
        let seeds = first..first.saturating_add(seeds.unwrap_or(3));
        Ok(Some(Wish { experiments, config, table, seeds, gpu, forecast, made, record }))
    }

    /// The table of runs that is asked for, if one is.
    fn table(args: &mut Arguments, query: &str, seeds: Option<u32>) -> Result<Option<Table>, String> {
        let text = |error: pico_args::Error| format!("{error}\n{}", usage());
        let sweep: Option<String> = args.opt_value_from_str("--sweep").map_err(text)?;
        let [csv, json] = ["--csv", "--json"].map(|name| args.opt_value_from_str(name).map_err(text));
        let (csv, json): (Option<String>, Option<String>) = (csv?, json?);
        let seeds = seeds.map(|seeds| seeds.to_string());
        let asked = [sweep.as_deref().map(|sweep| ("sweep", sweep)), seeds.as_deref().map(|seeds| ("seeds", seeds))];
        let (config, problems) = from_query(query).0.with_pairs(asked.into_iter().flatten());
        if let Some(problem) = problems.first() {
            return Err(format!("--sweep: {}; --help has an example", problem.why));
        }
        match (config.sweep.0.is_empty(), &csv, &json) {
            (false, ..) => Ok(Some(Table { config, csv, json })),
            (true, None, None) if sweep.is_none() => Ok(None),
            _ => Err("a table needs settings that vary: --sweep lr:1e-4..1e-2:6:log,wd:0..10:6".into()),
        }
    }

    /// Whether all claims hold.
    fn reproduce(wish: &Wish) -> Result<bool, String> {
        let device = if wish.gpu {
            let start = Instant::now();
            let now_ms = || 1000.0 * start.elapsed().as_secs_f64();
            let context = block_on(Context::request()).map_err(|e| format!("--gpu: {e}"))?;
            block_on(tuned(context, &Options::default(), now_ms)).map_err(|e| format!("--gpu: {e}"))?.1
        } else {
            Device::Cpu
        };
        if wish.forecast {
            judge_forecasts()?;
        }
        if let Some(table) = &wish.table {
            train_table(table, &device)?;
        } else if let Some(query) = &wish.config {
            // It lives as long as the program.
            let query: &'static str = query.clone().leak();
            let id = if query.is_empty() { STANDARD } else { "own" };
            let arm = Arm { id, label: "", query, then: None, expect: &[], probes: &[], across: &[] };
            let trained = train(&arm, wish.seeds.clone(), &device)?;
            if let (STANDARD, Some(made)) = (id, &wish.made) {
                let record = trained.record(&arm, made);
                update(id, Path::new(&wish.record), |all| all.update(id, vec![record], vec![]))?;
            }
        }
        let mut all = true;
        for experiment in &wish.experiments {
            all &= one(experiment, wish, &device)?;
        }
        Ok(all)
    }

    /// Shows how many of some runs are decided, and how long the others will take.
    fn progress() -> impl FnMut(usize, usize) {
        let start = Instant::now();
        move |decided, all| {
            let seconds = start.elapsed().as_secs_f64();
            let left = seconds / decided as f64 * (all - decided) as f64;
            let left = if decided > 0 { format!("about {left:.0} s left") } else { String::new() };
            let done = "#".repeat(30 * decided / all);
            eprint!("\r  [{done:30}] {decided} of {all} runs, {seconds:.0} s, {left}    ");
            let _ = std::io::stderr().flush();
        }
    }

    /// Records runs, and writes them down with how far off forecasts are on them.
    fn judge_forecasts() -> Result<(), String> {
        let record = forecast::record(&mut progress())?;
        eprintln!();
        let measured = forecast::measure(&record).ok_or("too few of the recorded runs grokked to judge forecasts by them")?;
        println!("{measured:#?}");
        let files =
            [("src/reproduce/forecast.csv", forecast::csv(&record)), ("src/forecast/measured.rs", forecast::source(&measured))];
        files.into_iter().try_for_each(|(file, text)| {
            std::fs::write(file, text).map_err(|error| format!("{file}: {error}; run this at the root of the repository"))
        })
    }

    /// Trains a table, shows its map and writes its files.
    fn train_table(table: &Table, device: &Device) -> Result<(), String> {
        let config = &table.config;
        let files = [(&table.csv, export::csv as fn(&Config, &[Written]) -> String), (&table.json, export::json)];
        let problem = |file: &str, error: std::io::Error| format!("{file}: {error}; the table needs a file that can be written");
        // Whoever waited for an hour shall not learn only then that it was in vain.
        for file in files.iter().filter_map(|(file, _)| file.as_deref()) {
            File::options().append(true).create(true).open(file).map_err(|error| problem(file, error))?;
        }
        for cell in config.grid() {
            if let Some(why) = cell.why {
                println!("  not trained: {}: {why}", cell.values.join(", "));
            }
        }
        let rows = block_on(sweep::run(config, device, &mut progress()))?;
        eprintln!();
        print!("{}", sweep::map(config, &rows));
        let rows: Vec<Written> = rows.into_iter().map(Written::from).collect();
        for (file, write) in files {
            if let Some(file) = file {
                std::fs::write(file, write(config, &rows)).map_err(|error| problem(file, error))?;
            }
        }
        Ok(())
    }

    fn one(experiment: &Experiment, wish: &Wish, device: &Device) -> Result<bool, String> {
        let paper = experiment.publication();
        println!("\n{}: {}\n  claim: {}", experiment.id, paper.authors, paper.claim);
        let mut histories: Vec<Vec<History>> = vec![];
        let mut arms = vec![];
        for arm in experiment.arms {
            let trained = train(arm, wish.seeds.clone(), device)?;
            let record = trained.record(arm, wish.made.as_deref().unwrap_or_default());
            record.checks.iter().for_each(say);
            arms.push(record);
            histories.push(trained.histories);
        }
        let compares = run::compare(experiment, &histories);
        compares.iter().for_each(say);
        let mut record = Record::default();
        record.update(experiment.id, arms.clone(), compares.clone());
        let reproduction = record.reproduction(experiment);
        println!("  verdict: {}", list::verdict(reproduction));
        if wish.made.is_some() {
            let seeds = [wish.seeds.start, wish.seeds.len() as u32];
            update(experiment.id, Path::new(&wish.record), |record| match seeds {
                [0, _] => record.update(experiment.id, arms, compares),
                _ => record.add_further(experiment.id, seeds, &arms, &compares),
            })?;
        }
        Ok(reproduction == Some(Reproduction::Whole))
    }

    fn say(check: &Check) {
        let mark = if check.met == check.all { "holds" } else { "FAILS" };
        println!("    {mark}  {} of {}: {} ({})", check.met, check.all, check.text, check.measured);
    }

    /// An arm's runs that are over: their curves, what their weights or their tables came to, the first of these, and how long they took.
    struct Trained {
        histories: Vec<History>,
        found: Vec<Check>,
        table: Option<TableRecord>,
        seconds: u32,
    }

    impl Trained {
        fn record(&self, arm: &Arm, made: &str) -> ArmRecord {
            let record = run::record(arm, &self.histories, self.found.clone(), made, self.seconds);
            ArmRecord { table: self.table.clone(), ..record }
        }
    }

    /// Trains an arm and shows how far it is.
    fn train(arm: &Arm, seeds: Range<u32>, device: &Device) -> Result<Trained, String> {
        let start = Instant::now();
        if !arm.across.is_empty() {
            let (found, table) = block_on(sweep::check(arm, seeds.clone(), device, &mut |decided, all| {
                eprint!("\r  {:24} {decided} of {all} runs ", arm.id);
                let _ = std::io::stderr().flush();
            }))?;
            eprintln!();
            let seconds = start.elapsed().as_secs_f64().ceil() as u32;
            println!("  {}: {} tables; {seconds} s", arm.id, seeds.len());
            return Ok(Trained { histories: vec![], found, table, seconds });
        }
        let mut watch = |step: u32, config: &Config| {
            let fraction = f64::from(step) / f64::from(config.steps);
            let done = (fraction * 30.0).round() as usize;
            eprint!("\r  {:24} [{:30}] step {step} ", arm.id, "#".repeat(done.min(30)));
            let _ = std::io::stderr().flush();
        };
        let (histories, found) = block_on(run::run(arm, seeds.clone(), device, &mut watch))?;
        eprintln!();
        let steps = |mark: fn(&History) -> Option<u32>| {
            let list: Vec<String> = histories.iter().map(|h| mark(h).map_or("never".into(), |step| step.to_string())).collect();
            list.join(", ")
        };
        let seconds = start.elapsed().as_secs_f64().ceil() as u32;
        println!("  {}: memorised at {}; grokked at {}; {seconds} s", arm.id, steps(|h| h.memorized), steps(|h| h.grokked));
        seeds.zip(&histories).filter_map(|(seed, history)| Some((seed, aftermath(history)?))).for_each(|(seed, line)| {
            println!("    seed {seed}: {line}");
        });
        Ok(Trained { histories, found, table: None, seconds })
    }

    /// What became of a run after it had grokked: whether it stayed so.
    fn aftermath(history: &History) -> Option<String> {
        let grokked = history.grokked?;
        let after: Vec<&Point> = history.points.iter().filter(|point| point.step > grokked).collect();
        let last = after.last()?;
        let lowest = after.iter().min_by(|a, b| a.test_accuracy.total_cmp(&b.test_accuracy))?;
        let below = after.iter().filter(|point| point.test_accuracy < GROKKED).count();
        Some(format!(
            "of {} measurements after step {grokked}, {below} have a test accuracy below {GROKKED}; lowest {} at step {} \
             (train accuracy {}); at step {} test accuracy {}, train loss {:.2e}, test loss {:.2e}",
            after.len(),
            lowest.test_accuracy,
            lowest.step,
            lowest.train_accuracy,
            last.step,
            last.test_accuracy,
            last.train_loss,
            last.test_loss
        ))
    }

    /// Changes the file of records.
    fn update(id: &str, file: &Path, change: impl FnOnce(&mut Record)) -> Result<(), String> {
        let problem = |error: std::io::Error| format!("{}: {error}; {id} is not kept", file.display());
        let mut record = match std::fs::read_to_string(file) {
            Ok(text) => parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Record::default(),
            Err(error) => return Err(problem(error)),
        };
        change(&mut record);
        std::fs::write(file, record.write()).map_err(problem)
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
