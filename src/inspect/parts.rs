//! Where a network's hidden units and attention are on its tape, and how some of them are switched off.

use crate::config::{Config, Model};
use crate::kernel::{Access, NONE};
use crate::plan::{Dispatch, Plan, View};
use crate::protocol::inspect::Off;
use crate::tape::Param;

/// What can be seen of a forward pass besides its logits.
pub struct Parts {
    /// Activations of the last MLP, `[rows, units]`.
    pub hidden: Option<(View, usize)>,
    /// Those of every hidden layer of an MLP, in order.
    pub layers: Vec<View>,
    /// Attention, by layer.
    pub patterns: Vec<Pattern>,
    /// What hidden units are multiplied with, `[units, …]`.
    down: Option<Param>,
    /// What the heads' results are multiplied with, by layer: `[heads · width, …]`.
    output: Vec<Param>,
}

/// An attention pattern `[queries, heads, slots]`, of whose queries the last ones are the position that is read out.
pub struct Pattern {
    /// Where it is.
    pub view: View,
    /// Heads.
    pub heads: usize,
    /// Positions attended to.
    pub slots: usize,
    /// Whether a last position gets what is left.
    pub sink: bool,
    /// How many positions each query sees.
    pub positions: Vec<u16>,
}

impl Parts {
    /// Finds them on the list that a plan evaluates, over so many rows.
    pub fn find(plan: &Plan, params: &[Param], rows: usize, config: &Config) -> Self {
        let list = &plan.evaluate;
        let units = if config.model == Model::Diagonal { 0 } else { config.mlp as usize };
        let bends = |d: &&Dispatch| d.kernel.name == "activation" || dim(d, "RELU") == Some(1);
        let layers: Vec<View> = list.iter().filter(bends).map(written).filter(|view| view.len == rows * units).collect();
        let patterns = list.iter().filter(|d| d.kernel.name == "attention_pattern").map(|d| {
            let [heads, slots] = ["HEADS", "SLOTS"].map(|name| dim(d, name).unwrap_or(1) as usize);
            let sink = dim(d, "SINK") == Some(1);
            let keys = d.kernel.binds.iter().position(|bind| bind.name == "keys").map(|at| d.views[at]);
            let keys = keys.map_or(&[][..], |keys| &plan.buffers[keys.buffer].init[keys.offset..][..keys.len]);
            let seen = |keys: &[u32]| keys.iter().filter(|row| **row != NONE).count() + usize::from(sink);
            let positions = keys.chunks_exact(slots).map(|keys| seen(keys) as u16).collect();
            Pattern { view: written(d), heads, slots, sink, positions }
        });
        let takes = |name: &str| params.iter().rfind(|param| param.name.ends_with(name) && param.shape[0] == units);
        // A transformer's MLP has its own way down; an MLP's last layer is the read-out.
        let down = takes("W_out").or_else(|| takes("W_U"));
        let output = params.iter().filter(|param| param.name.ends_with("W_O"));
        Parts {
            hidden: layers.last().map(|view| (*view, units)),
            layers: if config.model == Model::Mlp { layers } else { vec![] },
            patterns: patterns.collect(),
            down: down.cloned(),
            output: output.cloned().collect(),
        }
    }

    /// Makes weights in which these parts have no effect: nothing is multiplied with them.
    pub fn switch_off(&self, weights: &mut [f32], off: &Off) {
        let mut silence = |param: &Param, rows: core::ops::Range<usize>| {
            let [count, cols] = param.shape;
            let rows = rows.start.min(count)..rows.end.min(count);
            weights[param.offset + rows.start * cols..param.offset + rows.end * cols].fill(0.0);
        };
        if let Some(down) = &self.down {
            off.neurons.iter().map(|unit| usize::from(*unit)).for_each(|unit| silence(down, unit..unit + 1));
        }
        for (layer, head) in &off.heads {
            let parts = self.output.get(usize::from(*layer)).zip(self.patterns.get(usize::from(*layer)));
            if let Some((output, pattern)) = parts {
                let (width, head) = (output.shape[0] / pattern.heads, usize::from(*head));
                silence(output, head * width..(head + 1) * width);
            }
        }
    }
}

/// The value of a dimension.
fn dim(dispatch: &Dispatch, name: &str) -> Option<u32> {
    dispatch.kernel.dims.iter().position(|dim| *dim == name).map(|i| dispatch.dims[i])
}

/// The view that a forward dispatch writes.
fn written(dispatch: &Dispatch) -> View {
    let writes = |(bind, _): &(&crate::kernel::Bind, &View)| matches!(bind.access, Access::Out | Access::InOut);
    let found = dispatch.kernel.binds.iter().zip(&dispatch.views).find(writes);
    found.map_or(View { buffer: 0, offset: 0, len: 0 }, |(_, view)| *view)
}
