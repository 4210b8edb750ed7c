//! A static file server for one folder on 127.0.0.1: what any web host does, with caching turned off.

use anyhow::{Result, anyhow};
use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// A running server; dropping it stops it.
pub struct StaticServer {
    port: u16,
    /// Ends the thread, which sends nothing: it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StaticServer {
    /// Serves the folder on this port, or on any free one for port 0.
    pub fn start(folder: &Path, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow!("port {port} is taken; choose another with --port N (0 picks a free one)"),
            _ => anyhow!("cannot listen on port {port}: {error}; choose another with --port N"),
        })?;
        let port = listener.local_addr()?.port();
        listener.set_nonblocking(true)?;
        // A connection is a task, however many a browser opens and does not read from.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let uncached = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let router = Router::new().fallback_service(ServeDir::new(folder)).layer(uncached);
        let (stop, stopped) = oneshot::channel();
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = async { axum::serve(listener, router).await } => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { port, stop: Some(stop), thread: Some(thread) })
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
        self.thread.take().map(JoinHandle::join);
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.stop.take();
        self.join();
    }
}

#[cfg(test)]
mod tests;
