//! Where commands write: standard output and error, with or without color.

use std::io::{self, IsTerminal, Write};

use crate::cli::Status;

/// Columns where the terminal does not say how many it has.
const COLUMNS: usize = 100;

/// What stands out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tone {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// To be looked at.
    Doubtful,
    /// A heading.
    Strong,
    /// Beside the point.
    Faint,
}

/// Standard output and error.
pub(super) struct Console {
    out: Box<dyn Write>,
    errors: Box<dyn Write>,
    has_color: bool,
    width: usize,
    /// Why writing has stopped working, if it has.
    failure: Option<io::Error>,
}

impl Console {
    /// That of this process: colors only for a person who did not ask to go without.
    pub(super) fn of_process() -> Console {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Console {
            has_color: io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb,
            width: columns(),
            ..Console::new(Box::new(io::stdout()), Box::new(io::stderr()))
        }
    }

    /// One without color.
    pub(super) fn new(out: Box<dyn Write>, errors: Box<dyn Write>) -> Console {
        Console { out, errors, has_color: false, width: COLUMNS, failure: None }
    }

    /// Columns to fill.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// A text that stands out, where there is color.
    pub(super) fn tinted(&self, tone: Tone, text: &str) -> String {
        if !self.has_color {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Doubtful => "33",
            Tone::Strong => "1",
            Tone::Faint => "2",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// Writes a line to standard output.
    pub(super) fn line(&mut self, text: &str) {
        if self.failure.is_none() {
            self.failure = writeln!(self.out, "{text}").err();
        }
    }

    /// Writes a line to standard error.
    pub(super) fn complain(&mut self, text: &str) {
        // If nobody reads it, nobody needs to be told.
        let _ = writeln!(self.errors, "flowbench: {text}");
    }

    /// The status to end with: a reader that has gone away is no failure, a full disk is.
    pub(super) fn finish(mut self, status: Status) -> Status {
        let flushed = self.out.flush().err();
        match self.failure.take().or(flushed) {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.complain(&format!("cannot write to standard output: {error}"));
                Status::Impossible
            }
            Some(_) | None => status,
        }
    }
}

/// Shows how far long work is, on a terminal only.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    is_dirty: bool,
    begun: std::time::Instant,
    percent: u64,
}

impl Progress {
    /// Work that begins now.
    pub(super) fn begin() -> Progress {
        let (is_shown, begun) = (io::stderr().is_terminal(), std::time::Instant::now());
        Progress { is_shown, is_dirty: false, begun, percent: 0 }
    }

    /// So much is done; quick work stays silent.
    pub(super) fn report(&mut self, percent: u64) {
        let is_long = self.begun.elapsed().as_millis() > 300;
        if self.is_shown && is_long && percent != self.percent {
            self.percent = percent;
            self.is_dirty = true;
            let _ = write!(io::stderr().lock(), "\r{percent:>3} %");
        }
    }

    /// Wipes the line.
    pub(super) fn end(self) {
        if self.is_dirty {
            let _ = write!(io::stderr().lock(), "\r      \r");
        }
    }
}

fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).filter(|width| *width >= 40).unwrap_or(COLUMNS)
}
