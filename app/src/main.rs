//! The program: one binary with two doors, the workbench and the commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    flowbench::cli::main(std::env::args_os(), flowbench::gui::open)
}
