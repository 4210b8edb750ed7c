// With s(z) = z + 1 for z ≥ 0, else 1/(1 − z), O = Σ_{j≠y} s(z_j) and S = O + s(z_y): dlogits_j = drow_loss · s'(z_j)/S,
// but at the target −drow_loss · s'(z_y)/s(z_y) · O/S
// Shapes: logits and dlogits [ROWS, CLASSES]; targets and drow_loss [ROWS].
// One thread per row; overwrites dlogits.
const ROWS: u32 = 8u;
const CLASSES: u32 = 8u;
const LOGITS_RUN: u32 = 64u;
const TARGETS_RUN: u32 = 8u;
const DROW_LOSS_RUN: u32 = 8u;
const DLOGITS_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> drow_loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;

fn stable(z: f32) -> f32 {
    if (z >= 0.0) {
        return z + 1.0;
    }
    return 1.0 / (1.0 - z);
}

// s', from s.
fn stable_slope(z: f32, s: f32) -> f32 {
    return select(s * s, 1.0, z >= 0.0);
}

const GROUPS: u32 = (ROWS + 63u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let row = (group.y * ACROSS + group.x) * 64u + lane;
    if (row >= ROWS) {
        return;
    }
    let run = group.z;
    let y = targets[run * TARGETS_RUN + row];
    let z_at = run * LOGITS_RUN + row * CLASSES;
    let dz_at = run * DLOGITS_RUN + row * CLASSES;
    let scale = drow_loss[run * DROW_LOSS_RUN + row];
    var others = 0.0;
    for (var j = 0u; j < CLASSES; j++) {
        if (j != y) {
            others += stable(logits[z_at + j]);
        }
    }
    let z_y = logits[z_at + y];
    let own = stable(z_y);
    let sum = others + own;
    for (var j = 0u; j < CLASSES; j++) {
        let z = logits[z_at + j];
        dlogits[dz_at + j] = scale * stable_slope(z, stable(z)) / sum;
    }
    dlogits[dz_at + y] = -scale * stable_slope(z_y, own) / own * (others / sum);
}
