//! The benchmark in the browser, for a page opened with `?bench`: the worker measures, the page shows tables.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlButtonElement, HtmlTableElement, HtmlTableRowElement, ShadowRoot};

use super::page::dom::{Listener, Result, describe, fill, find, make, set_text, window};
use super::page::link::{Link, Trouble};
use super::worker::backend::CPU;
use super::worker::backend::gpu::probe;
use super::worker::scope::{now_ms, post};
use crate::bench::clock::{Clock, SAMPLE_MS};
use crate::bench::{Bench, Options, Table, run, table, tuned};
use crate::config::{Backend, Config};
use crate::exec::{Device, Engine};
use crate::protocol::{Command, Event, decode};
use crate::settings::from_query;

/// The worker's side: measures what the configuration's backend allows and sends each table.
pub async fn measure(config: Config) {
    let on = |backend, name, device| Bench { backend, name, device, clock: Clock { now_ms: &now_ms, sample_ms: SAMPLE_MS } };
    let options = Options { config, ..Options::default() };
    let config = &options.config;
    let mut benches = vec![];
    if config.backend != Backend::Gpu {
        benches.push(on("cpu", CPU.into(), Device::Cpu));
    }
    if config.backend != Backend::Cpu {
        match probe("").await {
            Ok(gpu) => match tuned(gpu.context, &options, now_ms).await {
                Ok((name, device)) => benches.push(on("gpu", name, device)),
                Err(error) => post(&Event::Notice { message: error.to_string() }),
            },
            Err(message) => post(&Event::Notice { message }),
        }
    }
    run(&options, &benches, &mut |table| post(&Event::Table(table))).await;
}

const PAGE: &str = "<style>
table { border-collapse: collapse; margin: 1em 0; font: 13px/1.4 monospace }
caption { font-weight: bold; text-align: left }
div { overflow-x: auto }
td { padding: 0 1.5em 0 0; white-space: nowrap }
</style>
<p role=status>Measuring; please leave this tab alone.</p>
<button data-copy=text>Copy as text</button> <button data-copy=json>Copy as JSON</button>
<div></div>";

/// The page's side: fills the shadow root and starts the worker, which lives as long as the page.
///
/// # Errors
/// When the browser lacks something that the page cannot do without.
#[wasm_bindgen]
pub fn show_bench(root: ShadowRoot, launch: js_sys::Function) -> Result<()> {
    console_error_panic_hook::set_once();
    fill(&root, PAGE)?;
    let status: Element = find(&root, "p")?;
    let container: Element = find(&root, "div")?;
    let (config, problems) = match window()?.location().hash()?.trim_start_matches('#') {
        "" => (Config::nanda_113(), vec![]),
        query => from_query(query),
    };
    let tables = Rc::new(RefCell::new(vec![machine()?]));
    for kind in ["text", "json"] {
        let button: HtmlButtonElement = find(&root, &format!("[data-copy={kind}]"))?;
        let tables = tables.clone();
        let copy = Listener::new(&button, "click", move |_| {
            let tables = tables.borrow();
            let text = if kind == "json" { table::json(&tables) } else { tables.iter().map(Table::text).collect() };
            if let Ok(window) = window() {
                let _ = window.navigator().clipboard().write_text(&text);
            }
        })?;
        core::mem::forget(copy);
    }
    let tell = {
        let status = status.clone();
        move |more: &str| set_text(&status, &format!("{} {more}", status.text_content().unwrap_or_default()))
    };
    problems.iter().for_each(|problem| tell(&problem.to_string()));
    let link: Rc<RefCell<Option<Link>>> = Rc::default();
    let (sender, crash) = (link.clone(), tell.clone());
    let event = |message: core::result::Result<Vec<u8>, Trouble>| decode(&message.map_err(|trouble| trouble.to_string())?);
    let on_message = move |message| match event(message) {
        Ok(Event::Hello) => {
            if let Some(Err(error)) = sender.borrow().as_ref().map(|link: &Link| link.send(&Command::Bench(config.clone()))) {
                tell(&describe(&error));
            }
        }
        Ok(Event::Table(table)) => {
            if table.name == "failures" {
                set_text(&status, if table.rows.is_empty() { "Done." } else { "Done, with failures." });
            }
            let mut tables = tables.borrow_mut();
            tables.retain(|old| old.name != table.name);
            tables.push(table);
            if let Err(error) = show(&container, &tables) {
                tell(&describe(&error));
            }
        }
        Ok(Event::Notice { message } | Event::Failed { message }) => tell(&message),
        Err(why) => tell(&why),
        Ok(_) => (),
    };
    *link.borrow_mut() = Some(Link::open(&launch, Engine::Cpu, on_message, move |trouble| crash(&trouble.to_string()))?);
    Ok(())
}

fn show(container: &Element, tables: &[Table]) -> Result<()> {
    container.set_text_content(None);
    for table in tables {
        let shown: HtmlTableElement = make("table", "")?;
        shown.create_caption().set_text_content(Some(&table.name));
        for line in table.shown() {
            let row: HtmlTableRowElement = shown.insert_row()?.unchecked_into();
            for cell in line {
                row.insert_cell()?.set_text_content(Some(&cell));
            }
        }
        container.append_child(&shown)?;
    }
    Ok(())
}

fn machine() -> Result<Table> {
    let navigator = window()?.navigator();
    let mut table = Table::new("machine", &["browser", "threads"]);
    table.rows.push(vec![navigator.user_agent()?.as_str().into(), navigator.hardware_concurrency().into()]);
    Ok(table)
}
