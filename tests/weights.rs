//! The weights file: another program can rebuild the network from it. Here that program is a transformer written plainly, in
//! f64, over every position; `tests/weights.py` does the same with PyTorch on files that the ignored test writes.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use grokking_lab::config::Config;
use grokking_lab::settings::{from_query, to_query};
use grokking_lab::task::{self, Dataset, Equation};
use grokking_lab::train::{Device, Trainer};
use pollster::block_on;
use serde_json::{Value, json};

/// What a file holds, and what the lab says about the same weights.
struct Saved {
    file: Vec<u8>,
    /// For each run, the log-probabilities of the test pairs, `[test, p]`.
    want: Vec<Vec<f64>>,
    data: Vec<Dataset>,
}

/// Trains a little on the CPU and saves.
fn save(config: &Config, steps: u32) -> Saved {
    let mut trainer = block_on(Trainer::new(config, &Device::Cpu)).expect("a trainer");
    trainer.steps(steps);
    // Without a rate, the weights stay as they are until they are evaluated.
    trainer.adjust(&Config { lr: 0.0, ..config.clone() });
    trainer.steps(trainer.built().evaluation.interval(trainer.step()));
    let probs = trainer.built().test_probs;
    let read = block_on(trainer.read(&[probs])).expect("probabilities").remove(0);
    let want = read.chunks(probs.len).map(|run| run.iter().map(|p| f64::from(*p).ln()).collect()).collect();
    let data = |run| task::dataset(config, u64::from(config.seed) + u64::from(run));
    let read = block_on(trainer.weights()).expect("weights");
    Saved { file: trainer.safetensors(&read, "cpu"), want, data: (0..config.seeds).map(data).collect() }
}

/// A matrix: rows and columns, and the numbers.
type Matrix = ([usize; 2], Vec<f64>);

/// Notes, and for each run its matrices by name.
fn parse(file: &[u8]) -> (Value, Vec<HashMap<String, Matrix>>) {
    let length = u64::from_le_bytes(file[..8].try_into().expect("8 bytes")) as usize;
    let header: Value = serde_json::from_slice(&file[8..8 + length]).expect("a header");
    let data: Vec<f32> = bytemuck::pod_collect_to_vec(&file[8 + length..]);
    let entries = header.as_object().expect("an object");
    let notes = entries["__metadata__"].clone();
    let runs: usize = notes["seeds"].as_str().and_then(|seeds| seeds.parse().ok()).expect("a number of runs");
    let mut models = vec![HashMap::new(); runs];
    for (name, entry) in entries.iter().filter(|(name, _)| *name != "__metadata__") {
        let numbers = |key: &str| -> Vec<usize> { serde_json::from_value(entry[key].clone()).expect("numbers") };
        let (mut shape, offsets) = (numbers("shape"), numbers("data_offsets"));
        if runs > 1 {
            assert_eq!(shape.remove(0), runs, "{name}");
        }
        let values = &data[offsets[0] / 4..offsets[1] / 4];
        for (model, values) in models.iter_mut().zip(values.chunks(values.len() / runs)) {
            model.insert(name.clone(), ([shape[0], shape[1]], values.iter().map(|v| f64::from(*v)).collect()));
        }
    }
    (notes, models)
}

fn times(x: &[Vec<f64>], (shape, w): &Matrix) -> Vec<Vec<f64>> {
    let column = |row: &Vec<f64>, j: usize| row.iter().enumerate().map(|(i, x)| x * w[i * shape[1] + j]).sum();
    x.iter().map(|row| (0..shape[1]).map(|j| column(row, j)).collect()).collect()
}

fn plus(x: &[Vec<f64>], y: &[Vec<f64>]) -> Vec<Vec<f64>> {
    x.iter().zip(y).map(|(x, y)| x.iter().zip(y).map(|(x, y)| x + y).collect()).collect()
}

fn normed(x: &[Vec<f64>], (_, affine): &Matrix) -> Vec<Vec<f64>> {
    let row = |row: &Vec<f64>| {
        let n = row.len() as f64;
        let mean = row.iter().sum::<f64>() / n;
        let scale = (row.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n + 1e-5).sqrt();
        row.iter().enumerate().map(|(i, x)| affine[i] * (x - mean) / scale + affine[row.len() + i]).collect()
    };
    x.iter().map(row).collect()
}

fn softmax(scores: &[f64]) -> Vec<f64> {
    let top = scores.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = scores.iter().map(|s| (s - top).exp()).sum();
    scores.iter().map(|s| (s - top).exp() / sum).collect()
}

/// Attention, causal or not; the heads' results side by side.
fn attend(q: &[Vec<f64>], k: &[Vec<f64>], v: &[Vec<f64>], heads: usize, factor: f64, causal: bool) -> Vec<Vec<f64>> {
    let width = q[0].len() / heads;
    let at = |position: usize| {
        let seen = if causal { position + 1 } else { k.len() };
        let of_head = |head: usize| {
            let part = |row: &[f64]| row[head * width..(head + 1) * width].to_vec();
            let score = |key: &Vec<f64>| part(&q[position]).iter().zip(part(key)).map(|(q, k)| q * k).sum::<f64>();
            let scores: Vec<f64> = k[..seen].iter().map(|key| factor * score(key) / (width as f64).sqrt()).collect();
            let pattern = softmax(&scores);
            (0..width).map(move |i| pattern.iter().zip(v).map(|(a, v)| a * v[head * width + i]).sum::<f64>()).collect::<Vec<_>>()
        };
        (0..heads).flat_map(of_head).collect()
    };
    (0..q.len()).map(at).collect()
}

/// The matrices of a run and its settings.
struct Weights<'a> {
    matrices: &'a HashMap<String, Matrix>,
    notes: &'a Value,
}

impl Weights<'_> {
    fn text(&self, key: &str) -> &str {
        self.notes[key].as_str().expect("text")
    }

    fn number(&self, key: &str) -> f64 {
        self.text(key).parse().expect("a number")
    }

    fn row(&self, name: &str, i: usize) -> Vec<f64> {
        let (shape, values) = &self.matrices[name];
        values[i * shape[1]..(i + 1) * shape[1]].to_vec()
    }

    /// x W + b, if there is a b.
    fn linear(&self, x: &[Vec<f64>], w: &str, b: &str) -> Vec<Vec<f64>> {
        assert_eq!(self.matrices.contains_key(b), self.text("bias") == "true", "{b}");
        let y = times(x, &self.matrices[w]);
        if self.matrices.contains_key(b) { plus(&y, &vec![self.row(b, 0); x.len()]) } else { y }
    }

    fn act(&self, rows: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let act = |x: f64| match self.text("activation") {
            "relu" => x.max(0.0),
            "tanh" => x.tanh(),
            "quadratic" => x * x,
            "identity" => x,
            _ => 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh()),
        };
        rows.into_iter().map(|row| row.into_iter().map(act).collect()).collect()
    }

    fn mlp(&self, operands: &[usize]) -> Vec<f64> {
        let embedding = self.matrices.get("W_E");
        let mut hot = vec![0.0; embedding.unwrap_or(&self.matrices["layer0.W"]).0[0]];
        let apart = if self.text("inputs") == "two-hot" { hot.len() / operands.len() } else { 0 };
        for (at, operand) in operands.iter().enumerate() {
            hot[at * apart + operand] += 1.0;
        }
        let mut x = vec![hot];
        if let Some(embedding) = embedding {
            x = times(&x, embedding);
        }
        for l in 0..self.number("layers") as usize {
            x = self.act(self.linear(&x, &format!("layer{l}.W"), &format!("layer{l}.b")));
        }
        if let Some(down) = self.matrices.get("W_out") {
            x = times(&x, down);
        }
        self.linear(&x, "W_U", "b_U").remove(0)
    }

    fn position(&self, at: usize, d: usize) -> Vec<f64> {
        let wave = |i: usize| {
            let angle = at as f64 / 10_000f64.powf((i / 2 * 2) as f64 / d as f64);
            if i.is_multiple_of(2) { angle.sin() } else { angle.cos() }
        };
        match self.text("positions") {
            "learned" => self.row("W_pos", at),
            "sinusoidal" => (0..d).map(wave).collect(),
            _ => vec![0.0; d],
        }
    }

    /// Knowing these answers.
    fn transformer(&self, operands: &[usize], known: &[usize]) -> Vec<f64> {
        let causal = self.text("model") == "transformer";
        // `=` comes behind all symbols.
        let p = self.matrices["W_E"].0[0] - usize::from(causal);
        let tokens = operands.iter().copied().chain(causal.then_some(p)).chain(known.iter().copied());
        let embedded: Vec<_> = tokens.map(|token| self.row("W_E", token)).collect();
        let d = embedded[0].len();
        let mut x = plus(&embedded, &(0..embedded.len()).map(|at| self.position(at, d)).collect::<Vec<_>>());
        let norm_if = |when: &str, x: Vec<Vec<f64>>, name: &str| {
            if self.text("norm") == when { normed(&x, &self.matrices[name]) } else { x }
        };
        for l in 0..self.number("layers") as usize {
            let name = |part: &str| format!("layer{l}.{part}");
            let input = norm_if("pre", x.clone(), &name("LN_attention"));
            let [q, k, v] = ["W_Q", "W_K", "W_V"].map(|part| times(&input, &self.matrices[&name(part)]));
            let z = attend(&q, &k, &v, self.number("heads") as usize, self.number("attention"), causal);
            x = plus(&x, &times(&z, &self.matrices[&name("W_O")]));
            x = norm_if("post", x, &name("LN_attention"));
            let input = norm_if("pre", x.clone(), &name("LN_mlp"));
            let hidden = self.act(self.linear(&input, &name("W_in"), &name("b_in")));
            x = plus(&x, &self.linear(&hidden, &name("W_out"), &name("b_out")));
            x = norm_if("post", x, &name("LN_mlp"));
        }
        let last = norm_if("pre", x, "LN_final").pop().expect("a position");
        if self.text("tied") != "true" {
            return times(&[last], &self.matrices["W_U"]).remove(0);
        }
        assert!(!self.matrices.contains_key("W_U"));
        (0..self.number("results") as usize).map(|c| self.row("W_E", c).iter().zip(&last).map(|(e, x)| e * x).sum()).collect()
    }
}

/// What the network is shown of an equation: operands, and the answers before.
fn shown(data: &Dataset, equation: &Equation) -> [Vec<usize>; 2] {
    let all = |list: &[u32]| list.iter().map(|token| *token as usize).collect::<Vec<_>>();
    let Some(sequences) = &data.sequences else { return [all(&[equation.x, equation.y]), vec![]] };
    let (operands, answers) = sequences.row(equation.x).split_at(sequences.width + 1 - data.answers);
    [all(operands), all(&answers[..if data.answers > 1 { equation.y as usize } else { 0 }])]
}

/// Log-probabilities of the results of these operands, knowing these answers.
fn answer(matrices: &HashMap<String, Matrix>, notes: &Value, [operands, known]: &[Vec<usize>; 2]) -> Vec<f64> {
    let weights = Weights { matrices, notes };
    let logits = if weights.text("model") == "mlp" { weights.mlp(operands) } else { weights.transformer(operands, known) };
    let logits: Vec<f64> = logits.into_iter().map(|logit| weights.number("alpha") * logit).collect();
    softmax(&logits).into_iter().map(f64::ln).collect()
}

#[test]
fn another_program_can_rebuild_every_kind_of_network() {
    for query in [
        "p=7&train=0.5&width=12&heads=3&mlp=20",
        "p=11&train=0.5&width=16&heads=2&mlp=24&layers=2&norm=pre&activation=gelu&task=x*y&seed=3",
        "p=7&train=0.5&width=12&heads=2&mlp=20&layers=3&norm=post&seeds=2&task=x/y",
        "p=7&train=0.5&width=12&heads=2&mlp=20&tied=true&bias=false&alpha=1.5&attention=3&positions=sinusoidal",
        "p=7&train=0.5&width=12&heads=2&mlp=20&layers=2&positions=none&activation=tanh&loss=mse&alpha=4",
        "p=7&train=0.5&width=12&heads=3&mlp=20&model=encoder&attention=2&bias=false&activation=quadratic&task=x-y",
        "p=7&train=0.5&width=12&heads=2&mlp=20&model=encoder&layers=3&norm=pre&tied=true&loss=stablemax&init=torch",
        "p=7&train=0.5&mlp=20&model=mlp&layers=1&activation=quadratic&bias=false&loss=mse&init=cube-root&alpha=6",
        "p=7&train=0.5&mlp=20&model=mlp&layers=3&activation=gelu&seeds=2&init=torch&task=x/y",
        "p=7&train=0.5&mlp=20&model=mlp&layers=2&inputs=summed&loss=hinge&precision=f16&init=torch&alpha=8",
        "task=sum&p=5&k=4&samples=200&train=0.5&width=12&heads=3&mlp=20",
        "task=s3-word&k=3&samples=100&train=0.5&width=12&heads=2&mlp=20&layers=2&norm=pre&seeds=2&batch=16",
        "task=sum&p=5&k=4&samples=200&train=0.5&width=12&heads=2&mlp=20&model=encoder&layers=3&tied=true",
        "task=people&p=6&k=4&samples=100&train=0.5&width=12&heads=2&mlp=20&layers=2&norm=pre&batch=16",
        "task=digit-sum&p=5&k=3&samples=100&train=0.5&width=12&heads=2&mlp=20&layers=2&norm=pre&batch=16&seeds=2",
        "task=digit-sum&p=5&k=1&samples=25&train=0.5&width=12&heads=2&mlp=20&tied=true&positions=sinusoidal",
        "task=questions&samples=40&train=0.5&width=12&heads=2&mlp=20&layers=2&norm=pre&batch=16",
        "task=two-hops&p=6&k=4&samples=40&train=0.5&width=12&heads=2&mlp=20&tied=true",
        "task=sum&p=6&k=3&samples=60&train=0.5&mlp=20&model=mlp&seeds=2&init=torch",
        "task=sum&p=6&k=3&samples=60&train=0.5&mlp=20&model=mlp&inputs=summed&init=torch",
        "p=7&train=0.5&mlp=20&model=mlp&layers=2&inputs=summed&embed=1&activation=tanh&init=torch&lrdecoder=0.5&wdembed=0",
        "p=7&train=0.5&mlp=12&model=mlp&layers=2&inputs=summed&embed=9&unembed=15&init=torch&alpha=3&seeds=2",
        "p=7&train=0.5&mlp=12&model=mlp&layers=2&unembed=9&activation=identity&init=torch",
        "task=sum&p=6&k=3&samples=60&train=0.5&width=12&heads=2&mlp=20&activation=identity&batch=16",
        "p=5&train=0.5&width=8&heads=2&mlp=8&layers=12&norm=pre&batch=8",
        "p=5&train=0.5&mlp=16&model=mlp&layers=12&init=torch&initscale=3&batch=8",
        "p=7&train=0.5&mlp=20&model=mlp&layers=1&embed=3&batch=9&task=x-y&seeds=2&init=torch&lr=0.03&lrdecoder=2",
    ] {
        let (config, problems) = from_query(query);
        assert_eq!(problems, []);
        let Saved { file, want, data } = save(&config, 20);
        let (notes, models) = parse(&file);
        let mut record = config.clone();
        record.note(20, &Config { lr: 0.0, ..config.clone() });
        assert_eq!((&notes["query"], &notes["backend"]), (&json!(to_query(&record)), &json!("cpu")));
        assert!(notes["query"].as_str().is_some_and(|query| query.contains("at=20%3Alr%3D0")), "{notes}");
        assert!(notes["step"].as_str().and_then(|step| step.parse().ok()).is_some_and(|step: u32| step > 20), "{notes}");
        assert_eq!((models.len(), want.len()), (config.seeds as usize, config.seeds as usize));
        let mut seen = 0.0f64;
        for ((model, want), data) in models.iter().zip(&want).zip(&data) {
            assert_eq!(want.len(), data.split.test.len() * data.classes as usize);
            for (equation, want) in data.split.test.iter().zip(want.chunks(data.classes as usize)) {
                for (got, want) in answer(model, &notes, &shown(data, equation)).iter().zip(want) {
                    assert!((got - want).abs() < 1e-4, "{query}: {equation:?}: {got} instead of {want}");
                    seen = seen.max((got + f64::from(data.classes).ln()).abs());
                }
            }
        }
        assert!(seen > 0.5, "{query}: it has learnt nothing, so there is nothing to compare: {seen}");
    }
}

#[test]
fn another_program_can_rebuild_a_network_of_squares() {
    for query in ["", "&alpha=2&seeds=2", "&batch=10", "&task=sides&k=20&precision=f32", "&task=subclasses&loss=stablemax"] {
        let base = "v=1&task=majority&p=20&samples=60&model=diagonal&initscale=2&optimizer=sgd&lr=0.1&warmup=0";
        let (config, problems) = from_query(&format!("{base}{query}"));
        assert_eq!(problems, []);
        let Saved { file, want, data } = save(&config, 20);
        let (notes, models) = parse(&file);
        let alpha: f64 = notes["alpha"].as_str().and_then(|alpha| alpha.parse().ok()).expect("a number");
        for ((model, want), data) in models.iter().zip(&want).zip(&data) {
            let (shape, w) = &model["W"];
            let squares = (*shape, w.iter().map(|w| alpha * w * w).collect());
            let features = data.features.as_ref().expect("rows");
            let rows: Vec<Vec<f64>> =
                data.split.test.iter().map(|e| features.row(e.x).iter().map(|x| f64::from(*x)).collect()).collect();
            for (logits, want) in times(&rows, &squares).iter().zip(want.chunks(shape[1])) {
                for (got, want) in softmax(logits).into_iter().map(f64::ln).zip(want) {
                    assert!((got - want).abs() < 1e-4 * (1.0 + want.abs()), "{query}: {got} instead of {want}");
                }
            }
        }
    }
}

#[test]
#[ignore = "writes files for tests/weights.py, which needs PyTorch"]
fn write_files_for_pytorch() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("weights");
    fs::create_dir_all(&folder).expect("a folder");
    for (name, query, steps) in [
        ("standard", "", 300),
        ("two-layers-pre", "layers=2&norm=pre&activation=gelu", 60),
        ("encoder", "model=encoder&layers=2&attention=0.5&tied=true&bias=false&positions=sinusoidal&alpha=2", 40),
        ("mlp", "model=mlp&activation=quadratic&layers=2&init=torch&alpha=0.5", 20),
        ("sequence", "task=sum&p=7&k=4&samples=2000&layers=2", 30),
        ("several-answers", "task=digit-sum&p=7&k=2&samples=2000&layers=2", 30),
        ("sequence-mlp", "task=s3-word&k=3&samples=200&model=mlp&init=torch", 30),
        ("sequence-encoder", "task=sum&p=7&k=4&samples=2000&model=encoder", 30),
        ("questions", "task=questions&samples=400&width=32&layers=2&norm=pre&positions=none&batch=64", 30),
        ("numbers-before-the-answers", "p=31&model=mlp&inputs=summed&embed=24&unembed=40&activation=identity&init=torch", 30),
    ] {
        let config = from_query(query).0;
        let Saved { file, want, data } = save(&config, steps);
        let test = data[0].split.test.iter();
        let [operands, known] = [0, 1].map(|which| test.clone().map(|e| shown(&data[0], e)[which].clone()).collect::<Vec<_>>());
        let rows: Vec<_> = want[0].chunks(data[0].classes as usize).collect();
        let text = json!({"operands": operands, "known": known, "log_probabilities": rows});
        fs::write(folder.join(format!("{name}.safetensors")), file).expect("weights");
        fs::write(folder.join(format!("{name}.json")), text.to_string()).expect("probabilities");
    }
}
