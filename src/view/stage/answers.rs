//! The answer to every pair.

use super::{Painting, Picture, pairs};
use crate::config::Config;
use crate::protocol::inspect::{InspectRequest, Table};
use crate::task::{Operation, Size};
use crate::text;
use crate::tr;
use crate::view::captions;
use crate::view::draw::Area;
use crate::view::views::table::{describe, paint, right, table};
use crate::view::views::{Pointed, Subject, cell};

/// The picture.
pub static PICTURE: Picture = Picture { name: "answers", applies: pairs, request: |_| InspectRequest::Table };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |subject| match Operation::of(subject.config).size() {
        Size::Modulus | Size::Numbers => tr!("Its answers: {task}", task = captions::title(subject.config)),
        _ => tr!("Its answers to every pair").into(),
    },
    draw: |draw, subject, area| {
        if let Some(table) = table(subject) {
            paint(draw, subject, table, square(subject, area));
        }
    },
    describe,
    point,
};

/// Space for the numbers on the left and above.
const MARGINS: [f64; 2] = [26.0, 20.0];

fn square(subject: &Subject, area: Area) -> Area {
    let [left, top] = MARGINS;
    subject.square((area.x + left, area.y + top), subject.p, (area.width - left).min(area.height - top).max(1.0))
}

fn point(subject: &Subject, area: Area, at: (f64, f64)) -> Option<Pointed> {
    let (table, [y, x]) = (table(subject)?, cell(square(subject, area), [subject.p; 2], at)?);
    Some((words(subject.config, table, [x, y], subject.p), None))
}

/// `45 + 70 = 18, right (97 % sure)`
fn words(config: &Config, table: &Table, [x, y]: [usize; 2], p: usize) -> String {
    let cell = x * p + y;
    let pair = instance(config, [x, y]);
    let kind = match table.kind[cell] {
        0 => return tr!("{pair} has no result", pair),
        2 => tr!("it was shown this one"),
        _ => tr!("it was never shown this one"),
    };
    let share = text::percent(table.confidence[cell].into());
    let (answer, truth) = (table.answer[cell], table.truth[cell]);
    match right(table, cell) {
        true => tr!("{pair} = {answer} ✓ {share} sure; {kind}", pair, answer, share, kind),
        false => tr!("{pair} = {answer} ✗ {share} sure; it is {truth}; {kind}", pair, answer, share, truth, kind),
    }
}

/// The operation with two numbers in the place of x and y, where its label is a formula.
fn instance(config: &Config, [x, y]: [usize; 2]) -> String {
    let operation = Operation::of(config);
    let label = operation.label(config);
    let formula = !label.contains(|letter: char| letter.is_ascii_alphabetic() && !['x', 'y'].contains(&letter));
    if operation.size() != Size::Modulus || !formula {
        return format!("({x}, {y})");
    }
    let mut written = String::new();
    for letter in label.chars() {
        let number = match letter {
            'x' => x,
            'y' => y,
            _ => {
                written.push(letter);
                continue;
            }
        };
        // 3y and xy are products.
        if written.ends_with(|before: char| before.is_ascii_digit() || before == ')') {
            written.push('·');
        }
        written += &number.to_string();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_place_of_letters() {
        let with = |task: &str| instance(&Config::from_pairs([("task", task), ("model", "mlp")]).0, [45, 7]);
        assert_eq!(with("x+y"), "45 + 7");
        assert_eq!(with("x^2+3y"), "45^2+3·7");
        assert_eq!(with("xy+1"), "45·7+1");
        assert_eq!(with("s5"), "(45, 7)");
        assert_eq!(with("x/y-or-x-y"), "(45, 7)");
        assert_eq!(with("random"), "(45, 7)");
    }
}
