//! What a message says to channels: routing key, headers, time to live, priority, delay.

use std::collections::BTreeMap;

use flowbench_model::message::Properties;

use crate::gui::widgets::form::Form;

/// Rows of what a message says to channels.
pub(super) fn rows(form: &mut Form, properties: &mut Properties) {
    let explanation = "What exchanges, topics and subjects route it by, such as orders.eu.created";
    form.text("Routing key", explanation, &mut properties.routing_key);
    let explanation = "What filters look at, such as type = pdf, separated by commas";
    headers(form, "Headers", explanation, &mut properties.headers);
    let explanation = "How long it may wait, where that is shorter than the channel's own; empty: \
                       as the channel says";
    form.optional("Time to live", explanation, &mut properties.time_to_live);
    let explanation = "Which of the channel's levels it goes before others by; empty: the default";
    form.optional("Priority", explanation, &mut properties.priority);
    form.value("Delay", "How long a channel holds it back", &mut properties.delay);
}

/// Names and values, written `name = value, name = value`.
pub(super) fn headers(
    form: &mut Form,
    name: &str,
    explanation: &str,
    headers: &mut BTreeMap<String, String>,
) {
    let mut shown = Shown(headers.clone());
    form.parsed(name, explanation, &mut shown, parse);
    *headers = shown.0;
}

/// Headers as they are typed.
struct Shown(BTreeMap<String, String>);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pairs: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        f.write_str(&pairs.join(", "))
    }
}

fn parse(text: &str) -> Result<Shown, String> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        Some(_) | None => Err(format!("expected a header such as `type = pdf`, found `{pair}`")),
    };
    pairs.map(pair).collect::<Result<_, _>>().map(Shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_typed_as_pairs() {
        let read = |text: &str| parse(text).map(|shown| shown.to_string());
        assert_eq!(read("type=pdf ,  size = a4,"), Ok("size = a4, type = pdf".to_owned()));
        assert_eq!(read(""), Ok(String::new()));
        assert!(read("pdf").is_err_and(|error| error.contains("found `pdf`")));
        assert!(read("= pdf").is_err());
    }
}
