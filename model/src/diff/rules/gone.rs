//! What is gone: messages that no longer come, handlers and callees that are not there any more.

use std::collections::BTreeSet;

use super::{Rule, harm};
use crate::compat::edges::Reading;
use crate::diff::sides::{Sides, cause, removal};
use crate::diff::{Alteration, Harm};
use crate::edge::EdgeKind;
use crate::finding::Place;
use crate::message::MessageKind;
use crate::name::EdgeName;

pub(super) const NO_LONGER_COMES: Rule = Rule {
    code: "no-longer-comes",
    meaning: "A subscriber gets a message no longer that it got before, from anybody.",
    check: no_longer_comes,
};

pub(super) const NOBODY_HANDLES: Rule = Rule {
    code: "nobody-handles",
    meaning: "A command or a query is still sent, and nobody is left who handles it.",
    check: nobody_handles,
};

pub(super) const CALLEE_GONE: Rule = Rule {
    code: "callee-gone",
    meaning: "Somebody who was called is gone, or can no longer be called, and its caller stays.",
    check: callee_gone,
};

pub(super) const VERSION_GONE: Rule = Rule {
    code: "version-gone",
    meaning: "A version of a message is gone that a contract names.",
    check: version_gone,
};

fn no_longer_comes(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let come = |readings: &[Reading]| -> BTreeSet<(String, EdgeName)> {
        readings.iter().map(|it| (it.message.clone(), it.edge.clone())).collect()
    };
    let after = come(&sides.read_after);
    let (mut harms, mut told) = (Vec::new(), BTreeSet::new());
    for reading in &sides.read_before {
        let (message, edge) = (&reading.message, &reading.edge);
        let stays = sides.new.design.node(&reading.reader).is_some();
        if !stays || after.contains(&(message.clone(), edge.clone())) || is_moved(sides, reading) {
            continue;
        }
        let Some(index) = way_cut(reading, alterations) else { continue };
        if told.insert((index, message, edge)) {
            let sentence = format!(
                "`{}` no longer gets `{message}`, which came from `{}`",
                reading.reader, reading.writer
            );
            harms.push((index, harm(&NO_LONGER_COMES, Place::Edge(edge.clone()), sentence)));
        }
    }
    harms
}

/// Whether the same reader gets the message over another edge now.
fn is_moved(sides: &Sides<'_>, gone: &Reading) -> bool {
    let is_same = |it: &&Reading| it.reader == gone.reader && it.message == gone.message;
    let is_new = |it: &&Reading| {
        let known = |before: &Reading| before.edge == it.edge && before.message == it.message;
        !sides.read_before.iter().any(known)
    };
    sides.read_after.iter().filter(is_same).any(|it| is_new(&it))
}

/// The change that cuts the way of a message: the gravest first.
fn way_cut(reading: &Reading, alterations: &[Alteration]) -> Option<usize> {
    let nodes = || reading.path.iter().map(|name| Place::Node(name.clone()));
    let message = Place::Message(reading.message.clone());
    let steps = reading.path.windows(2).map(|pair| EdgeName::new(&*pair[0], &*pair[1]));
    let edges: Vec<Place> = steps.chain([reading.edge.clone()]).map(Place::Edge).collect();
    let gone = nodes().chain([message]).chain(edges.iter().cloned());
    let properties = ["contract.messages", "contract.filter", "kind", "contract"];
    let altered = || {
        let of_edge = |edge| properties.iter().find_map(|it| cause(alterations, edge, it));
        edges.iter().find_map(of_edge)
    };
    let said = || nodes().find_map(|node| cause(alterations, &node, "role"));
    gone.into_iter().find_map(|it| removal(alterations, &it)).or_else(altered).or_else(said)
}

fn nobody_handles(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let mut harms = Vec::new();
    for message in &sides.new.design.messages {
        let is_asked = matches!(message.kind, MessageKind::Command | MessageKind::Query);
        let of = |it: &&Reading| it.message == message.name;
        if !is_asked || sides.read_after.iter().any(|it| of(&it)) {
            continue;
        }
        for reading in sides.read_before.iter().filter(of) {
            let gone = Place::Node(reading.reader.clone());
            let Some(index) = removal(alterations, &gone) else { continue };
            let Some(writer) = sides.new.design.node(&reading.writer) else { continue };
            let sentence = format!(
                "`{}` still sends `{}`, which only `{}` handled",
                writer.name, message.name, reading.reader
            );
            harms.push((index, harm(&NOBODY_HANDLES, Place::Node(writer.name.clone()), sentence)));
        }
    }
    harms
}

fn callee_gone(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let (old, new) = (sides.old.design, sides.new.design);
    let mut harms = Vec::new();
    for edge in old.edges.iter().filter(|edge| edge.kind == EdgeKind::Call) {
        let is_there = new.edge(&edge.name()).is_some_and(|it| it.kind == EdgeKind::Call);
        let Some(caller) = new.node(&edge.from).filter(|_| !is_there) else { continue };
        let (callee, way) = (Place::Node(edge.to.clone()), Place::Edge(edge.name()));
        let gone = removal(alterations, &callee).or_else(|| removal(alterations, &way));
        let Some(index) = gone.or_else(|| cause(alterations, &way, "kind")) else { continue };
        let sentence = format!("`{}` can no longer call `{}`", caller.name, edge.to);
        harms.push((index, harm(&CALLEE_GONE, Place::Node(caller.name.clone()), sentence)));
    }
    harms
}

fn version_gone(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let mut harms = Vec::new();
    for message in &sides.new.design.messages {
        let Some(before) = sides.old.design.message(&message.name) else { continue };
        let is_gone = |number: u32| {
            let has = |message: &crate::message::Message| message.version(Some(number)).is_some();
            has(before) && !has(message)
        };
        for edge in &sides.old.design.edges {
            let named = edge.contract.messages.iter().filter(|it| it.name == message.name);
            let gone: Vec<u32> =
                named.filter_map(|it| it.version).filter(|it| is_gone(*it)).collect();
            let stays = sides.new.design.node(&edge.to).is_some();
            for number in gone.into_iter().filter(|_| stays) {
                let place = Place::Message(message.name.clone());
                let Some(index) = cause(alterations, &place, "versions") else { continue };
                let hurt = if edge.kind == EdgeKind::Publish { &edge.from } else { &edge.to };
                let sentence =
                    format!("`{hurt}` names version {number} of `{}`, which is gone", message.name);
                harms.push((index, harm(&VERSION_GONE, Place::Edge(edge.name()), sentence)));
            }
        }
    }
    harms
}
