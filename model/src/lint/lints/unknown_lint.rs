//! Settings of rules that there are not.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, LINTS, Lint};
use crate::name::nearest;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "unknown-lint",
    title: "a setting for a rule that does not exist",
    severity: Severity::Warning,
    meaning: "`lints` of a design names rules by their codes, as findings have them. A code that no \
              rule has silences nothing.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, setting) in context.design.lints.iter().enumerate() {
        let codes = || LINTS.iter().map(|lint| lint.code);
        if codes().any(|code| code == setting.code) {
            continue;
        }
        let near = nearest(&setting.code, codes());
        let meant = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        let sentence = format!("no rule is called `{}`{meant}", setting.code);
        let finding = Finding::new(LINT.code, Severity::Warning, Place::Design, sentence);
        let finding = finding.at(format_args!("lints.{index}.code"));
        findings.push(match near {
            Some(near) => {
                let mut settings = context.design.lints.clone();
                settings[index].code = near.to_owned();
                finding.with_fix(format!("Set `{near}`"), Edit::PutLints(settings))
            }
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::lint::said;
    use crate::lint_setting::{Level, LintSetting};

    fn with(code: &str) -> Design {
        let mut design = Design::new("shop");
        let (code, reason) = (code.to_owned(), "because".to_owned());
        design.lints.push(LintSetting { code, severity: Level::Off, reason, places: Vec::new() });
        design
    }

    #[test]
    fn a_code_is_that_of_a_rule() {
        assert_eq!(said(&LINT, &with("orphan-node")), "");
        assert_eq!(
            said(&LINT, &with("orphan-nod")),
            "warning: design at lints.0.code: no rule is called `orphan-nod`; did you mean \
             `orphan-node`? [Set `orphan-node`]"
        );
        assert!(!said(&LINT, &with("weather")).contains("did you mean"));
    }
}
