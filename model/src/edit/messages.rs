//! Adding, replacing and removing message types.

use std::sync::Arc;

use crate::design::Design;
use crate::edit::rename::{self, Named, Rename};
use crate::edit::{EditError, names};
use crate::message::Message;
use crate::schema::why_outside;

pub(super) fn add(design: &mut Design, message: &Message) -> Result<(), EditError> {
    let taken = design.messages.iter().map(|message| message.name.as_str());
    names::check_new("message", &message.name, taken)?;
    let taken = design.messages.iter().map(|message| message.stable_key());
    let key = names::fresh_key(&message.name, message.key.as_deref(), taken);
    design.messages.push(Arc::new(Message { key, ..message.clone() }));
    Ok(())
}

pub(super) fn put(design: &mut Design, name: &str, message: &Message) -> Result<(), EditError> {
    let index = find(design, name)?;
    let mut new = message.clone();
    if new.name != name {
        let taken = design.messages.iter().map(|message| message.name.as_str());
        names::check_new("message", &new.name, taken)?;
        let old = &design.messages[index];
        if new.key == old.key {
            new.key = names::renamed_key(old.stable_key(), &new.name);
        }
    }
    let new_name = new.name.clone();
    design.messages[index] = Arc::new(new);
    if new_name != name {
        rename::everywhere(design, &Rename { what: Named::Message, from: name, to: &new_name });
    }
    Ok(())
}

pub(super) fn remove(design: &mut Design, name: &str) -> Result<(), EditError> {
    let index = find(design, name)?;
    design.messages.remove(index);
    rename::change_shared(&mut design.edges, |edge| {
        let messages = &mut edge.contract.messages;
        if messages.iter().any(|message| message.name != name) {
            messages.retain(|message| message.name != name);
        }
    });
    Ok(())
}

pub(super) fn put_file(design: &mut Design, path: &str, text: &str) -> Result<(), EditError> {
    if let Some(why) = why_outside(path) {
        return Err(EditError::OutsideFolder { path: path.to_owned(), why });
    }
    design.schema_files.insert(path.to_owned(), Arc::from(text));
    Ok(())
}

fn find(design: &Design, name: &str) -> Result<usize, EditError> {
    names::find("message", name, design.messages.iter().map(|message| message.name.as_str()))
}
