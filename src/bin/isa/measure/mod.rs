//! The launches of a configuration, each compiled for the GPU that this process's environment names.

mod device;
pub mod driver;
mod texts;

use grokking_lab::exec::gpu::source::{Arenas, Program};
use grokking_lab::plan::List;
use grokking_lab::settings::{from_query, to_query};
use grokking_lab::train;
use serde::{Deserialize, Serialize};

use device::{Compiler, Statistics};
use texts::Texts;

/// What to compile.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The configuration, in the syntax of the page's links.
    pub query: String,
    /// Which shaders multiply; none leaves it to the configuration.
    pub tiles: Option<String>,
    /// Whether the dispatches of a level are one launch, as on every real GPU.
    pub merge: bool,
}

/// What came out for one family.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// The same in every measurement with the same driver.
    pub figures: Figures,
    /// The driver's time for each pipeline, milliseconds. No two measurements agree.
    pub ms: Vec<f64>,
}

/// What does not depend on the machine.
#[derive(Debug, Serialize, Deserialize)]
pub struct Figures {
    /// GPU and driver.
    pub device: String,
    /// The whole configuration.
    pub config: String,
    /// Which shaders multiply.
    pub tiles: String,
    /// Whether dispatches were merged.
    pub merged: bool,
    /// All launches.
    pub launches: Launches,
    /// Each different text once.
    pub pipelines: Vec<Pipeline>,
}

/// How many launches of each list.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Launches {
    /// A training step.
    pub train: usize,
    /// What is recorded of it.
    pub record: usize,
    /// An evaluation.
    pub evaluate: usize,
}

impl Launches {
    fn of(&mut self, list: List) -> &mut usize {
        match list {
            List::Train => &mut self.train,
            List::Record => &mut self.record,
            List::Evaluate => &mut self.evaluate,
        }
    }
}

/// What a text became.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pipeline {
    /// Its kernels.
    pub what: String,
    /// The launches that use it.
    pub launches: Launches,
    /// Bytes of our own text.
    pub wgsl: usize,
    /// Bytes of what Firefox hands to Windows.
    pub hlsl: usize,
    /// Bytes of what Firefox hands to macOS.
    pub msl: usize,
    /// Vector registers of a thread.
    pub vgprs: u64,
    /// How many of them do not fit and go through memory.
    pub spilled: u64,
    /// Bytes of workgroup memory.
    pub lds: u64,
    /// Bytes of machine code.
    pub code: u64,
    /// Waves that a SIMD unit holds at once: with few of them it waits for memory.
    pub waves: u64,
}

/// A text before it is compiled.
struct Text {
    what: String,
    wgsl: String,
    launches: Launches,
}

/// Every list of a plan.
const LISTS: [List; 3] = [List::Train, List::Record, List::Evaluate];

/// Compiles everything. This process must have been started in a [`driver::environment`].
///
/// # Errors
/// Names the launch or the setting, and says what is wrong with it.
pub fn measure(wish: &Wish, progress: impl Fn(&str)) -> Result<Report, String> {
    let Prepared { config, tiles, program, arenas } = prepare(wish)?;
    let mut texts = texts(&program, &arenas)?;
    let compiler = Compiler::open()?;
    let (mut pipelines, mut ms) = (vec![], vec![]);
    for text in &texts {
        progress(&format!("{} of {}: {}", ms.len() + 1, texts.len(), text.what));
        let (pipeline, took) = compile(&compiler, text).map_err(|why| format!("{}: {why}", text.what))?;
        pipelines.push(pipeline);
        ms.push(took);
    }
    let mut launches = Launches::default();
    for list in LISTS {
        *launches.of(list) = texts.iter_mut().map(|text| *text.launches.of(list)).sum();
    }
    let device = compiler.name.clone();
    Ok(Report { figures: Figures { device, config, tiles, merged: wish.merge, launches, pipelines }, ms })
}

/// A configuration and its launches.
pub struct Prepared {
    /// The whole configuration.
    pub config: String,
    /// Which shaders multiply.
    pub tiles: String,
    /// Its launches.
    pub program: Program,
    /// Where they find their memory.
    pub arenas: Arenas,
}

/// The launches of a configuration.
///
/// # Errors
/// Names the setting, and says what is wrong with it.
pub fn prepare(wish: &Wish) -> Result<Prepared, String> {
    let (config, problems) = from_query(&wish.query);
    if let Some(problem) = problems.first() {
        return Err(format!("--config: {problem}"));
    }
    let tiles = match &wish.tiles {
        Some(text) => text.parse().map_err(|why| format!("--tiles: {text} {why}"))?,
        None => config.tiles.unwrap_or_default(),
    };
    let mut built = train::build(&config);
    built.choose(tiles);
    let refused = |error: grokking_lab::exec::ExecError| error.to_string();
    let arenas = Arenas::new(&built.plan, ARENA_BYTES).map_err(refused)?;
    let program = Program::new(&built.plan, &arenas, wish.merge).map_err(refused)?;
    Ok(Prepared { config: to_query(&config), tiles: tiles.to_string(), program, arenas })
}

/// The texts of all modules, each once.
fn texts(program: &Program, arenas: &Arenas) -> Result<Vec<Text>, String> {
    let mut texts: Vec<Text> = vec![];
    for list in LISTS {
        for launch in &program.lists[list as usize] {
            let names: Vec<&str> = launch.module.iter().map(|body| body.name).collect();
            let (what, wgsl) = (names.join(", "), program.text(&launch.module, arenas)?);
            let at = texts.iter().position(|known| known.wgsl == wgsl).unwrap_or(texts.len());
            if at == texts.len() {
                texts.push(Text { what, wgsl, launches: Launches::default() });
            }
            *texts[at].launches.of(list) += 1;
        }
    }
    Ok(texts)
}

/// The largest buffer that today's browsers allow nearly everywhere.
const ARENA_BYTES: u64 = 1 << 31;

fn compile(compiler: &Compiler, text: &Text) -> Result<(Pipeline, f64), String> {
    let texts = Texts::of(&text.wgsl, compiler.robust)?;
    let found: Statistics = compiler.compile(&texts.spirv, &texts.bindings)?;
    let pipeline = Pipeline {
        what: text.what.clone(),
        launches: text.launches,
        wgsl: text.wgsl.len(),
        hlsl: texts.hlsl,
        msl: texts.msl,
        vgprs: found.get("VGPRs")?,
        spilled: found.get("Spilled VGPRs")?,
        lds: found.get("LDS size")?,
        code: found.get("Code size")?,
        waves: found.get("Subgroups per SIMD")?,
    };
    Ok((pipeline, found.ms))
}
