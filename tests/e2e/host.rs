//! A static host of the kind the page is made for: a folder below a sub-path, with the headers that its `_headers` asks for.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// Where the page lies on the host.
const AT: &str = "/some/where/";

/// A running host; dropping it takes it off the network.
pub struct Host {
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A path with at most one `*`, and the headers of what matches it.
type Rules = Vec<(String, Vec<String>)>;

/// A file's content by its path below the folder.
type Open = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

/// What every connection needs.
struct Files {
    open: Box<Open>,
    rules: Rules,
    gone: Arc<AtomicBool>,
}

impl Host {
    /// Serves the page that `cargo xtask dist` built.
    pub fn of_the_page() -> Self {
        Self::of_the_page_where(|_| true)
    }

    /// The same without what may not be had at the moment; to ask may take a while.
    pub fn of_the_page_where(there: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
        let rules = fs::read_to_string(folder.join("_headers")).expect("dist/_headers; run `cargo xtask dist`");
        Self::start(move |path| there(path).then(|| open(&folder, path)).flatten(), parse(&rules))
    }

    /// Serves one page and nothing else.
    pub fn of_text(html: String) -> Self {
        Self::of_text_with(html, &[])
    }

    /// The same with these headers.
    pub fn of_text_with(html: String, headers: &[&str]) -> Self {
        let rules = vec![("/*".to_string(), headers.iter().map(ToString::to_string).collect())];
        Self::start(move |path| (path == "index.html").then(|| html.clone().into_bytes()), rules)
    }

    /// Serves these bytes to everybody, whatever is asked for.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self::start(move |_| Some(bytes.clone()), vec![("/*".into(), vec!["Access-Control-Allow-Origin: *".into()])])
    }

    fn start(open: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static, rules: Rules) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let stop = Arc::new(AtomicBool::new(false));
        let files = Arc::new(Files { open: Box::new(open), rules, gone: stop.clone() });
        let thread = thread::spawn(move || {
            for socket in listener.incoming().take_while(|_| !files.gone.load(Ordering::SeqCst)).flatten() {
                let files = files.clone();
                // Browsers open connections that they do not use yet. One that goes away is not worth a word.
                thread::spawn(move || files.answer(socket).ok());
            }
        });
        Self { port, stop, thread: Some(thread) }
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{AT}", self.port)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread up.
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

impl Files {
    fn answer(&self, mut socket: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(socket.try_clone()?).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        if self.gone.load(Ordering::SeqCst) {
            return Ok(());
        }
        let target = request.split(' ').nth(1).unwrap_or("");
        let path = target.split('?').next().unwrap_or("").strip_prefix(AT);
        let name = path.map(|path| if path.is_empty() { "index.html" } else { path });
        let Some((path, name, body)) = path.zip(name).and_then(|(path, name)| Some((path, name, (self.open)(name)?))) else {
            return write!(socket, "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        };
        let mime = match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "html" => "text/html",
            "js" => "text/javascript",
            "css" => "text/css",
            "svg" => "image/svg+xml",
            // What a host says that has never heard of a type; `_headers` knows better about wasm.
            _ => "application/octet-stream",
        };
        let mut headers = vec![("Content-Type".to_string(), mime.to_string())];
        let matching = self.rules.iter().filter(|(pattern, _)| matches(pattern, &format!("/{path}")));
        for (name, value) in matching.flat_map(|(_, headers)| headers).filter_map(|line| line.split_once(": ")) {
            headers.retain(|(old, _)| old != name);
            headers.push((name.into(), value.into()));
        }
        write!(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n", body.len())?;
        for (name, value) in headers {
            write!(socket, "{name}: {value}\r\n")?;
        }
        write!(socket, "\r\n")?;
        socket.write_all(&body)
    }
}

fn open(folder: &Path, name: &str) -> Option<Vec<u8>> {
    let file: PathBuf = folder.join(name);
    let inside = !name.split('/').any(|part| part == ".." || part.is_empty());
    inside.then(|| fs::read(file).ok()).flatten()
}

/// Lines that start with a blank belong to the path before them.
fn parse(text: &str) -> Rules {
    let mut rules = Rules::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        match (line.starts_with(' '), rules.last_mut()) {
            (true, Some((_, headers))) => headers.push(line.trim().into()),
            (true, None) => panic!("_headers starts with a header, not with a path: {line}"),
            (false, _) => rules.push((line.into(), vec![])),
        }
    }
    assert!(!rules.is_empty(), "_headers has no rules");
    rules
}

fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => path.len() >= start.len() + end.len() && path.starts_with(start) && path.ends_with(end),
        None => path == pattern,
    }
}
