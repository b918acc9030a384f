//! Settings of rules that change nothing, because nothing is found there.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::lint_setting::LintSetting;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "setting-without-effect",
    title: "a setting of a rule that changes nothing",
    severity: Severity::Info,
    meaning: "What was silenced has been mended, or has another name now. The setting would hide \
              the next finding of its kind; remove it. What keeps a design from running cannot be \
              silenced.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let settings = &context.design.lints;
    let idle: Vec<usize> =
        (0..settings.len()).filter(|index| is_idle(&settings[*index], findings)).collect();
    for index in idle {
        let setting = &settings[index];
        let found = |place: &&Place| !is_found(&setting.code, place, findings);
        let sentence = match setting.places.iter().find(found) {
            Some(place) => format!("`{}` finds nothing at {place}", setting.code),
            None => format!("`{}` finds nothing in this design", setting.code),
        };
        let finding = Finding::new(LINT.code, Severity::Info, Place::Design, sentence);
        let mut left = settings.clone();
        left.remove(index);
        findings.push(
            finding
                .at(format_args!("lints.{index}"))
                .with_fix("Remove the setting", Edit::PutLints(left)),
        );
    }
}

/// Whether it changes nothing, in one of its places at least.
fn is_idle(setting: &LintSetting, findings: &[Finding]) -> bool {
    let is_found = |place| is_found(&setting.code, place, findings);
    match setting.places.is_empty() {
        true => !findings.iter().any(|it| is_free(it) && it.code == setting.code),
        false => !setting.places.iter().all(is_found),
    }
}

fn is_found(code: &str, place: &Place, findings: &[Finding]) -> bool {
    findings.iter().any(|it| is_free(it) && it.code == code && it.place == *place)
}

/// Whether a setting can change how much it counts.
fn is_free(finding: &Finding) -> bool {
    finding.severity != Severity::Error
}
