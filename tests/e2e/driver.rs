//! The two browsers: one driver process on a free port, what to ask of its sessions, and the commands that are not WebDriver's.

use crate::harness::View;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use std::env;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use url::{ParseError, Url};

/// How long a page may take to load before it is loaded again: Chromium at times forgets to say that one is there.
const PAGE_LOAD: Duration = Duration::from_secs(12);

/// What a page is shown in.
#[derive(Clone, Copy, PartialEq)]
pub enum Browser {
    /// Chromium or Chrome: every test.
    Chromium,
    /// Firefox: that the page does not depend on the other one.
    Firefox,
}

impl Browser {
    /// The variable that names the driver, and what the driver is called.
    pub fn driver(self) -> (&'static str, &'static str) {
        match self {
            Self::Chromium => ("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => ("GECKODRIVER", "geckodriver"),
        }
    }

    /// What to ask of a new session: no window, patience with slow scripts, and every message of the console.
    pub fn capabilities(self, profile: &Path, view: View) -> serde_json::Map<String, Value> {
        let mut capabilities = match self {
            Self::Chromium => chromium(profile),
            Self::Firefox => firefox(view),
        };
        capabilities.insert("timeouts".into(), json!({"script": 300_000, "pageLoad": PAGE_LOAD.as_millis() as u64}));
        capabilities
    }
}

fn chromium(profile: &Path) -> serde_json::Map<String, Value> {
    let mut capabilities: serde_json::Map<String, Value> =
        serde_json::from_str(include_str!("../../webdriver.json")).expect("webdriver.json is JSON");
    let arguments = capabilities["goog:chromeOptions"]["args"].as_array_mut().expect("webdriver.json lists Chromium's arguments");
    arguments.push(json!("--headless=new"));
    arguments.push(json!("--disable-dev-shm-usage"));
    arguments.push(json!(format!("--user-data-dir={}", profile.display())));
    capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
    capabilities
}

fn firefox(view: View) -> serde_json::Map<String, Value> {
    let mut options = json!({
        "args": ["-headless"],
        "prefs": {
            // What pages write goes to the log of the driver, as uncaught errors do by themselves; what it writes does not.
            "devtools.console.stdout.content": true,
            "devtools.console.stdout.chrome": false,
            // It would ask its maker which experiments to take part in.
            "messaging-system.rsexperimentloader.enabled": false,
            "layout.css.prefers-color-scheme.content-override": i32::from(view.scheme != "dark"),
        },
    });
    if let Some(binary) = env::var_os("FIREFOX") {
        options["binary"] = json!(binary.to_string_lossy());
    }
    [("moz:firefoxOptions".to_string(), options)].into_iter().collect()
}

/// A running driver; dropping it kills it.
pub struct Driver {
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Driver {
    /// Starts the program that the browser's variable names, or the one on PATH, and waits until it listens.
    pub fn start(browser: Browser, profile: &Path) -> Self {
        let (variable, name) = browser.driver();
        let program = env::var_os(variable).unwrap_or_else(|| name.into());
        let port = free_port();
        let log = profile.join("driver.log");
        let file = File::create(&log).expect("a log for the driver");
        let mut command = Command::new(&program);
        command.arg(format!("--port={port}"));
        if browser == Browser::Firefox {
            // Browsers that run at the same time must not share this one either.
            command.arg(format!("--websocket-port={}", free_port()));
        }
        let process = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("the log once more"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}; set {variable}", program.display()));
        let driver = Self { process, port, log };
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let waited = started.elapsed();
            assert!(waited < Duration::from_secs(30), "{name} does not listen on port {port} after {waited:?}");
            thread::sleep(Duration::from_millis(50));
        }
        driver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What Firefox has written about pages, in the form of Chromium's log: its own troubles are not ours.
    pub fn firefox_console(&self) -> Vec<Value> {
        let text = fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        text.lines().filter_map(firefox_message).collect()
    }
}

/// `JavaScript error: http://…, line 1: …` is uncaught, `console.error: "…"` is written; what the browser itself writes has
/// no quotation marks.
fn firefox_message(line: &str) -> Option<Value> {
    let uncaught = line.strip_prefix("JavaScript error: ").is_some_and(|at| at.starts_with("http") || at.starts_with("blob:"));
    let written = line.strip_prefix("console.").and_then(|call| call.split_once(": "));
    let written = written.filter(|(_, what)| what.starts_with(['"', '(']));
    let error = uncaught || written.is_some_and(|(kind, _)| kind == "error");
    (uncaught || written.is_some()).then(|| json!({"level": if error { "SEVERE" } else { "INFO" }, "message": line}))
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A POST to an endpoint below the session.
#[derive(Debug)]
pub struct Post {
    endpoint: &'static str,
    body: Value,
}

impl Post {
    /// One command of the Chrome DevTools protocol.
    pub fn devtools(command: &str, parameters: Value) -> Self {
        Self { endpoint: "goog/cdp/execute", body: json!({"cmd": command, "params": parameters}) }
    }

    /// Chromium's console messages since the last time.
    pub fn console() -> Self {
        Self { endpoint: "se/log", body: json!({"type": "browser"}) }
    }
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.endpoint))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
