//! The course among the examples: predictions that stay, runs that judge, a seed for each seat, and a class's pooled answers.

use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use serde_json::{Value, json};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);
/// A network that groks within a second or two, as a teacher may ask for it in the address.
const TINY: &str = "task=x%5E2%2By%5E2&p=31&train=0.7&width=32&heads=2&mlp=64&wd=2&steps=300&speed=0&backend=cpu";
const ROWS: &str = "Array.from(document.querySelectorAll('#runs tr'), row => Array.from(row.cells, cell => cell.textContent))";

fn open(page: &Page, name: &str, query: &str) {
    page.visit(&format!("examples/course/{name}.html?{query}"));
}

/// Opens a lesson, and waits until the settings of its address are the lab's.
fn lesson(page: &Page, name: &str, seat: u32) {
    open(page, name, &format!("class=7b&seat={seat}&{TINY}"));
    page.wait_until("lab.getConfig()?.p === 31", SOON);
}

fn text(page: &Page, id: &str) -> String {
    page.eval(&format!("document.querySelector('#{id}').textContent")).as_str().unwrap_or_default().to_owned()
}

/// Chooses an answer, and what the page says to it.
fn ask(page: &Page, answer: &str) -> String {
    page.run(&format!(
        "const form = document.querySelector('#question');
         form.elements.answer.value = '{answer}';
         form.requestSubmit();"
    ));
    text(page, "judgement")
}

/// A lesson points by a stop of the tour, and what its run did stays as it is.
#[test]
fn a_lesson_points_at_what_it_asks_about() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    lesson(&page, "2-list", 3);
    const POINTER: &str = "document.querySelector('[data-tour=mirror]')";
    assert_eq!(page.eval(&format!("{POINTER}.disabled")), true, "there is nothing to point at");
    page.run(
        "const form = document.querySelector('#prediction');
         form.elements.guess.value = '30';
         form.requestSubmit();",
    );
    page.wait_until(&format!("{ROWS}[0]?.[1] === '30' && !{POINTER}.disabled"), SOON);
    let kept = page.eval(ROWS);
    page.run(&format!("{POINTER}.click();"));
    page.wait_until("root.querySelector('.tour').checkVisibility() && root.querySelector('[data-pointed]')", SOON);
    page.screenshot("course-points");
    assert_eq!(page.eval(ROWS), kept);
    page.assert_no_console_errors();
}

#[test]
fn a_prediction_stays_its_run_judges_and_the_pool_shows_it() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    lesson(&page, "1-puzzle", 3);
    assert!(ask(&page, "few").contains("Lock in a prediction first"));
    page.run(
        "const {guess} = document.querySelector('#prediction').elements;
         guess.value = '30';
         guess.dispatchEvent(new Event('input', {bubbles: true}));",
    );
    page.reload();
    page.wait_until("lab.getConfig().p === 31", SOON);
    assert_eq!(page.eval("document.querySelector('#prediction').elements.guess.value"), "30");

    page.run("document.querySelector('#prediction').requestSubmit();");
    page.wait_until(&format!("{ROWS}[0]?.[1] === '30' && lab.state === 'done'"), SOON);
    // What the run did, from its curves.
    let first = |column: &str, least: f64| {
        let first =
            page.eval(&format!("(await column('step'))[(await column('{column}')).findIndex(a => a >= {least})] ?? null"));
        first.as_u64()
    };
    let (list, rule) = (first("trainAccuracy", 0.99), first("testAccuracy", 0.95));
    let happened = rule.expect("it has a rule to find").to_string();
    assert_eq!(page.eval(&format!("{ROWS}[0][2]")), happened);
    let right = match list.zip(rule) {
        Some((list, rule)) if rule < 2 * list => "same",
        Some((list, rule)) if rule < 5 * list => "few",
        _ => panic!("a list at {list:?}, and a rule at {rule:?}"),
    };
    let wrong = "most";
    assert!(ask(&page, wrong).starts_with("Your run says: "), "{right}: {}", text(&page, "judgement"));
    assert!(ask(&page, right).starts_with("Your run agrees. "), "{right}: {}", text(&page, "judgement"));
    page.screenshot("course-judged");
    page.reload();
    assert_eq!(page.eval(&format!("{ROWS}[0].slice(1, 3)")), json!(["30", happened]));

    let csv = page.run(
        "HTMLAnchorElement.prototype.click = () => {};
         const make = URL.createObjectURL;
         let file;
         URL.createObjectURL = blob => make.call(URL, file = blob);
         document.querySelector('[data-save]').click();
         return file.text();",
    );
    let csv = csv.as_str().expect("a text");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("class,seat,lesson,kind,") && lines.len() == 4, "{csv}");
    // A table as simple as this one can be understood before all of it is known.
    let known = list.filter(|list| Some(*list) <= rule).map_or(String::new(), |step| step.to_string());
    let run = format!("7b,3,puzzle,run,,step,30,{happened},{known},{happened},");
    assert!(lines[1].starts_with(&run), "{csv}\n{run}");
    assert!(lines[2].contains(&format!(",{wrong},false,")) && lines[3].contains(&format!(",{right},true,")), "{csv}");

    open(&page, "pool", "");
    // Two seats, a file that comes twice, and one that is none.
    page.run(&format!(
        "const transfer = new DataTransfer();
         const csv = {};
         const other = csv.replaceAll('7b,3,', '7b,4,');
         for (const [name, text] of [['a.csv', csv], ['b.csv', other], ['a again.csv', csv], ['note.txt', 'no table']])
           transfer.items.add(new File([text], name));
         const input = document.querySelector('#files');
         input.files = transfer.files;
         input.dispatchEvent(new Event('change'));",
        json!(csv)
    ));
    page.wait_until("document.querySelectorAll('#problems li').length === 1", SOON);
    assert!(text(&page, "problems").starts_with("note.txt is not a table of this course"), "{}", text(&page, "problems"));
    assert_eq!(text(&page, "read"), "Read 3 files: 2 seats, 2 runs, 4 other rows.");
    assert!(text(&page, "summary").starts_with(&format!("Median {happened}, ")), "{}", text(&page, "summary"));
    assert_eq!(page.eval("document.querySelectorAll('#chart .happened').length"), 1);
    let seats = "Array.from(document.querySelectorAll('#seats tr'), row => [row.cells[1].textContent, row.cells[4].textContent])";
    assert_eq!(page.eval(seats), json!([["3", happened], ["4", happened]]));
    page.screenshot("course-pool");
    page.assert_no_console_errors();
}

#[test]
fn a_seat_has_its_own_seed_and_its_pages_fit_every_screen() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    let seed = |seat| {
        lesson(&page, "2-list", seat);
        page.wait_until("lab.getConfig().seed !== 0", SOON);
        page.eval("lab.getConfig().seed")
    };
    let seeds: Vec<Value> = [1, 2, 1].map(seed).into();
    assert!(seeds[0] == seeds[2] && seeds[0] != seeds[1], "{seeds:?}");
    open(&page, "teacher", "");
    page.run(
        "const form = document.querySelector('#maker');
         form.elements.class.value = '7b';
         form.elements.seats.value = '2';
         form.requestSubmit();",
    );
    let links = page.eval("document.querySelector('#each').value");
    for (seat, seed) in [1, 2].iter().zip(&seeds) {
        assert!(links.as_str().is_some_and(|text| text.contains(&format!("class=7b&seat={seat}\tseed {seed}"))), "{links}");
    }
    let pages = ["index", "teacher", "sheet", "pool"];
    for (view, names) in [
        (View { width: 390, height: 844, scheme: "dark" }, &pages[..]),
        (View { width: 320, height: 640, scheme: "light" }, &[&pages[..], &["6-own"]].concat()),
    ] {
        page.set_view(view);
        for name in names {
            open(&page, name, "class=7b");
            page.assert_no_wider(view.width, name);
        }
    }
    page.assert_no_console_errors();
}

#[test]
fn answers_survive_spreadsheets_and_private_windows() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    open(&page, "sheet", "");
    let note = "=HYPERLINK(\"x\"), \n+1";
    let back = page.run(&format!(
        "const {{writeCsv, readCsv}} = await import(new URL('course.js', location));
         const text = writeCsv([
           {{class: '-7b', lesson: 'own', kind: 'run', unit: 'step', happened: Infinity, predicted: 12, note: {}}}]);
         const [entry] = readCsv(text);
         return [text.split('\\r\\n')[1].startsWith(\"'-7b,\"), text.includes(\",\\\"'=HYPERLINK(\"), entry.class, entry.note, entry.predicted,
                 entry.happened === Infinity, entry.grokked];",
        json!(note)
    ));
    assert_eq!(back, json!([true, true, "-7b", note, 12, true, null]));
    let kept = page.run(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no storage', 'SecurityError'); }});
         const {keep, kept, keeps} = await import(new URL('course.js?again', location));
         keep('own', all => all.entries.push({kind: 'run'}));
         return [keeps(), kept('own').entries.length];",
    );
    assert_eq!(kept, json!([false, 1]));
    page.assert_no_console_errors();
}
