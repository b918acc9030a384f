//! The conformance cases: what brokers do, and where the simulator is held to it.

use serde::{Deserialize, Serialize};

/// One case of the list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its number: `CC-01`.
    pub case: String,
    /// What happens, in one line.
    pub title: String,
    /// The presets that it is about.
    pub presets: Vec<String>,
    /// Whether the tests run it in the simulator.
    pub simulated: bool,
    /// The server that the tests compare it with, where that is installed.
    pub compared: Option<String>,
}

/// All of them, in the order of their numbers. Cost: reading a list of some hundred lines; keep
/// it.
#[must_use]
pub fn cases() -> Vec<Case> {
    ron::from_str(include_str!("../../assets/conformance.ron"))
        .expect("invariant: a test reads the list of cases")
}

/// The list as Markdown.
#[must_use]
pub fn markdown(cases: &[Case]) -> String {
    let count = |holds: fn(&Case) -> bool| cases.iter().filter(|case| holds(case)).count();
    let simulated = count(|case| case.simulated);
    let compared = count(|case| case.compared.is_some());
    let mut text = format!(
        "# Conformance\n\n\
         What brokers do, case by case. *Simulated*: a test runs the steps in the simulator and \
         compares what is delivered, in which order and how often, and what dies. *Compared*: the \
         same steps run against this server where it is installed. A case that is not simulated \
         is one that the simulator is not held to.\n\n\
         {simulated} of {} cases are simulated, {compared} are compared with a server. \
         `flowbench conformance` prints this list; [what each preset covers](presets.md) is on \
         its card.\n\n\
         | Case | What happens | Presets | Simulated | Compared |\n|---|---|---|---|---|\n",
        cases.len()
    );
    for Case { case, title, presets, simulated, compared } in cases {
        let presets: Vec<String> = presets.iter().map(|name| format!("`{name}`")).collect();
        let simulated = if *simulated { "yes" } else { "no" };
        let compared = compared.as_deref().unwrap_or("no");
        let presets = presets.join(", ");
        text += &format!("| {case} | {title} | {presets} | {simulated} | {compared} |\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    #[test]
    fn every_case_names_presets_that_there_are() {
        let cases = cases();
        assert!(cases.windows(2).all(|pair| pair[0].case < pair[1].case));
        for case in &cases {
            assert!(!case.presets.is_empty(), "{}", case.case);
            for name in &case.presets {
                assert!(preset::names().any(|known| known == name), "{}: {name}", case.case);
            }
        }
    }

    #[test]
    fn the_list_counts_what_it_says() {
        let text = markdown(&cases());
        assert!(text.contains(&format!(" of {} cases are simulated", cases().len())));
        assert_eq!(text.matches("\n| CC-").count(), cases().len());
    }
}
