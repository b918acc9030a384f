//! Findings: what a lint or a reader says about a design, with the place.

use std::fmt;

use crate::edit::Edit;
pub use crate::place::Place;

/// One thing that is wrong, or could be better.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// Stable, for people to search for and for configurations to name: `unknown-message`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub place: Place,
    /// The property inside the place, as a path such as `contract.dead_letter` or
    /// `workload.0.message`; empty if it is about the whole.
    pub property: String,
    /// What is wrong and what to do, in one sentence.
    pub sentence: String,
    /// A change that mends it, where one is certain to.
    pub fix: Option<Fix>,
}

/// How bad a finding is. The order is from harmless to grave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Probably not what was meant.
    Warning,
    /// The design cannot run, or does not mean anything.
    Error,
}

/// A change that mends a finding.
#[derive(Clone, PartialEq, Debug)]
pub struct Fix {
    /// What it does, as a button says it: `Rename to orders`.
    pub label: String,
    /// The change.
    pub edit: Edit,
}

impl Finding {
    /// A finding about the whole of a place, without a fix.
    pub fn new(
        code: &'static str,
        severity: Severity,
        place: Place,
        sentence: impl Into<String>,
    ) -> Finding {
        let sentence = sentence.into();
        Finding { code, severity, place, property: String::new(), sentence, fix: None }
    }

    /// The same about one property of the place.
    #[must_use]
    pub fn at(self, property: impl fmt::Display) -> Finding {
        Finding { property: property.to_string(), ..self }
    }

    /// The same with a change that mends it.
    #[must_use]
    pub fn with_fix(self, label: impl Into<String>, edit: Edit) -> Finding {
        Finding { fix: Some(Fix { label: label.into(), edit }), ..self }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}
