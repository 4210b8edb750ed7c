//! The models' claims, their controls, and how they grow.

use super::*;

fn trained(setting: Setting) -> WithoutNetwork {
    let mut figure = WithoutNetwork::new(setting);
    while figure.advance() {}
    figure
}

/// Of other draws than those that the page shows.
fn drawn(setting: Setting, from: u64) -> WithoutNetwork {
    let mut figure = WithoutNetwork::new(setting);
    figure.models = (from..from + DRAWS).map(|seed| Model::new(setting, seed)).collect();
    figure.looks.clear();
    figure.look();
    while figure.advance() {}
    figure
}

#[test]
fn both_models_grok_by_what_the_loss_says_of_complexity_on_three_times_ten_draws() {
    for setting in [REGRESSION, PROCESS] {
        for (penalised, from) in [true, false].into_iter().flat_map(|penalised| [0, 10, 20].map(|from| (penalised, from))) {
            let figure = drawn(Setting { penalised, ..setting }, from);
            let claims = figure.claims();
            assert_eq!(claims.len(), 2);
            assert!(claims.iter().all(|claim| claim.judgement == Judgement::Holds), "{:?}, {from}: {claims:?}", figure.setting);
            let [at, last] = figure.climb().unwrap();
            assert!(if penalised { last >= 0.9 } else { last < 0.85 }, "{at} {last}");
        }
    }
}

#[test]
fn the_process_is_worse_before_it_is_better() {
    let figure = trained(PROCESS);
    let (known, late) = figure.delay();
    let ((known, _), late) = (known.unwrap(), late.unwrap());
    assert!(known <= 5 && late > 300, "{known} {late}");
    assert!(figure.looks.iter().any(|(epoch, look)| *epoch < 50 && look.accuracy[1] < 0.65));
    assert!(
        figure.describe().starts_with("The known numbers are met at epoch 1, when test accuracy is "),
        "{}",
        figure.describe()
    );
}

#[test]
fn claims_are_open_while_it_grows_fail_where_they_do_and_are_about_the_papers_settings() {
    let judged = |figure: &WithoutNetwork| figure.claims().into_iter().map(|claim| claim.judgement).collect::<Vec<_>>();
    let mut figure = WithoutNetwork::default();
    assert_eq!(judged(&figure), [Judgement::Open; 2]);
    figure.advance();
    assert_eq!(judged(&figure), [Judgement::Holds, Judgement::Open], "it knows its numbers");
    assert!(figure.claims()[1].measured.starts_with("from "), "{:?}", figure.claims());
    let climbs = |figure: &mut WithoutNetwork, by: f64| {
        let end = figure.setting.end();
        let look = |test| Look { accuracy: [0.9, test], fit: 1.0, complexity: 1.0 };
        (figure.looks, figure.epoch) = (vec![(EPOCH, look(0.5)), (end, look(0.5 + by))], end);
    };
    climbs(&mut figure, 0.15);
    assert_eq!(judged(&figure), [Judgement::Fails; 2], "neither known nor late");
    figure.set("penalised", "false");
    climbs(&mut figure, 0.15);
    assert_eq!(judged(&figure), [Judgement::Fails; 2]);
    assert_eq!(figure.claims()[1].measured, "from 50.0 % to 65.0 %");
    figure.set("0.points", "5");
    assert!(figure.claims().is_empty());
}

#[test]
fn controls_are_named_set_and_limited() {
    let mut figure = WithoutNetwork::default();
    let html = WithoutNetwork::controls();
    for (name, value) in [
        ("0.start", "0.3"),
        ("0.points", "5"),
        ("penalised", "false"),
        ("model", "process"),
        ("1.start", "0.1"),
        ("1.points", "30"),
    ] {
        assert!(html.contains(&format!("data-knob=\"{name}\"")), "{name}");
        figure.set(name, value);
        assert_eq!(figure.value(name).as_deref(), Some(value));
    }
    assert_eq!(figure.value("0.start"), None, "it is the other model's");
    let before = figure.setting;
    for (name, value) in
        [("0.start", "0.3"), ("1.start", "0.7"), ("1.points", "-1"), ("model", "frog"), ("frog", "1"), ("1.frog", "1")]
    {
        figure.set(name, value);
        assert_eq!(figure.setting, before, "{name} = {value}");
    }
}

#[test]
fn it_grows_from_the_start_whenever_it_is_set() {
    let mut figure = WithoutNetwork::default();
    assert!(figure.describe().is_empty() && figure.advance());
    let seen = figure.looks.len();
    assert!(figure.advance() && figure.looks.len() > seen);
    figure.set("penalised", "false");
    assert_eq!((figure.looks.len(), figure.epoch), (1, 0));
    let epochs: Vec<u32> = trained(figure.setting).looks.iter().map(|(epoch, _)| *epoch).collect();
    assert!(epochs.windows(2).all(|pair| pair[0] < pair[1]) && epochs.last() == Some(&5000), "{epochs:?}");
}
