//! One shader: the conventions that make it part of a module, and its text and numbers as a part of launches.
//!
//! Its sizes are data: what depends on a dim or on the distance between runs is no constant of the module but a word of the
//! record that each dispatch has in its launch's table. So a module belongs to its shaders, whatever they are used for.

use super::declaration::{Declaration, after, compact, declarations};
use super::rewriter::{Rewriter, TABLE, hidden, sizes_name, sizes_type, suffix};
use super::tokens::{Known, Token, evaluate, tokens};
use super::unroll::unroll;
use crate::kernel::{Access, Bind};

/// Bytes of workgroup memory that a launch may use: WebGPU's default limit.
pub const WORKGROUP_BYTES: u64 = 16_384;
/// The two arrays of workgroup memory, which all parts of a launch share: declaration, length, bytes per element.
pub const POOLS: [(&str, &str, &str, u64); 2] = [("pool", "POOL", "f32", 4), ("pool4", "POOL4", "vec4f", 16)];

/// A shader that obeys the conventions.
pub struct Shader<'a> {
    declared: Vec<Declaration<'a>>,
    constants: Vec<Constant<'a>>,
    main: Declaration<'a>,
    binds: &'a [Bind],
    /// Whether its 64 threads form a square of 8 × 8.
    square: bool,
    parameters: Vec<(Builtin, &'a str)>,
    /// Elements of `pool` and `pool4`.
    pub pools: [u64; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Builtin {
    Group,
    Index,
    Local,
}

/// A constant u32.
struct Constant<'a> {
    name: &'a str,
    value: Vec<Token<'a>>,
    /// Whether its value is a dispatch's.
    is_size: bool,
    /// Whether a function needs it.
    used: bool,
}

impl<'a> Shader<'a> {
    /// Takes a shader with these dims and bindings apart and checks the conventions.
    ///
    /// # Errors
    /// Names the convention that it breaks.
    pub fn parse(text: &'a str, dims: &[&str], binds: &'a [Bind]) -> Result<Shader<'a>, String> {
        let (mut declared, mut bindings, mut shared, mut main) = (vec![], vec![], [false; 2], None);
        let tokens = tokens(text);
        if let Some(token) = tokens.iter().find(|token| reserved(token.text)) {
            return Err(format!("`{}` is a name that modules use themselves", token.text));
        }
        for declaration in declarations(tokens)? {
            let pool = POOLS.iter().position(|&(name, len, element, _)| {
                compact(&declaration.tokens) == format!("var<workgroup>{name}:array<{element},{len}>;")
            });
            match (declaration.keyword, declaration.name, pool) {
                ("var", _, Some(pool)) => shared[pool] = true,
                ("var", _, None) if !declaration.attributes.is_empty() => bindings.push(declaration),
                ("fn", "main", _) => main = Some(declaration),
                ("const" | "fn" | "struct" | "alias", ..) => declared.push(declaration),
                (keyword, name, _) => {
                    return Err(format!(
                        "`{keyword}` declares `{name}`: only bindings, functions, constants, types, `pool` and `pool4` may be"
                    ));
                }
            }
        }
        check_bindings(&bindings, binds)?;
        let main = main.ok_or("there is no function `main`")?;
        let square = match main.attributes.as_str() {
            "@compute@workgroup_size(64)" => false,
            "@compute@workgroup_size(8,8)" => true,
            other => return Err(format!("`main` is `{other}`: 64 threads in one row or 8 × 8 are needed")),
        };
        let constants = constants(&mut declared, &main, |name| {
            dims.contains(&name) || binds.iter().any(|bind| run_const(bind.name) == name)
        })?;
        let (parameters, pools) = (parameters(&main)?, pools(&constants, shared)?);
        Ok(Shader { declared, constants, main, binds, square, parameters, pools })
    }

    /// The names of the sizes that a record has after the bindings' first elements.
    pub fn sizes(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.constants.iter().filter(|constant| constant.is_size && constant.used).map(|constant| constant.name)
    }

    /// The record of a dispatch: `offsets`, the first element of each binding, then the sizes; `given` are those that do not
    /// follow from others.
    ///
    /// # Errors
    /// Names the size that cannot be computed, or does not fit into 32 bits.
    pub fn record(&self, offsets: &[u64], given: impl Fn(&str) -> Option<u64>) -> Result<Vec<u32>, String> {
        let word =
            |name: &str, value: u64| u32::try_from(value).map_err(|_| format!("`{name}` is {value}, and WGSL counts to 2^32"));
        let mut words = vec![];
        for (bind, &offset) in self.binds.iter().zip(offsets) {
            words.push(word(bind.name, offset)?);
        }
        let mut known: Vec<Known> = vec![];
        for Constant { name, value, is_size, used } in &self.constants {
            let value = match given(name).map_or_else(|| evaluate(value, &known), Ok) {
                Ok(value) => value,
                Err(why) if *is_size => return Err(format!("`{name}`: {why}")),
                // Whoever needs this one says so.
                Err(_) => continue,
            };
            known.push((name, value));
            if *is_size && *used {
                words.push(word(name, value)?);
            }
        }
        Ok(words)
    }

    /// Everything but bindings, sizes and workgroup memory, with names that end in `_d` and the number of the body in its module.
    /// `arenas` has that of each binding. All functions are given the dispatch's record as a struct, and `main` becomes one
    /// of them: see [`call`](Shader::call).
    ///
    /// # Errors
    /// When a binding is used other than as `name[index]`, or another name hides it.
    pub fn render(&self, body: usize, arenas: &[usize]) -> Result<String, String> {
        let members = self.binds.iter().map(|bind| bind.name).chain(self.sizes()).map(|name| format!("{name}: u32"));
        let mut text = format!("struct {} {{ {} }}\n", sizes_type(body), members.collect::<Vec<_>>().join(", "));
        let renamed = self.declared.iter().map(|declaration| declaration.name).collect();
        let functions = self.declared.iter().filter(|declaration| declaration.keyword == "fn");
        let functions = functions.map(|declaration| declaration.name).collect();
        let rewriter = Rewriter { renamed, functions, sizes: self.sizes().collect(), binds: self.binds, arenas, body };
        let known = known(&self.constants);
        for declaration in &self.declared {
            text += &rewriter.rewrite(&unroll(&declaration.tokens, &known), declaration.keyword == "struct")?;
        }
        let parameter = |(builtin, name): &(Builtin, &str)| {
            let kind = if *builtin == Builtin::Index { "u32" } else { "vec3u" };
            if self.binds.iter().any(|bind| bind.name == *name) {
                return Err(hidden(name));
            }
            Ok(format!("{name}: {kind}"))
        };
        let parameters = self.parameters.iter().map(parameter).collect::<Result<Vec<_>, _>>()?;
        let statements = rewriter.rewrite(&unroll(&self.main.tokens[after(&self.main.tokens, 2)..], &known), false)?;
        let (suffix, name, kind) = (suffix(body), sizes_name(body), sizes_type(body));
        text += &format!("\nfn main{suffix}({name}: {kind}, {}){statements}\n", parameters.join(", "));
        Ok(text)
    }

    /// The call of the body's `main` in workgroup `group`, with the words of its record.
    pub fn call(&self, body: usize, words: &[String]) -> String {
        let argument = |(builtin, _): &(Builtin, &str)| match builtin {
            Builtin::Group => "group",
            Builtin::Index => "lane",
            Builtin::Local if self.square => "vec3u(lane % 8u, lane / 8u, 0u)",
            Builtin::Local => "vec3u(lane, 0u, 0u)",
        };
        let arguments: Vec<&str> = self.parameters.iter().map(argument).collect();
        format!("main{}({}({}), {});", suffix(body), sizes_type(body), words.join(", "), arguments.join(", "))
    }
}

/// Moves the u32 constants out of `declared`, except those that are not sizes: they stay constants of the module as well.
fn constants<'a>(
    declared: &mut Vec<Declaration<'a>>,
    main: &Declaration<'a>,
    given: impl Fn(&str) -> bool,
) -> Result<Vec<Constant<'a>>, String> {
    let mut found: Vec<Constant> = vec![];
    for Declaration { tokens, name, .. } in declared.iter().filter(|declaration| declaration.keyword == "const") {
        let from = tokens.iter().position(|token| token.text == "=").map_or(tokens.len(), |at| at + 1);
        let value = &tokens[from.min(tokens.len() - 1)..tokens.len() - 1];
        let is_size =
            given(name) || value.iter().any(|token| found.iter().any(|constant| constant.is_size && constant.name == token.text));
        if tokens.get(3).is_some_and(|kind| kind.text == "u32") {
            found.push(Constant { name, value: value.to_vec(), is_size, used: false });
        } else if is_size {
            return Err(format!("`{name}` depends on a size, and is no u32: compute it in a function"));
        }
    }
    declared.retain(|declaration| !found.iter().any(|constant| constant.is_size && constant.name == declaration.name));
    for token in declared.iter().filter(|declared| declared.keyword == "fn").chain([main]).flat_map(|function| &function.tokens) {
        if let Some(constant) = found.iter_mut().find(|constant| constant.name == token.text) {
            constant.used = true;
        }
    }
    Ok(found)
}

/// Tests check every shader on disk: visitors' builds do not.
fn check_bindings(found: &[Declaration], binds: &[Bind]) -> Result<(), String> {
    if cfg!(not(feature = "bench")) {
        return Ok(());
    }
    if found.len() != binds.len() {
        return Err(format!("{} bindings are declared, {} expected", found.len(), binds.len()));
    }
    for (i, (declaration, bind)) in found.iter().zip(binds).enumerate() {
        let (access, element) = match bind.access {
            Access::In => ("read", "f32"),
            Access::Index => ("read", "u32"),
            Access::Out | Access::InOut => ("read_write", "f32"),
            Access::OutIndex => ("read_write", "u32"),
        };
        let want = format!("@group(0)@binding({i})var<storage,{access}>{}:array<{element}>;", bind.name);
        let got = format!("{}{}", declaration.attributes, compact(&declaration.tokens));
        if got != want {
            return Err(format!("binding {i} is declared as `{got}`, `{want}` is expected"));
        }
    }
    Ok(())
}

fn parameters<'a>(main: &Declaration<'a>) -> Result<Vec<(Builtin, &'a str)>, String> {
    let inside = &main.tokens[3..after(&main.tokens, 2) - 1];
    let parameter = |tokens: &[Token<'a>]| {
        let builtins = [
            ("workgroup_id", "vec3u", Builtin::Group),
            ("local_invocation_index", "u32", Builtin::Index),
            ("local_invocation_id", "vec3u", Builtin::Local),
        ];
        let name = tokens.get(5).map_or("", |token| token.text);
        let is = |(builtin, kind): (&str, &str)| compact(tokens) == format!("@builtin({builtin}){name}:{kind}");
        let found = builtins.into_iter().find(|&(builtin, kind, _)| is((builtin, kind)));
        found.map(|(_, _, builtin)| (builtin, name)).ok_or_else(|| format!("`main` cannot have `{}`", compact(tokens)))
    };
    inside.split(|token| token.text == ",").filter(|tokens| !tokens.is_empty()).map(parameter).collect()
}

/// Elements of the shared arrays, 0 where one is not used.
fn pools(constants: &[Constant], shared: [bool; 2]) -> Result<[u64; 2], String> {
    let mut sizes = [0; 2];
    for (i, (name, len, ..)) in POOLS.into_iter().enumerate().filter(|&(i, _)| shared[i]) {
        let known = known(constants);
        let found = known.iter().find(|(name, _)| *name == len);
        sizes[i] = found
            .ok_or_else(|| match constants.iter().find(|constant| constant.name == len && !constant.is_size) {
                Some(Constant { value, .. }) => format!("`{len}`: {}", evaluate(value, &known).err().unwrap_or_default()),
                None => format!("`{name}` needs a constant `{len}` that depends on no size"),
            })?
            .1;
    }
    let bytes = workgroup_bytes(sizes);
    if bytes > WORKGROUP_BYTES {
        return Err(format!("it needs {bytes} bytes of workgroup memory, and {WORKGROUP_BYTES} are allowed"));
    }
    Ok(sizes)
}

/// The values of the constants that are no sizes, as far as they are understood.
fn known<'a>(constants: &[Constant<'a>]) -> Vec<Known<'a>> {
    let mut known: Vec<Known> = vec![];
    for Constant { name, value, .. } in constants.iter().filter(|constant| !constant.is_size) {
        if let Ok(value) = evaluate(value, &known) {
            known.push((name, value));
        }
    }
    known
}

/// Name of the constant that holds the distance between two runs of a binding.
pub fn run_const(binding: &str) -> String {
    format!("{}_RUN", binding.to_ascii_uppercase())
}

/// Bytes of the shared arrays.
pub fn workgroup_bytes(pools: [u64; 2]) -> u64 {
    pools.iter().zip(POOLS).map(|(len, (.., bytes))| len * bytes).sum()
}

/// Whether a name could meet one that [`suffix`], [`Arenas::name`](super::Arenas) or a module's entry point makes.
fn reserved(name: &str) -> bool {
    let suffixed = name.as_bytes().windows(3).any(|w| w.starts_with(b"_d") && w[2].is_ascii_digit());
    suffixed || name == TABLE || name.strip_prefix("arena").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Fill, index, input, output};

    const BINDS: [Bind; 3] = [input("x", |_| 64), index("rows", |_| 64, Fill::Below(|_| 64)), output("y", |_| 64)];

    const TEXT: &str = "// x[0] in a comment
const N: u32 = 4u;
const X_RUN: u32 = 64u;
const WIDE: u32 = 4u;
const HALF: u32 = (N + 1u) / 2u;
const UNUSED: u32 = N * HALF;
const POOL: u32 = WIDE * 16u;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
var<workgroup> pool: array<f32, POOL>;
struct Pair { N: f32, b: f32 }
fn twice(v: vec2f) -> f32 { return f32(HALF) * v.y; }
@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let p = Pair(1.0, 2.0);
    y[group.x * N + local.x] = x[rows[local.y] % X_RUN | 1u] + twice(vec2f(p.N)) /* y */ + pool[local.x % WIDE];
}
";

    fn shader(text: &str) -> Result<Shader<'_>, String> {
        Shader::parse(text, &["N"], &BINDS)
    }

    #[test]
    fn names_sizes_and_bindings_are_rewritten_and_nothing_else() {
        let shader = shader(TEXT).unwrap();
        assert_eq!(shader.pools, [64, 0]);
        let text = shader.render(3, &[0, 1, 0]).unwrap();
        for line in [
            "struct Sizes_d3 { x: u32, rows: u32, y: u32, N: u32, X_RUN: u32, HALF: u32 }",
            "const WIDE_d3: u32 = 4u;",
            "const POOL_d3: u32 = WIDE_d3 * 16u;",
            "struct Pair_d3 { N: f32, b: f32 }",
            "fn twice_d3(sizes_d3: Sizes_d3, v: vec2f) -> f32 { return f32(sizes_d3.HALF) * v.y; }",
            "fn main_d3(sizes_d3: Sizes_d3, group: vec3u, local: vec3u) {",
            "arena0[sizes_d3.y + (group.x * sizes_d3.N + local.x)] = \
             arena0[sizes_d3.x + (arena1[sizes_d3.rows + (local.y)] % sizes_d3.X_RUN | 1u)] \
             + twice_d3(sizes_d3, vec2f(p.N))   + pool[local.x % WIDE_d3];",
        ] {
            assert!(text.contains(line), "{line}\nis not in\n{text}");
        }
        assert!(!text.contains('@') && !text.contains("var<") && !text.contains("const N"), "{text}");
        let words: Vec<String> = shader.sizes().map(String::from).collect();
        assert_eq!(shader.call(3, &words), "main_d3(Sizes_d3(N, X_RUN, HALF), group, vec3u(lane % 8u, lane / 8u, 0u));");
    }

    #[test]
    fn a_record_has_offsets_then_sizes_and_what_follows_from_them() {
        let shader = shader(TEXT).unwrap();
        let record = |n: u64| {
            shader.record(&[64, 0, 1 << 31], |name| {
                [("N", n), ("X_RUN", 128)].iter().find(|(known, _)| *known == name).map(|known| known.1)
            })
        };
        assert_eq!(record(7), Ok(vec![64, 0, 1 << 31, 7, 128, 4]));
        let error = record(1 << 32).unwrap_err();
        assert!(error.contains("`N` is 4294967296"), "{error}");
        let error = shader.record(&[1 << 32, 0, 0], |_| None).unwrap_err();
        assert!(error.contains("`x` is 4294967296"), "{error}");
    }

    #[test]
    fn each_broken_convention_is_named() {
        for (was, is, want) in [
            ("fn main", "fn other", "no function `main`"),
            ("(8, 8)", "(32, 8)", "64 threads"),
            ("workgroup_id)", "num_workgroups)", "`main` cannot have `@builtin(num_workgroups)group:vec3u`"),
            ("read> x", "read_write> x", "binding 0 is declared as"),
            ("@group(0) @binding(1) var<storage, read> rows: array<u32>;", "", "2 bindings are declared, 3 expected"),
            ("> pool:", "> parts:", "`var` declares `parts`"),
            ("WIDE * 16u", "WIDE * 1600u", "25600 bytes of workgroup memory"),
            ("WIDE * 16u", "WIDE << 4u", "`POOL`: "),
            ("WIDE * 16u", "N * 16u", "`pool` needs a constant `POOL` that depends on no size"),
            ("const HALF: u32 = (N + 1u) / 2u;", "const HALF: f32 = f32(N);", "`HALF` depends on a size, and is no u32"),
            ("let p", "let x_d0", "`x_d0` is a name that modules use"),
            ("let p", "let launch_table", "`launch_table` is a name that modules use"),
            ("let p", "let x = p; let q", "`x` is a binding"),
            ("(v: vec2f)", "(x: vec2f)", "`x` is a binding"),
            ("group: vec3u", "y: vec3u", "`y` is a binding"),
            ("twice(vec2f(p.N))", "twice(&y)", "`y` is a binding"),
        ] {
            assert!(TEXT.contains(was), "{was}");
            let broken = TEXT.replace(was, is);
            let error = shader(&broken).and_then(|shader| shader.render(0, &[0; 3])).expect_err(want);
            assert!(error.contains(want), "{error:?} does not say {want:?}");
        }
    }
}
