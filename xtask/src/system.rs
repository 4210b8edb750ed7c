//! Browser and graphics driver: found on this machine, installed where we may, named where we may not.

use crate::process;
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Where Vulkan drivers register themselves on Linux.
const VULKAN_DRIVERS: &[&str] = &["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/// The path of chromedriver, after making sure that there is also a browser for it to drive.
pub fn chromedriver() -> Result<PathBuf> {
    if let Some(found) = find_chromedriver() {
        return Ok(found);
    }
    install(
        &["chromium", "chromium-driver"],
        "Chromium or Chrome, and the chromedriver of the same version, on PATH (or CHROMEDRIVER set to its path)",
    )?;
    find_chromedriver().context(
        "chromium and chromium-driver are installed, but there is still no `chromium` and `chromedriver` on PATH; \
         install Chrome and its chromedriver by hand",
    )
}

/// The path of Firefox.
pub fn firefox() -> Result<PathBuf> {
    let find = || process::find_on_path(&["firefox", "firefox-esr"]);
    if let Some(found) = find() {
        return Ok(found);
    }
    install(&["firefox-esr"], "Firefox, on PATH")?;
    find().context("firefox-esr is installed, but there is still no `firefox` on PATH; install Firefox by hand")
}

/// Makes sure that there is AMD's compiler, which comes with Mesa's driver and needs no GPU.
pub fn ensure_amd_compiler() -> Result<()> {
    if has_amd_compiler() {
        return Ok(());
    }
    let what = "AMD's compiler, which is Mesa's Vulkan driver for it (radeon_icd*.json, RADV)";
    if !cfg!(target_os = "linux") {
        bail!("missing: {what}. There is one on Linux only");
    }
    install(&["libvulkan1", "mesa-vulkan-drivers"], what)?;
    if !has_amd_compiler() {
        bail!("mesa-vulkan-drivers is installed, but no radeon_icd*.json is in any of {}", VULKAN_DRIVERS.join(", "));
    }
    Ok(())
}

/// Makes sure that wgpu has a Vulkan driver to run on. Elsewhere than on Linux the system brings its own graphics API.
pub fn ensure_vulkan() -> Result<()> {
    if !cfg!(target_os = "linux") || has_vulkan_driver() {
        return Ok(());
    }
    install(
        &["libvulkan1", "mesa-vulkan-drivers"],
        "a Vulkan driver: your graphics card's, or lavapipe from mesa-vulkan-drivers",
    )?;
    if !has_vulkan_driver() {
        bail!("mesa-vulkan-drivers is installed, but no driver file (*.json) is in any of {}", VULKAN_DRIVERS.join(", "));
    }
    Ok(())
}

fn find_chromedriver() -> Option<PathBuf> {
    let on_mac = Path::new("/Applications/Google Chrome.app").exists();
    if !on_mac {
        process::find_on_path(BROWSERS)?;
    }
    env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| process::find_on_path(&["chromedriver"]))
}

fn has_vulkan_driver() -> bool {
    let named = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];
    named.iter().any(|name| env::var_os(name).is_some()) || vulkan_drivers().next().is_some()
}

fn has_amd_compiler() -> bool {
    vulkan_drivers().any(|file| file.starts_with("radeon_icd"))
}

/// The names of the files by which drivers register themselves.
fn vulkan_drivers() -> impl Iterator<Item = String> {
    let entries = VULKAN_DRIVERS.iter().filter_map(|folder| fs::read_dir(folder).ok()).flat_map(|entries| entries.flatten());
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|file| file.ends_with(".json"))
}

/// Installs packages as root on a Debian-like system; elsewhere says what is missing.
fn install(packages: &[&str], what: &str) -> Result<()> {
    let Some(apt) = process::find_on_path(&["apt-get"]) else {
        bail!("missing: {what}. Please install it and run this again");
    };
    let command = format!("apt-get install {}", packages.join(" "));
    if !is_root() {
        bail!("missing: {what}. Please run `sudo {command}` and run this again");
    }
    let apt_get = || {
        let mut apt_get = process::command(&apt);
        apt_get.env("DEBIAN_FRONTEND", "noninteractive");
        apt_get
    };
    process::run(apt_get().arg("update"))?;
    process::run(apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("missing: {what}, and `{command}` did not bring it"))
}

fn is_root() -> bool {
    process::output(process::command("id").arg("-u")).is_ok_and(|user| user.trim() == "0")
}
