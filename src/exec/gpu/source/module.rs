//! Several shaders in one text: each body once, and an entry point that looks up which one a workgroup belongs to.

use core::fmt::Write as _;

use super::arenas::Arenas;
use super::rewriter::TABLE;
use super::shader::{POOLS, Shader};

/// Most vectors of four words in a launch's table: 8 KiB.
pub const TABLE_QUADS: usize = 512;

/// A shader on the arenas that hold its bindings: what a module consists of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Body {
    /// Stem of the shader file.
    pub name: &'static str,
    /// The arena of each binding.
    pub arenas: Vec<usize>,
    /// Text of the shader.
    pub wgsl: &'static str,
}

/// Whether a module of the bodies `made` has those that are `needed`; when `exact` no others.
pub fn serves(made: &[Body], needed: &[Body], exact: bool) -> bool {
    needed.iter().all(|body| made.contains(body)) && (!exact || made.len() == needed.len())
}

/// Puts a body into an ordered list, once.
pub(super) fn include(bodies: &mut Vec<Body>, body: &Body) {
    let at = bodies.partition_point(|before| before < body);
    if bodies.get(at) != Some(body) {
        bodies.insert(at, body.clone());
    }
}

/// WGSL with an entry point `main` for these bodies, in this order.
///
/// # Errors
/// Names the body that does not obey the conventions.
pub fn module(bodies: &[(&Body, &Shader)], arenas: &Arenas) -> Result<String, String> {
    let mut text = arenas.declarations();
    let _ = writeln!(text, "@group(1) @binding(0) var<storage, read> {TABLE}: array<vec4u>;");
    for (i, (name, _, element, _)) in POOLS.into_iter().enumerate() {
        if let Some(len) = bodies.iter().map(|(_, shader)| shader.pools[i]).max().filter(|&len| len > 0) {
            let _ = writeln!(text, "var<workgroup> {name}: array<{element}, {len}>;");
        }
    }
    for (i, (body, shader)) in bodies.iter().enumerate() {
        let rendered = shader.render(i, &body.arenas).map_err(|why| format!("{}: {why}", body.name))?;
        let _ = writeln!(text, "\n// {}\n{rendered}", body.name);
    }
    // All threads of a workgroup take the same way, as browsers can see: everything comes from the workgroup's number and a
    // buffer that nothing writes.
    let _ = write!(
        text,
        "\n@compute @workgroup_size(64)\nfn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {{
    let launch = {TABLE}[0];
    let index = id.y * launch.x + id.x;
    if (index >= launch.z) {{
        return;
    }}
    var number = 0u;
    for (var quad = 1u; quad <= launch.y; quad++) {{
        let passed = select(vec4u(0u), vec4u(1u), {TABLE}[quad] <= vec4u(index));
        number += passed.x + passed.y + passed.z + passed.w;
    }}
    let at = launch.y + 1u + number * launch.w;
    let part = {TABLE}[at];
    let i = index - part.x;
    let group = vec3u(i % part.y, i / part.y, id.z);
    switch (part.z) {{\n"
    );
    for (i, (body, shader)) in bodies.iter().enumerate() {
        let words = body.arenas.len() + shader.sizes().count();
        let _ = writeln!(text, "        case {i}u: {{");
        for quad in 1..=words.div_ceil(4) {
            let _ = writeln!(text, "            let q{quad} = {TABLE}[at + {quad}u];");
        }
        let words: Vec<String> = (0..words).map(|word| format!("q{}.{}", word / 4 + 1, ["x", "y", "z", "w"][word % 4])).collect();
        let _ = writeln!(text, "            {}\n        }}", shader.call(i, &words));
    }
    Ok(text + "        default: {}\n    }\n}\n")
}
