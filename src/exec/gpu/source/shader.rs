//! One specialised shader: the conventions that make merging possible, and its text as a part of a launch.

use super::rewriter::{Rewriter, begin, hidden, offsets_type, suffix};
use super::tokens::{Const, Token, evaluate, tokens};
use crate::kernel::{Access, Bind};

/// Bytes of workgroup memory that a launch may use: WebGPU's default limit.
pub const WORKGROUP_BYTES: u64 = 16_384;
/// The two arrays of workgroup memory, which all parts of a launch share: declaration, length, bytes per element.
pub const POOLS: [(&str, &str, &str, u64); 2] = [("pool", "POOL", "f32", 4), ("pool4", "POOL4", "vec4f", 16)];

/// A shader that obeys the conventions.
pub struct Shader<'a> {
    /// Functions, constants and types, but `main`.
    declared: Vec<Declaration<'a>>,
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

/// What stands between two semicolons, or up to a closing brace, at module scope.
struct Declaration<'a> {
    /// E.g. `@compute@workgroup_size(64)`.
    attributes: String,
    /// From the keyword on.
    tokens: Vec<Token<'a>>,
    keyword: &'a str,
    name: &'a str,
}

fn compact(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text).collect()
}

/// Position after the bracket that closes the one at `open`.
fn after(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => (),
        }
        if depth <= 0 {
            return i + 1;
        }
    }
    tokens.len()
}

fn declarations(mut tokens: Vec<Token>) -> Result<Vec<Declaration>, String> {
    let mut found = vec![];
    while !tokens.is_empty() {
        let mut end = 0;
        while end < tokens.len() && !matches!(tokens[end].text, ";" | "{") {
            end += 1;
        }
        let end = after(&tokens, end.min(tokens.len() - 1));
        let rest = tokens.split_off(end);
        let mut first = 0;
        while tokens.get(first).is_some_and(|token| token.text == "@") {
            first += 2;
            if tokens.get(first).is_some_and(|token| token.text == "(") {
                first = after(&tokens, first);
            }
        }
        let body = tokens.split_off(first.min(tokens.len()));
        let attributes = compact(&tokens);
        tokens = rest;
        let Some(keyword) = body.first().map(|token| token.text) else {
            return Err(format!("`{attributes}` belongs to nothing"));
        };
        if keyword == ";" {
            continue;
        }
        let at = if keyword == "var" { body.iter().position(|token| token.text == ">").unwrap_or(0) + 1 } else { 1 };
        let name = body.get(at).map_or("", |token| token.text);
        found.push(Declaration { attributes, keyword, name, tokens: body });
    }
    Ok(found)
}

impl<'a> Shader<'a> {
    /// Takes a shader apart and checks the conventions.
    ///
    /// # Errors
    /// Names the convention that it breaks.
    pub fn parse(text: &'a str, binds: &'a [Bind]) -> Result<Shader<'a>, String> {
        let (mut declared, mut bindings, mut used, mut main) = (vec![], vec![], [false; 2], None);
        let tokens = tokens(text);
        if let Some(token) = tokens.iter().find(|token| reserved(token.text)) {
            return Err(format!("`{}` is a name that merged shaders use themselves", token.text));
        }
        for declaration in declarations(tokens)? {
            let pool = POOLS.iter().position(|&(name, len, element, _)| {
                compact(&declaration.tokens) == format!("var<workgroup>{name}:array<{element},{len}>;")
            });
            match (declaration.keyword, declaration.name, pool) {
                ("var", _, Some(pool)) => used[pool] = true,
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
        let parameters = parameters(&main)?;
        let pools = pools(&declared, used)?;
        Ok(Shader { declared, main, binds, square, parameters, pools })
    }

    /// Everything but bindings and workgroup memory, with names that end in `_d` and the number of the part. `offsets` are
    /// the arena and first element of each binding. `main` becomes an ordinary function: see [`call`](Shader::call).
    /// When several dispatches have this text in `common`, all functions are given a struct of the first elements instead.
    ///
    /// # Errors
    /// When a binding is used other than as `name[index]`, or another name hides it.
    pub fn render(&self, part: usize, offsets: &[(usize, u64)], common: bool) -> Result<String, String> {
        let mut text = String::new();
        let at = format!("at{}", suffix(part));
        if common {
            let member = |bind: &Bind| format!("{}: u32", bind.name);
            let members: Vec<String> = self.binds.iter().map(member).collect();
            text += &format!("struct {} {{ {} }}\n", offsets_type(part), members.join(", "));
        }
        for (bind, (_, at)) in self.binds.iter().zip(offsets).filter(|_| !common) {
            text += &format!("const {}: u32 = {at}u;\n", begin(bind.name, part));
        }
        let renamed = self.declared.iter().map(|declaration| declaration.name).collect();
        let functions = self.declared.iter().filter(|declaration| common && declaration.keyword == "fn");
        let functions = functions.map(|declaration| declaration.name).collect();
        let rewriter = Rewriter { renamed, functions, binds: self.binds, offsets, part, common };
        for declaration in &self.declared {
            text += &rewriter.rewrite(&declaration.tokens, declaration.keyword == "struct")?;
        }
        let parameter = |(builtin, name): &(Builtin, &str)| {
            let kind = if *builtin == Builtin::Index { "u32" } else { "vec3u" };
            if self.binds.iter().any(|bind| bind.name == *name) {
                return Err(hidden(name));
            }
            Ok(format!("{name}: {kind}"))
        };
        let mut parameters = self.parameters.iter().map(parameter).collect::<Result<Vec<_>, _>>()?;
        if common {
            parameters.insert(0, format!("{at}: {}", offsets_type(part)));
        }
        let body = &self.main.tokens[after(&self.main.tokens, 2)..];
        text += &format!("\nfn main{}({}){}\n", suffix(part), parameters.join(", "), rewriter.rewrite(body, false)?);
        Ok(text)
    }

    /// The call of the part's `main`, for workgroup number `index` of a grid that is `across` wide. `at` is the struct that
    /// a common text is given.
    pub fn call(&self, part: usize, index: &str, across: u32, at: Option<&str>) -> String {
        let argument = |(builtin, _): &(Builtin, &str)| match builtin {
            Builtin::Group => format!("vec3u({index} % {across}u, {index} / {across}u, group.z)"),
            Builtin::Index => "lane".into(),
            Builtin::Local if self.square => "vec3u(lane % 8u, lane / 8u, 0u)".into(),
            Builtin::Local => "vec3u(lane, 0u, 0u)".into(),
        };
        let arguments: Vec<String> = at.map(String::from).into_iter().chain(self.parameters.iter().map(argument)).collect();
        format!("main{}({});", suffix(part), arguments.join(", "))
    }
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
fn pools(declared: &[Declaration], used: [bool; 2]) -> Result<[u64; 2], String> {
    let consts = declared.iter().filter(|declaration| declaration.keyword == "const").map(|declaration| {
        let tokens = &declaration.tokens;
        let from = tokens.iter().position(|token| token.text == "=").map_or(tokens.len(), |at| at + 1);
        (declaration.name, tokens[from.min(tokens.len() - 1)..tokens.len() - 1].to_vec())
    });
    let consts: Vec<Const> = consts.collect();
    let mut sizes = [0; 2];
    for (i, (name, len, ..)) in POOLS.into_iter().enumerate().filter(|&(i, _)| used[i]) {
        let (_, tokens) =
            consts.iter().find(|(name, _)| *name == len).ok_or_else(|| format!("`{name}` needs a constant `{len}`"))?;
        sizes[i] = evaluate(tokens, &consts).map_err(|why| format!("`{len}`: {why}"))?;
    }
    let bytes = workgroup_bytes(sizes);
    if bytes > WORKGROUP_BYTES {
        return Err(format!("it needs {bytes} bytes of workgroup memory, and {WORKGROUP_BYTES} are allowed"));
    }
    Ok(sizes)
}

/// Bytes of the shared arrays.
pub fn workgroup_bytes(pools: [u64; 2]) -> u64 {
    pools.iter().zip(POOLS).map(|(len, (.., bytes))| len * bytes).sum()
}

/// Whether a name could meet one that [`suffix`] or [`Arenas::name`] makes.
fn reserved(name: &str) -> bool {
    let suffixed = name.as_bytes().windows(3).any(|w| w.starts_with(b"_d") && w[2].is_ascii_digit());
    suffixed || name.strip_prefix("arena").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Fill, index, input, output};

    const BINDS: [Bind; 3] = [input("x", |_| 64), index("rows", |_| 64, Fill::Below(|_| 64)), output("y", |_| 64)];

    const TEXT: &str = "// x[0] in a comment
const N: u32 = 4u;
const POOL: u32 = N * 16u;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
var<workgroup> pool: array<f32, POOL>;
struct Pair { N: f32, b: f32 }
fn twice(v: vec2f) -> f32 { return 2.0 * v.y; }
@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let p = Pair(1.0, 2.0);
    y[group.x * N + local.x] = x[rows[local.y] % N | 1u] + twice(vec2f(p.N)) /* y */ + pool[local.x];
}
";

    fn shader(text: &str) -> Result<Shader<'_>, String> {
        Shader::parse(text, &BINDS)
    }

    #[test]
    fn names_and_bindings_are_rewritten_and_nothing_else() {
        let shader = shader(TEXT).unwrap();
        assert_eq!(shader.pools, [64, 0]);
        let text = shader.render(3, &[(0, 64), (1, 0), (0, 128)], false).unwrap();
        for line in [
            "const x_d3_at: u32 = 64u;",
            "const N_d3: u32 = 4u;",
            "const POOL_d3: u32 = N_d3 * 16u;",
            "struct Pair_d3 { N: f32, b: f32 }",
            "fn twice_d3(v: vec2f) -> f32 { return 2.0 * v.y; }",
            "fn main_d3(group: vec3u, local: vec3u) {",
            "arena0[y_d3_at + (group.x * N_d3 + local.x)] = arena0[x_d3_at + (arena1[rows_d3_at + (local.y)] % N_d3 | 1u)] \
             + twice_d3(vec2f(p.N))   + pool[local.x];",
        ] {
            assert!(text.contains(line), "{line}\nis not in\n{text}");
        }
        assert!(!text.contains("@") && !text.contains("var<"), "{text}");
        assert_eq!(shader.call(3, "i", 7, None), "main_d3(vec3u(i % 7u, i / 7u, group.z), vec3u(lane % 8u, lane / 8u, 0u));");
    }

    #[test]
    fn a_common_text_is_given_its_offsets() {
        let shader = shader(TEXT).unwrap();
        let text = shader.render(3, &[(0, 64), (1, 0), (0, 128)], true).unwrap();
        for line in [
            "struct At_d3 { x: u32, rows: u32, y: u32 }",
            "fn twice_d3(at_d3: At_d3, v: vec2f) -> f32",
            "fn main_d3(at_d3: At_d3, group: vec3u, local: vec3u) {",
            "arena0[at_d3.y + (group.x * N_d3 + local.x)] = arena0[at_d3.x + (arena1[at_d3.rows + (local.y)] % N_d3 | 1u)] \
             + twice_d3(at_d3, vec2f(p.N))",
        ] {
            assert!(text.contains(line), "{line}\nis not in\n{text}");
        }
        assert!(!text.contains("_at: u32"), "{text}");
        assert!(shader.call(3, "i", 7, Some("at")).starts_with("main_d3(at, vec3u(i % 7u"));
    }

    #[test]
    fn each_broken_convention_is_named() {
        let offsets = [(0, 0); 3];
        for (was, is, want) in [
            ("fn main", "fn other", "no function `main`"),
            ("(8, 8)", "(32, 8)", "64 threads"),
            ("workgroup_id)", "num_workgroups)", "`main` cannot have `@builtin(num_workgroups)group:vec3u`"),
            ("read> x", "read_write> x", "binding 0 is declared as"),
            ("@group(0) @binding(1) var<storage, read> rows: array<u32>;", "", "2 bindings are declared, 3 expected"),
            ("> pool:", "> parts:", "`var` declares `parts`"),
            ("N * 16u", "N * 1600u", "25600 bytes of workgroup memory"),
            ("N * 16u", "N << 4u", "`POOL`: "),
            ("let p", "let x_d0", "`x_d0` is a name that merged shaders use"),
            ("let p", "let x = p; let q", "`x` is a binding"),
            ("(v: vec2f)", "(x: vec2f)", "`x` is a binding"),
            ("group: vec3u", "y: vec3u", "`y` is a binding"),
            ("twice(vec2f(p.N))", "twice(&y)", "`y` is a binding"),
        ] {
            assert!(TEXT.contains(was), "{was}");
            let broken = TEXT.replace(was, is);
            let error = shader(&broken).and_then(|shader| shader.render(0, &offsets, false)).expect_err(want);
            assert!(error.contains(want), "{error:?} does not say {want:?}");
        }
    }
}
