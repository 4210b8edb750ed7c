//! How the page looks, saved under target/e2e/ for a person to judge, and that it fits its screen.

use crate::elements::site;
use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use serde_json::json;
use std::time::Duration;

const PHONE: View = View { width: 390, height: 844, scheme: "light" };

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&steps=100000&v=1";

/// Shows a training that has got somewhere.
fn show(page: &Page) {
    page.load(SMALL);
    page.eval("lab.start()");
    page.wait_until("await lastStep() > 50", Duration::from_secs(60));
    page.eval("lab.pause()");
    page.wait_until("lab.state === 'paused'", Duration::from_secs(30));
}

#[test]
fn desktop_in_both_colour_schemes() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    for scheme in ["light", "dark"] {
        page.set_view(View { scheme, ..DESKTOP });
        show(&page);
        let emulated = page.eval(&format!("matchMedia('(prefers-color-scheme: {scheme})').matches"));
        assert_eq!(emulated, true, "the browser does not emulate {scheme}");
        page.screenshot(&format!("desktop-{scheme}"));
    }
    page.assert_no_console_errors();
}

#[test]
fn phones_need_no_horizontal_scrolling() {
    let Some(page) = Page::open(PHONE) else {
        return;
    };
    for (width, scheme) in [(390, "light"), (390, "dark"), (320, "light")] {
        page.set_view(View { width, scheme, ..PHONE });
        show(&page);
        page.screenshot(&format!("phone-{width}-{scheme}"));
        page.assert_no_wider(width, "the page");
    }
    page.assert_no_console_errors();
}

const ELEMENT: &str = "p=23 width=32 heads=2 mlp=64 backend=cpu";

#[test]
fn a_page_that_chooses_its_colours_chooses_ours() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let lab = format!("<style>.dark {{ color-scheme: dark }}</style><div><grokking-lab id=lab {ELEMENT}></grokking-lab></div>");
    let site = site(&host, &lab);
    // So high that no scroll bar comes and goes.
    let page = Page::at(View { height: 1600, ..DESKTOP }, site.url());
    page.visit("");
    page.wait_until("lab.device", Duration::from_secs(60));
    // What is to be seen once it stays as it is: in how many frames a chart is drawn anew is the browser's matter.
    let seen = |change: &str| {
        page.run(&format!(
            "{change};
             const chart = root.querySelector('[data-chart]');
             const look = () => [getComputedStyle(lab).backgroundColor, getComputedStyle(root.querySelector('input')).colorScheme, chart.toDataURL()];
             for (let now = look(), same = 0, end = performance.now() + 10000; same < 10 && performance.now() < end;) {{
                 await new Promise(requestAnimationFrame);
                 const next = look();
                 same = next.every((part, i) => part === now[i]) ? same + 1 : 0;
                 now = next;
             }}
             return look();"
        ))
    };
    let light = seen("");
    assert_eq!([&light[0], &light[1]], [&json!("rgb(255, 255, 255)"), &json!("light")]);
    let dark = seen("document.documentElement.className = 'dark'");
    assert_eq!([&dark[0], &dark[1]], [&json!("rgb(20, 23, 27)"), &json!("dark")]);
    assert!(dark[2] != light[2], "an idle chart keeps the old colours");
    assert_eq!(seen("document.documentElement.className = ''"), light);
    assert_eq!(seen("lab.parentElement.className = 'dark'"), dark);
    assert_eq!(seen("lab.setAttribute('theme', 'light')"), light);
    assert_eq!(seen("lab.parentElement.className = ''; lab.setAttribute('theme', 'dark')"), dark);
    let drawn = seen("lab.style.setProperty('--gl-muted', 'red')");
    assert!(drawn[2] != dark[2], "a chart does not follow its properties");
    assert_eq!(seen("lab.style = ''; lab.removeAttribute('theme')"), light);
    page.set_view(View { scheme: "dark", height: 1600, ..DESKTOP });
    // The page hears of it some time later.
    assert!((0..50).any(|_| seen("") == dark), "a lab does not follow what its visitor prefers");
    assert_eq!(seen("document.documentElement.style.colorScheme = 'light'"), light);
    page.visit("");
    page.assert_no_console_errors();
}

#[test]
fn the_first_words_are_about_the_run_that_is_shown() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    let sums = "[...document.querySelectorAll('header p')].map(part => !part.hidden && part.textContent.includes('97 hours'))";
    let shown = "[...document.querySelectorAll('header p')].filter(part => !part.hidden).length";
    for (hash, about_sums) in [("#backend=cpu&v=1", true), ("#task=x*y&backend=cpu&v=1", false), ("#p=31&backend=cpu&v=1", false)]
    {
        page.visit(hash);
        page.wait_until(&format!("({sums})[0] === {about_sums} && ({shown}) === 1"), Duration::from_secs(60));
    }
    for (settings, about_sums) in [("{p: 97}", true), ("{train: 0.5}", false), ("{train: 0.4}", true), ("{task: 'x-y'}", false)] {
        page.run(&format!("lab.setConfig({settings});"));
        page.wait_until(&format!("({sums})[0] === {about_sums} && ({shown}) === 1"), Duration::from_secs(10));
    }
}

#[test]
fn a_link_chooses_the_colours_of_our_own_pages() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    for name in ["", "embed.html"] {
        page.visit(&format!("{name}#theme=dark&backend=cpu&v=1"));
        page.wait_until("!!lab.getConfig()", Duration::from_secs(60));
        let colors = "[document.body, lab].map(e => getComputedStyle(e).backgroundColor)";
        assert_eq!(page.eval(colors), json!(["rgb(20, 23, 27)", "rgb(20, 23, 27)"]), "{name}");
        page.run("lab.setConfig({theme: 'auto'}); await drawn();");
        assert_eq!(page.eval(colors), json!(["rgb(255, 255, 255)", "rgb(255, 255, 255)"]), "{name}");
    }
}

#[test]
fn the_text_style_of_a_page_is_not_ours_and_a_narrow_column_is_enough() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let lab = |id: &str| format!("<div id={id}><grokking-lab {ELEMENT}></grokking-lab></div>");
    let style = "<style>
        #odd { letter-spacing: .3em; word-spacing: 1em; text-transform: uppercase; white-space: pre; text-indent: 4em; text-align: right;
               line-height: 3; direction: rtl; font-style: italic; font-variant: small-caps; text-shadow: 1px 1px red; hyphens: auto;
               word-break: break-all; list-style: square; cursor: crosshair; writing-mode: horizontal-tb; color: red; }
        #plain, #odd { width: 640px } </style>";
    let site = site(&host, &[style, &lab("plain"), &lab("odd")].concat());
    // High enough for both, with the bar of each where it lies.
    let page = Page::at(View { height: 12_000, ..DESKTOP }, site.url());
    page.visit("");
    page.run("window.labs = Array.from(document.querySelectorAll('grokking-lab'));");
    page.wait_until("labs.every(lab => lab.device)", Duration::from_secs(60));
    page.run("labs.forEach(lab => lab.shadowRoot.querySelectorAll('details').forEach(d => { d.open = true; }));");
    // What they show is loaded when it is asked for.
    for part in [".card", "[data-inside=tabs] button", "[data-inside=controls] button", "[data-sweep=diagram]"] {
        page.wait_until(&format!("labs.every(lab => lab.shadowRoot.querySelector('{part}'))"), Duration::from_secs(60));
    }
    let differ = page.run(
        "for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
         const [plain, odd] = labs.map(lab => [...lab.shadowRoot.querySelectorAll('.lab *')].filter(element => element.checkVisibility()).map(element => {
             const at = element.getBoundingClientRect(), from = lab.getBoundingClientRect();
             const text = getComputedStyle(element);
             const style = ['letterSpacing', 'textTransform', 'textShadow', 'fontStyle', 'direction', 'cursor', 'color'];
             return [element.outerHTML.slice(0, 60), ...[at.x - from.x, at.y - from.y, at.width, at.height].map(Math.round), ...style.map(s => text[s])].join();
         }));
         return [plain.length - odd.length, plain.flatMap((line, i) => line === odd[i] ? [] : [line, odd[i]]).slice(0, 6)];",
    );
    assert_eq!(differ, json!([0, []]));
    assert_eq!(page.eval("[labs[1].shadowRoot.querySelector('.lab')].map(e => e.lang + e.dir).join()"), "enltr");
    page.screenshot("inherited");
    for width in [200, 260, 320] {
        page.run(&format!("document.querySelectorAll('div').forEach(div => {{ div.style.width = '{width}px'; }});"));
        let cut = page.run(
            "for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
             const box = labs[1].getBoundingClientRect();
             return Array.from(labs[1].shadowRoot.querySelectorAll('.lab *'))
                 .filter(e => e.checkVisibility() && !e.closest('svg, dialog, .tip, .data > div'))
                 .filter(e => e.getBoundingClientRect().right > box.right + 0.5 || e.getBoundingClientRect().left < box.left - 0.5)
                 .map(e => e.outerHTML.slice(0, 100));",
        );
        page.screenshot(&format!("column-{width}"));
        assert_eq!(cut, json!([]), "parts beyond the edge of a column of {width}");
    }
    page.assert_no_console_errors();
}

/// The worker's address is the shell's concern.
#[test]
fn no_text_is_trusted_to_become_elements() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let policy = "<meta http-equiv=Content-Security-Policy content=\"require-trusted-types-for 'script'\">";
    let site = site(&host, &format!("{policy}<grokking-lab id=lab experiment=doshi {ELEMENT}></grokking-lab>"));
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.run("window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(e.sample));");
    page.wait_until("root.querySelectorAll('.verdict li').length > 0", Duration::from_secs(60));
    page.run(
        "root.querySelectorAll('details').forEach(d => { d.open = true; });
         root.querySelector('[data-action=help]').click();
         lab.setConfig({speed: 33});
         for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);",
    );
    assert_eq!(page.eval("root.querySelectorAll('[data-list=words] dt').length > 10"), true);
    assert_eq!(page.eval("refused.filter(sample => !sample.startsWith('Worker'))"), json!([]));
}
