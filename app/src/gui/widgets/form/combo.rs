//! A list of choices that opens.

use egui::{ComboBox, Id, Response, Role, Ui, WidgetInfo};

use super::hinted;

/// Shows the choice that is on, and all when it is clicked: value, title and explanation of each.
/// Whether another one was chosen.
pub(super) fn combo<'a, T: PartialEq>(
    ui: &mut Ui,
    (label, explanation): (Id, &str),
    value: &mut T,
    choices: impl Iterator<Item = (T, &'a str, &'a str)> + Clone,
) -> bool {
    let title = choices.clone().find(|(choice, ..)| choice == value);
    let mut has_changed = false;
    let response = ComboBox::from_id_salt(label)
        .selected_text(title.map_or("", |(_, title, _)| title))
        .width(ui.available_width())
        .truncate()
        .show_ui(ui, |ui| {
            for (choice, title, explanation) in choices {
                let is_on = choice == *value;
                let response = hinted(option(ui, is_on, title), explanation);
                if response.clicked() && !is_on {
                    *value = choice;
                    has_changed = true;
                }
            }
        })
        .response;
    hinted(response.labelled_by(label), explanation);
    has_changed
}

/// One choice of a list that is open.
pub(super) fn option(ui: &mut Ui, is_on: bool, title: &str) -> Response {
    let response = ui.selectable_label(is_on, title);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_on, title));
    response
}
