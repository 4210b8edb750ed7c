use grokking_lab::{config::Config, metrics::History, plan::List, train::*};
fn main() {
    let q = std::env::args().nth(1).unwrap_or_default();
    let (mut c, pr) = grokking_lab::config::from_query(&q);
    for p in pr {
        println!("{p}");
    }
    c.speed = 0.0;
    let mut t = pollster::block_on(Trainer::new(&c, &Device::Cpu)).unwrap();
    println!(
        "params {} pairs {:?} flops train {:.2}G eval {:.2}G",
        t.parameters(),
        t.built().pairs,
        t.built().plan.flops(List::Train) as f64 / 1e9,
        t.built().plan.flops(List::Evaluate) as f64 / 1e9
    );
    println!(
        "{} dispatches, {} MB",
        t.built().plan.train.len(),
        t.built().plan.bytes() >> 20
    );
    let mut h = History::default();
    let t0 = std::time::Instant::now();
    let mut last = 0;
    while t.step() < c.steps {
        t.steps(1);
        for p in pollster::block_on(t.collect().points()).unwrap() {
            if p.run == 0 {
                h.push(p);
                if p.step >= last {
                    println!(
                        "{} {:.4} {:.3} {:.4} {:.3} norm {:.2} [{:.0} ms/step]",
                        p.step,
                        p.train_loss,
                        p.train_accuracy,
                        p.test_loss,
                        p.test_accuracy,
                        p.weight_norm,
                        t0.elapsed().as_millis() as f64 / t.step() as f64
                    );
                    last = p.step + 25;
                }
            }
        }
        if h.stop_step().is_some_and(|s| t.step() >= s) {
            break;
        }
    }
    println!(
        "mem {:?} grok {:?} at {} s",
        h.memorized,
        h.grokked,
        t0.elapsed().as_secs_f64()
    );
}
