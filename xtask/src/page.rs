//! The part of a built page that is no Rust: `index.html`, and what lies in `www/`.

use crate::{assets, bind, files, workspace};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Files of `www/` that no browser asks for: others contain them, or the README shows them.
const NOT_SERVED: &[&str] =
    &["inside.png", "lab.css", "lab.html", "lab.png", "later.css", "share.html", "sweep.html", bind::WORKER];

/// Empties the folder, and makes in it the one for modules and their scripts, which this returns.
pub fn begin(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let assets = folder.join(assets::FOLDER);
    files::make_folder(&assets)?;
    Ok(assets)
}

/// Copies `index.html` and the contents of `www/`, subfolders included.
pub fn copy(folder: &Path) -> Result<()> {
    let root = workspace::root();
    copy_new(&root.join("index.html"), &folder.join("index.html"))?;
    let www = root.join("www");
    for file in files::below(&www)? {
        if !NOT_SERVED.iter().any(|name| file == www.join(name)) {
            copy_new(&file, &folder.join(file.strip_prefix(&www)?))?;
        }
    }
    Ok(())
}

fn copy_new(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        bail!("{} would overwrite {}, which was built; rename it", from.display(), to.display());
    }
    if let Some(folder) = to.parent() {
        files::make_folder(folder)?;
    }
    files::copy(from, to)
}
