//! What the stops say. The sentences follow the run: they are about what it has come to, not about what it should. They are
//! apart from the stops because a page loads them at another time.

use super::Moment;
use crate::config::Tour;
use crate::metrics::History;
use crate::task::Size;
use crate::text::{rounded, thousands};
use crate::tr;
use crate::view::app::{App, State};
use crate::view::data::Data;

/// What a stop says of the run, as far as it has come.
pub fn says(place: Tour, app: &App) -> String {
    match place {
        Tour::Off => String::new(),
        Tour::Puzzle => puzzle(app),
        Tour::List => list(app),
        Tour::Mirror => mirror(app),
        Tour::Plateau => plateau(app),
        Tour::Circle => circle(app),
        Tour::Waves => waves(app),
        Tour::Decay => decay(app),
        Tour::Own => own(),
        Tour::Papers => papers(),
    }
}

fn first(app: &App) -> Option<&History> {
    app.histories.first()
}

/// The step at which the run came to a moment, written.
fn step(app: &App, moment: Moment) -> Option<String> {
    first(app).and_then(|history| moment.of(history)).map(|step| thousands(step.into()))
}

/// What there is to say as long as the run has not come to a moment.
fn waiting(app: &App, meanwhile: &str) -> String {
    match app.state() {
        State::Done => tr!("This run ended before it came to that. Press Reset and try other settings.").into(),
        State::Error => tr!("Training has stopped, and the message says why.").into(),
        State::Paused => [meanwhile, tr!("Press Continue.")].join(" "),
        State::Idle | State::Running => meanwhile.into(),
    }
}

fn puzzle(app: &App) -> String {
    let config = &app.config;
    let size = app.operation(config).size();
    if size == Size::Points {
        return tr!(
            "Each class is two clouds of points, and nobody tells it where they lie. It is shown {share} of all points, few of them \
             from the second clouds. When will it know those too? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if size == Size::Sides {
        return tr!(
            "Each point is on one of two sides, and nobody tells it where they part. It is shown {share} of all points. When will it \
             find out? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if size == Size::Clouds {
        return tr!(
            "Each class is a cloud of points, rarer than the one before, and nobody tells it where they lie. It is shown {share} of all \
             points. When will it know the others too? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if size == Size::Entities {
        return tr!(
            "The network learns facts, and is asked what follows from two of them; nobody tells it how. It is shown {share} of all such \
             questions. When will it answer the others too? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if size == Size::Rules {
        return tr!(
            "Each example shows a rule at work three times and asks for a fourth; nobody tells it the rule. It is shown {share} of all such \
             examples. When will it answer the others too? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if size == Size::Operations {
        return tr!(
            "Each example names an operation and two numbers, and nobody tells it what the operations are. It is shown {share} of all of \
             them. When will it find out? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if size == Size::Base {
        return tr!(
            "Each example is two numbers, digit by digit, and nobody tells it how to add or carry. It is shown {share} of all such sums. When \
             will it answer the others too? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if size == Size::Values {
        return tr!(
            "Each example is a fact about somebody, and none follows from another: the network can only memorise them. When will it know \
             those it is shown? Say a step, then press Next."
        )
        .into();
    }
    if matches!(size, Size::Sequence(_)) {
        return tr!(
            "Each example is a sequence of {k} operands and its result, and nobody tells it the rule. It is shown {share} of all \
             sequences. When will it find the rule? Say a step, then press Next.",
            k = config.k,
            share = rounded(config.train)
        );
    }
    if size == Size::Pixels {
        return tr!(
            "Each picture is a digit that somebody wrote, and nobody tells it what makes a 3 a 3. It is shown {share} of all digits. \
             When will it read the others too? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    if !size.has_table() {
        return tr!(
            "A few of its bits decide the answer, and nobody tells it which. It is shown {share} of all rows. When will it find \
             out? Say a step, then press Next.",
            share = rounded(config.train)
        );
    }
    let squares = match config.task.as_str() {
        "x+y" => tr!(
            "Each square is one sum on a clock with {p} hours: blue if the network gets it right, orange if not.",
            p = config.p
        ),
        _ => tr!("Each square is one pair: blue if the network gets it right, orange if not.").into(),
    };
    let shown = tr!(
        "It will be shown the {share} with a dot. When will it get the others right? Say a step, then press Next.",
        share = rounded(config.shown())
    );
    [squares, shown].join(" ")
}

fn list(app: &App) -> String {
    let Data { what, .. } = Data::of(&app.operation(app.present()));
    let table = app.operation(&app.config).size().has_table();
    match step(app, Moment::Memorized) {
        Some(step) if table => tr!(
            "Every square with a dot is blue: by step {step} it knew its own {what} by heart, as one knows a phone number. Of the \
             others it knows next to nothing.",
            step,
            what
        ),
        Some(step) => tr!(
            "By step {step} it knew its own {what} by heart, as one knows a phone number. Of the others it knows nothing.",
            step,
            what
        ),
        None if table => {
            waiting(app, tr!("It is learning. Watch the squares with a dot turn blue: those it is shown, again and again."))
        }
        None => waiting(app, tr!("It is learning by heart what it is shown: the solid curve of train accuracy climbs.")),
    }
}

fn mirror(app: &App) -> String {
    if step(app, Moment::Memorized).is_none() {
        return waiting(app, tr!("It is still learning its list by heart. Watch the squares with a dot turn blue."));
    }
    let known = first(app).and_then(|history| {
        let memorized = history.memorized?;
        history.points.iter().find(|point| point.step >= memorized).map(|point| f64::from(point.test_accuracy))
    });
    let free = app.mirrored();
    match known {
        Some(known) if known > free / 2.0 => tr!(
            "Some squares without a dot are blue as well, about {share} of them. Each has a dot in its mirror image: whoever knows \
             3 and 5 also knows 5 and 3. That is a trick, not yet the rule.",
            share = rounded(known)
        ),
        _ => tr!("Whoever knows 3 and 5 also knows 5 and 3. This network has not even noticed that: it takes each for itself.")
            .into(),
    }
}

fn plateau(app: &App) -> String {
    let Data { what, rule, .. } = Data::of(&app.operation(app.present()));
    if step(app, Moment::Memorized).is_none() || step(app, Moment::Plateau).is_none() {
        return waiting(
            app,
            tr!("It trains on, though everything it is asked is right already. Watch the dashed curve, test accuracy."),
        );
    }
    let quick =
        first(app).is_some_and(|history| Moment::Grokked.of(history) <= Moment::Plateau.of(history) && history.grokked.is_some());
    if quick {
        return tr!(
            "There was hardly a wait: it found the rule about as soon as it knew its {what}. Show it fewer to see one.",
            what
        );
    }
    let told = match rule {
        true => tr!(
            "It has trained as long again, and the dashed curve, test accuracy, hardly moved. Everything it practises is right, so \
             there seems to be nothing left to learn. Most people would stop here."
        ),
        false => {
            tr!("It has trained as long again, and nothing happened: each result was drawn by lot, so there is no rule to find.")
        }
    };
    told.into()
}

fn circle(app: &App) -> String {
    match step(app, Moment::Grokked) {
        Some(step) => tr!(
            "By step {step} it had the rule. While the curve lay still, its numbers moved: they came to lie on circles, in an order \
             that makes the answer a matter of angles. Drag along the curve to see it form.",
            step
        ),
        None => waiting(
            app,
            tr!("Now let it train on, and keep an eye on its numbers. Each point is one; a line joins it to the next."),
        ),
    }
}

fn waves(app: &App) -> String {
    if step(app, Moment::Grokked).is_none() {
        return waiting(app, tr!("It is still looking for the rule. Watch stripes come up in these maps."));
    }
    tr!(
        "Each map is a neuron, and dark is where it responds: in waves. A few waves carry all that it knows. Press a map to switch a \
         wave off, and see which answers break. Switch all on brings it back."
    )
    .into()
}

fn decay(app: &App) -> String {
    let Some(step) = app.tour_fork() else {
        return waiting(app, tr!("First it has to know its list by heart. From there it will go on without weight decay."));
    };
    let step = thousands(step.into());
    let grokked = first(app).and_then(|history| history.grokked);
    if let Some(grokked) = grokked {
        return tr!(
            "From step {step} on this is the same network without weight decay, and it found the rule all the same, by step \
             {grokked}. Weight decay is not the only thing that favours a rule: compare with the other curve, the run before.",
            step,
            grokked = thousands(grokked.into())
        );
    }
    tr!(
        "From step {step} on this is the same network, but weight decay is off. It was a price on everything it keeps, and a long \
         list costs more than a rule. Now a list costs nothing, so it keeps it: compare with the other curve, the run before.",
        step
    )
}

fn own() -> String {
    tr!(
        "Now you. Choose another operation, type a formula such as x^2+3*y, or take the random table, which has no rule at all. Say \
         first when it will find the rule, or whether. Then press Start."
    )
    .into()
}

fn papers() -> String {
    tr!(
        "Each card repeats the experiment of a paper, here and now, and judges the paper’s claims by what your run does. The first \
         takes a second. That was the tour: everything is yours to try."
    )
    .into()
}
