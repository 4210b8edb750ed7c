//! `versions.txt` lists the version of every dependency, so that clones a year apart build the same; it stands in for the
//! Cargo.lock that the repository leaves out. Cargo has resolved the newest versions by the time xtask starts: where they differ
//! from the list, Cargo.lock is written anew and xtask is built again, because parts of it write what visitors load. Programs
//! of `cargo install` are outside.

use crate::{process, workspace};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

/// Goes on with what cargo resolves where the list cannot be followed.
const ANY_VERSIONS: &str = "GROKKING_ANY_VERSIONS";

const LIST_HEAD: &str = "\
# The version of every dependency: `cargo xtask` writes them into Cargo.lock before it builds.
# `cargo xtask versions --renew` takes the newest that Cargo.toml allows, `--record` those in Cargo.lock.
";

/// A name and a version; several versions of one name may stand side by side.
type Package = (String, String);

/// What Cargo.lock says about a package; those of the workspace have no source.
struct Locked<'a> {
    name: &'a str,
    version: &'a str,
    source: Option<&'a str>,
    checksum: Option<&'a str>,
}

/// Makes Cargo.lock follow the list, without network where it does; true if it changed.
pub fn apply() -> Result<bool> {
    match follow() {
        Err(error) if env::var(ANY_VERSIONS).is_ok_and(|value| value == "1") => {
            println!("{ANY_VERSIONS}=1: going on with what cargo resolves, although {error:#}");
            Ok(false)
        }
        outcome => outcome,
    }
}

/// The step of `cargo xtask test`.
pub fn check() -> Result<()> {
    apply().map(|_| ())
}

/// Runs xtask again with the same arguments, built with the versions that were just applied.
pub fn again() -> Result<ExitCode> {
    if cfg!(windows) {
        bail!("Cargo.lock follows versions.txt now, but Windows cannot replace a running program: give the command again");
    }
    let status = process::cargo(["run", "--quiet", "--package", "xtask", "--"])
        .args(env::args_os().skip(1))
        .status()
        .context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Takes the newest versions that Cargo.toml allows into the list.
pub fn renew() -> Result<()> {
    process::run(&mut process::cargo(["update"]))?;
    record()
}

/// Takes the versions of Cargo.lock into the list.
pub fn record() -> Result<()> {
    let packages = listable(&packages(&read(&lock_path())?));
    fs::write(list_path(), list(&packages)).context("cannot write versions.txt")?;
    println!("versions.txt lists {} packages", packages.len());
    Ok(())
}

fn follow() -> Result<bool> {
    let (path, listed) = (lock_path(), parse_list(&read(&list_path())?)?);
    if !path.is_file() {
        process::run(&mut process::cargo(["generate-lockfile"]))?;
    }
    let before = read(&path)?;
    if compare(&listed, &listable(&packages(&before))).is_ok() {
        return Ok(false);
    }
    println!("Cargo.lock differs from versions.txt and is written anew");
    let write = |text: &str| fs::write(&path, text).context("cannot write Cargo.lock");
    write(&bare(&before, &listed)?)?;
    // Leaves what is locked as it is, adds what is missing, removes what nothing needs, and downloads no package.
    if let Err(error) = process::run(&mut process::cargo(["update", "--workspace"])) {
        write(&before)?;
        return Err(error.context(format!(
            "cargo cannot have the versions of versions.txt (its message is above; Cargo.lock is as it was): go online, take \
             newer ones with `cargo xtask versions --renew`, or set {ANY_VERSIONS}=1 to build with any"
        )));
    }
    let after = read(&path)?;
    compare(&listed, &listable(&packages(&after)))?;
    Ok(after != before)
}

fn lock_path() -> PathBuf {
    workspace::root().join("Cargo.lock")
}

fn list_path() -> PathBuf {
    workspace::root().join("versions.txt")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn parse_list(text: &str) -> Result<BTreeSet<Package>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|(index, line)| match line.split_whitespace().collect::<Vec<_>>()[..] {
            [name, version] => Ok((name.to_owned(), version.to_owned())),
            _ => bail!("line {} of versions.txt is `{line}`; it must be a name and a version", index + 1),
        })
        .collect()
}

fn list(packages: &BTreeSet<Package>) -> String {
    packages.iter().fold(LIST_HEAD.to_owned(), |text, (name, version)| text + name + " " + version + "\n")
}

/// The packages in the text of a Cargo.lock.
fn packages(lock: &str) -> Vec<Locked<'_>> {
    let entries = lock.split("[[package]]").skip(1);
    entries
        .filter_map(|entry| {
            let value = |key: &str| {
                let lines = entry.lines().take_while(|line| !line.starts_with('['));
                lines.filter_map(|line| line.split_once(" = ")).find(|(k, _)| *k == key).map(|(_, value)| value.trim_matches('"'))
            };
            Some(Locked {
                name: value("name")?,
                version: value("version")?,
                source: value("source"),
                checksum: value("checksum"),
            })
        })
        .collect()
}

/// Those that are not of the workspace.
fn listable(packages: &[Locked]) -> BTreeSet<Package> {
    let foreign = packages.iter().filter(|package| package.source.is_some());
    foreign.map(|package| (package.name.to_owned(), package.version.to_owned())).collect()
}

/// Names every package that only one of the two has.
fn compare(listed: &BTreeSet<Package>, locked: &BTreeSet<Package>) -> Result<()> {
    let names = |packages: Vec<&Package>| packages.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>();
    let unlisted = names(locked.difference(listed).collect());
    let unlocked = names(listed.difference(locked).collect());
    if unlisted.is_empty() && unlocked.is_empty() {
        return Ok(());
    }
    let or_none = |names: Vec<String>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    bail!(
        "Cargo.lock has {}, which versions.txt lacks, and versions.txt has {}, which cannot be had or is not needed: \
         `cargo xtask versions --record` takes what Cargo.lock has, {ANY_VERSIONS}=1 builds with it once",
        or_none(unlisted),
        or_none(unlocked)
    )
}

/// A Cargo.lock of exactly the listed packages. Cargo prefers what is locked, and completes dependencies and checksums.
fn bare(lock: &str, listed: &BTreeSet<Package>) -> Result<String> {
    let locked = packages(lock);
    let mut text = lock.split("[[package]]").next().unwrap_or_default().trim_end().to_owned() + "\n";
    for (name, version) in listed {
        let same = locked.iter().find(|package| package.name == name && package.version == version);
        let source = same
            .and_then(|package| package.source)
            .or_else(|| locked.iter().filter(|package| package.name == name).find_map(|package| package.source))
            .or_else(|| locked.iter().find_map(|package| package.source))
            .context("Cargo.lock has no package with a source; delete it and try again")?;
        text += &format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{source}\"\n");
        if let Some(checksum) = same.and_then(|package| package.checksum) {
            text += &format!("checksum = \"{checksum}\"\n");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str =
        "# Generated.\nversion = 4\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\ndependencies = [\n \"syn 1.0.2\",\n]\n
[[package]]\nname = \"syn\"\nversion = \"1.0.2\"\nsource = \"registry+x\"\nchecksum = \"aa\"\n
[[package]]\nname = \"syn\"\nversion = \"2.0.5\"\nsource = \"registry+x\"\nchecksum = \"bb\"\ndependencies = [\n \"log\",\n]\n
[metadata]\nname = \"no package\"\n";

    #[test]
    fn a_list_holds_every_package_from_elsewhere_and_reads_back() {
        let found = listable(&packages(LOCK));
        assert_eq!(list(&found), format!("{LIST_HEAD}syn 1.0.2\nsyn 2.0.5\n"));
        assert_eq!(parse_list(&list(&found)).unwrap(), found);
        assert_eq!(listable(&packages(&LOCK.replace("version = 4", "version = 3"))), found);
        let error = parse_list("# head\nsyn\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("`syn`"), "{error}");
    }

    #[test]
    fn versions_side_by_side_are_compared_one_by_one() {
        let locked = listable(&packages(LOCK));
        assert!(compare(&locked, &locked).is_ok());
        let message = |text: &str| compare(&parse_list(text).unwrap(), &locked).unwrap_err().to_string();
        let older = message("syn 1.0.2\nsyn 2.0.4\n");
        assert!(older.contains("has syn 2.0.5, which") && older.contains("has syn 2.0.4, which"), "{older}");
        let missing = message("syn 2.0.5\n");
        assert!(missing.contains("has syn 1.0.2, which") && missing.contains("has nothing, which"), "{missing}");
    }

    #[test]
    fn a_bare_lock_keeps_only_checksums_that_still_hold() {
        let text = bare(LOCK, &parse_list("log 0.4.1\nsyn 1.0.2\nsyn 2.0.4\n").unwrap()).unwrap();
        assert!(text.starts_with(
            "# Generated.\nversion = 4\n\n[[package]]\nname = \"log\"\nversion = \"0.4.1\"\nsource = \"registry+x\"\n\n"
        ));
        let checksums: Vec<_> = packages(&text)
            .iter()
            .map(|package| (package.version, package.checksum))
            .map(|(v, c)| (v.to_owned(), c.map(str::to_owned)))
            .collect();
        assert_eq!(checksums, [("0.4.1".into(), None), ("1.0.2".into(), Some("aa".into())), ("2.0.4".into(), None)]);
        assert!(!text.contains("dependencies") && !text.contains("ours"));
    }
}
