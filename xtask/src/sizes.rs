//! What the visitor downloads: the size of every file of a folder, raw and gzipped as a host would send it.

use crate::{assets, files, package, workspace};
use anyhow::{Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;

/// Prints one line per file of the page and a total.
pub fn print(folder: &Path) -> Result<()> {
    let mut rows = Vec::new();
    // The package repeats the page's files.
    let packed = folder.join(package::FOLDER);
    for path in files::below(folder)?.into_iter().filter(|path| !path.starts_with(&packed)) {
        let bytes = files::bytes(&path)?;
        let name = path.strip_prefix(folder)?.display().to_string();
        rows.push((name, bytes.len(), gzipped(&bytes)?));
    }
    let total = |pick: fn(&(String, usize, usize)) -> usize| rows.iter().map(pick).sum();
    rows.push(("total".into(), total(|row| row.1), total(|row| row.2)));

    println!("{:<32} {:>12} {:>12}", workspace::shown(folder), "bytes", "gzipped");
    for (name, raw, zipped) in rows {
        println!("  {name:<30} {raw:>12} {zipped:>12}");
    }
    Ok(())
}

/// What one visit may download, gzipped, with the trainer. It was 440,000 until runs became records, whatever is lost or hangs
/// was recovered from, and files were compared before they change anything; the self-check of every kernel took 10,000 more,
/// the stage with the words of the page 20,000, and pipelines before they are needed 4,000. What somebody has to ask for brought
/// 36,000 back; tabs, zoom and arrows of the curves and the stops of the tour took 13,000 of them. Texts that can be in another
/// language took 10,000, of which the record of the papers, loaded when asked for, brought 5,000 back. Tables of runs and bands
/// over seeds took 24,000, of which 13,000 are rows that train side by side, in the trainer. Every metric across, a circle that is
/// pointed at and tasks whose examples are rows of numbers took 10,000; forecasts and six more papers 4,000. RankMe of every run, a
/// linear network of squares and a trainer that speaks the visitor's language took 9,000. Sequences, digits, an embedding with rates
/// of its own, attacks, parallelograms and the compressed size of the weights took 37,000, most of it in the trainer. Facts, several
/// answers, the picture of sequences, tickets and five papers took 20,000. Sentences, looks after each layer,
/// embeddings that are kept and training maps took 26,000. The loss of every example, rules told by examples, attention's spread, ranks of
/// layers and a paper took 12,000. Examples that change places, attention to names and tables of what is out of distribution took 7,000, several
/// operations at once 1,500. Local complexity, movement of features, parallelograms that are drawn and checks of attention over 64 slots
/// took 9,000. That pictures of what is no pair of numbers come with what somebody asks for brought 16,000 back, and one per cent is room.
const BUDGET: usize = 691_000;
/// What it may download before the page is there. It had grown to 227,500, until charts came with what a run needs, and the rules of
/// what is loaded later with that; and to 209,100 with tasks, settings and papers, until what people do came with what a run needs.
/// That brought 14,000 back; that the names of what can be hidden are told without their titles, and formulas without all alphabets,
/// 3,000. The same code is up to one per cent longer when it is built in another folder, where it lies in another order.
const PAGE_BUDGET: usize = 200_000;

/// What every visit loads; `index.html` names it, or what it names does.
const PAGE: &[&str] = &[
    "index.html",
    "icon.svg",
    "grokking-lab.js",
    "sw.js",
    "assets/machine.js",
    "assets/style.css",
    "assets/page.js",
    "assets/loading.js",
    "assets/restore.js",
    "assets/lab.js",
    "assets/lab_bg.wasm",
];

/// What a visit loads once the page is there: what a run needs.
const LATER: &[&str] = &["assets/lab_both.wasm", "assets/lab_run.wasm"];

/// The builds of which a visit loads one.
pub const TRAINERS: &[&str] = &["gpu", "cpu", "cpu_relaxed"];

/// Bytes that a visit downloads: the page, and together with one build of the trainer and its glue.
///
/// # Errors
/// When they are more than a visit may download.
pub fn budget(folder: &Path, trainer: &str) -> Result<[usize; 2]> {
    let module = [format!("assets/{trainer}.js"), format!("assets/{trainer}_bg.wasm")];
    let page = sum(folder, PAGE)?;
    let total = page + sum(folder, LATER)? + sum(folder, &module)?;
    ensure!(page <= PAGE_BUDGET, "the page loads {page} bytes gzipped, and may load {PAGE_BUDGET}");
    ensure!(total <= BUDGET, "a visit that trains with the build `{trainer}` loads {total} bytes gzipped, and may load {BUDGET}");
    Ok([page, total])
}

/// Bytes of these files, gzipped.
fn sum(folder: &Path, names: &[impl AsRef<str>]) -> Result<usize> {
    let mut total = 0;
    for name in names {
        let path = folder.join(assets::current(folder, name.as_ref())?);
        total += gzipped(&files::bytes(&path)?)?;
    }
    Ok(total)
}

/// As most hosts compress: gzip at its default level, 6.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn too_much_is_refused_by_its_gzipped_size() {
        let folder = std::env::temp_dir().join(format!("grokking-lab-budget-{}", std::process::id()));
        fs::create_dir_all(folder.join(assets::FOLDER)).unwrap();
        let hashed = |name: &str| match name.strip_prefix("assets/").and_then(|name| name.rsplit_once('.')) {
            Some((stem, extension)) => format!("assets/{stem}-01234567.{extension}"),
            None => name.into(),
        };
        for name in PAGE.iter().chain(LATER).chain(&["assets/x.js"]) {
            fs::write(folder.join(hashed(name)), "text").unwrap();
        }
        let module = folder.join(hashed("assets/x_bg.wasm"));
        fs::write(&module, vec![7; 2 * BUDGET]).unwrap();
        assert!(budget(&folder, "x").is_ok_and(|[page, total]| page < total && total < BUDGET));
        // Noise does not compress.
        let mut state = 1u32;
        let noise: Vec<u8> = (0..BUDGET)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        let refused = |what: &str| budget(&folder, "x").is_err_and(|error| error.to_string().contains(what));
        fs::write(&module, &noise).unwrap();
        assert!(refused("build `x`"));
        fs::write(folder.join(hashed("assets/lab_bg.wasm")), &noise).unwrap();
        assert!(refused("the page loads"));
        fs::remove_dir_all(&folder).ok();
    }
}
