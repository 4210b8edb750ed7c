//! What people need who cannot see the page, or cannot use a mouse: names, structure, focus, and nothing cut off.

use crate::harness::{DESKTOP, Page, View};
use serde_json::json;
use std::time::Duration;

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&steps=100000&v=1";
const SOON: Duration = Duration::from_secs(30);

/// Everything in the page and in the element, as one list; and the accessible name of a control, as far as we use the rules.
const TOOLS: &str = "
    const everything = selector => [document, root].flatMap(tree => [...tree.querySelectorAll(selector)]);
    const name = element => {
        const refers = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
        const label = refers.map(id => element.getRootNode().getElementById(id)?.textContent ?? '').join(' ');
        return (label || element.ariaLabel || element.labels?.[0]?.textContent || element.closest('button, a, summary')?.textContent || '').trim();
    };
    const say = element => element.outerHTML.slice(0, 120);
";

#[test]
fn controls_have_names_and_ids_are_unique() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    page.press('?');
    let nameless = page.run(&format!(
        "{TOOLS} return everything('input, select, button, a, summary, canvas, dialog').filter(e => !name(e)).map(say);"
    ));
    assert_eq!(nameless, json!([]), "controls without a name");
    let twice = page.run(&format!(
        "{TOOLS} return [document, root].flatMap(tree => {{
             const ids = [...tree.querySelectorAll('[id]')].map(e => e.id);
             return ids.filter((id, i) => ids.indexOf(id) !== i);
         }});"
    ));
    assert_eq!(twice, json!([]), "ids that are not unique");
    let dangling = page.run(&format!(
        "{TOOLS} return everything('[aria-labelledby], [aria-describedby], [for]').filter(e => ['aria-labelledby', 'aria-describedby', 'for']
             .some(a => e.hasAttribute(a) && !e.getRootNode().getElementById(e.getAttribute(a)))).map(say);"
    ));
    assert_eq!(dangling, json!([]), "references to nothing");
    page.assert_no_console_errors();
}

#[test]
fn headings_are_in_order_and_landmarks_are_there() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    let levels = page.eval("Array.from(document.querySelectorAll('h1, h2, h3, h4'), h => Number(h.tagName[1]))");
    let levels: Vec<i64> = levels.as_array().expect("headings").iter().filter_map(serde_json::Value::as_i64).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels[0] == 1 && levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    for landmark in ["header", "main", "footer"] {
        assert_eq!(page.eval(&format!("document.querySelectorAll('body > {landmark}').length")), 1, "{landmark}");
    }
    assert_eq!(page.eval("document.documentElement.lang"), "en");
    assert_eq!(page.eval("root.querySelectorAll('[role=status] [data-text=phase]').length"), 1, "phases are not announced");
}

#[test]
fn whatever_has_the_focus_shows_it() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    // Where the page scrolls to is the question, not how.
    page.run("document.documentElement.style.scrollBehavior = 'auto'; root.querySelector('[data-action=settings]').click(); scrollTo(0, 0);");
    // From the top: some browsers go on from what was last scrolled to.
    page.run(
        "const top = document.createElement('i'); top.tabIndex = -1; document.body.prepend(top); top.focus(); top.remove();",
    );
    let mut stops = vec![];
    for _ in 0..60 {
        page.press('\u{e004}');
        let stop = page.run(
            "const inner = root.activeElement ?? document.activeElement;
             if (inner === document.body) return null;
             const ring = getComputedStyle(inner), box = inner.getBoundingClientRect();
             return {what: inner.outerHTML.slice(0, 300), ring: ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2,
                     seen: box.width > 0 && box.top >= 0 && box.bottom <= innerHeight};",
        );
        if stop.is_null() {
            break;
        }
        assert!(stop["ring"] == true && stop["seen"] == true, "{stop}");
        stops.push(stop["what"].as_str().unwrap_or_default().to_string());
    }
    let start = stops.iter().position(|stop| stop.contains("data-action=\"toggle\""));
    assert!(start.is_some_and(|stops| stops < 3), "Start is too many stops away: {start:?}");
    for part in [
        "data-action=\"toggle\"",
        "data-key=\"p\"",
        "data-term=\"wd\"",
        "data-chart=\"accuracy\"",
        "data-action=\"help\"",
        "<summary",
        "href=\"#",
    ] {
        assert!(stops.iter().any(|stop| stop.contains(part)), "the tab key does not reach {part}: {stops:#?}");
    }
}

#[test]
fn targets_are_big_enough_and_nothing_is_cut_off() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    for (width, scheme) in [(320, "light"), (390, "dark"), (768, "light"), (1280, "dark")] {
        page.set_view(View { width, height: 800, scheme });
        page.load(SMALL);
        page.run("root.querySelectorAll('details').forEach(d => { d.open = true; });");
        page.assert_no_wider(width, "the page");
        // Links in sentences are as high as their line.
        let small = page.run(&format!(
            "{TOOLS} return everything('input, select, button, summary').filter(e => e.checkVisibility()).filter(e => {{
                 const box = (e.closest('label') ?? e).getBoundingClientRect();
                 return Math.min(box.width, box.height) < 23.9;
             }}).map(say);"
        ));
        assert_eq!(small, json!([]), "targets below 24 pixels at {width}");
        let cut = page.run(
            "return [...root.querySelectorAll('.lab *')].filter(e => e.checkVisibility() && !e.closest('svg'))
                 .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 120));",
        );
        assert_eq!(cut, json!([]), "parts beyond the right edge at {width}");
    }
    page.set_view(View { width: 320, height: 800, scheme: "light" });
    page.load(SMALL);
    page.screenshot("phone-320");
}

#[test]
fn a_chart_has_a_table_behind_it() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("task=x%2By&p=29&train=0.6&width=64&heads=4&mlp=256&seed=1&backend=cpu&speed=0&steps=1500&v=1");
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", Duration::from_secs(180));
    assert_eq!(page.eval("root.querySelectorAll('[data-table] tr').length"), 0, "written although nobody looks");
    page.run("root.querySelectorAll('[data-table] summary').forEach(summary => summary.click());");
    page.wait_until("root.querySelectorAll('[data-table] tbody tr').length > 20", SOON);
    let grokked = page.eval("Array.from(root.querySelectorAll('[data-table=accuracy] tr')).find(row => row.textContent.includes('grokked'))?.textContent");
    let step = page.eval("(await column('step'))[(await column('testAccuracy')).findIndex(a => a >= 0.95)]");
    let grokked = grokked.as_str().expect("a row for it");
    assert!(grokked.starts_with(&format!("{step} grokked")) && grokked.matches('%').count() == 2, "{grokked} for step {step}");
    let chart = "(({role, ariaLabel, ariaValueText}) => [role, ariaLabel, ariaValueText])(root.querySelector('canvas[data-chart=accuracy]'))";
    let [role, label, value] = [0, 1, 2].map(|i| page.eval(chart)[i].as_str().unwrap_or_default().to_string());
    assert_eq!((&role[..], &label[..]), ("slider", "Accuracy by step"));
    assert!(value.starts_with("step ") && value.matches('%').count() == 2, "{value}");
}
