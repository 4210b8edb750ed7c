//! The benchmark instead of the lab.

use crate::harness::{DESKTOP, Page};
use serde_json::Value;
use std::time::Duration;

#[test]
fn the_benchmark_fills_its_tables_on_the_cpu() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.visit("?bench#p=7&train=0.6&width=8&heads=2&mlp=8&backend=cpu&v=1");
    page.wait_until("root.querySelector('[role=status]').textContent.startsWith('Done')", Duration::from_secs(180));
    assert_eq!(page.eval("root.querySelector('[role=status]').textContent"), "Done.");
    let names = page.eval("Array.from(root.querySelectorAll('caption'), caption => caption.textContent).join(' ')");
    assert_eq!(names, "machine peaks ops step runs failures");
    // Every row has a cell for every column, and the backend first.
    let rows = page.eval(
        "Array.from(root.querySelectorAll('table')).slice(1, 5).map(table => Array.from(table.rows, row => row.cells.length))",
    );
    for (table, cells) in rows.as_array().expect("tables").iter().enumerate() {
        let cells = cells.as_array().expect("rows");
        assert!(cells.len() > if table == 1 { 20 } else { 1 }, "table {table} has {} rows", cells.len());
        assert!(cells.iter().all(|n| n == &cells[0]), "table {table}: {cells:?}");
    }
    // What the button copies is the same as JSON.
    page.run("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); };");
    page.run("root.querySelector('[data-copy=json]').click();");
    let copied: Value = serde_json::from_str(page.eval("copied").as_str().expect("text")).expect("JSON");
    assert_eq!(copied["step"][0]["backend"], "cpu");
    assert!(copied["step"][0]["ms per step"].as_f64().is_some_and(|ms| ms > 0.0), "{}", copied["step"]);
    page.screenshot("bench");
    page.assert_no_console_errors();
}
