//! Messages that are larger than their channel takes.

use crate::claim_check::{CHECK_BYTES, ClaimCheck};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "message-over-limit",
    title: "a message is larger than its channel takes",
    severity: Severity::Warning,
    meaning: "A channel refuses what is larger than its limit. A claim check stores the payload \
              elsewhere and publishes a small message that says where it is.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for it in context.publications() {
        let size = context.messages.get(it.message).and_then(|message| message.size_bytes);
        let bytes = if it.claim_check.is_some() { CHECK_BYTES } else { size.unwrap_or(0) };
        if bytes == 0 {
            continue;
        }
        for channel in context.channels_reached(&it) {
            let limit = context.semantics_of(channel).map_or(0, |it| it.max_message_bytes);
            if limit == 0 || bytes <= limit {
                continue;
            }
            let (what, advice) = match it.claim_check {
                None => (format!("`{}`", it.message), "; store its payload elsewhere"),
                Some(_) => (format!("the check of a `{}`", it.message), ""),
            };
            let sentence = format!(
                "{what} has {bytes} bytes and `{channel}` takes {limit} at most, so it is \
                 refused{advice}"
            );
            let place = Place::Node(it.node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            let finding = finding.at(&it.at);
            findings.push(match it.claim_check {
                None => {
                    let edit = it.with_claim_check(Some(ClaimCheck::default()));
                    finding.with_fix("Use a claim check", edit)
                }
                Some(_) => finding,
            });
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn what_is_too_large_is_stored_elsewhere() {
        let mut design = fixture::design(
            "scanner: producer\n t: topic\n q: queue\n c: consumer\n d: queue
             scanner -> t: Scan\n t -> q\n q -> c: Scan\n c -> d: Text",
        );
        fixture::produce(&mut design, "scanner", "Scan");
        fixture::emit(&mut design, "c", "Text");
        let limit = |bytes| Channel { max_message_bytes: Some(bytes), ..Channel::default() };
        fixture::node(&mut design, "q").role = Role::Channel(limit(1000));
        fixture::node(&mut design, "d").role = Role::Channel(limit(1000));
        assert_eq!(said(&LINT, &design), "", "nobody knows the sizes");
        fixture::message(&mut design, "Scan").size_bytes = Some(1000);
        assert_eq!(said(&LINT, &design), "");
        fixture::message(&mut design, "Scan").size_bytes = Some(1001);
        assert_eq!(
            said(&LINT, &design),
            "warning: node `scanner` at role.workload.0: `Scan` has 1001 bytes and `q` takes 1000 \
             at most, so it is refused; store its payload elsewhere [Use a claim check]"
        );
        fixture::message(&mut design, "Scan").size_bytes = None;
        fixture::message(&mut design, "Text").size_bytes = Some(5000);
        assert!(said(&LINT, &design).starts_with("warning: node `c` at role.handlers.0.emits.0"));
        fixture::consumer(&mut design, "c").handlers[0].emits[0].claim_check =
            Some(ClaimCheck::default());
        assert_eq!(said(&LINT, &design), "");
        fixture::node(&mut design, "d").role = Role::Channel(limit(100));
        assert!(said(&LINT, &design).contains("the check of a `Text` has 256 bytes"));
    }
}
