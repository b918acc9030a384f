//! Blobs that a consumer deletes while somebody else still needs them.

use crate::claim_check::ClaimCheck;
use crate::edge::EdgeKind;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::context::publications::Publication;
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Node, Role};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "claim-check-deleted-early",
    title: "a consumer deletes a blob that is still needed",
    severity: Severity::Warning,
    meaning: "The first consumer that has handled a message deletes its blob. Another subscriber, \
              or the same one at a redelivery, finds nothing then, and the message can never be \
              handled. Let blobs go by their age.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for it in context.publications() {
        let Some(check) = it.claim_check.filter(|check| check.deleted_by_consumer) else {
            continue;
        };
        let parties = context.handled.get(it.message).copied().unwrap_or(0);
        if parties > 1 {
            findings.push(shared(&it, check, parties));
        } else if let Some((node, consumer)) = forgetful(context, &it) {
            findings.push(repeated(&it, node, consumer));
        }
    }
}

fn shared(it: &Publication<'_>, check: &ClaimCheck, parties: usize) -> Finding {
    let sentence = format!(
        "{parties} subscribers handle `{}`, and the first of them deletes the blob; let it go by \
         its age",
        it.message
    );
    let kept = ClaimCheck { deleted_by_consumer: false, ..check.clone() };
    let edit = it.with_claim_check(Some(kept));
    finding(it, Severity::Warning, sentence).with_fix("Leave the blob", edit)
}

fn repeated(it: &Publication<'_>, node: &Node, consumer: &Consumer) -> Finding {
    let sentence = format!(
        "a `{}` that `{}` gets twice has no blob any more; let it recognize repetitions",
        it.message, node.name
    );
    let role = Role::Consumer(Consumer { idempotent: true, ..consumer.clone() });
    let edit = Edit::PutNode(node.name.clone(), Node { role, ..node.clone() });
    finding(it, Severity::Info, sentence).with_fix(format!("Make {} idempotent", node.name), edit)
}

fn finding(it: &Publication<'_>, severity: Severity, sentence: String) -> Finding {
    let place = Place::Node(it.node.name.clone());
    let finding = Finding::new(LINT.code, severity, place, sentence);
    finding.at(format_args!("{}.claim_check.deleted_by_consumer", it.at))
}

/// A consumer of a publication that does not recognize repetitions.
fn forgetful<'a>(context: &Context<'a>, it: &Publication<'a>) -> Option<(&'a Node, &'a Consumer)> {
    let channels = context.channels_reached(it).into_iter();
    let indices = channels.filter_map(|channel| context.graph.index_of(channel));
    let mut edges = indices.flat_map(|index| &context.outgoing[index]);
    edges.find_map(|edge| {
        let is_ours = edge.kind == EdgeKind::Subscribe && it.passes(edge);
        let consumer = context.consumer(&edge.to).filter(|it| is_ours && !it.idempotent)?;
        Some((context.node(&edge.to)?, consumer))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;

    fn scans(more: &str) -> Design {
        let lines = "scanner: producer\n t: topic\n c: consumer\n d: consumer
             scanner -> t: Scan\n t -> c: Scan\n";
        let mut design = fixture::design(&format!("{lines}{more}"));
        fixture::produce(&mut design, "scanner", "Scan");
        if let Role::Producer(producer) = &mut fixture::node(&mut design, "scanner").role {
            let check = ClaimCheck { deleted_by_consumer: true, ..ClaimCheck::default() };
            producer.workload[0].claim_check = Some(check);
        }
        design
    }

    #[test]
    fn a_blob_that_others_need_is_left() {
        let mut design = scans("t -> d: Scan");
        assert_eq!(
            said(&LINT, &design),
            "warning: node `scanner` at role.workload.0.claim_check.deleted_by_consumer: 2 \
             subscribers handle `Scan`, and the first of them deletes the blob; let it go by its \
             age [Leave the blob]"
        );
        design = scans("");
        assert_eq!(
            said(&LINT, &design),
            "info: node `scanner` at role.workload.0.claim_check.deleted_by_consumer: a `Scan` \
             that `c` gets twice has no blob any more; let it recognize repetitions [Make c \
             idempotent]"
        );
        fixture::consumer(&mut design, "c").idempotent = true;
        assert_eq!(said(&LINT, &design), "");
    }
}
