//! `cargo run --release --bin bench`: the benchmark on this machine's CPU and GPU.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::process::ExitCode;
    use std::time::Instant;

    use grokking_lab::bench::clock::{Clock, SAMPLE_MS};
    use grokking_lab::bench::{Bench, Options, Table, run, table, tuned};
    use grokking_lab::exec::Device;
    use grokking_lab::exec::gpu::Context;
    use grokking_lab::settings::from_query;
    use pico_args::Arguments;
    use pollster::block_on;

    const USAGE: &str = "\
cargo run --release --bin bench -- [options]
  --config QUERY         workload in the syntax of the page's links, e.g. 'p=97&train=0.4' (default: x + y mod 113, 30 %)
  --backend cpu|gpu|all  what to measure (default: all there is)
  --steps N              at least so many steps are timed (default 30)
  --runs N               models in one plan that are compared with N plans; 1 leaves this out (default 8)
  --no-ops               leaves out the table of kernels
  --json                 one JSON object instead of tables
";

    struct Wish {
        options: Options,
        backend: String,
        json: bool,
    }

    pub fn main() -> ExitCode {
        match parse(Arguments::from_env()).and_then(|wish| wish.map_or(Ok(true), |wish| bench(&wish))) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(why) => {
                eprintln!("error: {why}");
                ExitCode::FAILURE
            }
        }
    }

    /// The options, or none after help was asked for.
    fn parse(mut args: Arguments) -> Result<Option<Wish>, String> {
        if args.contains(["-h", "--help"]) {
            print!("{USAGE}");
            return Ok(None);
        }
        let mut options = Options { ops: !args.contains("--no-ops"), ..Options::default() };
        let json = args.contains("--json");
        let text = |error: pico_args::Error| format!("{error}\n{USAGE}");
        for (name, slot, most) in [("--steps", &mut options.steps, 100_000), ("--runs", &mut options.runs, 64)] {
            *slot = args.opt_value_from_str(name).map_err(text)?.unwrap_or(*slot);
            if !(1..=most).contains(slot) {
                return Err(format!("{name} {slot} is not between 1 and {most}"));
            }
        }
        if let Some(query) = args.opt_value_from_str::<_, String>("--config").map_err(text)? {
            let (config, problems) = from_query(&query);
            if let Some(problem) = problems.first() {
                return Err(format!("--config: {problem}"));
            }
            options.config = config;
        }
        let backend: String = args.opt_value_from_str("--backend").map_err(text)?.unwrap_or("all".into());
        if !["cpu", "gpu", "all"].contains(&backend.as_str()) {
            return Err(format!("--backend {backend} is not cpu, gpu or all"));
        }
        match args.finish().first() {
            Some(rest) => Err(format!("unexpected argument {rest:?}\n{USAGE}")),
            None => Ok(Some(Wish { options, backend, json })),
        }
    }

    fn bench(wish: &Wish) -> Result<bool, String> {
        let start = Instant::now();
        let now_ms = || 1000.0 * start.elapsed().as_secs_f64();
        let on = |backend, name, device| Bench { backend, name, device, clock: Clock { now_ms: &now_ms, sample_ms: SAMPLE_MS } };
        let mut benches = vec![];
        if wish.backend != "gpu" {
            benches.push(on("cpu", cpu_name(), Device::Cpu));
        }
        if wish.backend != "cpu" {
            match block_on(Context::request()) {
                Ok(context) => {
                    let (name, device) = block_on(tuned(context, &wish.options, now_ms)).map_err(|error| error.to_string())?;
                    benches.push(on("gpu", name, device));
                }
                Err(error) if wish.backend == "gpu" => return Err(error.to_string()),
                Err(error) => eprintln!("{error}; measuring the CPU alone"),
            }
        }
        let mut tables = vec![machine()];
        let passed = block_on(run(&wish.options, &benches, &mut |table| {
            eprintln!("{:4.0} s  {}", now_ms() / 1000.0, table.name);
            // The same table comes again with more rows.
            tables.retain(|old| old.name != table.name);
            tables.push(table);
        }));
        match wish.json {
            true => println!("{}", table::json(&tables)),
            false => tables.iter().filter(|table| !table.rows.is_empty()).for_each(|table| print!("{}", table.text())),
        }
        Ok(passed)
    }

    fn machine() -> Table {
        let mut table = Table::new("machine", &["system", "processor", "threads"]);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        table.rows.push(vec![system.as_str().into(), cpu_name().as_str().into(), (threads as f64).into()]);
        table
    }

    /// As Linux tells it.
    fn cpu_name() -> String {
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        model.map_or("this processor".into(), |(_, name)| name.into())
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

/// The page has its own, see `src/web/bench.rs`.
#[cfg(target_arch = "wasm32")]
fn main() {}
