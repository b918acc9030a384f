//! What tells nodes apart, as an outline and a color.

use std::sync::Arc;

use crate::node::Role;
use crate::preset::Preset;
use crate::preset::shape::Shape;

/// What tells nodes apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outline {
    Producer,
    Channel(Shape),
    Consumer,
}

impl Outline {
    /// The outline of a node of a design with these presets of its own.
    pub(super) fn of(role: &Role, own: &[Arc<Preset>]) -> Outline {
        match role {
            Role::Producer(_) => Outline::Producer,
            Role::Channel(channel) => Outline::Channel(Shape::of(channel, own)),
            Role::Consumer(_) => Outline::Consumer,
        }
    }
}
