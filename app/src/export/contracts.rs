//! Schemas and examples of messages.

use flowbench_model::finding::Finding;
use flowbench_model::formats::{cloud_events, json_schema};

use super::{Options, Source, Stop, Work};

/// A file for each version of each message.
pub(super) fn schemas(
    source: &Source<'_>,
    _: Options,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    let (files, findings) = json_schema::write(source.design, source.schemas);
    if files.is_empty() {
        let sentence = "no message has a schema that can be read, so there is no file to write";
        return Err(Stop::Failed(sentence.to_owned()));
    }
    for file in files {
        work.keep_text(&file.path, file.text)?;
    }
    Ok(findings)
}

/// An event for each example of each version.
pub(super) fn events(
    source: &Source<'_>,
    _: Options,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    let (text, findings) = cloud_events::examples(source.design, source.schemas);
    if text.is_empty() {
        let sentence = "no message has an example or a schema, so there is no event to write";
        return Err(Stop::Failed(sentence.to_owned()));
    }
    work.keep_text("", text)?;
    Ok(findings)
}
