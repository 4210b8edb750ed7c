//! Run files that are opened.

use js_sys::Uint8Array;
use web_sys::{Blob, File, FileList};

use crate::tr;
use crate::view::export::run_file::{HEAD, RunFile};
use crate::web::page::dom::{describe, then};
use crate::web::page::ui::Ui;

/// Goes on with a run file, paused.
///
/// # Errors
/// Says why the file cannot be opened.
pub fn open_run(ui: &Ui, bytes: &[u8]) -> core::result::Result<(), String> {
    let run = RunFile::decode(bytes)?;
    ui.act(|app| app.open(run));
    Ok(())
}

/// Continues a snapshot, paused.
///
/// # Errors
/// When the bytes are not a snapshot.
pub fn restore(ui: &Ui, bytes: Vec<u8>) -> core::result::Result<(), String> {
    ui.act(|app| app.restore(bytes))
}

/// The same as [`open_run`] for a visitor, who may not change everything everywhere.
fn opened(ui: &Ui, bytes: &[u8]) -> core::result::Result<(), String> {
    let run = RunFile::decode(bytes)?;
    if let Some(problem) = ui.app.borrow().config.refuses(&run.config) {
        return Err(tr!("This page shows other runs: {problem}", problem));
    }
    ui.act(|app| app.open(run));
    Ok(())
}

/// Opens a file; of several, none, for the visitor has to say which.
pub fn read_first(ui: &Ui, files: &FileList) {
    match (files.length(), files.get(0)) {
        (1, Some(file)) => read(ui, file),
        (0, _) => {}
        (some, _) => ui.act(|app| {
            app.problems = vec![tr!("These are {n} files, and the lab shows one run at a time: open one of them.", n = some)];
        }),
    }
}

/// Opens a file, which is only read as a whole when its beginning says that it is one of ours.
fn read(ui: &Ui, file: File) {
    let (size, name) = (file.size(), file.name());
    let start = file.slice_with_i32_and_i32(0, HEAD as i32).unwrap_or_else(|_| file.clone().into());
    let complain = move |ui: &Ui, why: &str| ui.act(|app| app.problems = vec![format!("{name}: {why}")]);
    bytes_of(ui, &start, move |ui, head| match head.and_then(|head| RunFile::recognise(&head, size)) {
        Ok(()) => bytes_of(ui, &file, move |ui, bytes| {
            if let Err(why) = bytes.and_then(|bytes| opened(ui, &bytes)) {
                complain(ui, &why);
            }
        }),
        Err(why) => complain(ui, &why),
    });
}

/// Calls back with what a file or a part of one holds.
fn bytes_of(ui: &Ui, blob: &Blob, done: impl FnOnce(&Ui, core::result::Result<Vec<u8>, String>) + 'static) {
    let me = ui.me();
    then(&blob.array_buffer(), move |buffer| {
        let Some(ui) = me.upgrade() else { return };
        ui.speak();
        let bytes = buffer.map(|buffer| Uint8Array::new(&buffer).to_vec());
        done(&ui, bytes.map_err(|error| tr!("The file cannot be read: {why}.", why = describe(&error))));
    });
}
