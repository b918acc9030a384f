//! A length of time that may be drawn by chance.

use flowbench_model::node::Distribution;
use flowbench_model::time::Span;

use crate::gui::widgets::density;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Constant,
    Exponential,
    Uniform,
    LogNormal,
}

const KINDS: [Choice<Kind>; 4] = [
    choice(Kind::Constant, "Fixed", "Always the same"),
    choice(Kind::Exponential, "Exp", "Exponential with this mean: mostly short, sometimes long"),
    choice(Kind::Uniform, "Even", "Evenly between the two"),
    choice(Kind::LogNormal, "Log", "Log-normal: a median with a long tail, as services have"),
];

/// Rows for one distribution, and its picture.
pub(super) fn show(form: &mut Form, name: &str, explanation: &str, value: &mut Distribution) {
    rows(form, name, explanation, value);
    // One line says nothing about what is always the same.
    if kind(value) != Kind::Constant {
        density::show(form.ui, value, None);
    }
}

fn rows(form: &mut Form, name: &str, explanation: &str, value: &mut Distribution) {
    let mut kind = kind(value);
    let before = kind;
    form.choose(name, explanation, &mut kind, &KINDS);
    if kind != before {
        *value = converted(*value, kind);
    }
    match value {
        Distribution::Constant(span) => form.value("Length", "Such as 250ms", span),
        Distribution::Exponential(mean) => form.value("Mean", "Such as 250ms", mean),
        Distribution::Uniform(low, high) => {
            form.value("From", "The shortest", low);
            form.value("To", "The longest", high);
        }
        Distribution::LogNormal(median, sigma) => {
            form.value("Median", "Half are shorter", median);
            let explanation = "Standard deviation of the logarithm; 0.5 is usual, 1 a long tail";
            form.parsed("Sigma", explanation, sigma, |text| match text.trim().parse::<f64>() {
                Ok(sigma) if sigma.is_finite() && sigma >= 0.0 => Ok(sigma),
                Ok(_) | Err(_) => Err(format!("expected a number of at least 0, found `{text}`")),
            });
        }
    }
}

fn kind(value: &Distribution) -> Kind {
    match value {
        Distribution::Constant(_) => Kind::Constant,
        Distribution::Exponential(_) => Kind::Exponential,
        Distribution::Uniform(..) => Kind::Uniform,
        Distribution::LogNormal(..) => Kind::LogNormal,
    }
}

/// About as long, of another kind.
fn converted(value: Distribution, kind: Kind) -> Distribution {
    let typical = match value {
        Distribution::Constant(span)
        | Distribution::Exponential(span)
        | Distribution::LogNormal(span, _) => span,
        Distribution::Uniform(low, high) => Span(low.0 / 2 + high.0 / 2),
    };
    match kind {
        Kind::Constant => Distribution::Constant(typical),
        Kind::Exponential => Distribution::Exponential(typical),
        Kind::Uniform => Distribution::Uniform(Span(typical.0 / 2), Span(typical.0 / 2 * 3)),
        Kind::LogNormal => Distribution::LogNormal(typical, 0.5),
    }
}
