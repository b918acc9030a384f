//! Putting and removing contexts, promises and scenarios: adding and replacing are one edit here.

use std::sync::Arc;

use crate::design::{Context, Design};
use crate::edit::rename::{self, Named, Rename};
use crate::edit::{EditError, names};
use crate::promise::Promise;
use crate::scenario::{Fork, Scenario};

pub(super) fn put_context(
    design: &mut Design,
    old: Option<&str>,
    context: &Context,
) -> Result<(), EditError> {
    let named = design.contexts.iter().map(|context| context.name.as_str());
    let index = place_for("context", old, &context.name, named)?;
    put_at(&mut design.contexts, index, Arc::new(context.clone()));
    rename_if_changed(design, Named::Context, old, &context.name);
    Ok(())
}

pub(super) fn remove_context(design: &mut Design, name: &str) -> Result<(), EditError> {
    let named = design.contexts.iter().map(|context| context.name.as_str());
    let index = names::find("context", name, named)?;
    design.contexts.remove(index);
    rename::change_shared(&mut design.nodes, |node| {
        node.context.take_if(|context| context == name);
    });
    Ok(())
}

pub(super) fn put_promise(
    design: &mut Design,
    old: Option<&str>,
    promise: &Promise,
) -> Result<(), EditError> {
    let named = design.promises.iter().map(|promise| promise.name.as_str());
    let index = place_for("promise", old, &promise.name, named)?;
    put_at(&mut design.promises, index, promise.clone());
    rename_if_changed(design, Named::Promise, old, &promise.name);
    Ok(())
}

pub(super) fn remove_promise(design: &mut Design, name: &str) -> Result<(), EditError> {
    let named = design.promises.iter().map(|promise| promise.name.as_str());
    let index = names::find("promise", name, named)?;
    design.promises.remove(index);
    rename::change_shared(&mut design.scenarios, |scenario| {
        scenario.breaks.retain(|broken| broken != name);
    });
    Ok(())
}

pub(super) fn put_scenario(
    design: &mut Design,
    old: Option<&str>,
    scenario: &Scenario,
) -> Result<(), EditError> {
    let named = design.scenarios.iter().map(|scenario| scenario.name.as_str());
    let index = place_for("scenario", old, &scenario.name, named)?;
    put_at(&mut design.scenarios, index, Arc::new(scenario.clone()));
    rename_if_changed(design, Named::Scenario, old, &scenario.name);
    Ok(())
}

pub(super) fn remove_scenario(design: &mut Design, name: &str) -> Result<(), EditError> {
    let named = design.scenarios.iter().map(|scenario| scenario.name.as_str());
    let index = names::find("scenario", name, named)?;
    let removed = design.scenarios.remove(index);
    rename::change_shared(&mut design.scenarios, |scenario| {
        if let Some(fork) = scenario.fork.take() {
            scenario.fork = if fork.of == name { adopted(&removed, fork) } else { Some(fork) };
        }
    });
    Ok(())
}

/// The fork of a scenario that is removed becomes one of what that was made of, if of anything.
fn adopted(removed: &Scenario, fork: Fork) -> Option<Fork> {
    let origin = removed.fork.as_ref()?;
    Some(Fork { of: origin.of.clone(), at: origin.at.min(fork.at) })
}

/// Where the thing to replace stands; none if it is a new one.
pub(super) fn place_for<'a>(
    what: &'static str,
    old: Option<&str>,
    new: &str,
    named: impl Iterator<Item = &'a str> + Clone,
) -> Result<Option<usize>, EditError> {
    let index = old.map(|old| names::find(what, old, named.clone())).transpose()?;
    if old != Some(new) {
        names::check_new(what, new, named)?;
    }
    Ok(index)
}

pub(super) fn put_at<T>(things: &mut Vec<T>, index: Option<usize>, thing: T) {
    match index {
        Some(index) => things[index] = thing,
        None => things.push(thing),
    }
}

pub(super) fn rename_if_changed(design: &mut Design, what: Named, old: Option<&str>, new: &str) {
    if let Some(from) = old.filter(|old| *old != new) {
        rename::everywhere(design, &Rename { what, from, to: new });
    }
}
