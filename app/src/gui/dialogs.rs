//! What stands in front of everything else: the palette of commands, the sheet of shortcuts, the
//! choice of a file, and questions that must be answered.

mod about;
mod export;
mod import;
mod palette;
mod path;
mod pick;
mod presets;
mod question;
mod shortcuts;

use std::path::{Path, PathBuf};

use egui::{Context, Frame, Id, Margin, Modal, Ui};

use crate::command::{Command, ExchangeCommand, FileCommand};
use crate::differences::Against;
use crate::export::{Form, Order};
use crate::gui::theme::{Colors, line, size, space};
use crate::session::Session;
use crate::session::notice::Question;
use crate::session::recording::beginning;

use export::ExportDialog;
use import::ImportDialog;
use palette::Palette;
use path::PathDialog;
use pick::{Answer, Picker, Purpose};
use presets::PresetDialog;

/// The dialogs, at most one of which is open.
#[derive(Default)]
pub struct Dialogs {
    palette: Option<Palette>,
    path: Option<PathDialog>,
    presets: Option<PresetDialog>,
    export: Option<ExportDialog>,
    import: Option<ImportDialog>,
    has_shortcuts: bool,
    has_about: bool,
    picker: Picker,
    /// Who is to publish the recorded file that is asked for.
    producer: String,
    /// What the file or folder that is asked for is to hold.
    order: Option<Order>,
}

impl Dialogs {
    /// Whether something stands in front, so that shortcuts do not reach what is behind.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.palette.is_some()
            || self.path.is_some()
            || self.presets.is_some()
            || self.export.is_some()
            || self.import.is_some()
            || self.has_shortcuts
            || self.has_about
    }

    /// Opens the list of all commands.
    pub fn open_palette(&mut self) {
        self.palette = Some(Palette::commands());
    }

    /// Opens the search for things of the design.
    pub fn open_find(&mut self) {
        self.palette = Some(Palette::things());
    }

    /// Opens the presets of brokers, if one channel is selected.
    pub fn open_presets(&mut self, session: &Session) {
        self.presets = PresetDialog::of(session);
    }

    /// Asks for documents to import.
    pub fn open_documents(&mut self, ctx: &Context, session: &Session) {
        let folder = beginning(session).unwrap_or_else(pick::home);
        self.ask(ctx, Purpose::Documents, folder);
    }

    /// Asks for another version of the design to compare with.
    pub fn open_version(&mut self, ctx: &Context, session: &Session) {
        let folder = beginning(session).unwrap_or_else(pick::home);
        self.ask(ctx, Purpose::Compare, folder);
    }

    /// Shows what importing these documents would come to, beside those that are looked at.
    pub fn open_import(&mut self, files: Vec<PathBuf>) {
        self.import.get_or_insert_default().add(files);
    }

    /// Shows what the design can be made into.
    pub fn open_export(&mut self) {
        self.export = Some(ExportDialog::default());
    }

    /// Shows which keys do what.
    pub fn open_shortcuts(&mut self) {
        self.has_shortcuts = true;
    }

    /// Says what this program is.
    pub fn open_about(&mut self) {
        self.has_about = true;
    }

    /// Asks for a file to open: with the dialog of the desktop, or with our own.
    pub fn open_file(&mut self, ctx: &Context, session: &Session) {
        let recent = session.settings.recent.first().and_then(|path| path.parent());
        let folder = recent.map_or_else(pick::home, Path::to_owned);
        self.ask(ctx, Purpose::Open, folder);
    }

    /// Asks for a recorded file that a producer is to publish.
    pub fn open_recorded(&mut self, ctx: &Context, session: &Session, producer: String) {
        self.producer = producer;
        let folder = beginning(session).unwrap_or_else(pick::home);
        self.ask(ctx, Purpose::Recorded, folder);
    }

    /// Asks for a path to save to.
    pub fn save_file(&mut self, ctx: &Context, suggested: PathBuf) {
        self.ask(ctx, Purpose::Save, suggested);
    }

    fn ask(&mut self, ctx: &Context, purpose: Purpose, place: PathBuf) {
        if !self.picker.ask(ctx, purpose, &place) {
            self.path = Some(PathDialog::new(purpose, &place));
        }
    }

    fn import_ui(&mut self, ctx: &Context, session: &Session, commands: &mut Vec<Command>) {
        let Some(mut dialog) = self.import.take() else { return };
        dialog.is_behind = self.path.is_some();
        match dialog.ui(ctx, session) {
            import::Outcome::Open => self.import = Some(dialog),
            import::Outcome::Closed => {}
            import::Outcome::Chosen(command) => commands.push(command.into()),
            import::Outcome::More => {
                self.import = Some(dialog);
                self.open_documents(ctx, session);
            }
        }
    }

    fn ask_export(&mut self, ctx: &Context, order: Order) {
        let purpose = match order.target.form(order.options) {
            Form::File(ending) => Purpose::Export(ending),
            Form::Folder => Purpose::ExportFolder,
        };
        let out = order.out.clone();
        self.order = Some(order);
        self.ask(ctx, purpose, out);
    }

    fn chosen(&self, purpose: Purpose, paths: Vec<PathBuf>) -> Option<Command> {
        if purpose == Purpose::Documents {
            return Some(ExchangeCommand::Import(paths).into());
        }
        let path = paths.into_iter().next()?;
        Some(match purpose {
            Purpose::Documents => ExchangeCommand::Import(vec![path]).into(),
            Purpose::Open => FileCommand::OpenFile(path).into(),
            Purpose::Compare => ExchangeCommand::Compare(Against::File(path)).into(),
            Purpose::Recorded => FileCommand::GiveRecorded(self.producer.clone(), path).into(),
            Purpose::Save => FileCommand::SaveAs(path).into(),
            Purpose::Export(_) | Purpose::ExportFolder => {
                let order = self.order.clone().expect("invariant: asked for with an order");
                ExchangeCommand::Export(Order { out: path, ..order }).into()
            }
        })
    }

    /// Draws what is open.
    pub fn ui(&mut self, ctx: &Context, session: &Session, commands: &mut Vec<Command>) {
        match self.picker.answer() {
            Some(Answer::Chosen(purpose, paths)) => commands.extend(self.chosen(purpose, paths)),
            Some(Answer::Unavailable(purpose, place)) => {
                self.path = Some(PathDialog::new(purpose, &place));
            }
            None => {}
        }
        if let Some(mut palette) = self.palette.take()
            && palette.ui(ctx, session, commands)
        {
            self.palette = Some(palette);
        }
        if let Some(mut dialog) = self.presets.take()
            && dialog.ui(ctx, session, commands)
        {
            self.presets = Some(dialog);
        }
        if let Some(mut dialog) = self.export.take() {
            match dialog.ui(ctx, session) {
                export::Outcome::Open => self.export = Some(dialog),
                export::Outcome::Closed => {}
                export::Outcome::Chosen(order) => self.ask_export(ctx, order),
            }
        }
        self.import_ui(ctx, session, commands);
        if let Some(mut dialog) = self.path.take() {
            match dialog.ui(ctx) {
                path::Outcome::Open => self.path = Some(dialog),
                path::Outcome::Cancelled => {}
                path::Outcome::Chosen(path) => {
                    commands.extend(self.chosen(dialog.purpose(), vec![path]));
                }
            }
        }
        self.has_shortcuts = self.has_shortcuts && shortcuts::ui(ctx);
        self.has_about = self.has_about && about::ui(ctx);
        if let Some(question) = &session.question {
            ask_person(ctx, question, commands);
        }
    }
}

fn ask_person(ctx: &Context, question: &Question, commands: &mut Vec<Command>) {
    let is_recovery = matches!(question, Question::Recovery { .. });
    let id = Id::unique(("question", is_recovery));
    let shown = modal(ctx, id, 440.0, |ui| question::ui(ui, question, commands));
    if shown.should_close() {
        commands.push(FileCommand::Dismiss.into());
    }
}

/// A window in front of everything else.
fn modal<R>(
    ctx: &Context,
    id: Id,
    width: f32,
    content: impl FnOnce(&mut Ui) -> R,
) -> egui::ModalResponse<R> {
    let dark = ctx.theme() == egui::Theme::Dark;
    let colors = Colors::themed(dark);
    let frame = Frame::window(&ctx.global_style())
        .fill(colors.raised)
        .stroke(line(1.0, colors.border))
        .corner_radius(f32::from(size::RADIUS_LARGE + 2))
        .inner_margin(Margin::same(space::L as i8));
    Modal::new(id).frame(frame).backdrop_color(colors.scrim).show(ctx, |ui| {
        ui.set_width(width);
        content(ui)
    })
}
