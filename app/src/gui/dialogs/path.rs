//! Our own file dialog: a path to type, and the folder it is in to click through.

use std::path::{Path, PathBuf};

use egui::{
    Align, Align2, Context, FontFamily, FontId, Frame, Id, Key, Layout, Margin, Response, RichText,
    Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use super::modal;
use super::pick::Purpose;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::button;
use crate::gui::{fonts, icons};

/// The dialog.
pub(super) struct PathDialog {
    purpose: Purpose,
    folder: PathBuf,
    text: String,
    entries: Result<Vec<Entry>, String>,
    is_fresh: bool,
}

struct Entry {
    name: String,
    is_folder: bool,
}

/// What became of the dialog in one frame.
pub(super) enum Outcome {
    /// It is still open.
    Open,
    /// It was given up.
    Cancelled,
    /// This path.
    Chosen(PathBuf),
}

impl PathDialog {
    /// Begins at a folder, or at a file that is suggested.
    pub(super) fn new(purpose: Purpose, place: &Path) -> PathDialog {
        let folder = if place.is_dir() { Some(place) } else { place.parent() };
        let folder = folder.filter(|folder| folder.is_dir());
        let folder = folder.map_or_else(super::pick::home, Path::to_owned);
        let name = if place.is_dir() { None } else { place.file_name() };
        let mut text = folder.join("").display().to_string();
        if let Some(name) = name.filter(|_| purpose.is_to_write()) {
            text = folder.join(name).display().to_string();
        }
        let entries = list(&folder, purpose);
        PathDialog { purpose, folder, text, entries, is_fresh: true }
    }

    /// What the path is for.
    pub(super) fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Draws the dialog.
    pub(super) fn ui(&mut self, ctx: &Context) -> Outcome {
        let id = Id::unique("path dialog");
        let shown = modal(ctx, id, size::DIALOG, |ui| self.content(ui));
        let is_open = matches!(shown.inner, Outcome::Open);
        if is_open && shown.should_close() { Outcome::Cancelled } else { shown.inner }
    }

    fn content(&mut self, ui: &mut Ui) -> Outcome {
        let title = self.purpose.title();
        ui.label(RichText::new(title).font(FontId::new(16.0, fonts::semi_bold())));
        let is_entered = self.path_field(ui);
        ui.add_space(space::XS);
        let picked = self.listing(ui);
        ui.add_space(space::S);
        let pressed = self.buttons(ui);
        match pressed {
            Some(false) => Outcome::Cancelled,
            Some(true) => Outcome::Chosen(self.path()),
            None if is_entered && self.can_go_on() => Outcome::Chosen(self.path()),
            None => match picked {
                Some(path) if path.is_dir() => {
                    self.go(path);
                    Outcome::Open
                }
                Some(path) => {
                    self.text = path.display().to_string();
                    Outcome::Open
                }
                None => Outcome::Open,
            },
        }
    }

    /// The field of the path; whether Enter was pressed in it.
    fn path_field(&mut self, ui: &mut Ui) -> bool {
        let response = ui
            .horizontal(|ui| {
                if button::icon(ui, icons::UP, "Parent folder").clicked()
                    && let Some(parent) = self.folder.parent()
                {
                    self.go(parent.to_owned());
                }
                ui.add(TextEdit::singleline(&mut self.text).desired_width(f32::INFINITY))
            })
            .inner;
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Path"));
        if std::mem::take(&mut self.is_fresh) {
            response.request_focus();
        }
        if response.changed() {
            self.follow_text();
        }
        response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    /// Lists the folder of the path that is being typed.
    fn follow_text(&mut self) {
        let path = PathBuf::from(&self.text);
        let is_folder = self.text.ends_with(std::path::MAIN_SEPARATOR);
        let folder = if is_folder { Some(path.as_path()) } else { path.parent() };
        if let Some(folder) = folder.filter(|folder| folder.is_dir() && **folder != self.folder) {
            self.folder = folder.to_owned();
            self.entries = list(&self.folder, self.purpose);
        }
    }

    fn go(&mut self, folder: PathBuf) {
        let name = Path::new(&self.text).file_name().filter(|_| self.purpose.is_to_write());
        let name = name.map(ToOwned::to_owned);
        let path = name.map_or_else(|| folder.join(""), |name| folder.join(name));
        self.text = path.display().to_string();
        self.entries = list(&folder, self.purpose);
        self.folder = folder;
    }

    fn listing(&mut self, ui: &mut Ui) -> Option<PathBuf> {
        let colors = Colors::of(ui);
        let frame = Frame::new()
            .fill(colors.sunken)
            .stroke(line(1.0, colors.border))
            .corner_radius(f32::from(size::RADIUS))
            .inner_margin(Margin::same(space::XS as i8));
        let typed =
            Path::new(&self.text).file_name().map(|name| name.to_string_lossy().to_lowercase());
        let filter = typed.filter(|_| !self.text.ends_with(std::path::MAIN_SEPARATOR));
        let mut picked = None;
        frame.show(ui, |ui| {
            ScrollArea::vertical()
                .min_scrolled_height(260.0)
                .max_height(260.0)
                .auto_shrink(false)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    match &self.entries {
                        Err(error) => {
                            ui.label(RichText::new(error).color(colors.error));
                        }
                        Ok(entries) => {
                            let fits = |entry: &&Entry| {
                                self.purpose.is_to_write()
                                    || filter.as_ref().is_none_or(|f| {
                                        entry.name.to_lowercase().contains(f.as_str())
                                    })
                            };
                            for entry in entries.iter().filter(fits) {
                                if row(ui, entry).clicked() {
                                    picked = Some(self.folder.join(&entry.name));
                                }
                            }
                            if entries.is_empty() {
                                let text = "Nothing to choose here.";
                                ui.label(RichText::new(text).color(colors.muted));
                            }
                        }
                    }
                });
        });
        picked
    }

    /// Whether to go on, or to give up.
    fn buttons(&self, ui: &mut Ui) -> Option<bool> {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (icon, text) = match self.purpose {
                Purpose::Open | Purpose::Recorded => (icons::OPEN, "Open"),
                Purpose::Compare => (icons::DIFFERENCE, "Compare"),
                Purpose::Documents => (icons::IMPORT, "Import"),
                Purpose::Save => (icons::named("save"), "Save"),
                Purpose::Export(_) | Purpose::ExportFolder => (icons::EXPORT, "Export"),
            };
            let go = ui
                .add_enabled_ui(self.can_go_on(), |ui| button::primary(ui, icon, text).clicked())
                .inner;
            let stop = button::labeled(ui, "", "Cancel").clicked();
            match (go, stop) {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            }
        })
        .inner
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(self.text.trim())
    }

    fn can_go_on(&self) -> bool {
        let path = self.path();
        match self.purpose {
            Purpose::Recorded | Purpose::Documents => path.is_file(),
            Purpose::Open | Purpose::Compare => path.is_file() || path.join("design.ron").is_file(),
            Purpose::ExportFolder => {
                path.parent().is_some_and(|folder| folder.is_dir()) && !path.is_file()
            }
            Purpose::Save | Purpose::Export(_) => {
                let has_folder = path.parent().is_some_and(|folder| folder.is_dir());
                has_folder && path.file_name().is_some() && !path.is_dir()
            }
        }
    }
}

fn row(ui: &mut Ui, entry: &Entry) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &entry.name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colors.hover);
    }
    let (icon, color) = match entry.is_folder {
        true => (icons::FOLDER, colors.accent),
        false => (icons::FILE, colors.muted),
    };
    let middle = rect.center().y;
    let font = fonts::icon_font(size::ICON);
    ui.painter().text(pos2(rect.left() + 14.0, middle), Align2::CENTER_CENTER, icon, font, color);
    let font = FontId::new(size::BODY, FontFamily::Proportional);
    let at = pos2(rect.left() + 30.0, middle);
    ui.painter().text(at, Align2::LEFT_CENTER, &entry.name, font, colors.text);
    response
}

/// Folders and files of a folder that are for the purpose, without hidden ones, folders first.
fn list(folder: &Path, purpose: Purpose) -> Result<Vec<Entry>, String> {
    let read = std::fs::read_dir(folder);
    let read = read.map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    let mut entries: Vec<Entry> = read
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.path().is_dir();
            let is_wanted = is_folder || purpose.fits(&name);
            (is_wanted && !name.starts_with('.')).then_some(Entry { name, is_folder })
        })
        .collect();
    entries.sort_by_key(|entry| (!entry.is_folder, entry.name.to_lowercase()));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use egui::accesskit;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    type Dialog = Harness<'static, (PathDialog, Option<PathBuf>)>;

    fn dialog(purpose: Purpose, place: &Path) -> Dialog {
        let state = (PathDialog::new(purpose, place), None);
        let mut harness = Harness::new_ui_state(
            |ui, (dialog, chosen): &mut (PathDialog, Option<PathBuf>)| {
                crate::gui::fonts::install(ui.ctx());
                if let Outcome::Chosen(path) = dialog.ui(ui.ctx()) {
                    *chosen = Some(path);
                }
            },
            state,
        );
        harness.run_steps(3);
        harness
    }

    fn click(dialog: &mut Dialog, name: &str) {
        dialog.get_by_role_and_label(accesskit::Role::Button, name).click();
        dialog.run_steps(3);
    }

    /// A folder with a design in it, beside what no design is.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("folder");
        let shop = folder.path().join("shop");
        std::fs::create_dir(&shop).expect("folder");
        for file in ["design.ron", "notes.txt", ".hidden.ron"] {
            std::fs::write(shop.join(file), "").expect("file");
        }
        folder
    }

    #[test]
    fn a_design_is_found_by_clicking_through_folders() {
        let folder = folder();
        let mut dialog = dialog(Purpose::Open, folder.path());
        click(&mut dialog, "shop");
        assert!(dialog.query_by_label("notes.txt").is_none(), "only designs are listed");
        assert!(dialog.query_by_label(".hidden.ron").is_none());
        click(&mut dialog, "design.ron");
        click(&mut dialog, "Open");
        assert_eq!(dialog.state().1, Some(folder.path().join("shop").join("design.ron")));
    }

    #[test]
    fn a_path_is_typed_and_entered_and_one_that_leads_nowhere_goes_nowhere() {
        let folder = folder();
        let mut dialog = dialog(Purpose::Save, &folder.path().join("new.ron"));
        let field = |dialog: &mut Dialog, text: &str| {
            dialog.get_by_role_and_label(accesskit::Role::TextInput, "Path").focus();
            dialog.run_steps(2);
            dialog.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
            dialog.get_by_role_and_label(accesskit::Role::TextInput, "Path").type_text(text);
            dialog.run_steps(2);
            dialog.key_press(Key::Enter);
            dialog.run_steps(3);
        };
        let nowhere = folder.path().join("gone").join("new.ron");
        field(&mut dialog, &nowhere.display().to_string());
        assert_eq!(dialog.state().1, None);
        let here = folder.path().join("shop").join("new.ron");
        field(&mut dialog, &here.display().to_string());
        assert_eq!(dialog.state().1, Some(here));
    }
}
