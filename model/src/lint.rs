//! What is wrong with a design before it runs, or could be better: one table of rules.

use crate::design::Design;
use crate::finding::Finding;
use crate::schema::Schemas;
use crate::schema::verdict::Verdicts;

pub(crate) mod context;
mod lints;

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
];

/// Every finding about a design: the gravest first, then by place. Schemas in files are left out.
/// Cost: about 3 ms for 1,000 nodes and 1,500 edges, measured, and what its schemas cost.
#[must_use]
pub fn findings(design: &Design) -> Vec<Finding> {
    found(&Context::new(design))
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
    found(&Context { verdicts, has_files: true, ..Context::without_verdicts(design) })
}

/// The same with the beginnings of its recorded files.
#[must_use]
pub fn findings_among(design: &Design, files: Files<'_>, earlier: &mut Verdicts) -> Vec<Finding> {
    let verdicts = earlier.of(design, files.schemas);
    let context = Context::without_verdicts(design);
    found(&Context { verdicts, has_files: true, files: Some(files), ..context })
}

fn found(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lint in LINTS {
        (lint.check)(context, &mut findings);
    }
    sort(&mut findings);
    findings
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
    use super::*;
    use crate::finding::Severity;
    use crate::fixture;

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
}
