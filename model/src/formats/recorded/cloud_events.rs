//! CloudEvents 1.0 in the JSON format, one event on each line (structured mode).

use super::pointer::Pointers;
use crate::recorded::Fields;

/// Where the parts of a CloudEvent stand, unless the design says otherwise.
pub(super) fn pointers(fields: &Fields) -> Result<Pointers, String> {
    let or = |named: &Option<String>, usual: &str| named.clone().or_else(|| Some(usual.to_owned()));
    let fields = Fields {
        time: or(&fields.time, "/time"),
        payload: or(&fields.payload, "/data"),
        event_type: or(&fields.event_type, "/type"),
        ..fields.clone()
    };
    Pointers::new(&fields, true)
}
