//! What is wrong with a design before it runs, or could be better: one table of rules.

use crate::design::Design;
use crate::finding::{Finding, Severity};
use crate::lint_setting::{Level, LintSetting};
use crate::schema::Schemas;
use crate::schema::verdict::Verdicts;

pub(crate) mod context;
mod lints;
pub mod page;

pub use context::{Context, Files};

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// Stable name, the code of its findings: `unknown-name`.
    pub code: &'static str,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// Why it matters and what to do about it.
    pub meaning: &'static str,
    /// How bad the gravest of its findings are.
    pub severity: Severity,
    /// Adds its findings.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// Every rule; first those without which a design cannot run.
pub const LINTS: &[Lint] = &[
    lints::duplicate_name::LINT,
    lints::bad_name::LINT,
    lints::duplicate_key::LINT,
    lints::unknown_name::LINT,
    lints::unknown_version::LINT,
    lints::wrong_kind_of_node::LINT,
    lints::wrong_edge_ends::LINT,
    lints::duplicate_edge::LINT,
    lints::bad_number::LINT,
    lints::emission_without_publish_edge::LINT,
    lints::workload_without_publish_edge::LINT,
    lints::call_without_call_edge::LINT,
    lints::expression_invalid::LINT,
    lints::fault_on_wrong_role::LINT,
    lints::fault_selects_nothing::LINT,
    lints::contradictory_faults::LINT,
    lints::condition_never_holds::LINT,
    lints::dead_letter_loop::LINT,
    lints::bind_circle::LINT,
    lints::preset_circle::LINT,
    lints::contradictory_channel::LINT,
    lints::contradictory_resilience::LINT,
    lints::contradictory_saga::LINT,
    lints::contradictory_process::LINT,
    lints::bad_change::LINT,
    lints::schema_invalid::LINT,
    lints::schema_missing::LINT,
    lints::schema_outside_folder::LINT,
    lints::recorded_outside_folder::LINT,
    lints::recorded_missing::LINT,
    lints::reader_cannot_read::LINT,
    lints::version_breaks_policy::LINT,
    lints::recorded_bad_line::LINT,
    lints::recorded_payload_invalid::LINT,
    lints::schema_unsatisfiable::LINT,
    lints::retry_without_dead_letter::LINT,
    lints::endless_retry_without_backoff::LINT,
    lints::retry_not_idempotent::LINT,
    lints::inbox_retention_too_short::LINT,
    lints::inbox_key_repeats::LINT,
    lints::inbox_without_effect::LINT,
    lints::message_over_limit::LINT,
    lints::claim_check_too_short::LINT,
    lints::claim_check_deleted_early::LINT,
    lints::dual_write::LINT,
    lints::relays_uncoordinated::LINT,
    lints::order_not_given::LINT,
    lints::field_missing_in_schema::LINT,
    lints::filter_not_kept::LINT,
    lints::translation_not_kept::LINT,
    lints::property_without_effect::LINT,
    lints::group_without_effect::LINT,
    lints::command_without_handler::LINT,
    lints::command_with_several_handlers::LINT,
    lints::event_without_subscriber::LINT,
    lints::channel_without_publisher::LINT,
    lints::dead_letter_channel_not_watched::LINT,
    lints::call_without_timeout::LINT,
    lints::timeout_owned_by_nobody::LINT,
    lints::awaited_message_never_comes::LINT,
    lints::orphan_node::LINT,
    lints::example_invalid::LINT,
    lints::logical_type_without_effect::LINT,
    lints::ordering_key_missing_in_schema::LINT,
    lints::deprecated_version_used::LINT,
    lints::fault_outside_run::LINT,
    lints::nothing_to_replay::LINT,
    lints::view_cannot_restore::LINT,
    lints::view_without_key::LINT,
    lints::replay_reaches_nobody::LINT,
    lints::action_outside_run::LINT,
    lints::settled_by_nobody::LINT,
    lints::start_without_effect::LINT,
    lints::fork_of_nothing::LINT,
    lints::scenario_without_promises::LINT,
    lints::secret_in_example::LINT,
    lints::event_with_two_owners::LINT,
    lints::query_without_reply::LINT,
    lints::mixed_message_names::LINT,
    lints::mixed_channel_names::LINT,
    lints::near_duplicate_name::LINT,
    lints::message_without_schema::LINT,
    lints::message_undescribed::LINT,
    lints::example_missing::LINT,
    lints::message_unused::LINT,
    lints::context_unused::LINT,
    lints::message_never_published::LINT,
    lints::handler_never_used::LINT,
    lints::uses_unknown_field::LINT,
    lints::publisher_breaks_contract::LINT,
    lints::retries_outlive_message::LINT,
    lints::delay_over_limit::LINT,
    lints::preset_limit_exceeded::LINT,
    lints::retry_amplification::LINT,
    lints::timeout_below_service_time::LINT,
    lints::timeout_inversion::LINT,
    lints::lease_below_service_time::LINT,
    lints::deep_call_chain::LINT,
    lints::event_circle::LINT,
    lints::god_channel::LINT,
    lints::thin_event_calls_back::LINT,
    lints::state_shared_across_contexts::LINT,
    lints::translation_not_said::LINT,
    lints::consumers_exceed_partitions::LINT,
    lints::duplicate_version::LINT,
    lints::personal_data_in_example::LINT,
    lints::unknown_lint::LINT,
    lints::setting_without_reason::LINT,
    // Last, because it looks at what all others have found.
    lints::setting_without_effect::LINT,
];

/// What the rules say about a design, as its settings have it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Findings {
    /// What counts: the gravest first, then by place.
    pub said: Vec<Finding>,
    /// What is silenced, each with the reason.
    pub silenced: Vec<(Finding, String)>,
}

/// Every finding about a design: the gravest first, then by place. Schemas in files are left out.
/// Cost: about 3 ms for 1,000 nodes and 1,500 edges, measured, and what its schemas cost.
#[must_use]
pub fn findings(design: &Design) -> Vec<Finding> {
    found(&Context::new(design)).said
}

/// Every finding about a design with its schema files.
#[must_use]
pub fn findings_with(design: &Design, files: &Schemas) -> Vec<Finding> {
    findings_again(design, files, &mut Verdicts::default())
}

/// The same after an edit: schemas and examples of messages that did not change are not checked
/// again.
#[must_use]
pub fn findings_again(design: &Design, files: &Schemas, earlier: &mut Verdicts) -> Vec<Finding> {
    let verdicts = earlier.of(design, files);
    let context = Context::without_verdicts(design);
    found(&Context { verdicts, has_files: true, schemas: Some(files), ..context }).said
}

/// The same with the beginnings of its recorded files.
#[must_use]
pub fn findings_among(design: &Design, files: Files<'_>, earlier: &mut Verdicts) -> Vec<Finding> {
    all_findings(design, files, earlier).said
}

/// The same with what is silenced.
#[must_use]
pub fn all_findings(design: &Design, files: Files<'_>, earlier: &mut Verdicts) -> Findings {
    let verdicts = earlier.of(design, files.schemas);
    let context = Context::without_verdicts(design);
    let schemas = Some(files.schemas);
    found(&Context { verdicts, has_files: true, schemas, files: Some(files), ..context })
}

/// What keeps a design from running, whatever its settings say. Schemas in files are left out.
#[must_use]
pub fn obstacles(design: &Design) -> Vec<Finding> {
    let context = Context::new(design);
    let mut findings = Vec::new();
    for lint in LINTS.iter().filter(|lint| lint.severity == Severity::Error) {
        (lint.check)(&context, &mut findings);
    }
    findings.retain(|finding| finding.severity == Severity::Error);
    sort(&mut findings);
    findings
}

fn found(context: &Context<'_>) -> Findings {
    let mut findings = Vec::new();
    for lint in LINTS {
        (lint.check)(context, &mut findings);
    }
    let mut found = as_set(context.design, findings);
    sort(&mut found.said);
    found
}

/// Findings as the settings of a design have them. What keeps it from running stays as it is.
fn as_set(design: &Design, findings: Vec<Finding>) -> Findings {
    let mut found = Findings::default();
    for finding in findings {
        let covers = |it: &&LintSetting| it.covers(finding.code, &finding.place);
        let setting = design.lints.iter().rev().find(covers);
        let Some(setting) = setting.filter(|_| finding.severity != Severity::Error) else {
            found.said.push(finding);
            continue;
        };
        let with = |severity| Finding { severity, ..finding.clone() };
        match setting.severity {
            Level::Off => found.silenced.push((finding, setting.reason.clone())),
            Level::Info => found.said.push(with(Severity::Info)),
            Level::Warning => found.said.push(with(Severity::Warning)),
            Level::Error => found.said.push(with(Severity::Error)),
        }
    }
    found
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let grave = b.severity.cmp(&a.severity);
        let place = a.place.cmp(&b.place).then_with(|| a.property.cmp(&b.property));
        grave.then(place).then(a.code.cmp(b.code))
    });
}

/// What one rule says about a design, a line for each finding.
#[cfg(test)]
pub(crate) fn said(lint: &Lint, design: &Design) -> String {
    let mut findings = Vec::new();
    (lint.check)(&Context::new(design), &mut findings);
    sort(&mut findings);
    let lines = findings.iter().map(|finding| {
        let Finding { code, severity, place, property, sentence, fix } = finding;
        assert_eq!(*code, lint.code, "a rule speaks under its own code");
        assert!(*severity <= lint.severity, "a rule is no graver than it says");
        let fix = fix.as_ref().map_or(String::new(), |fix| {
            let mended = fix.edit.apply(design).expect("a fix can be applied");
            let mut left = Vec::new();
            (lint.check)(&Context::new(&mended), &mut left);
            assert!(!left.contains(finding), "the fix mends: {sentence}");
            format!(" [{}]", fix.label)
        });
        let at = if property.is_empty() { "" } else { " at " };
        format!("{severity}: {place}{at}{property}: {sentence}{fix}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fixture;
    use crate::place::Place;

    #[test]
    fn an_empty_design_has_no_findings() {
        for lint in LINTS {
            assert_eq!(said(lint, &Design::new("empty")), "", "{}", lint.code);
        }
    }

    #[test]
    fn every_rule_is_explained_and_has_a_code_of_its_own() {
        for (index, lint) in LINTS.iter().enumerate() {
            assert!(!lint.title.is_empty() && lint.meaning.ends_with('.'), "{}", lint.code);
            assert!(lint.code.bytes().all(|b| b == b'-' || b.is_ascii_lowercase()));
            assert!(LINTS[..index].iter().all(|other| other.code != lint.code), "{}", lint.code);
        }
    }

    #[test]
    fn the_gravest_finding_comes_first() {
        let mut design = fixture::design(
            "shop: producer\n orders: queue\n payment: consumer\n lonely: consumer
             shop -> orders: OrderPlaced\n orders -> payment",
        );
        fixture::consumer(&mut design, "payment").concurrency = 0;
        let findings = findings(&design);
        assert_eq!(findings[0].severity, Severity::Error);
        assert!(findings.windows(2).all(|pair| pair[0].severity >= pair[1].severity));
        assert!(findings.len() >= 2);
    }

    fn with_setting(severity: Level, places: &[&str]) -> Design {
        let mut design = fixture::design("shop: producer\n orders: queue\n shop -> orders: Placed");
        design.lints.push(LintSetting {
            code: "event-without-subscriber".to_owned(),
            severity,
            reason: "the warehouse joins in spring".to_owned(),
            places: places.iter().map(|it| Place::Message((*it).to_owned())).collect(),
        });
        design
    }

    fn set(design: &Design) -> Findings {
        let (schemas, recorded) = (Schemas::new(), BTreeMap::new());
        let files = Files { schemas: &schemas, recorded: &recorded };
        all_findings(design, files, &mut Verdicts::default())
    }

    #[test]
    fn a_rule_counts_as_much_as_the_design_says() {
        let code = "event-without-subscriber";
        let of = |design: &Design| {
            let Findings { said, silenced } = set(design);
            let said = said.iter().find(|it| it.code == code).map(|it| it.severity);
            (said, silenced.iter().any(|(it, reason)| it.code == code && !reason.is_empty()))
        };
        assert_eq!(of(&with_setting(Level::Off, &[])), (None, true));
        assert_eq!(of(&with_setting(Level::Off, &["Placed"])), (None, true));
        assert_eq!(of(&with_setting(Level::Off, &["Paid"])), (Some(Severity::Info), false));
        assert_eq!(of(&with_setting(Level::Error, &[])), (Some(Severity::Error), false));
    }

    #[test]
    fn what_keeps_a_design_from_running_cannot_be_silenced() {
        let mut design = with_setting(Level::Off, &[]);
        fixture::edge(&mut design, "shop -> orders").contract.dead_letter = Some("no".into());
        design.lints[0].code = "unknown-name".to_owned();
        let Findings { said, silenced } = set(&design);
        assert!(said.iter().any(|it| it.code == "unknown-name") && silenced.is_empty());
        assert_eq!(obstacles(&design).len(), 1);
        assert!(said.iter().any(|it| it.code == "setting-without-effect"));
    }

    #[test]
    fn a_rule_that_is_made_an_error_does_not_keep_a_design_from_running() {
        let design = with_setting(Level::Error, &[]);
        assert!(set(&design).said.iter().any(|it| it.severity == Severity::Error));
        assert_eq!(obstacles(&design), []);
    }

    #[test]
    fn a_setting_that_changes_nothing_is_a_finding() {
        let effect =
            |design: &Design| set(design).said.iter().any(|it| it.code == "setting-without-effect");
        assert!(!effect(&with_setting(Level::Off, &["Placed"])));
        assert!(effect(&with_setting(Level::Off, &["Paid"])));
        assert!(effect(&with_setting(Level::Off, &["Placed", "Paid"])), "one of the places");
    }
}
