//! Policies: which of them counts for a queue or an exchange, and what it says.

use serde_json::Value;

/// The policies of definitions, in their order.
pub(super) struct Policies(pub(super) Vec<Value>);

impl Policies {
    /// The number of the one that counts: of those whose pattern matches, the one with the highest
    /// priority.
    pub(super) fn counting(&self, what: &str, host: &str, name: &str) -> Option<usize> {
        let applies = |(_, policy): &(usize, &Value)| {
            let text = |part: &str| policy.get(part).and_then(Value::as_str);
            let is_kind = match (what, text("apply-to").unwrap_or("all")) {
                (_, "all") | ("exchange", "exchanges") => true,
                ("exchange", _) | (_, "exchanges") => false,
                _ => true,
            };
            let pattern = text("pattern").unwrap_or_default();
            is_kind && text("vhost").unwrap_or("/") == host && crate::schema::matches(pattern, name)
        };
        let priority = |(_, policy): &(usize, &Value)| policy.get("priority")?.as_i64();
        self.0.iter().enumerate().filter(applies).max_by_key(priority).map(|(number, _)| number)
    }

    /// Name and definition of the one that counts.
    pub(super) fn definition(&self, what: &str, host: &str, name: &str) -> Option<(&str, &Value)> {
        let policy = &self.0[self.counting(what, host, name)?];
        Some((policy.get("name")?.as_str()?, policy.get("definition")?))
    }
}
