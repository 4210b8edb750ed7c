//! A static file server for one folder on 127.0.0.1: what any web host does, with caching turned off.

use anyhow::{Result, anyhow};
use percent_encoding::percent_decode_str;
use std::fs::File;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

/// More than the connections that a browser opens to one host: one that it does not read from must not hold up the others.
const THREADS: usize = 16;

/// A running server; dropping it stops it.
pub struct StaticServer {
    server: Arc<Server>,
    threads: Vec<JoinHandle<()>>,
    port: u16,
}

impl StaticServer {
    /// Serves the folder on this port, or on any free one for port 0.
    pub fn start(folder: &Path, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow!("port {port} is taken; choose another with --port N (0 picks a free one)"),
            _ => anyhow!("cannot listen on port {port}: {error}; choose another with --port N"),
        })?;
        let port = listener.local_addr()?.port();
        let server = Server::from_listener(listener, None).map_err(|error| anyhow!("cannot serve on port {port}: {error}"))?;
        let server = Arc::new(server);
        let threads = (0..THREADS)
            .map(|_| {
                let (server, folder) = (Arc::clone(&server), folder.to_owned());
                thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        answer(request, &folder);
                    }
                })
            })
            .collect();
        Ok(Self { server, threads, port })
    }

    /// Where the folder's index.html is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.server.unblock();
        }
        self.join();
    }
}

fn answer(request: Request, folder: &Path) {
    let path = request.url().split(['?', '#']).next().unwrap_or("/").to_owned();
    let sent = if !matches!(request.method(), Method::Get | Method::Head) {
        let text = format!("405: only GET and HEAD are served, not {}\n", request.method());
        request.respond(plain(405, text))
    } else if let Some((file, mime)) = open(folder, &path) {
        request.respond(
            Response::from_file(file).with_header(header("Content-Type", mime)).with_header(header("Cache-Control", "no-store")),
        )
    } else {
        request.respond(plain(404, format!("404: nothing at {path}\n")))
    };
    // A browser that goes away in the middle of a download is not worth a word.
    sent.ok();
}

fn open(folder: &Path, path: &str) -> Option<(File, &'static str)> {
    let mut file = folder.join(relative(path)?);
    if file.is_dir() {
        file.push("index.html");
    }
    Some((File::open(&file).ok()?, mime(&file)))
}

/// The path below the served folder that a URL path names; nothing when it tries to leave the folder.
fn relative(path: &str) -> Option<PathBuf> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let mut relative = PathBuf::new();
    for part in decoded.split('/').filter(|part| !part.is_empty()) {
        if part == "." || part == ".." || part.contains(['\\', ':', '\0']) {
            return None;
        }
        relative.push(part);
    }
    Some(relative)
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn plain(status: u16, text: String) -> Response<std::io::Cursor<Vec<u8>>> {
    Response::from_string(text).with_status_code(StatusCode(status)).with_header(header("Cache-Control", "no-store"))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("header names and values here are plain ASCII")
}

#[cfg(test)]
mod tests;
