//! Expressions that cannot be evaluated.

use crate::finding::{Finding, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "expression-invalid",
    title: "an expression that cannot be evaluated",
    severity: Severity::Error,
    meaning: "Conditions, filters and mappings are expressions in CEL. One that is none, or reads \
              a name that is not there, can never be evaluated; mend it where the finding points.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for written in context.expressions() {
        if let Err(error) = written.expression.compile(&written.names) {
            let finding =
                Finding::new(LINT.code, Severity::Error, written.place, error.to_string());
            findings.push(finding.at(written.property));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Filter;
    use crate::emission::Emission;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageRef;
    use crate::node::Handler;
    use crate::pattern::{MaterializedView, Pattern};

    #[test]
    fn a_row_is_there_only_where_a_view_keeps_rows() {
        let mut design = fixture::design("a: consumer\n q: queue\n q -> a: In");
        let when = Some("row != null".into());
        fixture::consumer(&mut design, "a").handlers = vec![Handler { when, ..Handler::default() }];
        assert_eq!(
            said(&LINT, &design),
            "error: node `a` at role.handlers.0.when: expected one of `payload`, `message`, found \
             `row`; fields are read as `payload.row` (column 1 of `row != null`)"
        );
        let view = Pattern::MaterializedView(MaterializedView::default());
        fixture::consumer(&mut design, "a").pattern = view;
        assert_eq!(said(&LINT, &design), "");
    }

    #[test]
    fn an_expression_says_where_it_is_wrong() {
        let mut design = fixture::design("a: consumer\n q: queue\n r: queue\n q -> a: In\n a -> r");
        let mut emission = Emission::of(MessageRef::newest("Out"));
        emission.when = Some("payload.n > part".into());
        let handler = Handler { emits: vec![emission], ..Handler::default() };
        fixture::consumer(&mut design, "a").handlers = vec![handler];
        assert_eq!(
            said(&LINT, &design),
            "error: node `a` at role.handlers.0.emits.0.when: expected one of `payload`, \
             `message`, found `part`; fields are read as `payload.part` (column 13 of \
             `payload.n > part`)"
        );
        fixture::consumer(&mut design, "a").handlers[0].emits[0].parts = Some("3".into());
        assert_eq!(said(&LINT, &design), "");
        fixture::edge(&mut design, "q -> a").contract.filter =
            Some(Filter::Expression("payload.n >".into()));
        assert!(said(&LINT, &design).starts_with("error: edge `q -> a` at contract.filter: this"));
    }
}
