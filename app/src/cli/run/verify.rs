//! `flowbench run --verify`: the same once more, and whether it was the same.

use flowbench_model::time::Time;
use flowbench_simulator::comparison::{self, Comparison, Ended, Happening};
use flowbench_simulator::recorder::Recorder;
use flowbench_simulator::run::Run;
use serde_json::{Value, json};

use crate::cli::console::{Console, Progress, Tone};
use crate::cli::words::count;

/// What running once more came to.
pub(super) struct Verification {
    entries: u64,
    hash: String,
    comparison: Comparison,
}

/// Runs the plan of a run again.
pub(super) fn verify(run: &Run, recorder: &Recorder) -> Verification {
    let mut progress = Progress::begin();
    let end = run.plan().end.0.max(1);
    let goes_on = |to: Time| {
        progress.report((u128::from(to.0) * 100 / u128::from(end)) as u64);
        true
    };
    let comparison = comparison::compare(Ended { run, recorder }, run.plan(), goes_on);
    progress.end();
    Verification {
        entries: recorder.fingerprint().entries(),
        hash: recorder.hash().to_string(),
        comparison: comparison.expect("invariant: nobody stops it"),
    }
}

impl Verification {
    /// Whether both runs did the same.
    pub(super) fn is_same(&self) -> bool {
        self.comparison == Comparison::Same
    }

    /// Says so.
    pub(super) fn print(&self, console: &mut Console) {
        console.line("");
        for line in self.lines(console) {
            console.line(&line);
        }
    }

    fn lines(&self, console: &Console) -> Vec<String> {
        let bad = |text: &str| console.tinted(Tone::Bad, text);
        match &self.comparison {
            Comparison::Same => {
                let text =
                    format!("same record, {} entries, hash {}", count(self.entries), self.hash);
                vec![format!("Run again: {}", console.tinted(Tone::Good, &format!("✓ {text}")))]
            }
            Comparison::Differs(difference) => {
                let words = |side: &Option<Happening>| match side {
                    Some(happening) => happening.to_string(),
                    None => "the run was over".to_owned(),
                };
                let first = format!("✗ another record from entry {} on", count(difference.index));
                vec![
                    format!("Run again: {}", bad(&first)),
                    format!("  first run   {}", words(&difference.ours)),
                    format!("  second run  {}", words(&difference.theirs)),
                ]
            }
            Comparison::Unsteady(range) => {
                let (from, to) = (count(range.start), count(range.end));
                let text = format!("✗ another record, somewhere from entry {from} to {to}");
                vec![format!("Run again: {}", bad(&text))]
            }
        }
    }

    /// The same for programs.
    pub(super) fn object(&self) -> Value {
        let difference = match &self.comparison {
            Comparison::Same => Value::Null,
            Comparison::Differs(it) => {
                json!({ "entry": it.index, "first_run": it.ours, "second_run": it.theirs })
            }
            Comparison::Unsteady(range) => {
                json!({ "entry": range.start, "first_run": null, "second_run": null })
            }
        };
        json!({ "same": self.is_same(), "entries": self.entries, "difference": difference })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use flowbench_simulator::plan::Plan;
    use flowbench_simulator::recorder::Keep;

    use super::*;
    use crate::cli::input::Input;
    use crate::cli::run::run_to_end;

    /// What comparing a run of one scenario with one of another comes to: no correct build differs
    /// from itself.
    fn compared(first: &str, second: &str) -> Verification {
        let input = Input::open("poison".as_ref()).expect("the sample is there");
        let design = &input.document.design;
        let plan = |name| {
            let scenario = design.scenario(Some(name)).expect("the sample has it");
            Plan::compile(design, scenario, 1).expect("it can run")
        };
        let (run, recorder) = run_to_end(plan(first), Keep::Everything);
        let ended = Ended { run: &run, recorder: &recorder };
        let comparison = comparison::compare(ended, &plan(second), |_| true);
        Verification {
            entries: recorder.fingerprint().entries(),
            hash: recorder.hash().to_string(),
            comparison: comparison.expect("nobody stops it"),
        }
    }

    #[test]
    fn the_first_difference_is_named_in_words_and_as_json() {
        let verification = compared("poison", "blind-redrive");
        assert!(!verification.is_same());
        let console = Console::new(Box::new(std::io::sink()), Box::new(std::io::sink()));
        expect![[r#"
            Run again: ✗ another record from entry 819 on
              first run   the run was over
              second run  20 s operator acted at action 1"#]]
        .assert_eq(&verification.lines(&console).join("\n"));
        expect![[r#"
            {
              "same": false,
              "entries": 819,
              "difference": {
                "entry": 819,
                "first_run": null,
                "second_run": {
                  "at_ns": 20000000000,
                  "what": "operator acted",
                  "place": "action 1",
                  "message": null,
                  "attempt": null
                }
              }
            }"#]]
        .assert_eq(&format!("{:#}", verification.object()));
    }

    #[test]
    fn the_same_scenario_gives_the_same_record() {
        let verification = compared("poison", "poison");
        assert!(verification.is_same());
        assert_eq!(verification.object()["difference"], Value::Null);
    }
}
