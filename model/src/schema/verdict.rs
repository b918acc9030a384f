//! What schemas and examples of a message are worth, remembered while the message stays the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::design::Design;
use crate::message::{Message, MessageVersion, Schema, SchemaLanguage};
use crate::schema::form::single;
use crate::schema::plain::{Formats, Plain};
use crate::schema::{
    Checker, Form, Parsed, SchemaError, Schemas, Unsatisfied, Violation, luck, text, why_outside,
};

/// The verdict on a message: one for each version, in order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Verdict {
    /// For each version.
    pub versions: Vec<VersionVerdict>,
}

/// The verdict on one version of a message.
#[derive(Clone, PartialEq, Debug)]
pub struct VersionVerdict {
    /// Whether the schema can be used.
    pub schema: Result<(), SchemaTrouble>,
    /// For each example, how it does not fit the schema; one that is no JSON says so.
    pub examples: Vec<Vec<Violation>>,
    /// The schema, if it can be used.
    pub parsed: Option<Arc<Parsed>>,
    /// A payload that derives from it, as indented JSON.
    pub derived: Option<String>,
    /// Why no payload fits it, if none seems to.
    pub unsatisfied: Option<Unsatisfied>,
}

/// Why a schema cannot be used.
#[derive(Clone, PartialEq, Debug)]
pub enum SchemaTrouble {
    /// Its path leads out of the design's folder, or is none.
    Outside(&'static str),
    /// Its file was not handed in.
    Missing,
    /// It is no schema.
    Invalid(SchemaError),
}

/// Verdicts of earlier: a message that did not change is not judged again.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    files: Schemas,
    known: BTreeMap<String, (Arc<Message>, Arc<Verdict>)>,
}

impl Verdicts {
    /// The verdict on each message, in the order of the design. Cost: a pointer comparison for
    /// each message that is as it was, as long as the files are as they were.
    pub fn of(&mut self, design: &Design, files: &Schemas) -> Vec<Arc<Verdict>> {
        if self.files != *files {
            self.known.clear();
            self.files.clone_from(files);
        }
        let mut known = BTreeMap::new();
        let mut formats = Formats::default();
        let mut verdicts = Vec::with_capacity(design.messages.len());
        for message in &design.messages {
            let same =
                self.known.remove(&message.name).filter(|(old, _)| Arc::ptr_eq(old, message));
            let verdict = same.map_or_else(
                || Arc::new(judge(message, files, &mut formats)),
                |(_, verdict)| verdict,
            );
            known.insert(message.name.clone(), (Arc::clone(message), Arc::clone(&verdict)));
            verdicts.push(verdict);
        }
        self.known = known;
        verdicts
    }

    /// The verdict on the message of a name, if it was asked for.
    #[must_use]
    pub fn on(&self, name: &str) -> Option<&Verdict> {
        self.known.get(name).map(|(_, verdict)| &**verdict)
    }
}

fn judge(message: &Message, files: &Schemas, formats: &mut Formats) -> Verdict {
    let of = |version: &MessageVersion| {
        plainly(version, files, formats).unwrap_or_else(|| thoroughly(version, files))
    };
    Verdict { versions: message.versions.iter().map(of).collect() }
}

/// The verdict on a version of which all is plain and well; nothing if it takes a closer look.
fn plainly(
    version: &MessageVersion,
    files: &Schemas,
    formats: &mut Formats,
) -> Option<VersionVerdict> {
    let is_json = version.schema.language() == SchemaLanguage::JsonSchema;
    let is_outside = version.schema.file().and_then(why_outside).is_some();
    let text = text(&version.schema, files).filter(|_| is_json && !is_outside)?;
    let schema: Value = serde_json::from_str(text).ok()?;
    let plain = Plain::of(&schema)?;
    for example in &version.examples {
        let payload: Value = serde_json::from_str(example).ok()?;
        plain.fits(&payload, formats).filter(|fits| *fits)?;
    }
    let derived = single(&schema, &mut luck(0))?;
    plain.fits(&derived, formats).filter(|fits| *fits)?;
    Some(VersionVerdict {
        schema: Ok(()),
        examples: vec![Vec::new(); version.examples.len()],
        derived: serde_json::to_string_pretty(&derived).ok(),
        unsatisfied: None,
        parsed: Some(Arc::new(Parsed::Json(schema))),
    })
}

fn thoroughly(version: &MessageVersion, files: &Schemas) -> VersionVerdict {
    match form(&version.schema, files) {
        Ok(form) => VersionVerdict {
            schema: Ok(()),
            examples: version
                .examples
                .iter()
                .map(|example| faults(form.checker(), example))
                .collect(),
            parsed: Some(Arc::clone(form.checker().parsed())),
            derived: serde_json::to_string_pretty(&form.payload(&mut luck(0))).ok(),
            unsatisfied: form.unsatisfied(luck),
        },
        Err(trouble) => VersionVerdict {
            schema: Err(trouble),
            examples: Vec::new(),
            parsed: None,
            derived: None,
            unsatisfied: None,
        },
    }
}

/// A schema ready for use, wherever it stands.
///
/// # Errors
/// If it cannot be used.
pub fn form(schema: &Schema, files: &Schemas) -> Result<Form, SchemaTrouble> {
    if let Some(why) = schema.file().and_then(why_outside) {
        return Err(SchemaTrouble::Outside(why));
    }
    let text = text(schema, files).ok_or(SchemaTrouble::Missing)?;
    Form::new(schema.language(), text).map_err(SchemaTrouble::Invalid)
}

fn faults(checker: &Checker, example: &str) -> Vec<Violation> {
    match serde_json::from_str::<Value>(example) {
        Ok(payload) => checker.violations(&payload),
        Err(error) => {
            let sentence = format!("the example is no JSON: {error}");
            vec![Violation { json_path: String::new(), sentence }]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_message_is_judged_again_only_when_it_or_a_file_changed() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed, Paid");
        let mut version = fixture::version("{}");
        version.schema = Schema::JsonSchemaFile("placed.json".into());
        fixture::message(&mut design, "Placed").versions.push(version);
        let mut files = Schemas::from([("placed.json".to_owned(), "{}".to_owned())]);
        let mut verdicts = Verdicts::default();
        let first = verdicts.of(&design, &files);
        assert_eq!(first[0].versions[0].schema, Ok(()));
        fixture::message(&mut design, "Paid").summary = "changed".into();
        let second = verdicts.of(&design, &files);
        assert!(Arc::ptr_eq(&first[0], &second[0]) && !Arc::ptr_eq(&first[1], &second[1]));
        files.clear();
        let third = verdicts.of(&design, &files);
        assert_eq!(third[0].versions[0].schema, Err(SchemaTrouble::Missing));
    }
}
