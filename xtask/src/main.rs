//! `cargo xtask <command>`: reads the arguments and hands over to the library.

use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::process::ExitCode;
use xtask::{check, dist, isa, serve, trial_embeds, versions};

const USAGE: &str = "\
cargo xtask serve [--port N] [--dist]  build the page quickly and serve it on 127.0.0.1 (default port 8080, 0 = any free
                                       one); with --dist, build and serve dist/
cargo xtask dist [--url URL]           build the static folder dist/; its cards and links name URL as its address
cargo xtask test [--only STEP[,STEP]]  run every check, or only the named steps
cargo xtask trial-embeds [--only TOOL[,TOOL]]
                                       try the package of dist/ in bundlers, frameworks and sites; needs node
cargo xtask isa [--config QUERY] [--tiles A.B.C] [--unmerged] [--family NAME[,NAME]] [--roofline] [--json]
                                       compile the launches of a configuration for AMD's GPUs, without one, and list
                                       registers, spills, code and waves of each
cargo xtask versions [--renew|--record]
                                       write the versions of versions.txt into Cargo.lock, as serve, dist and test do; or
                                       list the newest versions, or those of Cargo.lock
";

const DEFAULT_PORT: u16 = 8080;

fn main() -> ExitCode {
    match run(Arguments::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Arguments) -> Result<ExitCode> {
    let help = args.contains(["-h", "--help"]);
    let command = args.subcommand().context("reading the command")?;
    match command.as_deref() {
        _ if help => {
            print!("{}\nsteps of `test`:\n{}", USAGE, check::step_list());
            Ok(ExitCode::SUCCESS)
        }
        Some("serve") => {
            let port =
                args.opt_value_from_str("--port").context("--port takes a number from 0 to 65535")?.unwrap_or(DEFAULT_PORT);
            let as_visitors_get_it = args.contains("--dist");
            no_more(args)?;
            if versions::apply()? {
                return versions::again();
            }
            serve::run(port, as_visitors_get_it)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("dist") => {
            let url: Option<String> = args.opt_value_from_str("--url").context("--url takes the page's address")?;
            no_more(args)?;
            if versions::apply()? {
                return versions::again();
            }
            dist::build(url.as_deref())?;
            Ok(ExitCode::SUCCESS)
        }
        Some("test") => {
            let only: Option<String> =
                args.opt_value_from_str("--only").context("--only takes step names separated by commas")?;
            no_more(args)?;
            match versions::apply() {
                Ok(true) => return versions::again(),
                Err(error) if only.is_some() => return Err(error),
                // The step `versions` says what is wrong.
                Ok(false) | Err(_) => {}
            }
            let all_passed = check::run(only.as_deref())?;
            Ok(ExitCode::from(u8::from(!all_passed)))
        }
        Some("trial-embeds") => {
            let only: Option<String> =
                args.opt_value_from_str("--only").context("--only takes names of tools separated by commas")?;
            no_more(args)?;
            let all_work = trial_embeds::run(only.as_deref())?;
            Ok(ExitCode::from(u8::from(!all_work)))
        }
        Some("isa") => {
            if versions::apply()? {
                return versions::again();
            }
            isa::run(&args.finish())?;
            Ok(ExitCode::SUCCESS)
        }
        Some("versions") => {
            let (renew, record) = (args.contains("--renew"), args.contains("--record"));
            no_more(args)?;
            if renew {
                versions::renew()?;
            } else if record {
                versions::record()?;
            } else {
                versions::apply()?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => bail!("unknown command `{other}`; the commands are:\n{USAGE}"),
        None => bail!("no command given; the commands are:\n{USAGE}"),
    }
}

/// Refuses arguments that nobody asked for, so that a misspelt flag is not ignored.
fn no_more(args: Arguments) -> Result<()> {
    let rest = args.finish();
    if !rest.is_empty() {
        bail!("unexpected arguments {rest:?}; the commands are:\n{USAGE}");
    }
    Ok(())
}
