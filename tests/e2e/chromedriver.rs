//! One chromedriver process on a free port, and the commands that are Chromium's own and not WebDriver's.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use url::{ParseError, Url};

/// A running chromedriver; dropping it kills it.
pub struct Chromedriver {
    process: Child,
    port: u16,
}

impl Chromedriver {
    /// Starts the program that `CHROMEDRIVER` names, or the one on PATH, and waits until it listens.
    pub fn start() -> Self {
        let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let port = free_port();
        let process = Command::new(&program)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}; set CHROMEDRIVER", program.display()));
        let driver = Self { process, port };
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let waited = started.elapsed();
            assert!(waited < Duration::from_secs(30), "chromedriver does not listen on port {port} after {waited:?}");
            thread::sleep(Duration::from_millis(50));
        }
        driver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// What to ask of a new session: our Chromium flags, every console message, patience with slow scripts.
pub fn capabilities(profile: &Path) -> serde_json::Map<String, Value> {
    let mut capabilities: serde_json::Map<String, Value> =
        serde_json::from_str(include_str!("../../webdriver.json")).expect("webdriver.json is JSON");
    let arguments = capabilities["goog:chromeOptions"]["args"].as_array_mut().expect("webdriver.json lists Chromium's arguments");
    arguments.push(json!("--headless=new"));
    arguments.push(json!("--disable-dev-shm-usage"));
    arguments.push(json!(format!("--user-data-dir={}", profile.display())));
    capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
    capabilities.insert("timeouts".into(), json!({"script": 300_000, "pageLoad": 120_000}));
    capabilities
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

    /// The console messages since the last time.
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
