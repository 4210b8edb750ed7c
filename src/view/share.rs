//! A run as text to give away: a link, an element, a frame.

use super::captions::title;
use crate::config::Config;
use crate::settings::{Kind, to_query};
use crate::text::escape;
use crate::tr;

/// The forms in which a run is shared.
pub struct Texts {
    /// Address of a page that shows it.
    pub link: String,
    /// HTML with the element.
    pub element: String,
    /// HTML with a frame.
    pub frame: String,
}

/// The run with other panels and controls hidden, and with or without `autoplay`.
pub fn shown(config: &Config, hide: String, autoplay: bool) -> Config {
    let mut config = config.clone();
    config.hide = hide;
    config.autoplay = autoplay;
    config
}

/// The texts for a run. `page` is the address of a lab that follows its hash, without one; `folder` is where
/// `grokking-lab.js` and `embed.html` are, with a slash at the end.
pub fn texts(config: &Config, page: &str, folder: &str) -> Texts {
    let (query, at) = (to_query(config), escape(folder));
    let title = escape(&tr!("A network learns {what}", what = title(config)));
    Texts {
        link: format!("{page}#{query}"),
        element: format!(
            "<script type=\"module\" src=\"{at}grokking-lab.js\"></script>\n<grokking-lab{}></grokking-lab>",
            attributes(config)
        ),
        frame: format!(
            "<iframe src=\"{at}embed.html#{}\" width=\"100%\" height=\"900\" title=\"{title}\" allow=\"clipboard-write\" \
             style=\"border: 0\"></iframe>\n<script type=\"module\" src=\"{at}grokking-lab-frame.js\"></script>",
            escape(&query)
        ),
    }
}

/// The keys that differ from the standard, as attributes with a space before each.
fn attributes(config: &Config) -> String {
    let mut text = String::new();
    for (key, value) in config.changed() {
        text += " ";
        text += key.name;
        // A bare flag is on.
        if !(matches!(key.kind, Kind::Flag) && value == "true") {
            text += "=\"";
            text += &escape(&value);
            text += "\"";
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::from_query;

    const PAGE: &str = "https://example.org/lab/?a=1&b=2";
    const FOLDER: &str = "https://example.org/a&b/";

    fn unescape(text: &str) -> String {
        text.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    }

    /// The attributes of the first `<tag …>`, read as a browser does: names, with values in quotes or none.
    fn read(html: &str, tag: &str) -> Vec<(String, String)> {
        let start = html.find(&format!("<{tag}")).expect("the tag") + tag.len() + 1;
        let (mut rest, mut found) = (&html[start..], vec![]);
        while let Some(at) = rest.strip_prefix(' ') {
            let end = at.find(['=', ' ', '>']).expect("an end");
            let (name, after) = at.split_at(end);
            let (value, after) = match after.strip_prefix("=\"") {
                Some(quoted) => quoted.split_once('"').expect("a closing quote"),
                None => ("", after),
            };
            assert!(!value.contains('<') && name.chars().all(|c| c.is_ascii_alphanumeric()), "{html}");
            found.push((name.into(), unescape(value)));
            rest = after;
        }
        assert!(rest.starts_with('>'), "{rest}");
        found
    }

    fn value(html: &str, tag: &str, name: &str) -> String {
        read(html, tag).into_iter().find(|(n, _)| n == name).expect(name).1
    }

    #[test]
    fn all_three_describe_the_same_run() {
        for query in [
            "",
            "task=x/y&p=31&train=0.35&seed=9&seeds=3&lr=0.003&wd=0&eps=1e-9&speed=0&backend=cpu&autoplay=true&hide=loss,seed",
            "hide=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%26amp;%26%20'x'&task=x^2%2By^2&autoplay",
        ] {
            let (config, problems) = from_query(query);
            assert_eq!(problems, []);
            let texts = texts(&config, PAGE, FOLDER);
            let (page, hash) = texts.link.split_once('#').expect("a hash");
            assert_eq!((page, from_query(hash)), (PAGE, (config.clone(), vec![])));
            let attributes = read(&texts.element, "grokking-lab");
            let pairs = attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            assert_eq!(Config::from_pairs(pairs), (config.clone(), vec![]), "{}", texts.element);
            assert_eq!(value(&texts.element, "script", "src"), format!("{FOLDER}grokking-lab.js"));
            let source = value(&texts.frame, "iframe", "src");
            let (page, hash) = source.split_once('#').expect("a hash");
            assert_eq!((page, from_query(hash)), ("https://example.org/a&b/embed.html", (config, vec![])));
            assert_eq!(value(&texts.frame, "script", "src"), format!("{FOLDER}grokking-lab-frame.js"));
        }
    }

    #[test]
    fn a_standard_run_needs_no_attributes() {
        let texts = texts(&Config::standard(), PAGE, FOLDER);
        assert!(texts.element.ends_with("\n<grokking-lab></grokking-lab>"), "{}", texts.element);
        assert_eq!(value(&texts.frame, "iframe", "title"), "A network learns x + y mod 97");
    }

    #[test]
    fn what_is_hidden_is_chosen_anew() {
        let config = Config { hide: "nonsense".into(), autoplay: true, seed: 4, ..Config::standard() };
        let shared = shown(&config, "loss,seed".into(), false);
        assert_eq!(shared, Config { hide: "loss,seed".into(), autoplay: false, ..config.clone() });
        assert_eq!(shown(&config, String::new(), true), Config { hide: String::new(), ..config });
    }
}
