//! Readers that cannot read what is written, while one side has changed and the other has not, or
//! when both have.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Rule;
use crate::compat::edges::Reading;
use crate::compat::{self, Difference, Mode, Policy, RollOut, RuleSet, Uses, is_compatible};
use crate::diff::sides::{Sides, cause};
use crate::diff::{Alteration, Harm, SchemaHarm, Side};
use crate::finding::Place;
use crate::message::{Message, SchemaLanguage};
use crate::name::EdgeName;
use crate::schema;

pub(super) const CANNOT_READ: Rule = Rule {
    code: "cannot-read",
    meaning: "A reader that is as it was cannot read what is written now, or one that is as it \
              will be cannot read what was written before. The order in which both sides change \
              may help.",
    check: cannot_read,
};

/// What counts where the design says nothing: both ways, and not what an open schema might carry
/// by accident.
const PLAIN: Policy = Policy { mode: Mode::Full, rules: RuleSet::ConfluentLenient };

fn cannot_read(sides: &Sides<'_>, alterations: &[Alteration]) -> Vec<(usize, Harm)> {
    let altered: BTreeSet<&str> = sides.new.design.messages.iter().map(|it| &*it.name).collect();
    let (mut harms, mut told) = (Vec::new(), BTreeSet::new());
    for after in sides.read_after.iter().filter(|it| altered.contains(&*it.message)) {
        let is_same = |it: &&Reading| it.message == after.message && it.edge == after.edge;
        let of_writer = |it: &&Reading| is_same(it) && it.writer == after.writer;
        let before = sides.read_before.iter();
        let before = before.clone().find(of_writer).or_else(|| before.clone().find(is_same));
        let Some(before) = before else { continue };
        let Some(broken) = Step { sides, before, after }.broken() else { continue };
        let difference = &broken.0.difference;
        let Some(index) = culprit(alterations, after, difference) else { continue };
        let path = difference.json_path.clone();
        if told.insert((&after.message, &after.edge, difference.rule, path)) {
            harms.push((index, said(before, after, broken)));
        }
    }
    harms
}

fn said(before: &Reading, after: &Reading, (broken, is_lasting): (SchemaHarm, bool)) -> Harm {
    let Reading { reader, writer, message, .. } = after;
    let rule = broken.difference.rule.replace('-', " ");
    let at = match broken.difference.json_path.as_str() {
        "" => String::new(),
        path => format!(" at `{path}`{}", both(&broken.difference)),
    };
    let advice = match broken.order {
        _ if is_lasting => {
            format!("`{reader}` has to read another version, or `{writer}` to write one")
        }
        RollOut::ConsumersFirst => format!("change `{reader}` before `{writer}`"),
        RollOut::ProducersFirst => {
            format!("change `{writer}` before `{reader}`, and let pass what is under way")
        }
        RollOut::Either => "neither of them can go on like this".to_owned(),
        RollOut::Neither => {
            "no order helps: make it a new version or a new message, and translate".to_owned()
        }
    };
    let what = if before.written == after.written {
        format!("version {} of `{message}`", after.written)
    } else {
        format!("`{message}`, written in version {} now", after.written)
    };
    let sentence = format!("`{reader}` cannot read {what} by `{writer}`: {rule}{at}; {advice}");
    let hurts = Place::Edge(after.edge.clone());
    Harm { rule: CANNOT_READ.code, hurts, sentence, schema: Some(broken) }
}

/// What is written and what is read, where a few words say it.
fn both(difference: &Difference) -> String {
    match (&difference.old, &difference.new) {
        (Some(Value::Array(written)), Some(Value::Array(read))) => {
            let more: Vec<String> =
                read.iter().filter(|it| !written.contains(it)).map(Value::to_string).collect();
            if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) }
        }
        (Some(written), Some(read)) if !written.is_object() && !read.is_object() => {
            format!(" ({written} is written, {read} is read)")
        }
        _ => String::new(),
    }
}

/// One reader and one writer, before and after.
struct Step<'s> {
    sides: &'s Sides<'s>,
    before: &'s Reading,
    after: &'s Reading,
}

/// A schema that is written or read.
struct Spoken {
    language: SchemaLanguage,
    schema: Value,
}

impl Step<'_> {
    /// What stands in the way, if anything does that did not before; and whether it does so even
    /// when both sides have changed, each in its own version.
    fn broken(&self) -> Option<(SchemaHarm, bool)> {
        let (old, new) = (self.sides.old, self.sides.new);
        let written = |side, reading: &Reading| spoken(side, reading, Some(reading.written));
        // Who takes what comes knew what came.
        let read =
            |side, reading: &Reading| spoken(side, reading, reading.read.or(Some(reading.written)));
        let (was_written, is_written) = (written(old, self.before)?, written(new, self.after)?);
        let (was_read, is_read) = (read(old, self.before)?, read(new, self.after)?);
        if was_written == is_written && was_read == is_read {
            return None;
        }
        let policy = self.policy();
        let compare = |writer: &Spoken, reader: &Spoken, uses: &[String]| {
            differences(writer, reader, policy.rules, uses)
        };
        let was_fine = is_compatible(&compare(&was_written, &was_read, &self.before.uses));
        let old_reads_new = compare(&is_written, &was_read, &self.before.uses);
        let new_reads_old = compare(&was_written, &is_read, &self.after.uses);
        let new_reads_new = compare(&is_written, &is_read, &self.after.uses);
        let order = RollOut::of(is_compatible(&new_reads_old), is_compatible(&old_reads_new));
        let is_lasting = !is_compatible(&new_reads_new) && self.after.read.is_some();
        let (forth, back) = counted(policy.mode);
        let mut against = new_reads_new.into_iter().filter(|_| was_fine).collect::<Vec<_>>();
        against.extend(old_reads_new.into_iter().filter(|_| forth && was_fine));
        against.extend(new_reads_old.into_iter().filter(|_| back && was_fine));
        let difference = against.into_iter().find(|it| it.breaks)?;
        Some((SchemaHarm { difference, order }, is_lasting))
    }

    fn policy(&self) -> Policy {
        let design = self.sides.new.design;
        let own = design.message(&self.after.message).and_then(|it| it.compatibility);
        own.or(design.compatibility).unwrap_or(PLAIN)
    }
}

impl PartialEq for Spoken {
    fn eq(&self, other: &Spoken) -> bool {
        self.language == other.language && self.schema == other.schema
    }
}

/// Whether old readers have to read the new, and new readers the old.
fn counted(mode: Mode) -> (bool, bool) {
    match mode {
        Mode::None => (false, false),
        Mode::Backward | Mode::BackwardTransitive => (false, true),
        Mode::Forward | Mode::ForwardTransitive => (true, false),
        Mode::Full | Mode::FullTransitive => (true, true),
    }
}

fn spoken(side: Side<'_>, reading: &Reading, version: Option<u32>) -> Option<Spoken> {
    let message: &Message = side.design.message(&reading.message)?;
    let schema = &message.version(version)?.schema;
    let text = schema::text(schema, side.schemas)?;
    Some(Spoken { language: schema.language(), schema: serde_json::from_str(text).ok()? })
}

fn differences(
    writer: &Spoken,
    reader: &Spoken,
    rules: RuleSet,
    uses: &[String],
) -> Vec<Difference> {
    if writer.language != reader.language {
        let rule = "schema-language-changed";
        let (old, new) = (None, None);
        return vec![Difference { rule, json_path: String::new(), old, new, breaks: true }];
    }
    let sides = (&writer.schema, &reader.schema);
    compat::differences(writer.language, sides, rules, &Uses::of(uses))
}

/// The change that did it: what is altered nearest to the difference inside the schema, else the
/// versions of the message, else who names another version.
fn culprit(alterations: &[Alteration], at: &Reading, difference: &Difference) -> Option<usize> {
    let message = Place::Message(at.message.clone());
    let inside = alterations.iter().enumerate().filter(|(_, it)| {
        it.place == message && it.property.starts_with("versions.") && !it.json_path.is_empty()
    });
    let common = |it: &Alteration| {
        let pairs = it.json_path.split('/').zip(difference.json_path.split('/'));
        pairs.take_while(|(one, other)| one == other).count()
    };
    let inside = inside.max_by_key(|(index, it)| (common(it), std::cmp::Reverse(*index)));
    let way = at.path.windows(2).map(|pair| EdgeName::new(&*pair[0], &*pair[1]));
    let mut edges = [at.edge.clone()].into_iter().chain(way).map(Place::Edge);
    let writer = Place::Node(at.writer.clone());
    inside
        .map(|(index, _)| index)
        .or_else(|| cause(alterations, &message, "versions"))
        .or_else(|| edges.find_map(|edge| cause(alterations, &edge, "contract.messages")))
        .or_else(|| cause(alterations, &writer, "role"))
}
