//! A length of time that may be drawn by chance.

use flowbench_model::node::{Distribution, Quantile};
use flowbench_model::time::Span;
use flowbench_simulator::shape::quantile;

use crate::gui::widgets::density;
use crate::gui::widgets::form::Form;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Constant,
    Exponential,
    Uniform,
    LogNormal,
    Gamma,
    Weibull,
    Empirical,
}

/// What each is called, and what it means.
const KINDS: [(Kind, &str, &str); 7] = [
    (Kind::Constant, "Fixed", "always the same"),
    (Kind::Exponential, "Exponential", "mostly short, sometimes long"),
    (Kind::Uniform, "Even", "anything between two"),
    (Kind::LogNormal, "Log-normal", "a median with a long tail, as services have"),
    (Kind::Gamma, "Gamma", "several steps in a row, each of a random length"),
    (Kind::Weibull, "Weibull", "what fails with age, or has a very long tail"),
    (Kind::Empirical, "As measured", "the percentiles that somebody measured"),
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
    let kinds = KINDS.map(|(kind, title, _)| (kind, title.to_owned()));
    let of_kind = KINDS.iter().find(|(it, ..)| *it == kind).map_or("", |(.., meaning)| meaning);
    form.pick(name, &format!("{explanation}; now: {of_kind}"), &mut kind, &kinds);
    if kind != before {
        *value = converted(value, kind);
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
        Distribution::Gamma(mean, number) => {
            form.value("Mean", "Such as 250ms", mean);
            let explanation = "1 is exponential; k are k exponential steps; below 1 more irregular";
            form.parsed("Shape", explanation, number, shape);
        }
        Distribution::Weibull(scale, number) => {
            form.value("Scale", "63 % are shorter", scale);
            let explanation = "1 is exponential; below 1 a long tail, above 1 a hump";
            form.parsed("Shape", explanation, number, shape);
        }
        Distribution::Empirical(points) => {
            let explanation = "Shares from 0 to 1 and their lengths: 0 1ms, 0.5 8ms, 1 90ms";
            let mut written = Points(points.clone());
            form.parsed("Points", explanation, &mut written, |text| {
                let points: Points = text.parse()?;
                match Distribution::Empirical(points.0.clone()).objection() {
                    Some(objection) => Err(objection.to_owned()),
                    None => Ok(points),
                }
            });
            *points = written.0;
        }
    }
}

fn shape(text: &str) -> Result<f64, String> {
    let parsed = text.trim().parse::<f64>().ok();
    let is_shape = |shape: &f64| Distribution::Gamma(Span::ZERO, *shape).objection().is_none();
    let wrong = || format!("expected a number from 0.05 to 1000, found `{text}`");
    parsed.filter(is_shape).ok_or_else(wrong)
}

/// Points as people write them: `0 1ms, 0.5 8ms, 1 90ms`.
struct Points(Vec<Quantile>);

impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let points: Vec<String> =
            self.0.iter().map(|(share, span)| format!("{share} {span}")).collect();
        f.write_str(&points.join(", "))
    }
}

impl std::str::FromStr for Points {
    type Err = String;

    fn from_str(text: &str) -> Result<Points, String> {
        let point = |text: &str| {
            let wrong =
                || format!("expected a share and a length such as `0.5 8ms`, found `{text}`");
            let (share, span) = text.trim().split_once(' ').ok_or_else(wrong)?;
            let share = share.parse().map_err(|_| wrong())?;
            Ok((share, span.trim().parse().map_err(|_| wrong())?))
        };
        text.split(',').map(point).collect::<Result<_, String>>().map(Points)
    }
}

fn kind(value: &Distribution) -> Kind {
    match value {
        Distribution::Constant(_) => Kind::Constant,
        Distribution::Exponential(_) => Kind::Exponential,
        Distribution::Uniform(..) => Kind::Uniform,
        Distribution::LogNormal(..) => Kind::LogNormal,
        Distribution::Gamma(..) => Kind::Gamma,
        Distribution::Weibull(..) => Kind::Weibull,
        Distribution::Empirical(_) => Kind::Empirical,
    }
}

/// About as long, of another kind.
fn converted(value: &Distribution, kind: Kind) -> Distribution {
    let at = |share: f64| Span(quantile(value, share).max(0.0) as u64);
    let typical = match value {
        Distribution::Constant(span)
        | Distribution::Exponential(span)
        | Distribution::LogNormal(span, _)
        | Distribution::Gamma(span, _)
        | Distribution::Weibull(span, _) => *span,
        Distribution::Uniform(low, high) => Span(low.0 / 2 + high.0 / 2),
        Distribution::Empirical(_) => at(0.5),
    };
    match kind {
        Kind::Constant => Distribution::Constant(typical),
        Kind::Exponential => Distribution::Exponential(typical),
        Kind::Uniform => Distribution::Uniform(Span(typical.0 / 2), Span(typical.0 / 2 * 3)),
        Kind::LogNormal => Distribution::LogNormal(typical, 0.5),
        Kind::Gamma => Distribution::Gamma(typical, 2.0),
        Kind::Weibull => Distribution::Weibull(typical, 1.5),
        Kind::Empirical => {
            let shares = [0.0, 0.5, 0.9, 0.99, 1.0];
            let end = |share: f64| if share == 1.0 { at(0.999) } else { at(share) };
            Distribution::Empirical(shares.map(|share| (share, end(share))).to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_becomes_each_other_kind_and_makes_sense() {
        let begun = Distribution::Constant(Span::from_millis(100));
        for (from, ..) in KINDS {
            let value = converted(&begun, from);
            for (to, ..) in KINDS {
                let converted = converted(&value, to);
                assert_eq!(converted.objection(), None, "{converted:?}");
                assert!(kind(&converted) == to);
            }
        }
    }

    #[test]
    fn points_are_read_as_they_are_written() {
        let text = "0 1ms, 0.5 8ms, 1 90ms";
        let points: Points = text.parse().expect("points");
        assert_eq!(points.to_string(), text);
        for wrong in ["", "0", "0 soon", "x 1ms", "0 1ms;1 2ms"] {
            assert!(wrong.parse::<Points>().is_err(), "{wrong}");
        }
    }
}
