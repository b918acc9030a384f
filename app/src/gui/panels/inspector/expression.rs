//! Expressions: fields that say at once where one is wrong.

use std::collections::BTreeMap;

use flowbench_model::expression::Expression;

use crate::gui::widgets::form::Form;

/// A row for an expression, which can read `names` beside payload and message.
pub(super) fn show(
    form: &mut Form,
    name: &str,
    explanation: &str,
    expression: &mut Expression,
    names: &[&str],
) {
    form.parsed(name, explanation, expression, |text| checked(text, names));
}

/// A row for an expression that may be absent.
pub(super) fn optional(
    form: &mut Form,
    name: &str,
    explanation: &str,
    expression: &mut Option<Expression>,
    names: &[&str],
) {
    let mut text = expression.as_ref().map_or(String::new(), Expression::to_string);
    let before = text.clone();
    let check = |text: &str| match text {
        "" => Ok(()),
        text => checked(text, names).map(drop),
    };
    form.checked(name, explanation, &mut text, check);
    if text != before {
        *expression = (!text.is_empty()).then(|| Expression::from(text.as_str()));
    }
}

/// Cards for the fields that a mapping fills in.
pub(super) fn mapping(form: &mut Form, mapping: &mut BTreeMap<String, Expression>, names: &[&str]) {
    let mut changed = None;
    for (index, (field, expression)) in mapping.iter().enumerate() {
        let (mut name, mut value) = (field.clone(), expression.clone());
        let is_removed = form.card(index, "Field", |form| {
            form.checked("Field", "Such as customer.tier", &mut name, |text| match text {
                "" => Err("expected the name of a field".to_owned()),
                _ => Ok(()),
            });
            let explanation = "What the field says, such as payload.total * 2";
            show(form, "Says", explanation, &mut value, names);
        });
        if is_removed {
            changed = Some((field.clone(), None));
        } else if name != *field || value != *expression {
            changed = Some((field.clone(), Some((name, value))));
        }
    }
    if let Some((old, new)) = changed {
        mapping.remove(&old);
        mapping.extend(new);
        form.has_changed = true;
    }
    if form.add_button("Map a field") {
        let name = (1..).map(|number| format!("field{number}"));
        let free = name.into_iter().find(|name| !mapping.contains_key(name));
        mapping.extend(free.map(|name| (name, Expression::from("message.key"))));
        form.has_changed = true;
    }
}

fn checked(text: &str, names: &[&str]) -> Result<Expression, String> {
    let expression = Expression::from(text.trim());
    match expression.compile(names) {
        Ok(_) => Ok(expression),
        Err(error) => Err(format!("column {}: {}", error.column, error.sentence)),
    }
}
