//! The dialog that gives the run away: as a link, as an element, as a frame, with or without parts of the page.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Clipboard, Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement, ShadowRoot, Url};

use super::dom::{Result, all, fill, find, make, set_attribute, set_text, window};
use crate::config::Config;
use crate::language::translate;
use crate::number::clamp;
use crate::tr;
use crate::view::{panels, share};

#[wasm_bindgen]
extern "C" {
    /// Where this module's script is: in `assets/`, beside `grokking-lab.js` and `embed.html`.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static SCRIPT: String;
}

/// What the dialog is about: the run that is shown, and whether the page's address describes it.
pub struct Shared {
    pub run: Config,
    pub addressed: bool,
}

/// Opens the dialog with what the page shows now, where `config` says what is hidden.
pub fn open(root: &ShadowRoot, button: &Element, config: &Config, shared: &Shared) -> Result<()> {
    let dialog: HtmlDialogElement = find(root, "[data-dialog=share]")?;
    build(root)?;
    for (name, input) in boxes(root) {
        input.set_checked(config.hide.split(',').any(|hidden| hidden.trim() == name));
    }
    autoplay(root)?.set_checked(config.autoplay);
    refresh(root, shared)?;
    dialog.show_modal()?;
    find::<HtmlElement>(root, "[data-copies=link]")?.focus()?;
    // Near the button: of a frame as high as its content, the middle may be out of sight.
    let height = window()?.inner_height()?.as_f64().unwrap_or(0.0);
    let size = f64::from(dialog.offset_height());
    let top = clamp(button.get_bounding_client_rect().top() - size / 2.0, 8.0, height - size - 8.0);
    dialog.style().set_property("margin-top", &format!("{}px", top as i32))
}

/// What is in it, with check-boxes for all that can be hidden, once.
fn build(root: &ShadowRoot) -> Result<()> {
    let dialog: Element = find(root, "[data-dialog=share]")?;
    if dialog.has_child_nodes() {
        return Ok(());
    }
    fill(&dialog, crate::stripped!("../../../www/share.html"))?;
    let parent: Element = find(root, "[data-hides]")?;
    for (title, entries) in panels::groups() {
        let group: Element = make("fieldset", "")?;
        let legend: Element = make("legend", "")?;
        legend.set_text_content(Some(title));
        group.append_child(&legend)?;
        for (name, label) in entries {
            let line: Element = make("label", "check")?;
            let input: HtmlInputElement = make("input", "")?;
            input.set_type("checkbox");
            set_attribute(&input, "data-hide", name);
            line.append_child(&input)?;
            line.append_with_str_1(label)?;
            group.append_child(&line)?;
        }
        parent.append_child(&group)?;
    }
    let parent: Element = find(root, "[data-sets]")?;
    for (index, (_, label, _)) in panels::SETS.iter().enumerate() {
        let line: Element = make("label", "check")?;
        let input: HtmlInputElement = make("input", "")?;
        input.set_type("radio");
        input.set_name("gl-set");
        set_attribute(&input, "data-share", "set");
        set_attribute(&input, "data-set", &index.to_string());
        line.append_child(&input)?;
        line.append_with_str_1(translate(label))?;
        parent.append_child(&line)?;
    }
    Ok(())
}

/// Leaves out what a set names, and nothing else.
pub fn choose_set(root: &ShadowRoot, chosen: &Element) {
    let index = chosen.get_attribute("data-set").and_then(|index| index.parse::<usize>().ok());
    let Some((.., names)) = index.and_then(|index| panels::SETS.get(index)) else { return };
    boxes(root).for_each(|(name, input)| input.set_checked(names.contains(&name.as_str())));
}

/// Marks the set that is left out, if it is one.
fn mark_set(root: &ShadowRoot, hidden: &[String]) {
    let is = |names: &[&str]| names.len() == hidden.len() && hidden.iter().all(|name| names.contains(&name.as_str()));
    let inputs = all(root, "[data-set]").into_iter().filter_map(|input| input.dyn_into::<HtmlInputElement>().ok());
    inputs.zip(panels::SETS).for_each(|(input, (.., names))| input.set_checked(is(names)));
}

fn boxes(root: &ShadowRoot) -> impl Iterator<Item = (String, HtmlInputElement)> + use<> {
    let inputs = all(root, "[data-hide]").into_iter();
    inputs.filter_map(|input| Some((input.get_attribute("data-hide")?, input.dyn_into().ok()?)))
}

fn autoplay(root: &ShadowRoot) -> Result<HtmlInputElement> {
    find(root, "[data-share=autoplay]")
}

/// The address, without a hash, of the page that links are to: this one, where its address names the run. An element in somebody's
/// text is not what their page is about; the frame's page shows it alone.
pub fn page(addressed: bool) -> Result<String> {
    match addressed {
        true => Ok(window()?.location().href()?.split('#').next().unwrap_or_default().to_string()),
        false => Ok(format!("{}embed.html", folder()?)),
    }
}

/// Where the lab's scripts are.
fn folder() -> Result<String> {
    Ok(Url::new_with_base("../", &SCRIPT.with(String::clone))?.href())
}

/// Writes the texts for the present choices.
pub fn refresh(root: &ShadowRoot, shared: &Shared) -> Result<()> {
    let hidden: Vec<String> = boxes(root).filter(|(_, input)| input.checked()).map(|(name, _)| name).collect();
    mark_set(root, &hidden);
    let config = share::shown(&shared.run, hidden.join(","), autoplay(root)?.checked());
    let (page, folder) = (page(shared.addressed)?, folder()?);
    let texts = share::texts(&config, &page, &folder);
    for (name, text) in [("link", texts.link), ("element", texts.element), ("frame", texts.frame)] {
        find::<HtmlTextAreaElement>(root, &format!("[data-copied={name}]"))?.set_value(&text);
    }
    say(root, "");
    Ok(())
}

/// Copies the text beside the button, and then calls back with its field and whether that was possible.
pub fn copy(root: &ShadowRoot, button: &Element, done: impl FnOnce(&HtmlTextAreaElement, bool) + 'static) -> Result<()> {
    let Some(name) = button.get_attribute("data-copies") else { return Ok(()) };
    let field: HtmlTextAreaElement = find(root, &format!("[data-copied={name}]"))?;
    // Browsers have it on https and localhost only.
    let clipboard = js_sys::Reflect::get(&window()?.navigator(), &"clipboard".into())?.dyn_into::<Clipboard>();
    let copied = clipboard.map(|clipboard| clipboard.write_text(&field.value()));
    spawn_local(async move {
        let copied = match copied {
            Ok(copied) => JsFuture::from(copied).await.is_ok(),
            Err(_) => false,
        };
        done(&field, copied);
    });
    Ok(())
}

/// Says whether a text was copied; where it was not, it is selected for the visitor to do it.
pub fn copied(root: &ShadowRoot, field: &HtmlTextAreaElement, copied: bool) {
    if copied {
        return say(root, tr!("Copied."));
    }
    let _ = field.focus();
    field.select();
    say(root, tr!("The browser does not let this page copy. The text is selected: copy it with the keyboard."));
}

/// For screen readers, too.
fn say(root: &ShadowRoot, words: &str) {
    if let Ok(line) = find::<HtmlElement>(root, "[data-text=copied]") {
        set_text(&line, words);
    }
}
