//! The page and its worker: the only place that names the browser.
