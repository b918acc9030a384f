//! Where nodes stand.

use crate::design::{Design, Position};
use crate::edit::EditError;

/// Moves nodes to these places.
pub(super) fn put(design: &mut Design, places: &[(String, Position)]) -> Result<(), EditError> {
    for (name, position) in places {
        if design.node(name).is_none() {
            return Err(EditError::Unknown { what: "node", name: name.clone() });
        }
        check(name, *position)?;
        design.layout.insert(name.clone(), *position);
    }
    Ok(())
}

/// Refuses a place that is nowhere.
pub(super) fn check(name: &str, position: Position) -> Result<(), EditError> {
    if position.0.is_finite() && position.1.is_finite() {
        Ok(())
    } else {
        Err(EditError::NotAPlace(name.to_owned()))
    }
}
