//! A report as a table of text.

use core::fmt::Write as _;

use crate::measure::{Figures, Launches, Pipeline};

/// The table of a family.
pub fn family(family: &str, figures: &Figures, ms: &[f64]) -> String {
    let Figures { device, config, tiles, merged, launches, pipelines } = figures;
    let merged = if *merged { "merged" } else { "one launch per dispatch" };
    let mut text = format!("\n{family}: {device}\n{config}, tiles {tiles}, {merged}\n\n{HEAD}\n");
    for (pipeline, ms) in pipelines.iter().zip(ms) {
        let Pipeline { what, launches, wgsl, hlsl, msl, vgprs, spilled, lds, code, waves } = pipeline;
        let launches = counted(launches);
        let _ = writeln!(
            text,
            "{launches:<20}{wgsl:>8}{hlsl:>8}{msl:>8}{ms:>8.0}{vgprs:>7}{spilled:>8}{lds:>7}{code:>8}{waves:>7}  {what}"
        );
    }
    let most = |number: fn(&Pipeline) -> u64| pipelines.iter().map(number).max().unwrap_or(0);
    let sum = |number: fn(&Pipeline) -> usize| pipelines.iter().map(number).sum::<usize>();
    let least = pipelines.iter().map(|pipeline| pipeline.waves).min().unwrap_or(0);
    let _ = writeln!(
        text,
        "\n{} pipelines for {} launches: {} bytes of WGSL, {} of HLSL, {} of MSL, {} of code; compiled in {:.1} s\n\
         most: {} VGPRs, {} spilled, {} bytes of LDS, {} of code; fewest waves {least}",
        pipelines.len(),
        counted(launches),
        sum(|pipeline| pipeline.wgsl),
        sum(|pipeline| pipeline.hlsl),
        sum(|pipeline| pipeline.msl),
        pipelines.iter().map(|pipeline| pipeline.code).sum::<u64>(),
        ms.iter().sum::<f64>() / 1000.0,
        most(|pipeline| pipeline.vgprs),
        most(|pipeline| pipeline.spilled),
        most(|pipeline| pipeline.lds),
        most(|pipeline| pipeline.code),
    );
    text
}

const HEAD: &str = "launches                WGSL    HLSL     MSL      ms  VGPRs spilled    LDS    code  waves  kernels";

/// `8 train, 2 record`.
fn counted(launches: &Launches) -> String {
    let Launches { train, record, evaluate } = *launches;
    let some = [(train, "train"), (record, "record"), (evaluate, "evaluate")].into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, list)| format!("{count} {list}")).collect::<Vec<_>>().join(", ")
}
