//! The tools that are tried.

/// One tool.
pub struct Trial {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What npm has to install.
    pub packages: &'static [&'static str],
    /// A program that cannot be installed by npm.
    pub needs: Option<&'static str>,
    /// Its page, in `tests/embeds/`.
    pub from: &'static str,
    /// Command lines, one after the other; TARBALL is the package.
    pub build: &'static [&'static str],
    /// What the browser then opens.
    pub open: Open,
}

/// What a browser opens.
pub enum Open {
    /// A built folder.
    Folder(&'static str),
    /// What this command serves at PORT.
    Server(&'static str),
    /// Nothing: the build says it all.
    Nothing,
}

const fn trial(
    name: &'static str,
    packages: &'static [&'static str],
    from: &'static str,
    build: &'static [&'static str],
    open: Open,
) -> Trial {
    Trial { name, packages, needs: None, from, build, open }
}

const REACT: &[&str] = &["next", "react", "react-dom", "typescript", "@types/react", "@types/react-dom", "@types/node"];

/// Every tool, those without configuration first.
pub const TRIALS: &[Trial] = &[
    trial("node", &[], "node", &["node import.mjs"], Open::Nothing),
    trial("vite", &["vite"], "vanilla", &["vite build"], Open::Folder("dist")),
    trial("vite-dev", &["vite"], "vanilla", &[], Open::Server("vite --host 127.0.0.1 --port PORT")),
    trial(
        "webpack",
        &["webpack", "webpack-cli"],
        "vanilla",
        &["webpack --mode production --entry ./main.js -o dist", "cp index.html dist"],
        Open::Folder("dist"),
    ),
    trial("parcel", &["parcel"], "vanilla", &["parcel build --no-cache --cache-dir cache index.html"], Open::Folder("dist")),
    trial("next", REACT, "next", &["next build"], Open::Server("next start -H 127.0.0.1 -p PORT")),
    trial("next-dev", REACT, "next", &[], Open::Server("next dev -H 127.0.0.1 -p PORT")),
    trial(
        "esbuild",
        &["esbuild"],
        "vanilla",
        &["esbuild main.js --bundle --format=esm --outdir=dist", "cp -r index.html node_modules/grokking-lab/assets dist"],
        Open::Folder("dist"),
    ),
    trial(
        "rollup",
        &["rollup", "@rollup/plugin-node-resolve"],
        "vanilla",
        &["rollup main.js --dir dist --plugin node-resolve", "cp -r index.html node_modules/grokking-lab/assets dist"],
        Open::Folder("dist"),
    ),
    // A classic script does not know where it came from.
    trial(
        "esbuild-iife",
        &["esbuild"],
        "base",
        &["esbuild main.js --bundle --outdir=dist --log-level=error", "cp -r index.html node_modules/grokking-lab dist"],
        Open::Folder("dist"),
    ),
    trial(
        "react",
        &["vite", "react", "react-dom", "@types/react", "@types/react-dom", "typescript"],
        "react",
        &["tsc", "vite build"],
        Open::Folder("dist"),
    ),
    trial("preact", &["vite", "preact", "typescript"], "preact", &["tsc", "vite build"], Open::Folder("dist")),
    trial(
        "vue",
        &["vite", "vue", "@vitejs/plugin-vue", "vue-tsc", "typescript"],
        "vue",
        &["vue-tsc", "vite build"],
        Open::Folder("dist"),
    ),
    trial(
        "svelte",
        &["vite", "svelte", "@sveltejs/vite-plugin-svelte", "svelte-check", "typescript"],
        "svelte",
        &["svelte-check --tsconfig ./tsconfig.json", "vite build"],
        Open::Folder("dist"),
    ),
    trial(
        "solid",
        &["vite", "solid-js", "vite-plugin-solid", "typescript"],
        "solid",
        &["tsc", "vite build"],
        Open::Folder("dist"),
    ),
    trial("lit", &["vite", "lit", "typescript"], "lit", &["tsc", "vite build"], Open::Folder("dist")),
    trial("types", &["typescript"], "types", &["tsc", "tsc -p tsconfig.node.json"], Open::Nothing),
    trial("publint", &["publint"], "types", &["publint run --strict node_modules/grokking-lab"], Open::Nothing),
    trial("attw", &["@arethetypeswrong/cli"], "types", &["attw --profile esm-only --no-color TARBALL"], Open::Nothing),
    trial("reveal", &["reveal.js"], "reveal", &["cp -r node_modules/reveal.js node_modules/grokking-lab ."], Open::Folder(".")),
    Trial {
        needs: Some("python3"),
        ..trial(
            "mkdocs",
            &[],
            "mkdocs",
            &[
                "python3 -m venv venv",
                "venv/bin/pip install --quiet mkdocs-material",
                "cp -r node_modules/grokking-lab docs",
                "venv/bin/mkdocs build --quiet",
            ],
            Open::Folder("site"),
        )
    },
];
