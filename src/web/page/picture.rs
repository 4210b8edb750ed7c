//! Pictures of the charts on a canvas of their own, and files that are offered to the visitor.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, Url};

use super::chart::Scene;
use super::dom::{Result, make};
use super::surface::{Brush, context};
use crate::metrics::Panel;
use crate::tr;
use crate::view::chart::Curves;
use crate::view::chart::figure::{self, Picture};
use crate::view::draw::Area;

/// Pixels of a picture per CSS pixel.
const DENSITY: f64 = 2.0;

/// A canvas for so many pictures side by side.
pub fn canvas(pictures: usize) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = make("canvas", "")?;
    canvas.set_width((figure::SIZE.0 * DENSITY) as u32 * pictures as u32);
    canvas.set_height((figure::SIZE.1 * DENSITY) as u32);
    let context = context(&canvas)?;
    Ok((canvas, context))
}

/// Paints panels side by side, and remembers their curves.
pub fn paint(context: &CanvasRenderingContext2d, scene: &Scene, panels: &mut [(Panel, Curves)], caption: &str) {
    let mut brush = Brush::new(context, DENSITY, &scene.theme.font);
    let (width, height) = figure::SIZE;
    for (i, (panel, curves)) in panels.iter_mut().enumerate() {
        let area = Area { x: i as f64 * width, y: 0.0, width, height };
        figure::picture(&mut brush, scene, Picture { panel: *panel, area, density: DENSITY, caption }, curves);
    }
}

/// A promise of a chart as a PNG, twice the size of the screen.
pub fn png(scene: &Scene, panel: Panel, caption: &str) -> Result<Promise> {
    let (canvas, context) = canvas(1)?;
    paint(&context, scene, &mut [(panel, Curves::default())], caption);
    let (mut result, unable) = (Ok(()), tr!("this browser could not make the picture"));
    let promise = Promise::new(&mut |resolve, reject| {
        let settle = Closure::once_into_js(move |blob: JsValue| {
            // The functions of a promise do not throw.
            let _ = if blob.is_null() {
                reject.call1(&JsValue::NULL, &js_sys::Error::new(unable))
            } else {
                resolve.call1(&JsValue::NULL, &blob)
            };
        });
        result = canvas.to_blob(settle.unchecked_ref());
    });
    result.map(|()| promise)
}

/// Offers a file. Its content is text, bytes or a blob.
pub fn download(name: &str, kind: &str, content: &JsValue) -> Result<()> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(content), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = make("a", "")?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
