//! Servers and security, in the words of version 3.

use serde_json::{Map, Value};

use super::Reader;
use super::channels::expressions;
use super::renewal::Holder;
use crate::finding::Severity;
use crate::formats::asyncapi::document::Rest;
use crate::formats::asyncapi::sources::{Spot, unresolved};

impl Reader<'_, '_> {
    /// The servers, and their protocols by name.
    pub(super) fn servers(&mut self) -> (Rest, Vec<(String, String)>) {
        let (mut servers, mut protocols) = (Map::new(), Vec::new());
        let Some(all) = self.root.get("servers") else { return (servers, protocols) };
        let Some(all) = self.sources.resolve(&all) else { return (servers, protocols) };
        for (name, spot) in all.entries() {
            let Some(spot) = self.sources.resolve(&spot) else {
                servers.insert(name, unresolved(spot.reference().unwrap_or_default()));
                continue;
            };
            if let Some(missing) = spot.text("x-unresolved") {
                servers.insert(name, unresolved(&missing));
                continue;
            }
            if let Some(protocol) = spot.text("protocol") {
                protocols.push((name.clone(), protocol));
            }
            let server =
                if self.major == 2 { self.old_server(&spot) } else { self.rest(&spot, &[]) };
            servers.insert(name, Value::Object(server));
        }
        (servers, protocols)
    }

    fn old_server(&mut self, spot: &Spot) -> Rest {
        let mut server = self.rest(spot, &["url", "security", "bindings"]);
        let bindings = self.bindings(spot, Holder::Server);
        if !bindings.is_empty() {
            server.insert("bindings".to_owned(), Value::Object(bindings));
        }
        if let Some(url) = spot.text("url") {
            self.check_variables(spot, &url);
            let (host, path) = host_and_path(&url);
            server.insert("host".to_owned(), host.into());
            if !path.is_empty() {
                server.insert("pathname".to_owned(), path.into());
            }
        }
        if let Some(security) = spot.get("security") {
            server.insert("security".to_owned(), self.old_security(&security));
        }
        server
    }

    fn check_variables(&mut self, spot: &Spot, url: &str) {
        let variables = spot.get("variables").and_then(|it| self.sources.resolve(&it));
        for name in expressions(url) {
            if variables.as_ref().is_none_or(|it| it.get(name).is_none()) {
                let sentence = format!("`{url}` has a variable `{name}` that is not explained");
                self.sources.say("variable", Severity::Error, spot, sentence);
            }
        }
    }

    /// Names of security schemes as the schemes themselves.
    pub(super) fn old_security(&mut self, spot: &Spot) -> Value {
        let schemes = self.root.get("components").and_then(|it| it.get("securitySchemes"));
        let mut list = Vec::new();
        for (name, scopes) in spot.items().iter().flat_map(Spot::entries) {
            let scheme = schemes.as_ref().and_then(|it| it.get(&name));
            let Some(scheme) = scheme.and_then(|it| self.sources.resolve(&it)) else {
                let sentence =
                    format!("there is no `{name}` in components.securitySchemes; it is left out");
                self.sources.say("unknown-scheme", Severity::Error, spot, sentence);
                continue;
            };
            let mut value = self.sources.plain(&scheme);
            let has_scopes =
                matches!(scheme.text("type").as_deref(), Some("oauth2" | "openIdConnect"));
            if let Value::Object(value) = &mut value {
                if let Some(Value::Object(flows)) = value.get_mut("flows") {
                    flows.values_mut().for_each(rename_scopes);
                }
                if has_scopes && !scopes.items().is_empty() {
                    value.insert("scopes".to_owned(), scopes.tree.value());
                }
            }
            list.push(value);
        }
        Value::Array(list)
    }
}

fn rename_scopes(flow: &mut Value) {
    let Value::Object(flow) = flow else { return };
    if let Some(scopes) = flow.shift_remove("scopes") {
        flow.insert("availableScopes".to_owned(), scopes);
    }
}

/// `mqtt://broker.example.org:1883/a` is a host and a path.
fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or((rest, ""), |at| rest.split_at(at))
}
