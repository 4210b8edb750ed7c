//! A page under test: one fresh browser per [`Page`], driven from plain blocking functions that panic with a reason.

use crate::driver::{Browser, Driver, Post};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::env;
use std::fs;
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Names every script can use: the element, its shadow root, a column of its history, the step it is at, the next frame
/// over (or a second, where nothing is drawn).
const PRELUDE: &str = "
    const lab = document.querySelector('#lab'), root = lab?.shadowRoot;
    const column = async name => Array.from((await lab.getHistory())[name] ?? []);
    const lastStep = async () => (await column('step')).at(-1) ?? 0;
    const drawn = () => new Promise(done => {
        requestAnimationFrame(() => requestAnimationFrame(done));
        setTimeout(done, 1000);
    });
";

/// Long enough for a page to compile its wasm and find its GPU on a busy machine.
const READY: Duration = Duration::from_secs(60);

/// What the visitor's screen is like.
#[derive(Clone, Copy)]
pub struct View {
    pub width: u32,
    pub height: u32,
    pub scheme: &'static str,
}

pub const DESKTOP: View = View { width: 1280, height: 900, scheme: "light" };

/// A browser on the page.
pub struct Page {
    browser: Browser,
    client: Client,
    runtime: Runtime,
    url: String,
    console: RefCell<Vec<Value>>,
    // Dropped last, in this order, after the session is closed.
    driver: Driver,
    profile: Rc<TempDir>,
    view: View,
}

/// Says where the page is.
const URL: &str = "GROKKING_E2E_URL";

/// Whether there is a page to test; where there must be one and is not, this panics.
pub fn can_test() -> bool {
    is_set(URL, "GROKKING_REQUIRE_E2E")
}

/// Whether there is a Firefox to test the page in, likewise.
pub fn can_test_in_firefox() -> bool {
    can_test() && is_set(Browser::Firefox.driver().0, "GROKKING_REQUIRE_FIREFOX")
}

fn is_set(variable: &str, required: &str) -> bool {
    if env::var_os(variable).is_some() {
        return true;
    }
    let is_required = env::var(required).is_ok_and(|value| value == "1");
    assert!(!is_required, "{required}=1 but {variable} is not set; run `cargo xtask test`");
    // Past the test harness, which would swallow the line.
    writeln!(std::io::stderr(), "SKIPPED: {variable} is not set; run `cargo xtask test --only dist,e2e`").ok();
    false
}

impl Page {
    /// A new Chromium, or nothing where there is no page to test.
    pub fn open(view: View) -> Option<Self> {
        can_test().then(|| Self::at(view, env::var(URL).unwrap_or_default()))
    }

    /// A new Chromium for the page at this address.
    pub fn at(view: View, url: String) -> Self {
        Self::start(Browser::Chromium, view, url, new_profile())
    }

    /// A new Firefox for the page at this address.
    pub fn in_firefox(view: View, url: String) -> Self {
        Self::start(Browser::Firefox, view, url, new_profile())
    }

    /// Kills the process that shows the page, and starts the browser again with what it had stored.
    pub fn crash_and_reopen(self) -> Self {
        self.assert_no_console_errors();
        // The answer is that there is nobody left to answer.
        self.runtime.block_on(self.client.issue_cmd(Post::devtools("Page.crash", json!({})))).ok();
        let (view, url, profile) = (self.view, self.url.clone(), self.profile.clone());
        drop(self);
        Self::start(Browser::Chromium, view, url, profile)
    }

    fn start(browser: Browser, view: View, url: String, profile: Rc<TempDir>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime");
        let driver = Driver::start(browser, profile.path());
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(browser.capabilities(profile.path(), view));
        let address = driver.url();
        let client = runtime
            .block_on(builder.connect(&address))
            .unwrap_or_else(|error| panic!("no browser session at {address}: {error}"));
        let page = Self { browser, client, runtime, url, console: RefCell::default(), driver, profile, view };
        page.set_view(view);
        page
    }

    /// Changes the size and colour scheme that Chromium shows; Firefox keeps those it was started with.
    #[track_caller]
    pub fn set_view(&self, view: View) {
        if self.browser == Browser::Firefox {
            let size = self.client.set_window_size(view.width, view.height);
            return self.wait_for("resizing the window", size);
        }
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": view.width, "height": view.height, "deviceScaleFactor": 1, "mobile": view.width < 600}),
        );
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": view.scheme}]}),
        );
    }

    /// Loads the page anew with this hash and waits until the element answers, to people as well as to programs.
    #[track_caller]
    pub fn load(&self, hash: &str) {
        self.visit(&format!("#{hash}"));
        self.wait_until_ready();
    }

    /// Loads the page anew with this query and hash, whatever it then shows.
    #[track_caller]
    pub fn visit(&self, rest: &str) {
        let url = format!("{}{rest}", self.url);
        self.until_loaded(&url, || {
            // A change of the hash alone would not load anything.
            self.runtime.block_on(self.client.goto("about:blank"))?;
            self.runtime.block_on(self.client.goto(&url))
        });
        self.wait_until_loaded();
    }

    /// Loads a page, again when that takes too long: a browser on a busy machine can miss that one has loaded. A page that
    /// hangs does so each time.
    #[track_caller]
    fn until_loaded(&self, what: &str, load: impl Fn() -> Result<(), CmdError>) {
        let mut hung = 0;
        while let Err(error) = load() {
            hung += 1;
            assert!(hung < 3 && error.to_string().contains("timeout"), "{what}: {error}");
            writeln!(std::io::stderr(), "{what} did not load: {error}; trying again").ok();
        }
    }

    /// Reloads the page as the visitor's reload button does.
    #[track_caller]
    pub fn reload(&self) {
        self.until_loaded("the page, reloaded,", || self.runtime.block_on(self.client.refresh()));
        self.wait_until_loaded();
        self.wait_until_ready();
    }

    /// Waits until the page's scripts have run. A driver can take the end of what was shown before for the end of loading.
    #[track_caller]
    fn wait_until_loaded(&self) {
        self.wait_until("location.href !== 'about:blank' && document.readyState === 'complete'", READY);
    }

    /// Loads the page anew in a new tab, at this hash, and waits until the element answers.
    #[track_caller]
    pub fn load_in_a_new_tab(&self, hash: &str) {
        let tab = self.wait_for("opening a tab", self.client.new_window(true));
        self.wait_for("going to the tab", self.client.switch_to_window(tab.handle));
        self.load(hash);
    }

    #[track_caller]
    fn wait_until_ready(&self) {
        // With what writes files comes what does what people do.
        self.wait_until("typeof lab.state === 'string' && !!(await lab.getConfig()) && (await lab.exportCSV()) !== null", READY);
    }

    /// The value of a JavaScript expression, which may use `await`, `lab`, `root`, `column(name)` and `lastStep()`. What
    /// is asked of the picture is asked when it has been drawn: a change is shown with the next frame, not at once.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> Value {
        let drawn = if expression.contains("root.") { "await drawn(); " } else { "" };
        self.run(&format!("{drawn}return ({expression});"))
    }

    /// Runs JavaScript statements; what they return is the result.
    #[track_caller]
    pub fn run(&self, statements: &str) -> Value {
        self.try_run(statements).unwrap_or_else(|error| panic!("{error}\nin: {statements}"))
    }

    fn try_run(&self, statements: &str) -> Result<Value, String> {
        let script = format!("return (async () => {{ {PRELUDE}\n{statements}\n }})();");
        self.runtime.block_on(self.client.execute(&script, vec![])).map_err(|error| error.to_string())
    }

    /// Waits until a JavaScript expression is true; one that throws counts as false.
    #[track_caller]
    pub fn wait_until(&self, expression: &str, timeout: Duration) {
        let started = Instant::now();
        let statements = format!("return !!({expression});");
        loop {
            let last = self.try_run(&statements);
            if last == Ok(Value::Bool(true)) {
                return;
            }
            if started.elapsed() > timeout {
                panic!("still not true after {timeout:?}: {expression}\nlast answer: {last:?}\n{}", self.situation());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Does something inside a frame of the page, whatever its origin.
    #[track_caller]
    pub fn in_frame<T>(&self, index: u16, inside: impl FnOnce(&Self) -> T) -> T {
        self.wait_for("entering a frame", self.client.enter_frame(index));
        let result = inside(self);
        self.wait_for("leaving a frame", self.client.enter_parent_frame());
        result
    }

    /// What a person would look at first when a test fails.
    fn situation(&self) -> String {
        let state = self.try_run(
            "const last = async name => (await column(name)).at(-1);
             return {state: lab.state, backend: lab.backend, hash: location.hash, step: await last('step'),
                     trainAccuracy: await last('trainAccuracy'), testAccuracy: await last('testAccuracy')};",
        );
        let problems = self.try_run("return root.querySelector('[data-problems]')?.textContent ?? null;");
        format!("page: {state:?}\nproblems shown: {problems:?}\nconsole: {:#?}", self.console())
    }

    /// Shows all settings, and waits for what is in the drawer.
    #[track_caller]
    pub fn open_settings(&self) {
        self.run("root.querySelector('[data-action=settings]').click();");
        self.open_drawer();
    }

    /// Opens the drawer of the settings, and waits for what is in it.
    #[track_caller]
    pub fn open_drawer(&self) {
        self.run("root.querySelector('[data-panel=drawer]').open = true;");
        self.wait_until("!!root.querySelector('[data-panel=drawer] [data-field]')", READY);
    }

    /// Presses one key on whatever has the focus.
    #[track_caller]
    pub fn press(&self, value: char) {
        let keys = KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.wait_for("pressing a key", self.client.perform_actions(keys));
    }

    /// Moves the mouse to the middle of the element that a JavaScript expression gives.
    #[track_caller]
    pub fn point_at(&self, element: &str) {
        let at = self.run(&format!(
            "const box = {element}.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2];"
        ));
        let [x, y] = [0, 1].map(|i| at[i].as_f64().expect("a coordinate").round() as i64);
        self.mouse(vec![move_to(x, y)]);
    }

    /// Clicks at a point of the window.
    #[track_caller]
    pub fn click_at(&self, x: i64, y: i64) {
        let button = MOUSE_BUTTON_LEFT;
        self.mouse(vec![move_to(x, y), PointerAction::Down { button }, PointerAction::Up { button }]);
    }

    #[track_caller]
    fn mouse(&self, actions: Vec<PointerAction>) {
        let mouse = actions.into_iter().fold(MouseActions::new("mouse".into()), InputSource::then);
        self.wait_for("moving the mouse", self.client.perform_actions(mouse));
    }

    /// Saves what is on the screen as target/e2e/<name>.png, to be looked at.
    #[track_caller]
    pub fn screenshot(&self, name: &str) {
        let png = self.wait_for("taking a screenshot", self.client.screenshot());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("e2e");
        let file = folder.join(format!("{name}.png"));
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, png))
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
    }

    /// Fails when the console shows an error, whoever wrote it.
    #[track_caller]
    pub fn assert_no_console_errors(&self) {
        let errors = self.console_errors();
        assert!(errors.is_empty(), "errors on the console: {errors:#?}");
    }

    /// Fails when something makes the page wider than a screen of so many pixels, and says what was shown.
    #[track_caller]
    pub fn assert_no_wider(&self, width: u32, what: &str) {
        let needed = self.eval("document.documentElement.scrollWidth");
        assert!(
            needed.as_u64().is_some_and(|needed| needed <= width.into()),
            "{what}: {needed} pixels wide on a screen of {width}"
        );
    }

    /// The errors that the console has shown, whoever wrote them.
    pub fn console_errors(&self) -> Vec<Value> {
        self.console().into_iter().filter(|entry| entry["level"] == "SEVERE").collect()
    }

    /// Every console message so far.
    fn console(&self) -> Vec<Value> {
        if self.browser == Browser::Firefox {
            return self.driver.firefox_console();
        }
        let new = self.wait_for("reading the console", self.client.issue_cmd(Post::console()));
        let mut console = self.console.borrow_mut();
        console.extend(new.as_array().cloned().unwrap_or_default());
        console.clone()
    }

    /// Empties the browser's cache of downloads; what scripts keep stays.
    #[track_caller]
    pub fn forget_cached_files(&self) {
        self.devtools("Network.clearBrowserCache", json!({}));
    }

    /// Drops what the console has said so far, because a test provoked it.
    #[track_caller]
    pub fn forget_console(&self) {
        self.console();
        self.console.borrow_mut().clear();
    }

    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.wait_for(command, self.client.issue_cmd(Post::devtools(command, parameters)))
    }

    #[track_caller]
    fn wait_for<T, E: std::fmt::Display>(&self, what: &str, future: impl Future<Output = Result<T, E>>) -> T {
        self.runtime.block_on(future).unwrap_or_else(|error| panic!("{what}: {error}"))
    }
}

fn new_profile() -> Rc<TempDir> {
    Rc::new(TempDir::new().expect("an empty folder for the browser's profile"))
}

fn move_to(x: i64, y: i64) -> PointerAction {
    PointerAction::MoveTo { duration: None, x: x as f64, y: y as f64 }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Killing the driver alone would leave its browser running.
        self.runtime.block_on(self.client.clone().close()).ok();
    }
}
