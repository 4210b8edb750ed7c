//! Something that a paper claims, judged by what is on the page.

use crate::experiment::Judgement;
use crate::tr;

/// A claim and how it looks so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Whether it holds.
    pub judgement: Judgement,
    /// What is claimed.
    pub text: String,
    /// What was measured here.
    pub measured: String,
}

impl Judged {
    /// As an item of a list; nothing but our own words and numbers.
    pub fn html(&self) -> String {
        let (class, said) = match self.judgement {
            Judgement::Holds => ("holds", tr!("holds")),
            Judgement::Fails => ("fails", tr!("does not hold")),
            Judgement::Open => ("open", tr!("not known yet")),
        };
        let mark = format!(r#"<span class=mark role=img aria-label="{said}"></span>"#);
        format!("<li class={class}>{mark}{} <small>{}</small></li>", self.text, self.measured)
    }
}
