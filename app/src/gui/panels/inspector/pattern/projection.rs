//! Fields of a projection.

use flowbench_model::pattern::projection::{Checkpoint, Projection, Reads, Rebuild, SideEffects};
use flowbench_model::time::Span;

use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

const CHECKPOINTS: [Choice<Checkpoint>; 3] = [
    choice(Checkpoint::WithRows, "With rows", "In one transaction"),
    choice(Checkpoint::AfterRows, "After", "A crash in between applies an event twice"),
    choice(Checkpoint::BeforeRows, "Before", "A crash in between skips an event"),
];

const REBUILDS: [Choice<Rebuild>; 2] = [
    choice(Rebuild::BlueGreen, "Beside", "The old model answers until the new one caught up"),
    choice(Rebuild::InPlace, "In place", "Readers see what is there so far"),
];

const SIDE_EFFECTS: [Choice<SideEffects>; 2] = [
    choice(SideEffects::Gated, "Gated", "What handlers emit is not published once more"),
    choice(SideEffects::Refired, "Refired", "What handlers emit is published once more"),
];

/// Its rows.
pub(super) fn rows(form: &mut Form, it: &mut Projection) {
    let explanation = "When the position in the events is stored";
    form.choose("Checkpoint", explanation, &mut it.checkpoint, &CHECKPOINTS);
    let mut within = match it.reads {
        Reads::AtOnce => None,
        Reads::WaitForVersion(within) => Some(within),
    };
    let explanation = "How long a read waits for what its asker knows; empty: not at all";
    form.optional::<Span>("Reads wait", explanation, &mut within);
    it.reads = within.map_or(Reads::AtOnce, Reads::WaitForVersion);
    form.value("Per read", "How long a read takes", &mut it.read_time);
    form.choose("Rebuild", "Where the model is built again", &mut it.rebuild, &REBUILDS);
    let explanation = "Time for each event of a rebuild";
    form.value("Per event", explanation, &mut it.rebuild_time);
    if it.rebuild == Rebuild::BlueGreen {
        let explanation = "The new model takes over when it is at most so many events behind";
        form.count("Switch behind", explanation, &mut it.switch_behind, 0);
    }
    let explanation = "What becomes of what handlers emit while it is built again";
    form.choose("Side effects", explanation, &mut it.side_effects, &SIDE_EFFECTS);
}
