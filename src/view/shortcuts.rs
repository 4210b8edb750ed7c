//! Keys that stand for buttons.

/// A key and what it does.
pub struct Shortcut {
    /// As keyboard events name it.
    pub keys: &'static [&'static str],
    /// As it is written on the key.
    pub shown: &'static str,
    /// What it does.
    pub about: &'static str,
    /// The `data-action` of the button it presses; empty where the key acts on the chart that has the focus.
    pub action: &'static str,
}

const fn key(keys: &'static [&'static str], shown: &'static str, about: &'static str, action: &'static str) -> Shortcut {
    Shortcut { keys, shown, about, action }
}

/// All shortcuts.
pub static SHORTCUTS: &[Shortcut] = &[
    key(&[" "], "Space", "In the bar or a picture: start, pause, continue", "toggle"),
    key(&[".", "s"], "S or .", "Train one step", "step"),
    key(&["r"], "R", "Back to step 0 of the same run", "reset"),
    key(&["n"], "N", "New seed", "seed"),
    key(&["l"], "L", "Logarithmic step axis", "log"),
    key(&["h"], "H", "Hear the curves as tones, train left and test right; again to stop", "listen"),
    key(&["?"], "?", "These keys and words", "help"),
    key(&[], "← →", "Move along the chart that has the focus", ""),
    key(&[], "+ −", "Zoom into the chart that has the focus; Esc shows it whole", ""),
    key(&[], "Esc", "Close what is open", ""),
];

/// The action of a key.
pub fn action(key: &str) -> Option<&'static str> {
    // Not `to_lowercase`: its tables are larger than this whole page logic.
    let is = |name: &&str| name.eq_ignore_ascii_case(key);
    SHORTCUTS.iter().find(|shortcut| shortcut.keys.iter().any(is)).map(|shortcut| shortcut.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_and_case_does_not_matter() {
        let mut keys: Vec<&str> = SHORTCUTS.iter().flat_map(|shortcut| shortcut.keys).copied().collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
        assert_eq!((action("S"), action("."), action("x")), (Some("step"), Some("step"), None));
    }

    #[test]
    fn every_action_is_a_button_of_the_page() {
        let page = concat!(include_str!("../../www/lab.html"), include_str!("../web/page/controls/field.rs"));
        for shortcut in SHORTCUTS.iter().filter(|shortcut| !shortcut.action.is_empty()) {
            let action = shortcut.action;
            let found =
                page.contains(&format!("data-action=\"{action}\"")) || page.contains(&format!("\"data-action\", \"{action}\""));
            assert!(found, "no button does `{action}`");
        }
    }
}
