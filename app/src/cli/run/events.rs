//! The messages of a run as CloudEvents, a line each: a recording that can be published again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use flowbench_model::design::Design;
use flowbench_model::formats::cloud_events::{Event, moment, source};
use flowbench_model::message::Message;
use flowbench_model::schema::verdict::form;
use flowbench_model::schema::{Form, Schemas, luck};
use flowbench_model::time::Time;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::record::{EntryKind, Lineage, Record};
use flowbench_simulator::run::Run;
use serde_json::Value;

use crate::files;

/// Writes every message that was published, in the order of their times. Gives their number.
pub(super) fn write(
    path: &Path,
    run: &Run,
    record: &Record,
    (design, schemas): (&Design, &Schemas),
) -> Result<u64, String> {
    let forms = design.messages.iter().filter_map(|message| {
        let newest = message.version(None)?;
        Some((&*message.name, form(&newest.schema, schemas).ok()?))
    });
    let told = Told { run, record, design, forms: forms.collect() };
    let mut count = 0;
    let mut known = BTreeSet::new();
    let write_events = |file: &mut dyn Write| {
        for entry in record.entries_from(0) {
            // A message that goes to several channels is one event.
            if entry.kind != EntryKind::Published || !known.insert(entry.message.0) {
                continue;
            }
            if let Some(event) = told.event(entry.message, entry.at) {
                writeln!(file, "{event}")?;
                count += 1;
            }
        }
        Ok(())
    };
    files::write_with(path, write_events).map_err(|error| error.to_string())?;
    Ok(count)
}

struct Told<'a> {
    run: &'a Run,
    record: &'a Record,
    design: &'a Design,
    /// How payloads are made where the run does not know what messages say.
    forms: BTreeMap<&'a str, Form>,
}

impl Told<'_> {
    fn event(&self, id: MessageId, at: Time) -> Option<Value> {
        let plan = self.run.plan();
        let lineage = self.record.lineage(id)?;
        let message = self.design.message(plan.type_name(lineage.message_type))?;
        let name = |id| self.record.message_name(plan, id);
        let data = self.run.payload(id, &lineage).or_else(|| self.payload(id, &lineage, message));
        let event = Event {
            id: name(id)?,
            source: source(&plan.nodes[lineage.source as usize].name),
            version: None,
            data: data.unwrap_or(Value::Null),
        };
        let mut object = event.object(message);
        let data = object.shift_remove("data").unwrap_or_default();
        object.insert("time".to_owned(), moment(at).into());
        object.insert("partitionkey".to_owned(), lineage.key.to_string().into());
        if let Some(cause) = name(lineage.cause) {
            object.insert("causationid".to_owned(), cause.into());
        }
        let origin = self.record.causes(id).last().copied().unwrap_or(id);
        object.insert("correlationid".to_owned(), name(origin)?.into());
        object.insert("data".to_owned(), data);
        Some(Value::Object(object))
    }

    /// A payload that fits the schema, with the ordering key in it where that fits too.
    fn payload(&self, id: MessageId, lineage: &Lineage, message: &Message) -> Option<Value> {
        let form = self.forms.get(&*message.name)?;
        let payload = form.payload(&mut luck(u64::from(id.0)));
        let mut keyed = payload.clone();
        let key = message.ordering_key.as_ref().and_then(|key| keyed.get_mut(key));
        match key {
            Some(Value::Number(number)) => *number = lineage.key.into(),
            Some(Value::String(text)) => *text = lineage.key.to_string(),
            Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => {}
        }
        Some(if form.checker().fits(&keyed) { keyed } else { payload })
    }
}
