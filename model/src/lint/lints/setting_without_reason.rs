//! Findings that are silenced, and nobody says why.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "setting-without-reason",
    title: "a setting of a rule without a reason",
    severity: Severity::Warning,
    meaning: "Whoever reads a design later has to know why a rule does not count here, or counts \
              more. Say so in `reason`.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let settings = context.design.lints.iter().enumerate();
    for (index, setting) in settings.filter(|(_, it)| it.reason.trim().is_empty()) {
        let sentence = format!("nobody says why `{}` counts otherwise here", setting.code);
        let finding = Finding::new(LINT.code, Severity::Warning, Place::Design, sentence);
        findings.push(finding.at(format_args!("lints.{index}.reason")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::lint::said;
    use crate::lint_setting::{Level, LintSetting};

    #[test]
    fn a_setting_says_why() {
        let with = |reason: &str| {
            let mut design = Design::new("shop");
            let (code, reason) = ("orphan-node".to_owned(), reason.to_owned());
            let severity = Level::Off;
            design.lints.push(LintSetting { code, severity, reason, places: Vec::new() });
            design
        };
        assert_eq!(said(&LINT, &with("it comes later")), "");
        assert_eq!(
            said(&LINT, &with(" ")),
            "warning: design at lints.0.reason: nobody says why `orphan-node` counts otherwise here"
        );
    }
}
