//! Replays that nobody gets, or in which nothing can be.

use crate::archive;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::scenario::{ActionKind, Recipients, Section};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "replay-reaches-nobody",
    title: "a replay that nobody gets",
    severity: Severity::Warning,
    meaning: "A replay goes to the subscriptions of its channel, and of what is bound to it; that \
              of an archive goes to whoever hears of the channels that feed it. If none of these \
              is the recipient's, or the section ends before it begins, nothing comes of it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        for (i, action) in scenario.actions.iter().enumerate() {
            let ActionKind::Replay { channel, to, messages, rate: _ } = &action.what else {
                continue;
            };
            let mut say = |property: &str, sentence: String| {
                let place = Place::Scenario(scenario.name.clone());
                let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
                findings.push(finding.at(format_args!("actions.{i}.do.{property}")));
            };
            let is_known = context.channel(channel).is_some();
            if is_known && archive::subscriptions(context.design, channel, to).is_empty() {
                say("to", unreached(channel, to));
            }
            if let Some(sentence) = backward(messages) {
                say("messages", sentence);
            }
        }
    }
}

fn unreached(channel: &str, to: &Recipients) -> String {
    match to {
        Recipients::All => format!("nobody hears of `{channel}`"),
        Recipients::Consumer(name) => format!(
            "`{name}` hears neither of `{channel}` nor of what feeds it; choose one who does"
        ),
    }
}

fn backward(section: &Section) -> Option<String> {
    let (from, to) = match section {
        Section::All => return None,
        Section::Numbers(from, to) | Section::Positions(from, to) if from > to => {
            (from.to_string(), to.to_string())
        }
        Section::Between(from, to) if from > to => (from.to_string(), to.to_string()),
        Section::Numbers(..) | Section::Positions(..) | Section::Between(..) => return None,
    };
    Some(format!("it begins at {from} and ends at {to}, so nothing is in it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::scenario::{Action, Scenario};
    use crate::time::Span;

    fn said_of(to: Recipients, messages: Section) -> String {
        let mut design = fixture::design(
            "t: topic\n q: queue\n p: producer\n c: consumer\n d: consumer
             p -> t\n t -> c\n q -> d",
        );
        let mut scenario = Scenario::new("s", Span::from_secs(10));
        let what = ActionKind::Replay { channel: "t".into(), to, messages, rate: None };
        scenario.actions = vec![Action { at: Span::from_secs(1), what }];
        design.scenarios.push(scenario.into());
        said(&LINT, &design)
    }

    #[test]
    fn a_replay_has_a_recipient() {
        assert_eq!(said_of(Recipients::All, Section::All), "");
        assert_eq!(said_of(Recipients::Consumer("c".into()), Section::All), "");
        assert_eq!(
            said_of(Recipients::Consumer("d".into()), Section::All),
            "warning: scenario `s` at actions.0.do.to: `d` hears neither of `t` nor of what \
             feeds it; choose one who does"
        );
    }

    #[test]
    fn a_section_goes_forward() {
        assert_eq!(said_of(Recipients::All, Section::Numbers(3, 3)), "");
        assert_eq!(
            said_of(Recipients::All, Section::Numbers(4, 3)),
            "warning: scenario `s` at actions.0.do.messages: it begins at 4 and ends at 3, so \
             nothing is in it"
        );
        let (from, to) = (Span::from_secs(2), Span::from_secs(1));
        assert!(said_of(Recipients::All, Section::Between(from, to)).contains("begins at 2s"));
    }
}
