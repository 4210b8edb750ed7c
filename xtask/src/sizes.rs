//! What the visitor downloads: the size of every file of a folder, raw and gzipped as a host would send it.

use crate::workspace;
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Prints one line per file and a total.
pub fn print(folder: &Path) -> Result<()> {
    let mut rows = Vec::new();
    for path in files(folder)? {
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(folder)?.display().to_string();
        rows.push((name, bytes.len(), gzipped(&bytes)?));
    }
    let total = |pick: fn(&(String, usize, usize)) -> usize| rows.iter().map(pick).sum();
    rows.push(("total".into(), total(|row| row.1), total(|row| row.2)));

    let shown = folder.strip_prefix(workspace::root()).unwrap_or(folder);
    println!("{:<32} {:>12} {:>12}", shown.display(), "bytes", "gzipped");
    for (name, raw, zipped) in rows {
        println!("  {name:<30} {raw:>12} {zipped:>12}");
    }
    Ok(())
}

/// Every file below the folder, sorted by path.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
