//! The renaming that lets several shaders stand in one module.

use super::arenas::Arenas;
use super::tokens::Token;
use crate::kernel::Bind;

/// The launch's table, as modules see it.
pub(super) const TABLE: &str = "launch_table";

/// What the texts of one body need to become part of a module.
pub(super) struct Rewriter<'r> {
    /// What the shader declares and the module keeps.
    pub(super) renamed: Vec<&'r str>,
    /// Those that are given the [`sizes_type`].
    pub(super) functions: Vec<&'r str>,
    /// Constants that are members of it.
    pub(super) sizes: Vec<&'r str>,
    pub(super) binds: &'r [Bind],
    /// For each binding its arena.
    pub(super) arenas: &'r [usize],
    pub(super) body: usize,
}

impl Rewriter<'_> {
    /// The text with the module's names. In a struct (`members`) the names before colons stay.
    ///
    /// # Errors
    /// When a binding is used other than as `name[index]`, or another name hides it.
    pub(super) fn rewrite(&self, tokens: &[Token], members: bool) -> Result<String, String> {
        let (mut text, sizes) = (String::new(), sizes_name(self.body));
        // For each open `[`, whether it follows a binding.
        let mut indexing = vec![];
        for (i, token) in tokens.iter().enumerate() {
            let near = |step: isize| i.checked_add_signed(step).and_then(|i| tokens.get(i)).map_or("", |token| token.text);
            // Fields and attributes have names of their own.
            let foreign = matches!(near(-1), "." | "@") || (members && near(1) == ":");
            let bind = self.binds.iter().position(|bind| bind.name == token.text && !foreign);
            text += &token.gap;
            match (token.text, bind) {
                (name, Some(_)) if near(1) != "[" => return Err(hidden(name)),
                (_, Some(bind)) => text += &Arenas::name(self.arenas[bind]),
                ("[", None) => {
                    let bind = self.binds.iter().find(|bind| bind.name == near(-1) && !matches!(near(-2), "." | "@"));
                    indexing.push(bind.is_some());
                    text += &bind.map_or("[".into(), |bind| format!("[{sizes}.{} + (", bind.name));
                }
                ("(", None) if near(-2) == "fn" && self.functions.contains(&near(-1)) => {
                    text += &format!("({sizes}: {}, ", sizes_type(self.body));
                }
                ("(", None) if near(-2) != "." && self.functions.contains(&near(-1)) => text += &format!("({sizes}, "),
                ("]", None) => text += if indexing.pop() == Some(true) { ")]" } else { "]" },
                (name, None) if !foreign && self.sizes.contains(&name) => text += &format!("{sizes}.{name}"),
                (name, None) => {
                    text += name;
                    if token.is_word() && !foreign && self.renamed.contains(&name) {
                        text += &suffix(self.body);
                    }
                }
            }
        }
        Ok(text)
    }
}

pub(super) fn suffix(body: usize) -> String {
    format!("_d{body}")
}

/// The struct of the first elements of all bindings and of all sizes, in order.
pub(super) fn sizes_type(body: usize) -> String {
    format!("Sizes{}", suffix(body))
}

/// The parameter of that type.
pub(super) fn sizes_name(body: usize) -> String {
    format!("sizes{}", suffix(body))
}

pub(super) fn hidden(binding: &str) -> String {
    format!("`{binding}` is a binding: it can only be used as `{binding}[…]`, and nothing else may have its name")
}
