//! Parameters of channels and presets that do not go together.

use crate::channel::{
    Assignment, Channel, Gate, Group, PARAMETERS, Parameter, Semantics, Settlement, Storage,
};
use crate::contract::Backoff;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::preset::Presets;
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "contradictory-channel",
    title: "parameters of a channel that do not go together",
    severity: Severity::Error,
    meaning: "One parameter leaves another without effect, or makes it impossible. The sentence \
              says which; the values of the preset count too.",
    check,
};

/// Parameters that contradict each other.
struct Rule {
    /// Those that it is about; it speaks at the first that the channel says itself.
    parameters: &'static [&'static str],
    severity: Severity,
    is_broken: fn(&Semantics) -> bool,
    sentence: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        parameters: &["redelivery_jitter"],
        severity: Severity::Error,
        is_broken: |it| !(0.0..=1.0).contains(&it.redelivery_jitter),
        sentence: "a share lies between 0 and 1",
    },
    Rule {
        parameters: &["redelivery_delay"],
        severity: Severity::Error,
        is_broken: |it| shrinks(&it.redelivery_delay),
        sentence: "from one delivery to the next the delay grows by 1 or more",
    },
    Rule {
        parameters: &["lease_by_attempt"],
        severity: Severity::Error,
        is_broken: |it| shrinks(&it.lease_by_attempt),
        sentence: "from one delivery to the next the lease grows by 1 or more",
    },
    Rule {
        parameters: &["default_priority", "priority_levels"],
        severity: Severity::Error,
        is_broken: |it| it.priority_levels > 0 && it.default_priority >= it.priority_levels,
        sentence: "priorities count from 0, so the default is less than the number of levels",
    },
    Rule {
        parameters: &["replicas"],
        severity: Severity::Error,
        is_broken: |it| it.replicas == 0,
        sentence: "there is 1 copy of the store or more",
    },
    Rule {
        parameters: &["min_in_sync", "replicas"],
        severity: Severity::Error,
        is_broken: |it| it.min_in_sync > it.replicas.max(1),
        sentence: "no message is ever safe: more replicas must have it than there are",
    },
    Rule {
        parameters: &["gate", "partitions"],
        severity: Severity::Warning,
        is_broken: |it| it.gate == Gate::Cursor && it.partitions == 0,
        sentence: "the gate `Cursor` holds back the next message of a partition, and there are \
                   no partitions; say how many, 1 or more",
    },
    Rule {
        parameters: &["assignment", "partitions"],
        severity: Severity::Warning,
        is_broken: |it| deals_partitions(it.assignment) && it.partitions == 0,
        sentence: "this assignment deals partitions, and there are none; say how many, 1 or more",
    },
    Rule {
        parameters: &["priority_levels", "storage"],
        severity: Severity::Warning,
        is_broken: |it| it.priority_levels > 0 && it.storage == Storage::Log,
        sentence: "a log is read in its own order, so priorities have no effect",
    },
    Rule {
        parameters: &["time_to_live", "retention_time"],
        severity: Severity::Warning,
        is_broken: |it| it.retention_time > Span::ZERO && it.time_to_live > it.retention_time,
        sentence: "messages are gone before they expire: the time to live is longer than they are \
                   kept",
    },
    Rule {
        parameters: &["delay", "max_delay"],
        severity: Severity::Warning,
        is_broken: |it| it.max_delay > Span::ZERO && it.delay > it.max_delay,
        sentence: "the channel holds messages back for longer than it can",
    },
    Rule {
        parameters: &["lease_max", "lease"],
        severity: Severity::Warning,
        is_broken: |it| it.lease_max > Span::ZERO && it.lease > it.lease_max,
        sentence: "the first lease is longer than all extensions may make it",
    },
    Rule {
        parameters: &["delivery_limit", "limit_counts"],
        severity: Severity::Warning,
        is_broken: |it| it.delivery_limit > 0 && it.limit_counts.is_empty(),
        sentence: "nothing counts towards the delivery limit, so it is never reached",
    },
    Rule {
        parameters: &["default_priority"],
        severity: Severity::Info,
        is_broken: |it| it.priority_levels == 0 && it.default_priority > 0,
        sentence: "without levels of priority this has no effect",
    },
    Rule {
        parameters: &["compaction_interval", "messages_per_key"],
        severity: Severity::Info,
        is_broken: |it| it.messages_per_key == 0 && it.compaction_interval > Span::ZERO,
        sentence: "nothing is compacted: there is no limit of messages per key",
    },
    Rule {
        parameters: &["commit_interval", "settlement"],
        severity: Severity::Info,
        is_broken: |it| it.settlement != Settlement::Offsets && it.commit_interval > Span::ZERO,
        sentence: "no positions are committed: messages are not settled by offsets",
    },
    Rule {
        parameters: &["lease_renewed", "lease"],
        severity: Severity::Info,
        is_broken: |it| it.lease_renewed && it.lease == Span::ZERO,
        sentence: "there is no lease that could be extended",
    },
];

fn shrinks(backoff: &Backoff) -> bool {
    match backoff {
        Backoff::None
        | Backoff::Fixed(_)
        | Backoff::Linear { .. }
        | Backoff::Steps(_)
        | Backoff::Decorrelated { .. } => false,
        Backoff::Exponential { factor, .. } => !(factor.is_finite() && *factor >= 1.0),
    }
}

fn deals_partitions(assignment: Assignment) -> bool {
    match assignment {
        Assignment::Fixed | Assignment::Range | Assignment::Sticky => true,
        Assignment::InTurn | Assignment::Random | Assignment::KeyHash => false,
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, channel) in context.channels() {
        let Some(semantics) = &context.semantics[index] else { continue };
        let place = || Place::Node(node.name.clone());
        look(channel, semantics, "role", &place, findings);
    }
    let own = &context.design.presets;
    let presets = Presets::named(own, own.iter().map(|preset| preset.name.as_str()));
    for preset in own {
        let semantics = presets.semantics(&Channel::of(preset.name.as_str()));
        let place = || Place::Preset(preset.name.clone());
        look(&preset.parameters, &semantics, "parameters", &place, findings);
        let channels = [&preset.parameters.dead_letter, &preset.parameters.alternate];
        if channels.iter().any(|channel| channel.is_some()) {
            let sentence = "a preset names no channels: whoever has the preset names its own";
            let finding = Finding::new(LINT.code, Severity::Warning, place(), sentence);
            findings.push(finding.at("parameters"));
        }
    }
}

fn look(
    said: &Channel,
    semantics: &Semantics,
    head: &str,
    place: &dyn Fn() -> Place,
    findings: &mut Vec<Finding>,
) {
    let mut report = |severity, name: &str, sentence: &str| {
        let finding = Finding::new(LINT.code, severity, place(), sentence);
        findings.push(finding.at(format_args!("{head}.{name}")));
    };
    for rule in RULES.iter().filter(|rule| (rule.is_broken)(semantics)) {
        if let Some(name) = rule.parameters.iter().find(|name| is_said(said, name)) {
            report(rule.severity, name, rule.sentence);
        }
    }
    if said.prefetch.is_some_and(|prefetch| prefetch > 0) && said.unlimited_prefetch == Some(true) {
        let sentence = "where a prefetch is named it counts, whatever else is unlimited";
        report(Severity::Info, "unlimited_prefetch", sentence);
    }
    if keeps_nothing(semantics.storage) {
        for parameter in PARAMETERS.iter().filter(|one| is_idle(one, said, semantics)) {
            let sentence = "a channel that keeps nothing has no use for this";
            report(Severity::Info, parameter.name, sentence);
        }
    }
    if said.dead_letter.is_some() && semantics.dead_letters.is_empty() {
        let sentence = "nothing becomes a dead letter here: `dead_letters` says of what";
        report(Severity::Info, "dead_letter", sentence);
    }
}

fn is_said(channel: &Channel, name: &str) -> bool {
    PARAMETERS.iter().any(|one| one.name == name && (one.own)(channel).is_some())
}

fn keeps_nothing(storage: Storage) -> bool {
    match storage {
        Storage::Transient | Storage::Router => true,
        Storage::Queue | Storage::Log => false,
    }
}

/// Whether a channel says something that matters only to one that keeps messages.
fn is_idle(parameter: &Parameter, said: &Channel, semantics: &Semantics) -> bool {
    let is_for_stores = match parameter.group {
        Group::Redelivery | Group::Groups => true,
        Group::Acknowledgement => parameter.name != "settlement",
        Group::Limits => parameter.name != "max_message_bytes",
        Group::Dispatch => {
            matches!(parameter.name, "prefetch" | "fetches_batches" | "in_flight_max")
        }
        Group::Store => matches!(parameter.name, "partitions" | "priority_levels"),
        Group::DeadLetters | Group::Publishing => false,
    };
    let plain = || (parameter.resolved)(&Semantics::default());
    is_for_stores && (parameter.own)(said).is_some() && (parameter.resolved)(semantics) != plain()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;

    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;
    use crate::preset;

    fn with(channel: Channel) -> Design {
        let mut design = fixture::design("q: queue");
        fixture::node(&mut design, "q").role = Role::Channel(channel);
        design
    }

    #[test]
    fn presets_of_the_program_do_not_contradict_themselves() {
        let presets = Presets::all(&[]);
        for preset in presets.iter() {
            let all = presets.layers(&Channel::of(preset.name.as_str()));
            let said = all[1..]
                .iter()
                .fold(preset.parameters.clone(), |above, below| above.merged(&below.parameters));
            let mut findings = Vec::new();
            let place = || Place::Preset(preset.name.clone());
            let semantics = presets.semantics(&Channel::of(preset.name.as_str()));
            look(&said, &semantics, "parameters", &place, &mut findings);
            assert!(findings.is_empty(), "{findings:?}");
        }
    }

    #[test]
    fn contradictions_are_said_where_they_can_be_mended() {
        let design = with(Channel {
            gate: Some(Gate::Cursor),
            assignment: Some(Assignment::Range),
            priority_levels: Some(3),
            default_priority: Some(3),
            time_to_live: Some(Span(2)),
            retention_time: Some(Span(1)),
            redelivery_jitter: Some(1.5),
            min_in_sync: Some(2),
            limit_counts: Some(Vec::new()),
            delivery_limit: Some(3),
            ..Channel::default()
        });
        expect![[r#"
            error: node `q` at role.default_priority: priorities count from 0, so the default is less than the number of levels
            error: node `q` at role.min_in_sync: no message is ever safe: more replicas must have it than there are
            error: node `q` at role.redelivery_jitter: a share lies between 0 and 1
            warning: node `q` at role.assignment: this assignment deals partitions, and there are none; say how many, 1 or more
            warning: node `q` at role.delivery_limit: nothing counts towards the delivery limit, so it is never reached
            warning: node `q` at role.gate: the gate `Cursor` holds back the next message of a partition, and there are no partitions; say how many, 1 or more
            warning: node `q` at role.time_to_live: messages are gone before they expire: the time to live is longer than they are kept"#]]
        .assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn a_preset_counts_and_is_not_blamed_for_what_the_channel_says() {
        let kafka = Channel::of("kafka.group.classic");
        assert_eq!(said(&LINT, &with(kafka.clone())), "");
        assert_eq!(
            said(&LINT, &with(Channel { partitions: Some(0), ..kafka })).lines().count(),
            2,
            "neither gate nor assignment goes without partitions"
        );
        let nats = Channel { prefetch: Some(3), ..Channel::of("nats.core") };
        assert_eq!(
            said(&LINT, &with(nats)),
            "info: node `q` at role.prefetch: a channel that keeps nothing has no use for this"
        );
    }

    #[test]
    fn a_preset_of_the_design_is_looked_at_once() {
        let mut preset = preset::parse("(name: \"ours\", title: \"Ours\")").expect("a preset");
        preset.parameters.replicas = Some(0);
        preset.parameters.dead_letter = Some("q".into());
        let mut design = with(Channel::of("ours"));
        design.presets.push(Arc::new(preset));
        assert_eq!(
            said(&LINT, &design),
            "error: preset `ours` at parameters.replicas: there is 1 copy of the store or more\n\
             warning: preset `ours` at parameters: \
             a preset names no channels: whoever has the preset names its own"
        );
    }
}
