//! What a channel does less of than before: what it says itself and what its preset says.

use super::{Rule, harm};
use crate::channel::{Confirm, Gate, PARAMETERS, Semantics, Storage};
use crate::contract::Ordering;
use crate::diff::sides::{Sides, cause};
use crate::diff::{Alteration, Harm};
use crate::edge::Edge;
use crate::finding::Place;
use crate::node::Role;

pub(super) const DELIVERY_CHANGED: Rule = Rule {
    code: "delivery-changed",
    meaning: "Subscribers that had a message each share it now, or the other way round.",
    check: delivery_changed,
};

pub(super) const STORAGE_CHANGED: Rule = Rule {
    code: "storage-changed",
    meaning: "Messages are no longer kept for who is away, or cannot be read again.",
    check: storage_changed,
};

pub(super) const ORDER_LOST: Rule = Rule {
    code: "order-lost",
    meaning: "A channel no longer keeps the order that a subscriber asks for, or changes it.",
    check: order_lost,
};

pub(super) const KEPT_SHORTER: Rule = Rule {
    code: "kept-shorter",
    meaning: "Messages are gone sooner: who is away or slow for longer loses them.",
    check: kept_shorter,
};

pub(super) const HOLDS_LESS: Rule =
    Rule { code: "holds-less", meaning: "A channel is full sooner.", check: holds_less };

pub(super) const SMALLER_MESSAGES: Rule = Rule {
    code: "smaller-messages",
    meaning: "Messages are refused for their size that were taken before.",
    check: smaller_messages,
};

pub(super) const FEWER_DELIVERIES: Rule = Rule {
    code: "fewer-deliveries",
    meaning: "A message is given up after fewer deliveries.",
    check: fewer_deliveries,
};

pub(super) const CHANNEL_DEAD_LETTERS_LOST: Rule = Rule {
    code: "channel-dead-letters-lost",
    meaning: "What expires, does not fit or is given up is dropped, and was kept before.",
    check: dead_letters_lost,
};

pub(super) const LESS_SAFE: Rule = Rule {
    code: "less-safe",
    meaning: "A publisher is told sooner that its message is safe, fewer copies of it exist, or what \
              it sends twice is recognized for less time.",
    check: less_safe,
};

/// Who is hurt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hurt {
    Subscribers,
    Publishers,
}

/// A rule with one parameter that it looks at, and the changes.
struct Look<'l> {
    rule: &'l Rule,
    parameter: &'static str,
    hurt: Hurt,
    sides: &'l Sides<'l>,
    alterations: &'l [Alteration],
}

impl Look<'_> {
    /// A harm to each publisher or subscriber of the channels of which the rule does not hold.
    fn harms(
        &self,
        is_worse: &dyn Fn(&Semantics, &Semantics) -> bool,
        is_hurt: &dyn Fn(&Edge) -> bool,
    ) -> Vec<(usize, Harm)> {
        let mut harms = Vec::new();
        for (channel, (old, new)) in &self.sides.channels {
            let Some(index) = self.cause(channel).filter(|_| is_worse(old, new)) else { continue };
            let edges = match self.hurt {
                Hurt::Subscribers => self.sides.subscriptions(channel),
                Hurt::Publishers => self.sides.publishers(channel),
            };
            for (_, edge) in edges.into_iter().filter(|(_, edge)| is_hurt(edge)) {
                let sentence = self.sentence(channel, (old, new), edge);
                harms.push((index, harm(self.rule, Place::Edge(edge.name()), sentence)));
            }
        }
        harms
    }

    fn cause(&self, channel: &str) -> Option<usize> {
        let place = Place::Node(channel.to_owned());
        let own = format!("role.{}", self.parameter);
        let said = self.alterations.iter().position(|it| it.place == place && it.property == own);
        let preset = || {
            let node = self.sides.new.design.node(channel)?;
            let Role::Channel(channel) = &node.role else { return None };
            let place = Place::Preset(channel.preset.clone()?);
            cause(self.alterations, &place, &format!("parameters.{}", self.parameter))
        };
        said.or_else(|| cause(self.alterations, &place, "role.preset"))
            .or_else(preset)
            .or_else(|| cause(self.alterations, &place, "role"))
    }

    fn sentence(&self, channel: &str, (old, new): (&Semantics, &Semantics), edge: &Edge) -> String {
        let name = self.parameter;
        let who = if self.hurt == Hurt::Subscribers { &edge.to } else { &edge.from };
        let shown = |semantics: &Semantics| {
            let parameter = PARAMETERS.iter().find(|parameter| parameter.name == name);
            parameter.map_or(String::new(), |it| (it.shown)(semantics))
        };
        let words = name.replace('_', " ");
        format!("`{who}`: {words} of `{channel}` is {}, and was {}", shown(new), shown(old))
    }
}

fn always(_: &Edge) -> bool {
    true
}

/// A limit that grew smaller; 0 is none.
fn is_smaller(old: u64, new: u64) -> bool {
    new != 0 && (old == 0 || new < old)
}

fn delivery_changed(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let (rule, parameter, hurt) = (&DELIVERY_CHANGED, "delivery", Hurt::Subscribers);
    let look = Look { rule, parameter, hurt, sides, alterations };
    look.harms(&|old, new| old.delivery != new.delivery, &always)
}

fn storage_changed(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let (rule, parameter, hurt) = (&STORAGE_CHANGED, "storage", Hurt::Subscribers);
    let look = Look { rule, parameter, hurt, sides, alterations };
    let worth = |storage: Storage| match storage {
        Storage::Log => 2,
        Storage::Queue => 1,
        Storage::Transient | Storage::Router => 0,
    };
    look.harms(&|old, new| worth(new.storage) < worth(old.storage), &always)
}

fn order_lost(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let is_asked = |edge: &Edge| edge.contract.ordering == Ordering::PerKey;
    let look = |parameter| {
        let (rule, hurt) = (&ORDER_LOST, Hurt::Subscribers);
        Look { rule, parameter, hurt, sides, alterations }
    };
    let keeps = |gate: Gate| match gate {
        Gate::Cursor | Gate::KeyLock | Gate::SingleActive => true,
        Gate::Competing => false,
    };
    let mut harms = look("gate").harms(&|old, new| keeps(old.gate) && !keeps(new.gate), &is_asked);
    // Keys move to other partitions: what is still there of a key is no longer before what comes.
    let moves = |old: &Semantics, new: &Semantics| {
        old.partitions > 0 && old.partitions != new.partitions && old.gate == Gate::Cursor
    };
    harms.extend(look("partitions").harms(&moves, &is_asked));
    let chooses = |old: &Semantics, new: &Semantics| {
        old.partitions > 0 && old.partition_by != new.partition_by
    };
    harms.extend(look("partition_by").harms(&chooses, &is_asked));
    harms
}

fn kept_shorter(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    type Limit = fn(&Semantics) -> u64;
    const LIMITS: [(&str, Limit); 3] = [
        ("time_to_live", |it| it.time_to_live.0),
        ("retention_time", |it| it.retention_time.0),
        ("expires_unused", |it| it.expires_unused.0),
    ];
    let mut harms = Vec::new();
    for (parameter, limit) in LIMITS {
        let (rule, hurt) = (&KEPT_SHORTER, Hurt::Subscribers);
        let look = Look { rule, parameter, hurt, sides, alterations };
        harms.extend(look.harms(&|old, new| is_smaller(limit(old), limit(new)), &always));
    }
    harms
}

fn holds_less(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    type Limit = fn(&Semantics) -> u64;
    const LIMITS: [(&str, Limit); 3] = [
        ("max_messages", |it| it.max_messages),
        ("max_bytes", |it| it.max_bytes),
        ("messages_per_key", |it| u64::from(it.messages_per_key)),
    ];
    let mut harms = Vec::new();
    for (parameter, limit) in LIMITS {
        let (rule, hurt) = (&HOLDS_LESS, Hurt::Subscribers);
        let look = Look { rule, parameter, hurt, sides, alterations };
        harms.extend(look.harms(&|old, new| is_smaller(limit(old), limit(new)), &always));
    }
    harms
}

fn smaller_messages(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let (rule, parameter, hurt) = (&SMALLER_MESSAGES, "max_message_bytes", Hurt::Publishers);
    let look = Look { rule, parameter, hurt, sides, alterations };
    look.harms(&|old, new| is_smaller(old.max_message_bytes, new.max_message_bytes), &always)
}

fn fewer_deliveries(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let (rule, parameter, hurt) = (&FEWER_DELIVERIES, "delivery_limit", Hurt::Subscribers);
    let look = Look { rule, parameter, hurt, sides, alterations };
    let is_worse = |old: &Semantics, new: &Semantics| {
        is_smaller(u64::from(old.delivery_limit), u64::from(new.delivery_limit))
    };
    // The retry of a contract goes before it.
    look.harms(&is_worse, &|edge| edge.contract.retry.is_none())
}

fn dead_letters_lost(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let (rule, parameter, hurt) = (&CHANNEL_DEAD_LETTERS_LOST, "dead_letters", Hurt::Subscribers);
    let look = Look { rule, parameter, hurt, sides, alterations };
    let is_worse = |old: &Semantics, new: &Semantics| {
        old.dead_letters.iter().any(|trigger| !new.dead_letters.contains(trigger))
    };
    let mut harms = look.harms(&is_worse, &always);
    for node in &sides.new.design.nodes {
        let before = sides.old.design.node(&node.name).map(|node| &node.role);
        let (Some(Role::Channel(old)), Role::Channel(new)) = (before, &node.role) else {
            continue;
        };
        let Some(lost) = old.dead_letter.as_ref().filter(|_| new.dead_letter.is_none()) else {
            continue;
        };
        let place = Place::Node(node.name.clone());
        let Some(index) = cause(alterations, &place, "role.dead_letter") else { continue };
        let sentence = format!("dead letters of `{}` go no longer to `{lost}`", node.name);
        harms.push((index, harm(rule, place, sentence)));
    }
    harms
}

fn less_safe(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let look = |parameter| {
        let (rule, hurt) = (&LESS_SAFE, Hurt::Publishers);
        Look { rule, parameter, hurt, sides, alterations }
    };
    let worth = |confirm: Confirm| match confirm {
        Confirm::Unconfirmed => 0,
        Confirm::Leader => 1,
        Confirm::Quorum | Confirm::AllInSync | Confirm::Bound => 2,
    };
    let mut harms =
        look("confirm").harms(&|old, new| worth(new.confirm) < worth(old.confirm), &always);
    harms.extend(look("replicas").harms(&|old, new| new.replicas < old.replicas, &always));
    harms.extend(look("min_in_sync").harms(&|old, new| new.min_in_sync < old.min_in_sync, &always));
    let forgets =
        |old: &Semantics, new: &Semantics| new.deduplication_window < old.deduplication_window;
    harms.extend(look("deduplication_window").harms(&forgets, &always));
    harms
}
