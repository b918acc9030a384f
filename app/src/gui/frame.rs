//! The frame of the window: shows every panel the same state, gathers what they ask for, and has
//! the session do it, once per frame.

use std::sync::Arc;
use std::time::Duration;

use egui::{CentralPanel, Context, Frame, Margin, Panel, Ui};
use flowbench_model::design::Design;

use crate::command::{
    BenchCommand, Command, ExchangeCommand, FileCommand, PanelKind, Stage, Theme, ViewCommand,
};
use crate::gui::canvas::traffic::Traffic;
use crate::gui::canvas::{Canvas, Sight, Wish, overlay};
use crate::gui::dialogs::Dialogs;
use crate::gui::panels::books;
use crate::gui::panels::compatibility::MatrixDesk;
use crate::gui::panels::dock::Dock;
use crate::gui::panels::gallery::Gallery;
use crate::gui::panels::inspector::Inspector;
use crate::gui::panels::outline::Outline;
use crate::gui::panels::schemas::SchemaDesk;
use crate::gui::panels::timeline::Timeline;
use crate::gui::panels::top_bar::TopBar;
use crate::gui::panels::transport::{self, Transport};
use crate::gui::run_view::RunView;
use crate::gui::theme::{self, Colors, line, size, space};
use crate::gui::{keys, toasts};
use crate::import::is_document;
use crate::selection::Selection;
use crate::session::Session;
use crate::session::notice::Request;
use crate::session::recording::is_recorded;

/// The whole window.
pub struct Workbench {
    session: Session,
    canvas: Canvas,
    gallery: Gallery,
    top_bar: TopBar,
    outline: Outline,
    inspector: Inspector,
    dock: Dock,
    timeline: Timeline,
    transport: Transport,
    run_view: RunView,
    schemas: SchemaDesk,
    matrix: MatrixDesk,
    dialogs: Dialogs,
    title: String,
}

impl Workbench {
    /// A window over a session.
    #[must_use]
    pub fn new(ctx: &Context, session: Session) -> Workbench {
        theme::install(ctx);
        let mut session = session;
        let waker = ctx.clone();
        session.bench.set_waker(Arc::new(move || waker.request_repaint()));
        if let (Some(design), Some(document)) = (session.design().cloned(), &session.document) {
            session.bench.refresh(&design, &document.schemas);
        }
        Workbench {
            session,
            canvas: Canvas::default(),
            gallery: Gallery::of_samples(),
            top_bar: TopBar,
            outline: Outline::default(),
            inspector: Inspector::default(),
            dock: Dock::default(),
            timeline: Timeline::default(),
            transport: Transport::default(),
            run_view: RunView::default(),
            schemas: SchemaDesk::default(),
            matrix: MatrixDesk::default(),
            dialogs: Dialogs::default(),
            title: String::new(),
        }
    }

    /// What the window shows.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Lets the session do something, as a panel would ask for it.
    pub fn apply(&mut self, ctx: &Context, command: Command) {
        self.session.apply(command);
        self.fulfill(ctx);
    }

    /// One frame: draw, then do.
    pub fn frame(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        self.choose_theme(&ctx);
        self.tick(&ctx);
        let mut commands = Vec::new();
        if !self.dialogs.is_open() {
            commands.extend(keys::commands(&ctx, &self.session));
        }
        commands.extend(self.dropped_files(&ctx));
        if self.session.document.is_some() {
            self.workbench_ui(ui, &mut commands);
        } else {
            self.gallery.ui(ui, &self.session, &mut commands);
        }
        self.dialogs.ui(&ctx, &self.session, &mut commands);
        toasts::ui(&ctx, &self.session, &mut commands);
        commands.extend(close_request(&ctx, &self.session));
        for command in commands {
            self.bring_forward(&command);
            self.session.apply(command);
        }
        self.fulfill(&ctx);
        self.set_title(&ctx);
        self.remember_size(&ctx);
    }

    /// The next window opens as large as this one was.
    fn remember_size(&mut self, ctx: &Context) {
        let inner = ctx.input(|input| input.viewport().inner_rect);
        if let Some(size) = inner.map(|rect| rect.size()) {
            self.session.settings.window_size = Some((size.x, size.y));
        }
    }

    fn choose_theme(&self, ctx: &Context) {
        let preference = match self.session.settings.theme {
            Theme::System => egui::ThemePreference::System,
            Theme::Light => egui::ThemePreference::Light,
            Theme::Dark => egui::ThemePreference::Dark,
        };
        ctx.set_theme(preference);
    }

    fn workbench_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let session = &self.session;
        let colors = Colors::of(ui);
        let bar = Frame::new().fill(colors.panel).inner_margin(Margin::symmetric(8, 0));
        Panel::top("top bar")
            .exact_size(size::TOP_BAR)
            .resizable(false)
            .frame(bar)
            .show(ui, |ui| self.top_bar.ui(ui, session, commands));
        match session.stage {
            Stage::Canvas => self.canvas_stage(ui, commands),
            Stage::Schemas => self.schemas.ui(ui, session, commands),
            Stage::Compatibility => self.matrix.ui(ui, session, commands),
        }
    }

    /// The canvas with everything around it.
    fn canvas_stage(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let session = &self.session;
        let colors = Colors::of(ui);
        let bar = Frame::new().fill(colors.panel).inner_margin(Margin::symmetric(8, 0));
        Panel::top("transport")
            .exact_size(transport::HEIGHT)
            .resizable(false)
            .frame(bar)
            .show(ui, |ui| self.transport.ui(ui, session, commands));
        self.books_ui(ui, commands);
        let session = &self.session;
        // The inspector has the whole height; what is at the bottom has the width of the rest.
        if session.has_panel(PanelKind::Inspector) {
            side(Panel::right("inspector"), size::RIGHT, colors)
                .show(ui, |ui| self.inspector.ui(ui, session, commands));
        }
        self.bottom_ui(ui, commands);
        let session = &self.session;
        if session.has_panel(PanelKind::Outline) {
            side(Panel::left("outline"), size::LEFT, colors)
                .show(ui, |ui| self.outline.ui(ui, session, &self.canvas, commands));
        }
        CentralPanel::default()
            .frame(Frame::new().fill(colors.canvas))
            .show(ui, |ui| self.canvas_ui(ui, commands));
    }

    fn books_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let session = &self.session;
        let strip = Frame::new().fill(Colors::of(ui).panel).inner_margin(Margin::symmetric(12, 0));
        let wish = Panel::bottom("books")
            .exact_size(books::HEIGHT)
            .resizable(false)
            .frame(strip)
            .show(ui, |ui| books::ui(ui, session, commands))
            .inner;
        if let Some(wish) = wish {
            self.dock.show_in_log(wish);
        }
    }

    /// The time line and, below it, the dock.
    fn bottom_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let session = &self.session;
        let frame = Frame::new().fill(Colors::of(ui).panel);
        if self.dock.is_shown(session) {
            Panel::bottom("dock")
                .default_size(size::DOCK)
                .min_size(96.0)
                .resizable(true)
                .frame(frame)
                .show(ui, |ui| self.dock.ui(ui, session, commands));
        }
        if session.has_panel(PanelKind::Timeline) {
            Panel::bottom("timeline")
                .default_size(size::TIMELINE)
                .min_size(72.0)
                .resizable(true)
                .frame(frame)
                .show(ui, |ui| self.timeline.ui(ui, session, commands));
        }
    }

    fn canvas_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let Some(design) = self.session.design().cloned() else { return };
        let traffic = self.traffic(&design);
        let sight = Sight {
            design: &design,
            positions: &self.session.derived.positions,
            findings: &self.session.derived.findings,
            selection: &self.session.selection,
            traffic: &traffic,
        };
        let place = ui.max_rect();
        self.canvas.compare(self.session.difference().cloned());
        self.canvas.ui(ui, &sight, commands);
        if let Some(scenario) = self.session.bench.chosen(&design) {
            overlay::changes(ui, place, scenario, commands);
        }
    }

    /// What moves and waits at the instant that is shown.
    fn traffic(&mut self, design: &Arc<Design>) -> Traffic {
        let session = &self.session;
        let nothing = Traffic::default();
        self.canvas.prepare(&Sight {
            design,
            positions: &session.derived.positions,
            findings: &session.derived.findings,
            selection: &session.selection,
            traffic: &nothing,
        });
        self.run_view.traffic(&session.bench, design, self.canvas.scene())
    }

    /// Lets time go on, and sees to it that the next frame comes when it should.
    fn tick(&mut self, ctx: &Context) {
        let passed = ctx.input(|input| input.stable_dt).min(0.1);
        self.session.tick(Duration::from_secs_f32(passed));
        if self.session.bench.is_playing {
            ctx.request_repaint();
        }
    }

    /// A tab of the dock that is asked for comes to the front, shown before or not.
    fn bring_forward(&mut self, command: &Command) {
        match command {
            Command::View(ViewCommand::ShowPanel(panel)) => self.dock.show(*panel),
            Command::Exchange(ExchangeCommand::Compare(_)) => {
                self.dock.show(PanelKind::Differences);
            }
            Command::Bench(BenchCommand::Replicate) => self.dock.show(PanelKind::Statistics),
            Command::File(_)
            | Command::Edit(_)
            | Command::View(_)
            | Command::Bench(_)
            | Command::Exchange(_) => {}
        }
    }

    /// Does what only the window can do.
    fn fulfill(&mut self, ctx: &Context) {
        for request in self.session.take_requests() {
            match request {
                Request::ZoomToFit => self.canvas.wish(Wish::Fit),
                Request::ZoomToSelection => self.canvas.wish(Wish::Selection),
                Request::ZoomIn => self.canvas.wish(Wish::In),
                Request::ZoomOut => self.canvas.wish(Wish::Out),
                Request::RenameSelected => self.rename_selected(),
                Request::Reveal { .. } => {
                    if self.session.selection != Selection::None {
                        self.canvas.wish(Wish::Selection);
                    }
                }
                Request::OpenDialog => self.dialogs.open_file(ctx, &self.session),
                Request::RecordedDialog { producer } => {
                    self.dialogs.open_recorded(ctx, &self.session, producer);
                }
                Request::SaveAsDialog { suggested } => self.dialogs.save_file(ctx, suggested),
                Request::EditVersion { message } => self.schemas.choose(&message),
                Request::Palette => self.dialogs.open_palette(),
                Request::Find => self.dialogs.open_find(),
                Request::Presets => self.dialogs.open_presets(&self.session),
                Request::ImportDialog => self.dialogs.open_documents(ctx, &self.session),
                Request::Import(files) => self.dialogs.open_import(files),
                Request::CompareDialog => self.dialogs.open_version(ctx, &self.session),
                Request::Export => self.dialogs.open_export(),
                Request::Shortcuts => self.dialogs.open_shortcuts(),
                Request::About => self.dialogs.open_about(),
                Request::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            }
        }
        if self.session.document.is_none() {
            self.schemas = SchemaDesk::default();
            self.matrix = MatrixDesk::default();
            self.canvas = Canvas::default();
        }
    }

    /// Files that were dropped on the window: designs are opened; recorded events go to the
    /// producer under the pointer, or that is selected; other documents are imported, all at once.
    fn dropped_files(&self, ctx: &Context) -> Vec<Command> {
        let (paths, pointer) = ctx.input(|input| {
            let files = input.raw.dropped_files.iter();
            let paths = files.map(|file| file.path().to_owned()).collect::<Vec<_>>();
            (paths, input.pointer.latest_pos())
        });
        let under = pointer.and_then(|at| self.canvas.node_at(at));
        let producer = under.or_else(|| self.session.selection.single_node());
        let mut commands: Vec<Command> = Vec::new();
        let mut documents = Vec::new();
        for path in paths {
            match producer {
                Some(producer) if is_recorded(&path) => {
                    commands.push(FileCommand::GiveRecorded(producer.to_owned(), path).into());
                }
                Some(_) | None if is_document(&path) => documents.push(path),
                Some(_) | None => commands.push(FileCommand::OpenFile(path).into()),
            }
        }
        if !documents.is_empty() {
            commands.push(ExchangeCommand::Import(documents).into());
        }
        commands
    }

    fn rename_selected(&mut self) {
        if let Some(node) = self.session.selection.single_node() {
            self.canvas.rename(node);
        } else {
            self.inspector.focus_name();
        }
    }

    fn set_title(&mut self, ctx: &Context) {
        let title = match &self.session.document {
            Some(document) => {
                let dot = if document.is_unsaved() { "● " } else { "" };
                format!("{dot}{} – Flowbench", document.title())
            }
            None => "Flowbench".to_owned(),
        };
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

impl eframe::App for Workbench {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.frame(ui);
    }
}

fn side(panel: Panel, width: f32, colors: &Colors) -> Panel {
    let frame = Frame::new().fill(colors.panel).stroke(line(0.0, colors.border));
    panel
        .default_size(width)
        .size_range(size::SIDE)
        .resizable(true)
        .frame(frame.inner_margin(Margin::symmetric(space::M as i8, 0)))
}

/// Closing the window is the command to quit, which asks about unsaved changes first.
fn close_request(ctx: &Context, session: &Session) -> Option<Command> {
    let is_asked = ctx.input(|input| input.viewport().close_requested());
    let is_unsaved = session.document.as_ref().is_some_and(|document| document.is_unsaved());
    if is_asked && is_unsaved {
        ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
        return Some(FileCommand::Quit.into());
    }
    None
}
