//! What an import says in plain words.

use super::Names;
use crate::formats::asyncapi::document::{Action, Document};

/// What the design is called.
pub(super) fn title(documents: &[Document]) -> String {
    match documents {
        [] => "Nothing".to_owned(),
        [one] => one.title.clone(),
        [first, second] => format!("{} and {}", first.title, second.title),
        [first, rest @ ..] => format!("{} and {} more", first.title, rest.len()),
    }
}

/// Who sends and receives what.
pub(super) fn sentences(names: &Names<'_>) -> Vec<String> {
    let operations = names.document.operations.iter();
    let sentence =
        |(channel, operation): (usize, &crate::formats::asyncapi::document::Operation)| {
            let messages = names.messages_of(operation);
            let messages = match messages.as_slice() {
                [] => "something".to_owned(),
                messages => messages.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            };
            let (application, channel) = (names.application, &names.channels[channel]);
            match operation.action {
                Action::Send => format!("{application} sends {messages} to {channel}"),
                Action::Receive => format!("{application} receives {messages} from {channel}"),
            }
        };
    operations.filter_map(|it| Some((it.channel?, it))).map(sentence).collect()
}
