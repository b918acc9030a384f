//! Secrets that were pasted into examples.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "secret-in-example",
    title: "an example that looks as if it held a secret",
    severity: Severity::Warning,
    meaning: "Designs are shared and kept in version control. Replace the token by an invented one, \
              and revoke it if it was real.",
    check,
};

/// How well-known tokens begin, how many letters follow at least, and what they are.
const TOKENS: [(&str, usize, &str); 12] = [
    ("AKIA", 16, "an AWS access key"),
    ("ASIA", 16, "an AWS access key"),
    ("ghp_", 30, "a GitHub token"),
    ("gho_", 30, "a GitHub token"),
    ("github_pat_", 30, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"),
    ("sk_live_", 16, "a Stripe key"),
    ("rk_live_", 16, "a Stripe key"),
    ("xoxb-", 20, "a Slack token"),
    ("xoxp-", 20, "a Slack token"),
    ("AIza", 35, "a Google API key"),
    ("-----BEGIN ", 0, "a private key"),
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for message in &context.design.messages {
        for (i, version) in message.versions.iter().enumerate() {
            for (j, example) in version.examples.iter().enumerate() {
                if let Some(secret) = secret_in(example) {
                    let sentence = format!("this looks like {secret}; put an invented one here");
                    let place = Place::Message(message.name.clone());
                    let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
                    findings.push(finding.at(format_args!("versions.{i}.examples.{j}")));
                }
            }
        }
    }
}

/// What secret a text seems to hold.
fn secret_in(text: &str) -> Option<&'static str> {
    let token = TOKENS.iter().find(|(head, length, what)| {
        text.match_indices(head).any(|(at, _)| {
            let begins_word = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            let tail = &text[at + head.len()..];
            let letters = tail.bytes().take_while(|b| is_token_byte(*b)).count();
            let is_key = *what != "a private key" || tail.contains("PRIVATE KEY-----");
            begins_word && letters >= *length && is_key
        })
    });
    token.map(|(_, _, what)| *what).or_else(|| is_web_token(text).then_some("a signed web token"))
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Three parts in base 64, of which the first two are JSON objects (RFC 7519).
fn is_web_token(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii() && (is_token_byte(c as u8) || c == '.');
    text.split(|c| !is_part(c)).any(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        matches!(parts.as_slice(), [head, body, signature]
            if head.starts_with("eyJ") && body.starts_with("eyJ") && signature.len() >= 20)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn tokens_are_recognized_by_their_shape() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut version = fixture::version("{}");
        version.examples = vec![
            r#"{"key": "AKIA"}"#.into(),
            format!(r#"{{"key": "{}{}"}}"#, "AKIA", "A1B2".repeat(4)),
        ];
        fixture::message(&mut design, "Placed").versions.push(version);
        assert_eq!(
            said(&LINT, &design),
            "warning: message `Placed` at versions.0.examples.1: \
             this looks like an AWS access key; put an invented one here"
        );
    }

    #[test]
    fn words_that_only_begin_alike_are_fine() {
        let web_token = format!("eyJh.eyJz.{}", "a".repeat(24));
        assert_eq!(secret_in(&web_token), Some("a signed web token"));
        assert_eq!(secret_in("-----BEGIN RSA PRIVATE KEY-----"), Some("a private key"));
        for fine in ["eyJh.eyJz.short", "-----BEGIN CERTIFICATE-----", "ghp_short", "EURASIA0000"] {
            assert_eq!(secret_in(fine), None, "{fine}");
        }
    }
}
