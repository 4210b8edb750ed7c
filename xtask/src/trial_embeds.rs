//! `cargo xtask trial-embeds`: the package in the tools that people build sites with. Each installs what was built into
//! `dist/npm/`, builds or serves a small page of `tests/embeds/`, and Chromium opens it and trains a few steps.
//!
//! Needs node and the packages of the tools, which npm gets; so it is no step of `cargo xtask test`.

mod table;

use crate::server::StaticServer;
use crate::{dist, package, process, workspace};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use table::{Open, TRIALS, Trial};

/// How long a tool's own server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tries all tools, or those of a comma list; true when none failed.
pub fn run(only: Option<&str>) -> Result<bool> {
    let wanted: Vec<&str> = only.map(|list| list.split(',').map(str::trim).collect()).unwrap_or_default();
    let names = || TRIALS.iter().map(|trial| trial.name).collect::<Vec<_>>().join(", ");
    for name in &wanted {
        ensure!(TRIALS.iter().any(|trial| trial.name == *name), "no tool is called `{name}`; the tools are: {}", names());
    }
    let npm = process::find_on_path(&["npm"]).context("the tools need node and its npm on PATH; please install node")?;
    let chromium = process::find_on_path(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
        .context("missing: Chromium or Chrome, on PATH")?;
    let bench = Bench::new(npm, chromium)?;
    let mut failed = 0;
    for trial in TRIALS.iter().filter(|trial| wanted.is_empty() || wanted.contains(&trial.name)) {
        if let Some(program) = trial.needs.filter(|program| process::find_on_path(&[program]).is_none()) {
            println!("SKIPPED: {}. There is no `{program}` on PATH.", trial.name);
            continue;
        }
        let started = Instant::now();
        let result = bench.attempt(trial);
        let seconds = started.elapsed().as_secs();
        match result {
            Ok(()) => println!("works: {} ({seconds} s)", trial.name),
            Err(error) => {
                failed += 1;
                println!("FAILS: {} ({seconds} s): {error:#}", trial.name);
            }
        }
    }
    println!("{failed} of the tools fail");
    Ok(failed == 0)
}

/// Where tools are tried, with what they share.
struct Bench {
    npm: PathBuf,
    chromium: PathBuf,
    folder: PathBuf,
    /// The package, as npm would publish it.
    tarball: PathBuf,
}

impl Bench {
    fn new(npm: PathBuf, chromium: PathBuf) -> Result<Self> {
        let built = dist::folder().join(package::FOLDER);
        ensure!(built.join("package.json").is_file(), "there is no dist/npm/ to try; run `cargo xtask dist` first");
        let folder = workspace::root().join("target/embeds");
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let packed =
            output(process::command(&npm).args(["pack", "--silent", "--pack-destination"]).arg(&folder).current_dir(&built))?;
        let tarball = folder.join(packed.lines().last().context("npm pack names no file")?.trim());
        let bench = Self { npm, chromium, folder, tarball };
        bench.install(&bench.folder.join("browser"), &["playwright-core"])?;
        fs::copy(fixtures().join("open.mjs"), bench.folder.join("browser/open.mjs")).context("cannot copy open.mjs")?;
        Ok(bench)
    }

    /// Installs packages from npm into a folder; again only when the list has changed.
    fn install(&self, folder: &Path, packages: &[&str]) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let (note, list) = (folder.join("packages.txt"), packages.join(" "));
        if fs::read_to_string(&note).is_ok_and(|before| before == list) {
            return Ok(());
        }
        fs::write(folder.join("package.json"), "{\"private\": true, \"type\": \"module\"}\n")
            .context("cannot write package.json")?;
        let flags = ["install", "--no-audit", "--no-fund", "--no-package-lock"];
        output(process::command(&self.npm).args(flags).args(packages).current_dir(folder))?;
        fs::write(note, list).context("cannot write packages.txt")
    }

    fn attempt(&self, trial: &Trial) -> Result<()> {
        let folder = self.folder.join(trial.name);
        self.install(&folder, trial.packages)?;
        // Our own package is new each time, whatever its version says.
        fs::remove_dir_all(folder.join("node_modules/grokking-lab")).ok();
        let flags = ["install", "--no-audit", "--no-fund", "--no-save", "--no-package-lock"];
        output(process::command(&self.npm).args(flags).args(trial.packages).arg(&self.tarball).current_dir(&folder))?;
        copy_all(&fixtures().join(trial.from), &folder)?;
        for line in trial.build {
            output(&mut self.tool(&folder, line))?;
        }
        match trial.open {
            Open::Nothing => Ok(()),
            Open::Folder(name) => {
                let server = StaticServer::start(&folder.join(name), 0)?;
                self.look(&server.url())
            }
            Open::Server(line) => {
                let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
                let log = fs::File::create(folder.join("server.log")).context("cannot write server.log")?;
                let mut command = self.tool(&folder, &line.replace("PORT", &port.to_string()));
                let _server = Running(
                    command.stdout(log.try_clone()?).stderr(log).spawn().with_context(|| format!("cannot start `{line}`"))?,
                );
                let started = Instant::now();
                while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                    ensure!(started.elapsed() < PATIENCE, "`{line}` does not listen after {PATIENCE:?}");
                    thread::sleep(Duration::from_millis(100));
                }
                self.look(&format!("http://127.0.0.1:{port}/"))
            }
        }
    }

    /// A command line of words, whose program is installed in the folder or on PATH.
    fn tool(&self, folder: &Path, line: &str) -> Command {
        let line = line.replace("TARBALL", &self.tarball.to_string_lossy());
        let mut words = line.split(' ');
        let program = words.next().unwrap_or_default();
        let installed =
            [folder.join("node_modules/.bin").join(program), folder.join(program)].into_iter().find(|path| path.is_file());
        let mut command = process::command(installed.unwrap_or_else(|| program.into()));
        command
            .args(words)
            .current_dir(folder)
            .env("CI", "1")
            .env("NEXT_TELEMETRY_DISABLED", "1")
            .env("ASTRO_TELEMETRY_DISABLED", "1");
        command
    }

    /// Opens an address and waits until the lab there has trained.
    fn look(&self, url: &str) -> Result<()> {
        let mut node = process::command("node");
        output(node.arg("open.mjs").arg(&self.chromium).arg(url).current_dir(self.folder.join("browser"))).map(drop)
    }
}

/// A tool's server; dropping it ends it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn fixtures() -> PathBuf {
    workspace::root().join("tests/embeds")
}

/// Copies a folder's files over another's.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let (path, target) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() {
            copy_all(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}

/// What a command prints; when it fails, the end of that is the error.
fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if !output.status.success() {
        let all = text.concat();
        let lines: Vec<&str> = all.lines().collect();
        bail!("{:?} failed:\n{}", command.get_program(), lines[lines.len().saturating_sub(20)..].join("\n"));
    }
    let [stdout, _] = text;
    Ok(stdout)
}
