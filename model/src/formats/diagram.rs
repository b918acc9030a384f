//! Designs as diagrams in the languages of other tools: one table of languages. What stands in a
//! name is never more than a name there.

use crate::design::Design;

mod d2;
mod dot;
mod mermaid;
mod parts;
mod plantuml;

/// A language for diagrams.
#[derive(Clone, Copy)]
pub struct Language {
    /// What it is called on the command line: `mermaid`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What its files end with.
    pub extension: &'static str,
    /// What of a design it cannot carry, in one sentence.
    pub leaves_out: &'static str,
    /// The diagram of a design.
    pub write: fn(&Design) -> String,
}

/// Every language.
pub const LANGUAGES: &[Language] =
    &[mermaid::LANGUAGE, dot::LANGUAGE, plantuml::LANGUAGE, d2::LANGUAGE];

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests;
