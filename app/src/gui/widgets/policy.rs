//! Which policy the versions of messages keep to, to be read and chosen.

use egui::{ComboBox, Response, RichText, Role, Ui, WidgetInfo};
use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::message::Message;
use flowbench_model::policy::{MODES, Mode, Policy, RuleSet};

use crate::gui::theme::Colors;

const RULES: [(RuleSet, &str); 4] = [
    (RuleSet::StrictPlus, "Accepts only what no payload contradicts"),
    (RuleSet::ConfluentStrict, "As the Confluent schema registry with its policy STRICT"),
    (RuleSet::ConfluentLenient, "The same with LENIENT: what may pass by accident does not count"),
    (RuleSet::Apicurio, "As the Apicurio registry"),
];

/// Width under which it says less.
const NARROW: f32 = 560.0;

/// What a mode demands, in a sentence.
fn meaning(mode: Mode) -> &'static str {
    match mode {
        Mode::None => "Versions have nothing to do with each other",
        Mode::Backward => "New readers can read the version before",
        Mode::BackwardTransitive => "New readers can read all versions before",
        Mode::Forward => "Readers of the version before can read a new one",
        Mode::ForwardTransitive => "Readers of all versions before can read a new one",
        Mode::Full => "Both ways, with the version before",
        Mode::FullTransitive => "Both ways, with all versions before",
    }
}

/// A policy in words: `BACKWARD, strict+ rules`.
#[must_use]
pub fn words(policy: Option<Policy>) -> String {
    policy.map_or_else(
        || "no policy, strict+ rules".to_owned(),
        |policy| format!("{}, {} rules", policy.mode.word(), policy.rules.word()),
    )
}

/// The policy of a message, chosen from right to left; the edit if another one was chosen.
pub fn of_message(ui: &mut Ui, design: &Design, message: &Message) -> Option<Edit> {
    let own = message.compatibility;
    let of_design = format!("as the design: {}", mode_words(design.compatibility));
    let chosen = choices(ui, own, design.compatibility, &of_design)?;
    let changed = Message { compatibility: chosen, ..message.clone() };
    Some(Edit::PutMessage(message.name.clone(), changed))
}

/// The policy of a design, for messages that say nothing themselves.
pub fn of_design(ui: &mut Ui, design: &Design) -> Option<Edit> {
    choices(ui, design.compatibility, None, "no policy").map(Edit::PutCompatibility)
}

fn mode_words(policy: Option<Policy>) -> &'static str {
    policy.map_or("no policy", |policy| policy.mode.word())
}

/// Mode and rules, the rules at the right; the policy if another one was chosen.
#[expect(clippy::option_option, reason = "another choice may be to say nothing")]
fn choices(
    ui: &mut Ui,
    own: Option<Policy>,
    above: Option<Policy>,
    nothing: &str,
) -> Option<Option<Policy>> {
    let mut chosen = None;
    let rules = own.or(above).unwrap_or_default().rules;
    // Where there is little place, whose policy it is has it.
    let is_narrow = ui.available_width() < NARROW;
    ui.add_enabled_ui(own.is_some(), |ui| {
        let combo = ComboBox::from_id_salt("rules").selected_text(rules.word()).width(124.0);
        let shown = combo.show_ui(ui, |ui| {
            for (value, hint) in RULES {
                let option = ui.selectable_label(value == rules, value.word()).on_hover_text(hint);
                if option.clicked() {
                    chosen = own.map(|own| Some(Policy { rules: value, ..own }));
                }
            }
        });
        named(shown.response, &format!("Rules: {}", rules.word()));
    });
    let title = own.map_or(nothing, |own| own.mode.word());
    let combo = ComboBox::from_id_salt("mode")
        .selected_text(title)
        .width(if is_narrow { 112.0 } else { 176.0 })
        .truncate();
    let shown = combo.show_ui(ui, |ui| {
        if ui.selectable_label(own.is_none(), nothing).clicked() && own.is_some() {
            chosen = Some(None);
        }
        for mode in MODES {
            let is_on = own.is_some_and(|own| own.mode == mode);
            let option = ui.selectable_label(is_on, mode.word()).on_hover_text(meaning(mode));
            if option.clicked() && !is_on {
                chosen = Some(Some(Policy { mode, rules }));
            }
        }
    });
    let hint = own.or(above).map_or("Nothing is demanded of versions", |own| meaning(own.mode));
    named(shown.response, &format!("Policy: {title}")).on_hover_text(hint);
    if !is_narrow {
        ui.label(RichText::new("Versions keep to").small().color(Colors::of(ui).muted));
    }
    chosen
}

fn named(response: Response, name: &str) -> Response {
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    response
}
