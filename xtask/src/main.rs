//! Build, serve, test and dist commands.
fn main() {}
