//! The table's markup: its frame, which stays as long as the same lines are listed, so that a click hits what it was meant for;
//! what changes while runs train is written into it.

use super::lines::{Line, Lines};
use super::look::{Sorting, TableView};
use crate::language::translate;
use crate::text::escape;
use crate::tr;
use crate::view::runs::{COLOR_NAMES, COLORS, RunId};

/// The table with its fields and buttons, without what stands in the other columns.
pub fn frame(lines: &Lines, view: &TableView) -> String {
    let head = |(i, name): (usize, &&str)| {
        let sort = match view.sorted.filter(|sorted| sorted.column == i) {
            Some(Sorting { backwards: true, .. }) => " aria-sort=descending",
            Some(_) => " aria-sort=ascending",
            None => "",
        };
        let name = escape(name);
        format!(r#"<th scope=col{sort}><button type=button data-action=runs-sort data-of="{i}">{name}</button></th>"#)
    };
    let heads: String = lines.heads.iter().enumerate().map(head).collect();
    let drawn = escape(tr!("Drawn"));
    let rows: String = lines.page.iter().map(|line| row(line, lines.fields)).collect();
    format!("<table><thead><tr><th scope=col>{drawn}</th>{heads}<td></td></tr></thead><tbody>{rows}</tbody></table>")
}

/// A line. The present run is always drawn; others can be opened and deleted.
fn row(line: &Line, [name, note]: [usize; 2]) -> String {
    let (id, present) = (line.id.write(), line.id == RunId::Present);
    let cells: String = (0..line.values.len())
        .map(|column| match column {
            _ if column == name => named(line),
            _ if column == note => field("note", &line.values[column].0, &tr!("Note on {name}", name = line.name)),
            _ => "<td></td>".into(),
        })
        .collect();
    let seed = line.seed.map_or(String::new(), |seed| format!(r#" data-seed="{seed}""#));
    let class = if present { " class=now" } else { "" };
    let (drawn, acts) = (if present { live() } else { chosen(line) }, if present { String::new() } else { acts(line) });
    format!(r#"<tr{class} data-row="{id}"{seed}>{drawn}{cells}{acts}</tr>"#)
}

fn live() -> String {
    let lines = "<line x2=22 y1=1.5 y2=1.5 /><line class=test x2=22 y1=6.5 y2=6.5 />";
    format!(r#"<td><span></span><svg viewBox="0 0 22 8" aria-hidden=true>{lines}</svg></td>"#)
}

/// Whether it is drawn, and in which colour.
fn chosen(line: &Line) -> String {
    let name = &line.name;
    let (label, checked) = (escape(&tr!("Show {name}", name)), if line.shown { " checked" } else { "" });
    let show = format!(r#"<input type=checkbox data-runs=show aria-label="{label}"{checked}>"#);
    let (stroke, color) = (COLORS[line.color], translate(COLOR_NAMES[line.color]));
    let label = escape(&tr!("Colour of {name}: {color}. Press for the next.", name, color));
    let swatch = format!(r#"<svg viewBox="0 0 22 8" aria-hidden=true><line x2=22 y1=4 y2=4 stroke={stroke} /></svg>"#);
    let hidden = if line.shown { "" } else { " disabled" };
    format!(r#"<td>{show}<button type=button data-action=runs-color aria-label="{label}"{hidden}>{swatch}</button></td>"#)
}

/// What it is called, and where it came from.
fn named(line: &Line) -> String {
    let input = input("name", &line.name, tr!("Name of a run"));
    let story = if line.story.is_empty() { String::new() } else { format!("<span class=quiet>{}</span>", escape(&line.story)) };
    format!("<th scope=row>{input}{story}</th>")
}

fn field(name: &str, value: &str, label: &str) -> String {
    ["<td>", &input(name, value, label), "</td>"].concat()
}

fn input(name: &str, value: &str, label: &str) -> String {
    let (value, label) = (escape(value), escape(label));
    format!(r#"<input type=text data-runs={name} value="{value}" aria-label="{label}">"#)
}

fn acts(line: &Line) -> String {
    let name = &line.name;
    let (open, drop) = (tr!("Open {name} in the lab", name), tr!("Delete {name}", name));
    let button = |action: &str, label: &str, sign: &str| {
        let label = escape(label);
        format!(r#"<button type=button class=small data-action={action} aria-label="{label}" title="{label}">{sign}</button>"#)
    };
    ["<td>", &button("runs-open", &open, "↗"), &button("runs-drop", &drop, "✕"), "</td>"].concat()
}
