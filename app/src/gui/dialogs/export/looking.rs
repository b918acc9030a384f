//! What an export would make: computed beside everything else, and shown as a picture, a text, or
//! a list of files with the text of one.

use std::sync::Arc;

use egui::{
    Align, Align2, ColorImage, Context, Frame, Layout, Margin, Response, RichText, Role, Sense,
    TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};
use flowbench_model::design::Design;
use flowbench_model::finding::Finding;

use crate::bench::worker::Waker;
use crate::export::preview::{Preview, Seen, preview};
use crate::export::{Options, Source, Stop, Target};
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::long_list::LongList;
use crate::gui::widgets::text_view::{self, Lines};
use crate::gui::widgets::{empty, tag};
use crate::gui::{icons, words};
use crate::job::Job;
use crate::session::Session;

/// Width of the list of files.
const FILES: f32 = 208.0;

/// What is looked at.
#[derive(Default)]
pub(super) struct Looking {
    asked: Option<Asked>,
    state: State,
    texture: Option<TextureHandle>,
    /// The file that is looked at, and where its lines are.
    file: usize,
    lines: Lines,
    files: LongList,
}

/// Of what, and how it is to be.
struct Asked {
    target: &'static Target,
    options: Options,
    design: Arc<Design>,
}

#[derive(Default)]
enum State {
    #[default]
    Nothing,
    Busy(Job<Result<Preview, Stop>>),
    Seen(Preview),
    Failed(String),
}

impl Looking {
    /// Looks at this target, and takes what has been made of it.
    pub(super) fn follow(
        &mut self,
        ctx: &Context,
        session: &Session,
        (target, options): (&'static Target, Options),
    ) {
        let Some(document) = &session.document else { return };
        let design = document.design();
        let is_asked = self.asked.as_ref().is_some_and(|asked| {
            asked.target == target && asked.options == options && Arc::ptr_eq(&asked.design, design)
        });
        if !is_asked {
            let design = Arc::clone(design);
            self.asked = Some(Asked { target, options, design: Arc::clone(&design) });
            let (schemas, beside) = (document.schemas.clone(), document.beside());
            let ctx = ctx.clone();
            let waker = Waker(Some(Arc::new(move || ctx.request_repaint())));
            let job = Job::begin("preview", waker, move |doing| {
                let source = Source { design: &design, schemas: &schemas, beside: &beside };
                let is_wanted = || doing.is_wanted();
                let mut progress = |percent| doing.progress(percent);
                preview(target, &source, options, (&is_wanted, &mut progress))
            });
            self.state = State::Busy(job);
        }
        self.take(ctx);
    }

    fn take(&mut self, ctx: &Context) {
        let State::Busy(job) = &self.state else { return };
        match job.answer() {
            Ok(None) => {}
            Ok(Some(Ok(seen))) => self.show(ctx, seen),
            Ok(Some(Err(stop))) => self.state = State::Failed(stop.to_string()),
            Err(lost) => self.state = State::Failed(lost.to_string()),
        }
    }

    fn show(&mut self, ctx: &Context, mut seen: Preview) {
        self.texture = seen.picture.take().map(|pixels| {
            let size = [pixels.width as usize, pixels.height as usize];
            let image = ColorImage::from_rgba_premultiplied(size, &pixels.bytes);
            ctx.load_texture("export", image, TextureOptions::LINEAR)
        });
        self.state = State::Seen(seen);
        self.files = LongList::default();
        self.files.follows = false;
        self.choose(0);
    }

    fn choose(&mut self, file: usize) {
        self.file = file;
        self.lines = self.seen_text().map(Lines::of).unwrap_or_default();
    }

    fn seen(&self) -> Option<&Preview> {
        if let State::Seen(seen) = &self.state { Some(seen) } else { None }
    }

    fn seen_text(&self) -> Option<&str> {
        self.seen()?.files.get(self.file)?.text.as_deref()
    }

    /// The text that can be copied.
    pub(super) fn text(&self) -> Option<&str> {
        self.seen_text()
    }

    /// What of the design is left out, place by place.
    pub(super) fn findings(&self) -> &[Finding] {
        self.seen().map_or(&[], |seen| &seen.findings)
    }

    /// Whether it cannot be made.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    /// Draws it.
    pub(super) fn ui(&mut self, ui: &mut Ui, target: &Target) {
        let colors = Colors::of(ui);
        let frame = Frame::new()
            .fill(colors.sunken)
            .stroke(line(1.0, colors.border))
            .corner_radius(f32::from(size::RADIUS))
            .inner_margin(Margin::same(space::S as i8));
        frame.show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            match &self.state {
                State::Nothing => {}
                State::Busy(job) => busy(ui, job.percent()),
                State::Failed(error) => {
                    empty::show(ui, icons::ERROR, "This cannot be exported", error);
                }
                State::Seen(seen) if seen.files.len() > 1 => self.folder(ui),
                State::Seen(_) => self.one(ui, target),
            }
        });
    }

    fn one(&self, ui: &mut Ui, target: &Target) {
        if let Some(texture) = &self.texture {
            let name = format!("Preview: {}", target.title);
            let image = egui::Image::new(texture).shrink_to_fit().alt_text(name);
            ui.centered_and_justified(|ui| ui.add(image));
        } else if let Some(text) = self.text() {
            text_view::show(ui, "Preview of the text", text, &self.lines);
        }
    }

    fn folder(&mut self, ui: &mut Ui) {
        let height = ui.available_height();
        let mut clicked = None;
        ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
            let down = Layout::top_down(Align::Min);
            ui.allocate_ui_with_layout(vec2(FILES, height), down, |ui| {
                ui.set_min_size(vec2(FILES, height));
                let State::Seen(seen) = &self.state else { return };
                let count = words::count(seen.files.len() as u64, "file");
                let text = format!("{count}, {}", bytes(seen.bytes));
                ui.label(RichText::new(text).small().color(Colors::of(ui).muted));
                let chosen = self.file;
                self.files.show(ui, seen.files.len(), |ui, index, rect| {
                    if file_row(ui, &seen.files[index], rect, index == chosen).clicked() {
                        clicked = Some(index);
                    }
                });
            });
            ui.separator();
            ui.allocate_ui_with_layout(vec2(ui.available_width(), height), down, |ui| {
                match self.seen_text() {
                    Some(text) => text_view::show(ui, "Preview of the text", text, &self.lines),
                    None => empty::show(
                        ui,
                        icons::FILE,
                        "Not kept",
                        "Too much to show all of it; it is written all the same.",
                    ),
                }
            });
        });
        if let Some(file) = clicked {
            self.choose(file);
        }
    }
}

fn busy(ui: &mut Ui, percent: u64) {
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.4 - space::XL).max(0.0));
        ui.spinner();
        let text = match percent {
            0 => "Being made…".to_owned(),
            percent => format!("The scenarios run: {percent} %"),
        };
        ui.label(RichText::new(text).color(Colors::of(ui).muted));
    });
}

fn file_row(ui: &mut Ui, file: &Seen, rect: egui::Rect, is_chosen: bool) -> Response {
    let id = ui.scope_id().with(("file", &file.path));
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_chosen, &file.path));
    let colors = Colors::of(ui);
    if is_chosen {
        ui.painter().rect_filled(rect, 4.0, colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colors.hover);
    }
    let font = egui::FontId::new(12.0, egui::FontFamily::Proportional);
    let galley = tag::cut(ui, &file.path, font, (colors.text, rect.width() - 2.0 * space::XS));
    let at = Align2::LEFT_CENTER
        .anchor_size(pos2(rect.left() + space::XS, rect.center().y), galley.size());
    ui.painter().galley(at.min, galley, colors.text);
    response.on_hover_text(format!("{}, {}", file.path, bytes(file.bytes)))
}

/// A number of bytes as people say it.
fn bytes(count: usize) -> String {
    match count {
        count if count < 1000 => format!("{count} bytes"),
        count if count < 1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        count => format!("{:.1} MB", count as f64 / 1e6),
    }
}
