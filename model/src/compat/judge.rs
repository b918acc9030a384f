//! Compares versions of messages, and remembers what that came to.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::{Difference, Policy, RuleSet, Uses, avro, counter_example, is_compatible, json_schema};
use crate::design::Design;
use crate::message::{Message, MessageVersion, SchemaLanguage};
use crate::schema::verdict::Verdict;
use crate::schema::{self, Checker, Form, Parsed, Schemas, luck};

/// Whether somebody who reads one version reads what was written in another.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Judgment {
    /// What it comes to.
    pub outcome: Outcome,
    /// How the version that is read differs from the one that is written.
    pub differences: Vec<Difference>,
    /// In which order to roll out the step from the earlier version to the later one; nothing if
    /// that cannot be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<RollOut>,
}

/// What a comparison comes to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything that is written can be read.
    Reads,
    /// Something may be written that cannot be read.
    Breaks,
    /// Nobody can tell: why.
    NotJudged(String),
}

/// Who has to have a new version first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollOut {
    /// Its readers read the old one as well.
    ConsumersFirst,
    /// Readers of the old one read it as well.
    ProducersFirst,
    /// Both.
    Either,
    /// Neither: it needs a new message, a translation, or a moment when nothing is under way.
    Neither,
}

/// Which versions are compared: message, written, read, and the fields that count.
type Question<'a> = (&'a str, u32, u32, &'a [String]);

/// How one version differs for who reads it instead of another, or why nobody can tell.
type Answer = Result<Arc<Vec<Difference>>, String>;

/// Compares versions of the messages of a design; no question is answered twice.
#[derive(Debug)]
pub struct Judge<'a> {
    design: &'a Design,
    files: &'a Schemas,
    /// What is known of the schemas of each message, in the order of the design; empty if nothing.
    verdicts: &'a [Arc<Verdict>],
    /// Messages by name, with their places.
    messages: BTreeMap<&'a str, (usize, &'a Message)>,
    parsed: BTreeMap<(&'a str, u32), Result<Text, String>>,
    answers: BTreeMap<Question<'a>, Answer>,
    known: BTreeMap<Question<'a>, Arc<Judgment>>,
}

/// A schema that was read.
#[derive(Clone, Debug)]
enum Text {
    /// For this purpose.
    Own(Arc<Value>),
    /// Already, to judge it.
    Shared(Arc<Parsed>),
}

impl Text {
    fn value(&self) -> &Value {
        match self {
            Text::Own(value) => value,
            Text::Shared(parsed) => match &**parsed {
                Parsed::Json(value) => value,
                Parsed::Avro(_) => &Value::Null,
            },
        }
    }
}

impl RollOut {
    /// By whether new readers read the old, and old readers the new.
    #[must_use]
    pub fn of(new_reads_old: bool, old_reads_new: bool) -> RollOut {
        match (new_reads_old, old_reads_new) {
            (true, true) => RollOut::Either,
            (true, false) => RollOut::ConsumersFirst,
            (false, true) => RollOut::ProducersFirst,
            (false, false) => RollOut::Neither,
        }
    }

    /// It in words: `consumers first`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            RollOut::ConsumersFirst => "consumers first",
            RollOut::ProducersFirst => "producers first",
            RollOut::Either => "either first",
            RollOut::Neither => "neither first",
        }
    }
}

impl Outcome {
    fn of(differences: &[Difference]) -> Outcome {
        if is_compatible(differences) { Outcome::Reads } else { Outcome::Breaks }
    }
}

impl Judgment {
    fn none(why: String) -> Judgment {
        Judgment { outcome: Outcome::NotJudged(why), differences: Vec::new(), order: None }
    }

    /// The first difference that stands against it.
    #[must_use]
    pub fn broken(&self) -> Option<&Difference> {
        self.differences.iter().find(|it| it.breaks)
    }
}

impl<'a> Judge<'a> {
    /// One for a design with its schema files.
    #[must_use]
    pub fn new(design: &'a Design, files: &'a Schemas) -> Judge<'a> {
        Judge::knowing(design, files, &[])
    }

    /// The same where the schemas have been read already: what they are worth, in the order of the
    /// messages.
    pub(crate) fn knowing(
        design: &'a Design,
        files: &'a Schemas,
        verdicts: &'a [Arc<Verdict>],
    ) -> Judge<'a> {
        let mut messages = BTreeMap::new();
        for (place, message) in design.messages.iter().enumerate() {
            messages.entry(message.name.as_str()).or_insert((place, &**message));
        }
        let (parsed, answers, known) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Judge { design, files, verdicts, messages, parsed, answers, known }
    }

    /// What the versions of a message have to keep to: its own policy, or that of the design.
    #[must_use]
    pub fn policy(&self, message: &Message) -> Option<Policy> {
        message.compatibility.or(self.design.compatibility)
    }

    /// Whether a reader of one version that uses these fields reads what was written in another.
    pub fn judge(
        &mut self,
        message: &'a str,
        (written, read): (u32, u32),
        uses: &'a [String],
    ) -> Arc<Judgment> {
        let question = (message, written, read, uses);
        if let Some(known) = self.known.get(&question) {
            return Arc::clone(known);
        }
        let judgment = Arc::new(self.compare(question).unwrap_or_else(Judgment::none));
        self.known.insert(question, Arc::clone(&judgment));
        judgment
    }

    fn compare(&mut self, question: Question<'a>) -> Result<Judgment, String> {
        let (name, written, read, uses) = question;
        let forth = self.differs(question)?;
        if written == read {
            let outcome = Outcome::Reads;
            return Ok(Judgment { outcome, differences: Vec::new(), order: None });
        }
        let back = self.differs((name, read, written, uses))?;
        let (reads, is_back) = (is_compatible(&forth), is_compatible(&back));
        let order = match written < read {
            true => RollOut::of(reads, is_back),
            false => RollOut::of(is_back, reads),
        };
        let outcome = Outcome::of(&forth);
        Ok(Judgment { outcome, differences: forth.to_vec(), order: Some(order) })
    }

    /// How what is read differs from what is written.
    ///
    /// # Errors
    /// Why nobody can tell.
    pub(super) fn differs(&mut self, question: Question<'a>) -> Answer {
        if let Some(known) = self.answers.get(&question) {
            return known.clone();
        }
        let answer = self.find_differences(question).map(Arc::new);
        self.answers.insert(question, answer.clone());
        answer
    }

    fn find_differences(&mut self, question: Question<'a>) -> Result<Vec<Difference>, String> {
        let (name, written, read, paths) = question;
        let message = self.messages.get(name).ok_or("the design has no such message")?.1;
        let (old, new) = (version(message, written)?, version(message, read)?);
        if written == read {
            return Ok(Vec::new());
        }
        let (old, new) = (old.schema.language(), new.schema.language());
        if old != new {
            let [old, new] = [old, new].map(|it| Some(Value::from(language_word(it))));
            let rule = "schema-language-changed";
            return Ok(vec![Difference { rule, json_path: String::new(), old, new, breaks: true }]);
        }
        if old == SchemaLanguage::Protobuf {
            return Err("versions in Protobuf are not compared".to_owned());
        }
        let (writer, reader) = (self.parse(message, written)?, self.parse(message, read)?);
        let rules = self.policy(message).unwrap_or_default().rules;
        Ok(differences(old, (writer.value(), reader.value()), rules, &Uses::of(paths)))
    }

    /// A payload that is written in one version, and that a reader of the other one rejects, if so
    /// many tries find one.
    #[must_use]
    pub fn counter_example(
        &self,
        message: &str,
        (written, read): (u32, u32),
        uses: &[String],
        tries: u64,
    ) -> Option<Value> {
        let message = self.messages.get(message)?.1;
        let text = |number| {
            let version = version(message, number).ok()?;
            Some((version.schema.language(), schema::text(&version.schema, self.files)?))
        };
        let ((language, old), (other, new)) = (text(written)?, text(read)?);
        if language != other {
            return None;
        }
        match language {
            SchemaLanguage::JsonSchema => {
                let narrowed = Uses::of(uses).narrowed(&serde_json::from_str(new).ok()?);
                let writer = Checker::new(language, old).ok()?;
                let reader = Checker::new(language, &narrowed.to_string()).ok()?;
                counter_example(&writer, &reader, tries)
            }
            SchemaLanguage::Avro => refused(&Form::new(language, old).ok()?, new, uses, tries),
            SchemaLanguage::Protobuf => None,
        }
    }

    fn parse(&mut self, message: &'a Message, number: u32) -> Result<Text, String> {
        if let Some(shared) = self.shared(message, number) {
            return Ok(Text::Shared(shared));
        }
        let files = self.files;
        let parsed = self.parsed.entry((&message.name, number)).or_insert_with(|| {
            let schema = &version(message, number)?.schema;
            let text = schema::text(schema, files)
                .ok_or_else(|| format!("the schema of version {number} is not there"))?;
            let value = serde_json::from_str(text)
                .map_err(|_| format!("the schema of version {number} cannot be read"))?;
            Ok(Text::Own(Arc::new(value)))
        });
        parsed.clone()
    }

    /// A JSON Schema that was read to judge it.
    fn shared(&self, message: &Message, number: u32) -> Option<Arc<Parsed>> {
        let (place, _) = self.messages.get(message.name.as_str())?;
        let at = message.versions.iter().position(|it| it.number == number)?;
        let parsed = self.verdicts.get(*place)?.versions.get(at)?.parsed.as_ref()?;
        matches!(**parsed, Parsed::Json(_)).then(|| Arc::clone(parsed))
    }
}

/// What a schema is written in, as people say it.
fn language_word(language: SchemaLanguage) -> &'static str {
    match language {
        SchemaLanguage::JsonSchema => "JSON Schema",
        SchemaLanguage::Avro => "Avro",
        SchemaLanguage::Protobuf => "Protobuf",
    }
}

fn version(message: &Message, number: u32) -> Result<&MessageVersion, String> {
    let found = message.versions.iter().find(|it| it.number == number);
    found.ok_or_else(|| format!("`{}` has no version {number}", message.name))
}

/// How what is read differs from what is written, as far as it matters to who uses these fields.
pub(crate) fn differences(
    language: SchemaLanguage,
    (writer, reader): (&Value, &Value),
    rules: RuleSet,
    uses: &Uses,
) -> Vec<Difference> {
    match language {
        SchemaLanguage::JsonSchema if uses.is_everything() => json_schema(writer, reader, rules),
        SchemaLanguage::JsonSchema => json_schema(writer, &uses.narrowed(reader), rules),
        SchemaLanguage::Avro => uses.of_avro(reader, avro(writer, reader, rules)),
        SchemaLanguage::Protobuf => Vec::new(),
    }
}

/// A payload of an Avro schema that another one does not resolve.
fn refused(writer: &Form, reader: &str, uses: &[String], tries: u64) -> Option<Value> {
    if !uses.is_empty() {
        return None;
    }
    let reader = Checker::new(SchemaLanguage::Avro, reader).ok()?;
    let mut draw = luck(0);
    (0..tries).map(|_| writer.payload(&mut draw)).find(|payload| {
        writer.checker().fits(payload) && reader.received(writer.checker(), payload).is_err()
    })
}
