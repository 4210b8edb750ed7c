//! Running other programs: echo the command line, wait, turn a bad exit into an error that names it.

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A command that runs in the workspace root and reads nothing from the terminal.
pub fn command(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    command.current_dir(workspace::root()).stdin(Stdio::null());
    command
}

/// The cargo that runs us, with these arguments.
pub fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args);
    cargo
}

/// Runs a command with its output on ours; anything but exit status 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let line = describe(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("cannot start `{line}`; is it installed?"))?;
    if !status.success() {
        bail!("`{line}` failed with {status}");
    }
    Ok(())
}

/// Runs a command, its stderr on ours, and returns what it printed on stdout.
pub fn output(command: &mut Command) -> Result<String> {
    let line = describe(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{line}`; is it installed?"))?;
    if !output.status.success() {
        bail!("`{line}` failed with {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed invalid UTF-8"))
}

/// The first of these programs that lies in a folder on PATH.
pub fn find_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
    })
}

/// The command as one would type it, with the program's folder left out.
fn describe(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named() {
        let error = run(&mut cargo(["no-such-subcommand-here"])).unwrap_err();
        assert!(format!("{error:#}").contains("cargo no-such-subcommand-here"), "{error:#}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut command("no-such-program-here")).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-program-here"), "{error:#}");
        assert_eq!(find_on_path(&["no-such-program-here"]), None);
    }
}
