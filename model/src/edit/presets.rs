//! Putting and removing presets of a design.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::channel::Channel;
use crate::design::Design;
use crate::edit::parts::{place_for, put_at, rename_if_changed};
use crate::edit::rename::{self, Named};
use crate::edit::{Edit, EditError, names};
use crate::node::{Node, Role};
use crate::preset::Preset;

/// Makes what a channel says a preset of the design, which the channel then has. `None` if the
/// node is no channel.
#[must_use]
pub fn save_as_preset(node: &Node, name: &str) -> Option<Edit> {
    let Role::Channel(channel) = &node.role else { return None };
    let preset = Preset {
        name: name.to_owned(),
        title: name.to_owned(),
        broker: String::new(),
        version: String::new(),
        summary: node.summary.clone(),
        parameters: Channel { dead_letter: None, alternate: None, ..channel.clone() },
        sources: BTreeMap::new(),
        limits: BTreeMap::new(),
        absent: Vec::new(),
    };
    let channel = Channel {
        dead_letter: channel.dead_letter.clone(),
        alternate: channel.alternate.clone(),
        ..Channel::of(name)
    };
    let with = Node { role: Role::Channel(channel), ..node.clone() };
    Some(Edit::All(vec![Edit::PutPreset(None, preset), Edit::PutNode(node.name.clone(), with)]))
}

pub(super) fn put(
    design: &mut Design,
    old: Option<&str>,
    preset: &Preset,
) -> Result<(), EditError> {
    let named = design.presets.iter().map(|preset| preset.name.as_str());
    let index = place_for("preset", old, &preset.name, named)?;
    put_at(&mut design.presets, index, Arc::new(preset.clone()));
    rename_if_changed(design, Named::Preset, old, &preset.name);
    Ok(())
}

pub(super) fn remove(design: &mut Design, name: &str) -> Result<(), EditError> {
    let index =
        names::find("preset", name, design.presets.iter().map(|preset| preset.name.as_str()))?;
    let removed = design.presets.remove(index);
    let keep = |channel: &mut Channel| {
        if channel.preset.as_deref() == Some(name) {
            *channel = channel.merged(&removed.parameters);
        }
    };
    rename::change_shared(&mut design.presets, |preset| keep(&mut preset.parameters));
    rename::change_shared(&mut design.nodes, |node| match &mut node.role {
        Role::Channel(channel) => keep(channel),
        Role::Producer(_) | Role::Consumer(_) => {}
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::scenario::{Change, Scenario};
    use crate::time::Span;

    fn saved() -> Design {
        let mut design = fixture::design("q: queue\n d: queue");
        fixture::node(&mut design, "q").role = Role::Channel(Channel {
            prefetch: Some(5),
            dead_letter: Some("d".into()),
            ..Channel::of("rabbit.classic")
        });
        let mut scenario = Scenario::new("s", Span(1));
        scenario.changes.push(Change { set: "q.preset".into(), to: "ours".into() });
        design.scenarios.push(scenario.into());
        let edit = save_as_preset(design.node("q").expect("a node"), "ours").expect("a channel");
        edit.apply(&design).expect("it can be saved")
    }

    fn channel(design: &Design) -> Channel {
        match &design.node("q").expect("a node").role {
            Role::Channel(channel) => channel.clone(),
            Role::Producer(_) | Role::Consumer(_) => panic!("no channel"),
        }
    }

    #[test]
    fn a_channel_becomes_a_preset_and_behaves_as_before() {
        let design = saved();
        let channel = channel(&design);
        assert_eq!((channel.preset.as_deref(), channel.prefetch), (Some("ours"), None));
        assert_eq!(channel.dead_letter.as_deref(), Some("d"), "routes stay with the channel");
        let semantics = design.used_presets().semantics(&channel);
        assert_eq!((semantics.prefetch, semantics.unlimited_prefetch), (5, false));
    }

    #[test]
    fn a_new_name_of_a_preset_is_carried_everywhere() {
        let design = saved();
        let preset = Preset { name: "mine".into(), ..(*design.presets[0]).clone() };
        let renamed = Edit::PutPreset(Some("ours".into()), preset).apply(&design).expect("renamed");
        assert_eq!(channel(&renamed).preset.as_deref(), Some("mine"));
        assert_eq!(renamed.scenarios[0].changes[0].to, "mine");
    }

    #[test]
    fn channels_keep_their_behavior_when_their_preset_is_removed() {
        let design = saved();
        let before = design.used_presets().semantics(&channel(&design));
        let after = Edit::RemovePreset("ours".into()).apply(&design).expect("removed");
        assert!(after.presets.is_empty());
        let kept = channel(&after);
        assert_eq!(kept.preset.as_deref(), Some("rabbit.classic"));
        assert_eq!(after.used_presets().semantics(&kept), before);
        assert_eq!(
            Edit::RemovePreset("ours".into()).apply(&after),
            Err(EditError::Unknown { what: "preset", name: "ours".into() })
        );
    }
}
