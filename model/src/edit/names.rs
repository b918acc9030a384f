//! Which texts can be names, and which stable key a thing gets.

use crate::edit::EditError;
use crate::name::free_name;

/// What keeps a text from being a name; nothing if it is one.
pub(crate) fn why_not_a_name(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("a name has at least one letter")
    } else if name.trim() != name {
        Some("a name neither begins nor ends with a space")
    } else if name.contains("->") {
        Some("`->` stands between the two ends of an edge")
    } else if name.contains('#') {
        Some("`#` stands before the number of a message")
    } else if name.contains('@') {
        Some("`@` stands before the version of a message")
    } else if name.contains(|c: char| c.is_control()) {
        Some("a name is one line of visible letters")
    } else {
        None
    }
}

/// Refuses a new name that is no name or that another thing of its kind has.
pub(super) fn check_new<'a>(
    what: &'static str,
    name: &str,
    mut taken: impl Iterator<Item = &'a str>,
) -> Result<(), EditError> {
    if let Some(why) = why_not_a_name(name) {
        return Err(EditError::BadName { what, name: name.to_owned(), why });
    }
    if taken.any(|other| other == name) {
        return Err(EditError::NameTaken { what, name: name.to_owned() });
    }
    Ok(())
}

/// The place in its list of the thing of this name.
pub(super) fn find<'a>(
    what: &'static str,
    name: &str,
    mut names: impl Iterator<Item = &'a str>,
) -> Result<usize, EditError> {
    names
        .position(|candidate| candidate == name)
        .ok_or_else(|| EditError::Unknown { what, name: name.to_owned() })
}

/// The key of a new thing: the one it wants, unless something has had it first.
pub(super) fn fresh_key<'a>(
    name: &str,
    wanted: Option<&str>,
    taken: impl Iterator<Item = &'a str> + Clone,
) -> Option<String> {
    let key = free_name(wanted.unwrap_or(name), |key| taken.clone().any(|other| other == key));
    (key != name).then_some(key)
}

/// The key after a rename: the first name, which need not be said while it is the name.
pub(super) fn renamed_key(stable_key: &str, new_name: &str) -> Option<String> {
    (stable_key != new_name).then(|| stable_key.to_owned())
}
