//! Messages whose names are written otherwise than those of most others.

use super::names_alike::{Style, common};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Message;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "mixed-message-names",
    title: "a message whose name is written otherwise than the others",
    severity: Severity::Info,
    meaning: "Names are what people search for and what code is generated from. Where at least two \
              thirds of the messages of a design are written in one way, the others are easily \
              missed.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let names = || context.messages.keys().copied();
    let Some(style) = common(names()) else { return };
    for (name, message) in &context.messages {
        if Style::of(name).is_none_or(|it| it == style) {
            continue;
        }
        let sentence =
            format!("most messages are written like `{}`, and `{name}` is not", style.example());
        let place = Place::Message((*name).to_owned());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence).at("name");
        let new = style.write(name);
        findings.push(if context.messages.contains_key(new.as_str()) {
            finding
        } else {
            let renamed = Message { name: new.clone(), ..Message::clone(message) };
            let edit = Edit::PutMessage((*name).to_owned(), renamed);
            finding.with_fix(format!("Rename to {new}"), edit)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn most_messages_show_how_names_are_written() {
        let lines = "a: producer\n q: queue\n a -> q: OrderPlaced, OrderPaid, CardCharged";
        assert_eq!(said(&LINT, &fixture::design(lines)), "");
        assert_eq!(
            said(&LINT, &fixture::design(&format!("{lines}, order_shipped"))),
            "info: message `order_shipped` at name: most messages are written like `OrderPlaced`, \
             and `order_shipped` is not [Rename to OrderShipped]"
        );
        let mixed = "a: producer\n q: queue\n a -> q: OrderPlaced, order_paid";
        assert_eq!(said(&LINT, &fixture::design(mixed)), "");
    }
}
