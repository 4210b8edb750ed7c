//! `cargo xtask isa`: what the launches of a configuration become on AMD's GPUs, found on a machine without one.
//!
//! Mesa's driver for AMD has a null device, which compiles as for a real GPU and runs nothing. Each family needs a process of
//! its own, because the driver asks its environment once: this program starts itself again for each of them.

mod measure;
mod roofline;
mod table;

use std::collections::BTreeMap;
use std::process::{Command, ExitCode, Stdio};

use measure::{Figures, Report, Wish, driver, measure};
use pico_args::Arguments;
use serde::Serialize;

const USAGE: &str = "\
cargo xtask isa [options]
  --config QUERY        configuration in the syntax of the page's links, e.g. 'p=113&train=0.3' (default: the page's own)
  --tiles A.B.C         shaders that multiply (default: those of the configuration, or 0.0.0)
  --unmerged            one launch for each dispatch
  --family NAME[,NAME]  GPUs as Mesa names them (default: navi21,gfx1100,raven)
  --roofline            only what each launch must at least take on four GPUs, by their data sheets
  --json                one JSON object instead of tables
  --here                for the family that the environment names, as JSON: what the others are made of
";

/// RDNA 2, RDNA 3, and what was built into processors before them.
const FAMILIES: &str = "navi21,gfx1100,raven";

struct Args {
    wish: Wish,
    families: Vec<String>,
    json: bool,
    here: bool,
    roofline: bool,
}

/// All families. What repeats itself stands apart from what does not.
#[derive(Serialize)]
struct Output {
    figures: BTreeMap<String, Figures>,
    ms: BTreeMap<String, Vec<f64>>,
}

fn main() -> ExitCode {
    match parse(Arguments::from_env()).and_then(|args| args.map_or(Ok(()), |args| run(&args))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for, or none after help was.
fn parse(mut args: Arguments) -> Result<Option<Args>, String> {
    if args.contains(["-h", "--help"]) {
        print!("{USAGE}");
        return Ok(None);
    }
    let text = |error: pico_args::Error| format!("{error}\n{USAGE}");
    let query: Option<String> = args.opt_value_from_str("--config").map_err(text)?;
    let tiles = args.opt_value_from_str("--tiles").map_err(text)?;
    let families: Option<String> = args.opt_value_from_str("--family").map_err(text)?;
    let merge = !args.contains("--unmerged");
    let [json, here, roofline] = ["--json", "--here", "--roofline"].map(|name| args.contains(name));
    if let Some(rest) = args.finish().first() {
        return Err(format!("unexpected argument {rest:?}\n{USAGE}"));
    }
    let families = families.as_deref().unwrap_or(FAMILIES).split(',').map(|name| name.trim().to_owned()).collect();
    Ok(Some(Args { wish: Wish { query: query.unwrap_or_default(), tiles, merge }, families, json, here, roofline }))
}

fn run(args: &Args) -> Result<(), String> {
    if args.roofline {
        print!("{}", roofline::table(&args.wish)?);
        return Ok(());
    }
    if args.here {
        let report = measure(&args.wish, |what| eprintln!("  {what:.120}"))?;
        println!("{}", json(&report)?);
        return Ok(());
    }
    let mut output = Output { figures: BTreeMap::new(), ms: BTreeMap::new() };
    for family in &args.families {
        eprintln!("compiling for {family}");
        let Report { figures, ms } = child(&args.wish, family)?;
        if !args.json {
            print!("{}", table::family(family, &figures, &ms));
        }
        output.figures.insert(family.clone(), figures);
        output.ms.insert(family.clone(), ms);
    }
    if args.json {
        println!("{}", json(&output)?);
    }
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string_pretty(value).map_err(|error| format!("the result is no JSON: {error}"))
}

/// The report of a process for this family.
fn child(wish: &Wish, family: &str) -> Result<Report, String> {
    let program = std::env::current_exe().map_err(|error| format!("this program cannot find itself: {error}"))?;
    let mut child = Command::new(program);
    child.args(["--here", "--config", &wish.query]).envs(driver::environment(family)?);
    if let Some(tiles) = &wish.tiles {
        child.args(["--tiles", tiles]);
    }
    if !wish.merge {
        child.arg("--unmerged");
    }
    let output = child.stderr(Stdio::inherit()).output().map_err(|error| format!("{family}: {error}"))?;
    match output.status.code() {
        Some(0) => (),
        Some(_) => return Err(format!("nothing was measured for {family}; why is said above")),
        // The driver ends a process that asks for a family it does not know.
        None => {
            return Err(format!(
                "{family}: the driver crashed ({}); is that a family it knows? {}",
                output.status,
                driver::KNOWN
            ));
        }
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{family}: its report cannot be read: {error}"))
}
