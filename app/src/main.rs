//! The program: one binary with two doors, the workbench and the commands.

fn main() {}
