//! Parameters and their groups as people read them.

use crate::channel::{Group, Kind, PARAMETERS, Parameter};

impl Parameter {
    /// The parameter of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Parameter> {
        PARAMETERS.iter().find(|parameter| parameter.name == name)
    }

    /// Its name as people read it: `Lease outlives connection`.
    #[must_use]
    pub fn title(&self) -> String {
        let words = self.name.replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    }

    /// What its numbers count; empty where the value says it, or where there is none.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self.kind {
            Kind::Count if self.name.ends_with("bytes") => "bytes",
            Kind::Count => match self.name {
                "partitions" => "partitions",
                "priority_levels" => "levels",
                "default_priority" => "",
                "delivery_limit" => "deliveries",
                "replicas" | "min_in_sync" => "copies",
                _ => "messages",
            },
            Kind::Choice(_)
            | Kind::Set(_)
            | Kind::Length
            | Kind::Number
            | Kind::Flag
            | Kind::Delay => "",
        }
    }
}

impl Group {
    /// Every group, in the order of the parameters.
    pub const ALL: [Group; 8] = [
        Group::Store,
        Group::Dispatch,
        Group::Acknowledgement,
        Group::Redelivery,
        Group::Limits,
        Group::DeadLetters,
        Group::Publishing,
        Group::Groups,
    ];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Group::Store => "Store and order",
            Group::Dispatch => "Dispatch",
            Group::Acknowledgement => "Acknowledgement",
            Group::Redelivery => "Redelivery",
            Group::Limits => "Limits",
            Group::DeadLetters => "Dead letters",
            Group::Publishing => "Publishing",
            Group::Groups => "Groups",
        }
    }
}
