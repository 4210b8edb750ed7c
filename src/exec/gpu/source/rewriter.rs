//! The renaming that lets several shaders stand in one text.

use super::arenas::Arenas;
use super::tokens::Token;
use crate::kernel::Bind;

/// What one part's texts need to become parts of a launch.
pub(super) struct Rewriter<'r> {
    pub(super) renamed: Vec<&'r str>,
    /// Those that are given the struct of first elements.
    pub(super) functions: Vec<&'r str>,
    pub(super) binds: &'r [Bind],
    pub(super) offsets: &'r [(usize, u64)],
    pub(super) part: usize,
    pub(super) common: bool,
}

impl Rewriter<'_> {
    /// A binding's first element.
    fn begin(&self, binding: &str) -> String {
        if self.common { format!("at{}.{binding}", suffix(self.part)) } else { begin(binding, self.part) }
    }

    /// The text with the launch's names. In a struct (`members`) the names before colons stay.
    ///
    /// # Errors
    /// When a binding is used other than as `name[index]`, or another name hides it.
    pub(super) fn rewrite(&self, tokens: &[Token], members: bool) -> Result<String, String> {
        let mut text = String::new();
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
                (_, Some(bind)) => text += &Arenas::name(self.offsets[bind].0),
                ("[", None) => {
                    let bind = self.binds.iter().find(|bind| bind.name == near(-1) && !matches!(near(-2), "." | "@"));
                    indexing.push(bind.is_some());
                    text += &bind.map_or("[".into(), |bind| format!("[{} + (", self.begin(bind.name)));
                }
                ("(", None) if near(-2) == "fn" && self.functions.contains(&near(-1)) => {
                    text += &format!("(at{}: {}, ", suffix(self.part), offsets_type(self.part));
                }
                ("(", None) if near(-2) != "." && self.functions.contains(&near(-1)) => {
                    text += &format!("(at{}, ", suffix(self.part));
                }
                ("]", None) => text += if indexing.pop() == Some(true) { ")]" } else { "]" },
                (name, None) => {
                    text += name;
                    if token.is_word() && !foreign && self.renamed.contains(&name) {
                        text += &suffix(self.part);
                    }
                }
            }
        }
        Ok(text)
    }
}

pub(super) fn suffix(part: usize) -> String {
    format!("_d{part}")
}

/// The constant that holds a binding's first element in its arena.
pub(super) fn begin(binding: &str, part: usize) -> String {
    format!("{binding}{}_at", suffix(part))
}

/// The struct of the first elements of all bindings, in order.
pub(super) fn offsets_type(part: usize) -> String {
    format!("At{}", suffix(part))
}

pub(super) fn hidden(binding: &str) -> String {
    format!("`{binding}` is a binding: it can only be used as `{binding}[…]`, and nothing else may have its name")
}
