//! Drawings as SVG text (SVG 1.1) that stands alone: no styles, no scripts, no fonts but the reader's own.

use super::{Align, Area, Draw, Label, Stroke};
use crate::number::fixed;
use crate::text;
use crate::view::decimate::Line;

/// A drawing in progress.
pub struct Svg {
    body: String,
}

impl Svg {
    /// An empty drawing of this size. The title and the longer description are what a screen reader says.
    pub fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        let [width, height] = [width, height].map(number);
        let [title, description] = [title, description].map(escape);
        let body = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" font-family=\"system-ui, sans-serif\">\n<title>{title}</title>\n<desc>{description}</desc>\n"
        );
        Svg { body }
    }

    /// The document.
    pub fn finish(self) -> String {
        self.body + "</svg>\n"
    }

    /// ` name="value"`.
    fn attribute(&mut self, name: &str, value: &str) {
        self.body += " ";
        self.body += name;
        self.body += "=\"";
        self.body += &escape(value);
        self.body += "\"";
    }

    fn numbers(&mut self, values: &[(&str, f64)]) {
        for (name, value) in values {
            self.attribute(name, &number(*value));
        }
    }

    fn area(&mut self, area: Area) {
        self.numbers(&[("x", area.x), ("y", area.y), ("width", area.width), ("height", area.height)]);
    }
}

impl Draw for Svg {
    fn fill(&mut self, area: Area, color: &str) {
        self.body += "<rect";
        self.area(area);
        self.attribute("fill", color);
        self.body += "/>\n";
    }

    fn lines(&mut self, lines: &[Line], stroke: Stroke) {
        self.body += "<path fill=\"none\" stroke-linejoin=\"round\"";
        self.attribute("stroke", stroke.color);
        self.numbers(&[("stroke-width", stroke.width)]);
        if !stroke.dash.is_empty() {
            let dash: Vec<String> = stroke.dash.iter().map(|length| number(*length)).collect();
            self.attribute("stroke-dasharray", &dash.join(" "));
        }
        if stroke.alpha < 1.0 {
            self.numbers(&[("stroke-opacity", stroke.alpha)]);
        }
        self.attribute("d", &path(lines, ""));
        self.body += "/>\n";
    }

    fn polygons(&mut self, polygons: &[Line], color: &str, alpha: f64) {
        self.body += "<path";
        self.attribute("fill", color);
        self.numbers(&[("fill-opacity", alpha)]);
        self.attribute("d", &path(polygons, "Z"));
        self.body += "/>\n";
    }

    fn dot(&mut self, at: (f64, f64), radius: f64, color: &str, edge: &str) {
        self.body += "<circle";
        self.numbers(&[("cx", at.0), ("cy", at.1), ("r", radius), ("stroke-width", 1.5)]);
        self.attribute("fill", color);
        self.attribute("stroke", edge);
        self.body += "/>\n";
    }

    fn text(&mut self, label: Label) {
        self.body += "<text";
        // A third of an em below: programs disagree about what the middle of a line is, not about its baseline.
        self.numbers(&[("x", label.at.0), ("y", label.at.1 + 0.35 * label.size), ("font-size", label.size)]);
        match label.align {
            Align::Left => {}
            Align::Center => self.attribute("text-anchor", "middle"),
            Align::Right => self.attribute("text-anchor", "end"),
        }
        if label.bold {
            self.attribute("font-weight", "600");
        }
        self.attribute("fill", label.color);
        if let Some(halo) = label.halo {
            self.attribute("stroke", halo);
            self.body += " stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
        }
        self.body += ">";
        self.body += &escape(label.text);
        self.body += "</text>\n";
    }

    /// An estimate, since the reader's font is unknown: letters of common fonts are about half as wide as high.
    fn width_of(&self, text: &str, size: f64) -> f64 {
        0.54 * size * text.chars().count() as f64
    }

    fn clip(&mut self, area: Area) {
        // A page may hold several drawings, which share their ids: equal ones clip equally.
        let sides = [area.x, area.y, area.width, area.height].map(number);
        let id = format!("grokking-lab-clip-{}", sides.join("-"));
        self.body += "<clipPath";
        self.attribute("id", &id);
        self.body += "><rect";
        self.area(area);
        self.body += "/></clipPath>\n<g";
        self.attribute("clip-path", &format!("url(#{id})"));
        self.body += ">\n";
    }

    fn unclip(&mut self) {
        self.body += "</g>\n";
    }
}

/// Polylines as the data of a path, each followed by `end`.
fn path(lines: &[Line], end: &str) -> String {
    let mut path = String::new();
    for line in lines {
        for (i, (x, y)) in line.iter().enumerate() {
            path += if i == 0 { "M" } else { "L" };
            path += &number(*x);
            path += " ";
            path += &number(*y);
        }
        path += end;
    }
    path
}

/// A coordinate: a hundredth of a pixel is fine enough.
fn number(value: f64) -> String {
    let text = fixed(value, 2);
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// Text for content and attributes. Characters that XML forbids are left out.
fn escape(text: &str) -> String {
    let forbidden = |c: &char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text::escape(&text.chars().filter(|c| !forbidden(c)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_coordinates_are_short() {
        let mut svg = Svg::new(100.0, 50.5, "a < b & \"c\"", "\u{1}x");
        let label = Label {
            text: "1 > 0 & <b>",
            at: (1.0 / 3.0, 10.0),
            align: Align::Right,
            size: 10.0,
            bold: false,
            color: "\"red\"",
            halo: None,
        };
        svg.text(label);
        let text = svg.finish();
        assert!(text.contains("viewBox=\"0 0 100 50.5\""), "{text}");
        assert!(text.contains("<title>a &lt; b &amp; &quot;c&quot;</title>\n<desc>x</desc>"), "{text}");
        assert!(text.contains("x=\"0.33\" y=\"13.5\""), "{text}");
        assert!(text.contains("fill=\"&quot;red&quot;\">1 &gt; 0 &amp; &lt;b&gt;</text>"), "{text}");
    }

    #[test]
    fn polylines_become_one_path() {
        let mut svg = Svg::new(9.0, 9.0, "", "");
        svg.lines(&[vec![(0.0, 1.0), (2.0, 3.0)], vec![(5.0, 5.0)]], Stroke { dash: &[6.0, 3.5], ..Stroke::thin("red") });
        let text = svg.finish();
        assert!(text.contains("stroke-dasharray=\"6 3.5\" d=\"M0 1L2 3M5 5\"/>"), "{text}");
    }
}
