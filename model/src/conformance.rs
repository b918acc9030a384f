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
    /// What belongs to the case and is not simulated, where the rest is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
    /// Why it is not simulated, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Case {
    /// Whether it is simulated, in one word or three: `yes`, `in part`, `no`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match (self.simulated, &self.left_out) {
            (false, _) => "no",
            (true, Some(_)) => "in part",
            (true, None) => "yes",
        }
    }

    /// What happens, and what of that is not simulated, or why nothing is.
    #[must_use]
    pub fn told(&self) -> String {
        match (&self.left_out, &self.reason) {
            (Some(left_out), _) => format!("{}. Left out: {left_out}", self.title),
            (None, Some(reason)) => format!("{}. {reason}", self.title),
            (None, None) => self.title.clone(),
        }
    }
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
         compares what is delivered, in which order and how often, and what dies; *in part* where \
         something of the case is left out. *Compared*: the same steps run against this server \
         where it is installed. A case that is not simulated is one that the simulator is not \
         held to; what is left out and why stands below the table.\n\n\
         {simulated} of {} cases are simulated, {compared} are compared with a server. \
         `flowbench conformance` prints this list; [what each preset covers](presets.md) is on \
         its card.\n\n\
         | Case | What happens | Presets | Simulated | Compared |\n|---|---|---|---|---|\n",
        cases.len()
    );
    for one in cases {
        let Case { case, title, presets, compared, .. } = one;
        let presets: Vec<String> = presets.iter().map(|name| format!("`{name}`")).collect();
        let compared = compared.as_deref().unwrap_or("no");
        let (presets, state) = (presets.join(", "), one.state());
        text += &format!("| {case} | {title} | {presets} | {state} | {compared} |\n");
    }
    text + &list("What is left out", cases, |case| case.left_out.as_deref())
        + &list("Why a case is not simulated", cases, |case| case.reason.as_deref())
}

fn list(title: &str, cases: &[Case], said: fn(&Case) -> Option<&str>) -> String {
    let line = |case: &Case| said(case).map(|text| format!("- {}: {text}\n", case.case));
    let lines: String = cases.iter().filter_map(line).collect();
    format!("\n## {title}\n\n{lines}")
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
    fn a_case_that_is_not_simulated_says_why_and_only_one_that_is_leaves_something_out() {
        for case in &cases() {
            let Case { case, simulated, left_out, reason, .. } = case;
            assert_eq!(reason.is_some(), !simulated, "{case}");
            assert!(left_out.is_none() || *simulated, "{case}");
            for text in left_out.iter().chain(reason) {
                assert!(text.ends_with('.') && !text.contains('|'), "{case}: {text}");
            }
        }
    }

    #[test]
    fn a_case_tells_what_is_left_out_of_it() {
        let case = |left_out: Option<&str>, reason: Option<&str>| Case {
            case: "CC-1".into(),
            title: "it rains".into(),
            presets: Vec::new(),
            simulated: reason.is_none(),
            compared: None,
            left_out: left_out.map(str::to_owned),
            reason: reason.map(str::to_owned),
        };
        let all = case(None, None);
        assert_eq!((all.state(), &*all.told()), ("yes", "it rains"));
        let part = case(Some("The wind."), None);
        assert_eq!((part.state(), &*part.told()), ("in part", "it rains. Left out: The wind."));
        let none = case(None, Some("There is no sky."));
        assert_eq!((none.state(), &*none.told()), ("no", "it rains. There is no sky."));
    }

    #[test]
    fn the_list_counts_what_it_says() {
        let text = markdown(&cases());
        assert!(text.contains(&format!(" of {} cases are simulated", cases().len())));
        assert_eq!(text.matches("\n| CC-").count(), cases().len());
    }
}
