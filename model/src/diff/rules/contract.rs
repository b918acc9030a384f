//! What the contract of an edge promises less of than before.

use super::{Rule, harm};
use crate::contract::{Acknowledgement, Contract, Ordering, Validation};
use crate::diff::sides::{Sides, cause};
use crate::diff::{Alteration, Harm};
use crate::edge::{Edge, EdgeKind};
use crate::finding::Place;

pub(super) const DEAD_LETTERS_LOST: Rule = Rule {
    code: "dead-letters-lost",
    meaning: "What a subscriber gives up is dropped, and went to a dead-letter channel before.",
    check: dead_letters_lost,
};

pub(super) const ACKNOWLEDGED_EARLIER: Rule = Rule {
    code: "acknowledged-earlier",
    meaning: "A message counts as handled before it is: what fails afterwards is lost.",
    check: acknowledged_earlier,
};

pub(super) const ORDER_NOT_ASKED: Rule = Rule {
    code: "order-not-asked",
    meaning: "A subscriber no longer asks for the order of messages with the same key.",
    check: order_not_asked,
};

pub(super) const FEWER_RETRIES: Rule =
    Rule { code: "fewer-retries", meaning: "What fails is given up sooner.", check: fewer_retries };

pub(super) const FILTER_CHANGED: Rule = Rule {
    code: "filter-changed",
    meaning: "Other messages pass an edge than before, or fewer.",
    check: filter_changed,
};

pub(super) const VALIDATION_STRICTER: Rule = Rule {
    code: "validation-stricter",
    meaning: "Messages are refused that were taken before.",
    check: validation_stricter,
};

pub(super) const TIMEOUT_SHORTER: Rule = Rule {
    code: "timeout-shorter",
    meaning: "A caller gives up sooner on a callee that is as slow as before.",
    check: timeout_shorter,
};

pub(super) const GROUP_CHANGED: Rule = Rule {
    code: "group-changed",
    meaning: "A subscriber belongs to another subscription: it begins anew, or shares messages.",
    check: group_changed,
};

/// What a rule says about a contract that was altered.
type Said<'s> = &'s dyn Fn(&Edge, &Contract, &Contract) -> Option<String>;

fn on_edges(
    rule: &Rule,
    property: &str,
    sides: &Sides<'_>,
    alterations: &[Alteration],
    said: Said<'_>,
) -> Vec<(usize, Harm)> {
    let harms = sides.edges().filter(|(old, new)| old.kind == new.kind).filter_map(|(old, new)| {
        let sentence = said(new, &old.contract, &new.contract)?;
        let place = Place::Edge(new.name());
        let index = cause(alterations, &place, property)?;
        Some((index, harm(rule, place, sentence)))
    });
    harms.collect()
}

fn dead_letters_lost(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let property = "contract.dead_letter";
    on_edges(&DEAD_LETTERS_LOST, property, sides, alterations, &|edge, old, new| {
        let lost = old.dead_letter.as_ref().filter(|_| new.dead_letter.is_none())?;
        let to = &edge.to;
        Some(format!("what `{to}` gives up goes no longer to `{lost}`, and nobody sees it"))
    })
}

fn acknowledged_earlier(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let property = "contract.acknowledgement";
    on_edges(&ACKNOWLEDGED_EARLIER, property, sides, alterations, &|edge, old, new| {
        let is_earlier = old.acknowledgement == Acknowledgement::AfterProcessing
            && new.acknowledgement == Acknowledgement::OnReceipt;
        let sentence =
            format!("what `{}` fails to handle, or has when it crashes, is lost", edge.to);
        is_earlier.then_some(sentence)
    })
}

fn order_not_asked(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let property = "contract.ordering";
    on_edges(&ORDER_NOT_ASKED, property, sides, alterations, &|edge, old, new| {
        let is_lost = old.ordering == Ordering::PerKey && new.ordering == Ordering::Unordered;
        let sentence = format!("`{}` may get messages of one key in any order", edge.to);
        is_lost.then_some(sentence)
    })
}

fn fewer_retries(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    on_edges(&FEWER_RETRIES, "contract.retry.attempts", sides, alterations, &|edge, old, new| {
        let attempts = |contract: &Contract| match &contract.retry {
            Some(retry) => retry.attempts.unwrap_or(u32::MAX),
            None => 1,
        };
        let said = |attempts: u32| match attempts {
            u32::MAX => "without end".to_owned(),
            1 => "once".to_owned(),
            attempts => format!("{attempts} times"),
        };
        let (before, after) = (attempts(old), attempts(new));
        let who = if edge.kind == EdgeKind::Call { &edge.from } else { &edge.to };
        let (now, then) = (said(after), said(before));
        (after < before).then(|| format!("`{who}` tries {now}, and tried {then}"))
    })
}

fn filter_changed(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    on_edges(&FILTER_CHANGED, "contract.filter", sides, alterations, &|edge, old, new| match (
        &old.filter,
        &new.filter,
    ) {
        (_, None) => None,
        (before, after) if before == after => None,
        (None, Some(_)) => Some(format!("`{}` got everything, and gets a part of it", edge.to)),
        (Some(_), Some(_)) => Some(format!(
            "`{}` may miss what it got before: the old filter lets pass what the new one may not",
            edge.to
        )),
    })
}

fn validation_stricter(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let property = "contract.validation";
    on_edges(&VALIDATION_STRICTER, property, sides, alterations, &|edge, old, new| {
        let refuses = |contract: &Contract| match contract.validation {
            Some(Validation::Reject | Validation::Retry) => true,
            Some(Validation::Flag) | None => false,
        };
        let sentence =
            format!("`{}` refuses what does not fit its schema, and took it before", edge.to);
        (refuses(new) && !refuses(old)).then_some(sentence)
    })
}

fn timeout_shorter(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    on_edges(&TIMEOUT_SHORTER, "contract.timeout", sides, alterations, &|edge, old, new| {
        let after = new.timeout?;
        let is_shorter = old.timeout.is_none_or(|before| after < before);
        let before = old.timeout.map_or("for ever".to_owned(), |before| before.to_string());
        is_shorter.then(|| {
            format!("`{}` waits {after} for `{}`, and waited {before}", edge.from, edge.to)
        })
    })
}

fn group_changed(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    on_edges(&GROUP_CHANGED, "contract.group", sides, alterations, &|edge, old, new| {
        let said = |group: &Option<String>| {
            group.as_ref().map_or("a subscription of its own".to_owned(), |it| format!("`{it}`"))
        };
        (old.group != new.group).then(|| {
            format!("`{}` reads as {}, and read as {}", edge.to, said(&new.group), said(&old.group))
        })
    })
}
