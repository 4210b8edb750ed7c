//! Mesa's driver for AMD on this machine, and the environment in which it compiles for a GPU that is not there.

use std::env::consts::ARCH;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Debian's name for what is needed.
pub const PACKAGE: &str = "mesa-vulkan-drivers";

/// Names the family to compile for; without it the driver looks for a real GPU.
pub const FAMILY: &str = "RADV_FORCE_FAMILY";

/// What families are called.
pub const KNOWN: &str = "Mesa's names are like navi21, gfx1100, raven and polaris10";

/// Names the only driver that Vulkan's loader may use.
pub const DRIVER: &str = "VK_DRIVER_FILES";

/// Where Vulkan drivers register themselves on Linux.
const FOLDERS: &[&str] = &["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/// The variables that a process must be started with: the driver and Vulkan's loader read them when they are loaded, and
/// differently for each family.
///
/// # Errors
/// When there is no such driver, with what to install.
pub fn environment(family: &str) -> Result<Vec<(&'static str, OsString)>, String> {
    let file: OsString = find(FOLDERS).ok_or_else(missing)?.into();
    Ok(vec![
        (DRIVER, file.clone()),
        // What loaders before 1.3.207 call it.
        ("VK_ICD_FILENAMES", file),
        (FAMILY, family.into()),
        // Both keep Mesa from answering out of its cache, whatever its version calls that.
        ("RADV_DEBUG", "nocache".into()),
        ("MESA_SHADER_CACHE_DISABLE", "1".into()),
    ])
}

fn missing() -> String {
    format!("no radeon_icd*.json in any of {}: install {PACKAGE} (Linux), which holds AMD's compiler", FOLDERS.join(", "))
}

/// The file that registers the driver; that of this processor where there are several.
fn find(folders: &[&str]) -> Option<PathBuf> {
    let ours = [format!("radeon_icd.{ARCH}.json"), "radeon_icd.json".into()];
    let named = folders.iter().flat_map(|folder| ours.iter().map(|name| Path::new(folder).join(name)));
    named.into_iter().find(|file| file.is_file())
}
