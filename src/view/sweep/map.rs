//! The training map of a table of runs (Hu et al. 2023): latent states as circles, in the order of their first visits, with arrows for the
//! ways between them. States that some runs do without are beside the road. Below, every run's way through them over the steps.

use crate::analysis::{MapState, TrainingMap};
use crate::config::Config;
use crate::experiment::find;
use crate::language::local;
use crate::number::fixed;
use crate::order::argsort;
use crate::text::{rounded, thousands};
use crate::tr;
use crate::view::chart::Theme;
use crate::view::color::{Rgb, css, mix, rgb};
use crate::view::decimate::Line;
use crate::view::draw::{Align, Area, Cells, Draw, Label, Stroke};

/// Radius of a circle, pixels.
const RADIUS: f64 = 13.0;
/// The part of the picture that circles and arrows take.
const ROADS: f64 = 0.62;
/// Moves that are drawn have at least this fraction of those out of their state.
const SELDOM: f32 = 0.02;
/// Points of an arrow's line.
const POINTS: u32 = 24;

/// Whether a table is one of which there is to be a map.
pub fn applies(config: &Config) -> bool {
    find(&config.experiment).is_some_and(|(_, arm)| arm.follows())
}

/// What it says.
pub fn words(map: &TrainingMap) -> String {
    let (count, runs) = (map.states.len(), map.paths.len());
    let mut said = vec![tr!(
        "A hidden Markov model finds {count} states in the weights of {runs} runs. How long a run is in each tells when it converges: \
         R² = {share}. Below each state stands when the runs that visit it converge, on average.",
        count,
        runs,
        share = local(fixed(map.r2.into(), 2))
    )];
    let detours = map.states.iter().enumerate().filter(|(_, state)| state.detour);
    said.extend(detours.map(|(i, state)| {
        let [late, early] = state.converged.map(step);
        tr!(
            "State {n} is a detour: the {some} runs that visit it converge at step {late} on average, the others at step {early}.",
            n = i + 1,
            some = state.runs,
            late,
            early
        )
    }));
    if said.len() == 1 {
        said.push(tr!("None of them is a detour.").into());
    }
    said.join(" ")
}

/// A step of an average.
fn step(average: f32) -> String {
    thousands(average.round() as u64)
}

/// From one colour to another that the colour-blind tell apart (Okabe and Ito 2008), in the order of the states.
pub fn color(state: usize, count: usize) -> Rgb {
    mix(rgb("#56b4e9"), rgb("#d55e00"), state as f32 / count.max(2).saturating_sub(1) as f32)
}

/// Where the circles are.
fn places(map: &TrainingMap, area: Area) -> Vec<(f64, f64)> {
    let (count, runs) = (map.states.len() as f64, map.paths.len() as u32);
    let place = |(i, state): (usize, &MapState)| {
        let beside = if state.runs < runs { 0.74 } else { 0.34 };
        (area.x + area.width * (i as f64 + 0.5) / count, area.y + area.height * ROADS * beside)
    };
    map.states.iter().enumerate().map(place).collect()
}

/// An arrow between two circles, bent to its left: its line, and the corners of its head.
fn arrow((x, y): (f64, f64), (to_x, to_y): (f64, f64), bend: f64) -> (Line, Line) {
    let middle = ((x + to_x) / 2.0 + bend * (to_y - y), (y + to_y) / 2.0 - bend * (to_x - x));
    let at = |t: f64| {
        let along = |a: f64, b: f64, c: f64| (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c;
        (along(x, middle.0, to_x), along(y, middle.1, to_y))
    };
    let outside =
        |(a, b): &(f64, f64)| libm::hypot(a - x, b - y) >= RADIUS + 1.0 && libm::hypot(a - to_x, b - to_y) >= RADIUS + 2.0;
    let line: Line = (0..=POINTS).map(|i| at(f64::from(i) / f64::from(POINTS))).filter(outside).collect();
    let tip = line.last().copied().unwrap_or((to_x, to_y));
    let length = libm::hypot(to_x - tip.0, to_y - tip.1).max(1.0);
    let (right, down) = ((to_x - tip.0) / length, (to_y - tip.1) / length);
    let corner = |along: f64, aside: f64| (tip.0 + along * right - aside * down, tip.1 + along * down + aside * right);
    (line, vec![corner(2.0, 0.0), corner(-6.0, 4.0), corner(-6.0, -4.0)])
}

/// Draws it; `steps` is how long the runs are.
pub fn draw(draw: &mut dyn Draw, map: &TrainingMap, steps: u32, area: Area, theme: &Theme) {
    let (count, places) = (map.states.len(), places(map, area));
    let halo = Some(&*theme.background);
    for (i, fraction) in map.moves.iter().enumerate().filter(|(_, fraction)| **fraction >= SELDOM) {
        let (from, to) = (i / count, i % count);
        // Over what is in between.
        let bend = if from.abs_diff(to) > 1 && places[from].1 == places[to].1 { 0.22 } else { 0.06 };
        let (line, head) = arrow(places[from], places[to], bend);
        // Nearer to where it comes from, so that those that meet leave each other room.
        let before = line.get(2 * line.len() / 5).copied().unwrap_or(places[to]);
        draw.lines(&[line], Stroke { width: 1.0 + 2.0 * f64::from(*fraction), ..Stroke::thin(&theme.muted) });
        draw.polygons(&[head], &theme.muted, 1.0);
        let at = (before.0, before.1 - 9.0);
        let text = rounded((*fraction).into());
        draw.text(Label { text: &text, at, align: Align::Center, size: 10.0, bold: false, color: &theme.ink, halo });
    }
    for (i, (state, &(x, y))) in map.states.iter().zip(&places).enumerate() {
        if state.detour {
            draw.dot((x, y), RADIUS + 4.0, &theme.background, &theme.ink);
        }
        draw.dot((x, y), RADIUS, &css(color(i, count)), &theme.ink);
        let mut write = |text: &str, down: f64, bold, color: &str, halo| {
            draw.text(Label { text, at: (x, y + down), align: Align::Center, size: 11.0, bold, color, halo });
        };
        write(&(i + 1).to_string(), 0.5, true, "#000", None);
        write(&step(state.converged[0]), RADIUS + 11.0, false, &theme.ink, halo);
        if state.detour {
            write(tr!("detour"), RADIUS + 24.0, true, &theme.ink, halo);
        }
    }
    ways(draw, map, steps, area, theme);
}

/// A row for each run, the first to converge on top, in the colours of its states, with a mark where it converges.
fn ways(draw: &mut dyn Draw, map: &TrainingMap, steps: u32, area: Area, theme: &Theme) {
    let (runs, looks) = (map.paths.len(), map.paths.first().map_or(0, Vec::len));
    let top = area.y + area.height * ROADS + 20.0;
    let inside = Area { x: area.x + 8.0, y: top, width: area.width - 16.0, height: area.y + area.height - 18.0 - top };
    if looks == 0 || inside.height < runs as f64 {
        return;
    }
    let order = argsort(runs, &|a, b| map.converged[a].cmp(&map.converged[b]));
    let states = order.iter().flat_map(|run| map.paths[*run].iter().take(looks));
    let colors: Vec<Rgb> = states.map(|state| color(usize::from(*state), map.states.len())).collect();
    draw.cells(inside, &Cells { columns: looks, colors: &colors, dots: None });
    let high = inside.height / runs as f64;
    let mark = |(row, run): (usize, &usize)| {
        let x = inside.x + inside.width * f64::from(map.converged[*run]) / f64::from(steps.max(1));
        vec![(x, inside.y + row as f64 * high), (x, inside.y + (row + 1) as f64 * high)]
    };
    draw.lines(&order.iter().enumerate().map(mark).collect::<Vec<Line>>(), Stroke { width: 2.0, ..Stroke::thin("#000") });
    let mut write = |text: &str, at, align| {
        draw.text(Label { text, at, align, size: 11.0, bold: false, color: &theme.muted, halo: None });
    };
    write(tr!("Each run’s way, with the step at which it converges"), (inside.x, top - 9.0), Align::Left);
    write("0", (inside.x, inside.y + inside.height + 9.0), Align::Left);
    write(&thousands(steps.into()), (inside.x + inside.width, inside.y + inside.height + 9.0), Align::Right);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::view::draw::svg::Svg;

    const AREA: Area = Area { x: 0.0, y: 0.0, width: 400.0, height: 300.0 };

    fn map() -> TrainingMap {
        let state = |runs, detour, converged| MapState { runs, coefficient: 1.0, correlation: 0.5, converged, detour };
        TrainingMap {
            states: vec![state(4, false, [275.0, f32::NAN]), state(2, true, [350.0, 200.0]), state(4, false, [275.0, f32::NAN])],
            moves: vec![0.0, 0.5, 0.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
            paths: vec![vec![0, 2, 2], vec![0, 2, 2], vec![0, 1, 2], vec![0, 1, 1]],
            converged: vec![200, 200, 300, 400],
            r2: 0.987,
        }
    }

    #[test]
    fn it_says_what_the_states_are_and_which_are_detours() {
        let words = words(&map());
        assert!(words.contains("finds 3 states in the weights of 4 runs") && words.contains("R² = 0.99"), "{words}");
        assert!(words.contains("State 2 is a detour: the 2 runs that visit it converge at step 350 on average"), "{words}");
        let mut plain = map();
        plain.states[1].detour = false;
        assert!(super::words(&plain).ends_with("None of them is a detour."));
    }

    #[test]
    fn circles_have_their_numbers_and_arrows_their_fractions() {
        let mut svg = Svg::new(AREA.width, AREA.height, "", "");
        draw(&mut svg, &map(), 600, AREA, &Theme { ink: "black".into(), muted: "gray".into(), ..Theme::default() });
        let xml = svg.finish();
        assert_eq!((xml.matches(">50 %<").count(), xml.matches(">100 %<").count()), (2, 1), "{xml}");
        assert_eq!((xml.matches(">detour<").count(), xml.matches("<circle").count()), (1, 4), "a ring around the detour");
        for text in [">1<", ">2<", ">3<", ">350<", ">600<"] {
            assert!(xml.contains(text), "{text}");
        }
        assert!(!xml.contains("NaN"));
        // The detour is beside the road.
        let places = places(&map(), AREA);
        assert!(places[1].1 > places[0].1 && places[0].1 == places[2].1);
    }

    #[test]
    fn an_arrow_ends_where_the_circles_begin() {
        let (line, head) = arrow((0.0, 0.0), (100.0, 0.0), 0.2);
        let (first, last) = (line[0], line[line.len() - 1]);
        assert!(libm::hypot(first.0, first.1) >= RADIUS && libm::hypot(100.0 - last.0, last.1) >= RADIUS);
        assert!(line.iter().all(|(_, y)| *y < 0.0), "bent upwards: {line:?}");
        assert!(head[0].0 > head[1].0 && head.len() == 3);
    }
}
