//! The server against a raw socket, so that nothing tidies up a hostile path on the way.

use super::*;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

/// A folder with a page, a wasm file and a subfolder, and a secret beside it.
fn served(name: &str) -> (StaticServer, PathBuf) {
    let top = std::env::temp_dir().join(format!("xtask-server-{name}-{}", std::process::id()));
    let folder = top.join("dist");
    fs::create_dir_all(folder.join("sub")).unwrap();
    fs::write(top.join("secret.txt"), "secret").unwrap();
    fs::write(folder.join("index.html"), "<p>home").unwrap();
    fs::write(folder.join("lab_bg.wasm"), "\0asm").unwrap();
    fs::write(folder.join("sub/a b.js"), "1").unwrap();
    (StaticServer::start(&folder, 0).unwrap(), top)
}

fn ask(server: &StaticServer, first_line: &str) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    write!(socket, "{first_line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn files_come_with_their_type_and_uncached() {
    let (server, top) = served("types");
    let page = ask(&server, "GET /?x=1");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("text/html") && page.ends_with("<p>home"), "{page}");
    assert!(page.contains("cache-control: no-store"), "{page}");
    assert!(ask(&server, "GET /lab_bg.wasm").contains("content-type: application/wasm"));
    assert!(ask(&server, "GET /sub/a%20b.js").contains("content-type: text/javascript"));
    drop(server);
    fs::remove_dir_all(top).unwrap();
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let (server, top) = served("outside");
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/sub/../../secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%00",
        "/%ff",
        "/missing.js",
        "//../secret.txt",
    ] {
        let answer = ask(&server, &format!("GET {path}"));
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(!answer.ends_with("secret"), "{path}: {answer}");
    }
    assert!(ask(&server, "POST /index.html").starts_with("HTTP/1.1 405"));
    drop(server);
    fs::remove_dir_all(top).unwrap();
}

#[test]
fn connections_that_nobody_uses_hold_up_no_other() {
    let (server, top) = served("idle");
    let open = || TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let _idle: Vec<_> = (0..64).map(|_| open()).collect();
    // Nor do those that stay open after their answer.
    let mut answered = vec![];
    for _ in 0..64 {
        let mut socket = open();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut begin = [0; 12];
        socket.read_exact(&mut begin).unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200");
        answered.push(socket);
    }
    drop(server);
    fs::remove_dir_all(top).unwrap();
}

#[test]
fn a_taken_port_names_itself_and_the_flag() {
    let (server, top) = served("taken");
    let error = StaticServer::start(&top, server.port).err().unwrap().to_string();
    assert!(error.contains(&server.port.to_string()) && error.contains("--port"), "{error}");
    drop(server);
    fs::remove_dir_all(top).unwrap();
}
