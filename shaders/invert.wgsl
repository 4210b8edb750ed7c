// start[r] = how many indices are below r; entry = positions/SLOTS in the order of their indices, equal ones ascending,
// those of all ones ("no row") left out
// Shapes: index [LEN], start [SOURCE + 1], entry [ENTRIES]. One thread per start and per index, which looks at all others;
// overwrites start and entry.
const LEN: u32 = 64u;
const SOURCE: u32 = 8u;
const ENTRIES: u32 = 64u;
const SLOTS: u32 = 1u;
const INDEX_RUN: u32 = 64u;
const START_RUN: u32 = 9u;
const ENTRY_RUN: u32 = 64u;

@group(0) @binding(0) var<storage, read> index: array<u32>;
@group(0) @binding(1) var<storage, read_write> start: array<u32>;
@group(0) @binding(2) var<storage, read_write> entry: array<u32>;

const NONE: u32 = 0xffffffffu;
const GROUPS: u32 = (LEN + SOURCE + 64u) / 64u;
const ACROSS: u32 = min(GROUPS, 65535u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let id = (group.y * ACROSS + group.x) * 64u + lane;
    if (id > SOURCE + LEN) {
        return;
    }
    let run = group.z;
    let at = run * INDEX_RUN;
    // A start counts what is below it; a position, what is before it among equals, too.
    let position = max(id, SOURCE + 1u) - (SOURCE + 1u);
    let row = select(index[at + position], id, id <= SOURCE);
    let equals = select(position, 0u, id <= SOURCE);
    var before = 0u;
    for (var k = 0u; k < LEN; k++) {
        let other = index[at + k];
        before += select(0u, 1u, other < row || (other == row && k < equals));
    }
    if (id <= SOURCE) {
        start[run * START_RUN + id] = before;
    } else if (row != NONE) {
        entry[run * ENTRY_RUN + before] = position / SLOTS;
    }
}
