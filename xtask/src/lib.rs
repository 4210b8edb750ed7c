//! Everything `cargo xtask` does. [`serve`] builds the page in a hurry and has [`server`] serve it; [`dist`] builds what
//! visitors get; [`check`] runs the [`steps`] of the tests.
//!
//! [`compile`], [`bind`] and [`page`] are what both builds consist of. [`wasm_opt`], [`arrange`], [`shorten`] and [`lanes`] make
//! modules and scripts smaller, or look whether they are fast; [`address`], [`assets`], [`package`] and [`sizes`] finish the
//! folder. [`trial_embeds`] tries the package in other people's tools. [`versions`] keeps dependencies as they are listed.
//! [`tools`] and [`system`] find or install what the tests need; [`files`], [`process`] and [`workspace`] are the small things
//! that many share. No module uses one that uses it.

pub mod address;
pub mod arrange;
pub mod assets;
pub mod bind;
pub mod check;
pub mod compile;
pub mod dist;
pub mod files;
pub mod lanes;
pub mod package;
pub mod page;
pub mod process;
pub mod serve;
pub mod server;
pub mod shorten;
pub mod sizes;
pub mod steps;
pub mod system;
pub mod tools;
pub mod trial_embeds;
pub mod versions;
pub mod wasm_opt;
pub mod workspace;

#[cfg(test)]
mod tests {
    use super::{files, workspace};
    use std::collections::{BTreeMap, BTreeSet};

    /// The modules that a text names after `crate::`, before its tests.
    fn named(text: &str) -> BTreeSet<String> {
        let code = text.split("#[cfg(test)]").next().unwrap_or(text);
        let lists = code.split("crate::").skip(1).map(|rest| match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or(list).split(',').collect::<Vec<_>>(),
            None => vec![rest],
        });
        let name = |path: &str| path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        lists.flatten().map(name).filter(|name| !name.is_empty()).collect()
    }

    /// Modules that are left when those which use none of the others are taken away, again and again.
    fn circles(mut uses: BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
        while let Some(free) = uses.iter().find(|(_, used)| used.iter().all(|name| !uses.contains_key(name))) {
            let free = free.0.clone();
            uses.remove(&free);
        }
        uses.into_keys().collect()
    }

    #[test]
    fn no_module_uses_one_that_uses_it() {
        let source = workspace::root().join("xtask/src");
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in files::below(&source).unwrap() {
            let path = file.strip_prefix(&source).unwrap().with_extension("");
            let module = path.iter().next().unwrap().to_string_lossy().into_owned();
            let mut named = named(&files::text(&file).unwrap());
            named.remove(&module);
            uses.entry(module).or_default().extend(named);
        }
        assert!(uses["dist"].contains("page") && uses["page"].contains("files"), "{uses:?}");
        assert_eq!(circles(uses), Vec::<String>::new());
        let pair = [("a", "use crate::b::f;"), ("b", "use crate::{c, a::{f, g}, d};"), ("c", "")];
        assert_eq!(circles(pair.map(|(module, text)| (module.into(), named(text))).into()), ["a", "b"]);
    }
}
