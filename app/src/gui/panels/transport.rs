//! The transport: where in time the screen stands and how it goes on, which scenario under which
//! luck, and the hash by which two runs are compared.

use egui::{ComboBox, FontFamily, FontId, Key, RichText, Role, TextEdit, Ui, WidgetInfo};
use flowbench_model::design::Design;
use flowbench_model::finding::Severity;
use flowbench_model::fork;
use flowbench_model::scenario::Scenario;
use flowbench_model::time::Time;
use flowbench_simulator::comparison::{Comparison, Difference, Happening};

use crate::bench::SPEEDS;
use crate::bench::comparing::Compared;
use crate::command::{BenchCommand, Command, EditCommand, PanelKind, ViewCommand};
use crate::command_table;
use crate::gui::clock;
use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, menu_item, tag};
use crate::gui::words;
use crate::session::Session;

/// Height of the bar.
pub const HEIGHT: f32 = 40.0;

/// The bar: what is being typed as a seed.
#[derive(Default)]
pub struct Transport {
    seed: Option<String>,
}

impl Transport {
    /// Draws the bar.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(design) = session.design() else { return };
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            playing(ui, session, commands);
            ui.add_space(space::XS);
            readout(ui, session, design);
            ui.separator();
            speed(ui, session, commands);
            ui.separator();
            scenario(ui, session, design, commands);
            self.seed(ui, session, design, commands);
            ui.separator();
            state(ui, session, design, commands);
        });
    }

    fn seed(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        design: &Design,
        commands: &mut Vec<Command>,
    ) {
        let Some(scenario) = session.bench.effective_scenario(design) else { return };
        let colors = Colors::of(ui);
        let label = ui.label(RichText::new("Seed").color(colors.muted));
        let mut text = self.seed.clone().unwrap_or_else(|| scenario.seed.to_string());
        let is_valid = text.trim().parse::<u64>().is_ok();
        let ink = if is_valid { colors.text } else { colors.error };
        let font = FontId::new(12.0, FontFamily::Monospace);
        let edit = TextEdit::singleline(&mut text).font(font).text_color(ink).desired_width(64.0);
        let edit = edit.align(egui::Align2::LEFT_CENTER);
        let response = ui.add(edit).labelled_by(label.id);
        let response = response.on_hover_text(if is_valid {
            "Which luck: the same seed gives the same run"
        } else {
            "A seed is a whole number from 0 on"
        });
        let is_left = response.lost_focus();
        if response.changed() {
            self.seed = Some(text.clone());
        }
        if is_left {
            let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
            if let (Ok(seed), false) = (text.trim().parse(), is_given_up)
                && seed != scenario.seed
            {
                commands.push(BenchCommand::SetSeed(seed).into());
            }
            self.seed = None;
        }
    }
}

fn playing(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let play = if session.bench.is_playing { icons::PAUSE } else { icons::PLAY };
    control(ui, session, icons::START, "seek-start", commands);
    control(ui, session, icons::STEP_BACK, "step-back", commands);
    ui.scope(|ui| {
        let colors = Colors::of(ui);
        let name = if session.bench.is_playing { "Pause" } else { "Play" };
        let text = RichText::new(play)
            .font(crate::gui::fonts::icon_font(size::ICON + 4.0))
            .color(colors.on_accent);
        let key = command_table::command("play").and_then(|info| info.shortcuts.first());
        let key = key.map_or(String::new(), |key| format!(" ({key})"));
        let edge = size::CONTROL + space::XS;
        let round = egui::Button::new(text)
            .fill(colors.accent)
            .stroke(egui::Stroke::NONE)
            .corner_radius(edge * 0.5)
            .min_size(egui::vec2(edge, edge));
        ui.spacing_mut().button_padding = egui::Vec2::ZERO;
        let response = ui.add(round);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
        if response.on_hover_text(format!("{name}{key}")).clicked() {
            commands.push(BenchCommand::TogglePlay.into());
        }
    });
    control(ui, session, icons::STEP, "step", commands);
    control(ui, session, icons::END, "seek-end", commands);
}

/// A button for a command of the table.
fn control(ui: &mut Ui, session: &Session, icon: Icon, id: &str, commands: &mut Vec<Command>) {
    let Some(info) = command_table::command(id) else { return };
    let name = match info.shortcuts.first() {
        Some(shortcut) => format!("{} ({shortcut})", info.text),
        None => info.text.to_owned(),
    };
    ui.add_enabled_ui((info.enabled)(session), |ui| {
        if button::icon(ui, icon, &name).clicked() {
            commands.push((info.make)(session));
        }
    });
}

fn readout(ui: &mut Ui, session: &Session, design: &Design) {
    let colors = Colors::of(ui);
    let font = |size| FontId::new(size, FontFamily::Monospace);
    let now = RichText::new(clock::exact(session.bench.position)).font(font(15.0));
    let duration = session.bench.duration(design);
    ui.label(now.color(colors.text)).on_hover_text("Simulated time since the scenario began");
    ui.add_space(space::XS);
    let whole = RichText::new(format!("of {duration}")).font(font(size::SMALL + 1.0));
    ui.label(whole.color(colors.faint)).on_hover_text("How long the scenario runs");
    let next = session.bench.world.as_ref().and_then(|world| world.next_event());
    if let (Some(next), false) = (next, session.bench.is_playing)
        && ui.available_width() > 760.0
    {
        ui.add_space(space::S);
        let away = clock::length(next.since(session.bench.position).0);
        let text = RichText::new(format!("next event in {away}")).small().color(colors.muted);
        ui.label(text).on_hover_text(format!("The next event is due at {}", clock::exact(next)));
    }
}

fn speed(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    control(ui, session, icons::ZOOM_OUT, "slower", commands);
    let words = |speed: f64| format!("{speed}×");
    let now = session.bench.speed;
    let combo = ComboBox::from_id_salt("speed").width(64.0).selected_text(words(now));
    let response = combo.show_ui(ui, |ui| {
        for speed in SPEEDS {
            if ui.selectable_label((speed - now).abs() < 1e-9, words(speed)).clicked() {
                commands.push(BenchCommand::SetSpeed(speed).into());
            }
        }
    });
    let response = response.response;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Speed");
        info.current_text_value = Some(words(now));
        info
    });
    response.on_hover_text("How many simulated seconds pass in one second");
    control(ui, session, icons::ZOOM_IN, "faster", commands);
}

fn scenario(ui: &mut Ui, session: &Session, design: &Design, commands: &mut Vec<Command>) {
    let now = session.bench.scenario_name(design);
    let title = now.clone().unwrap_or_else(|| "no scenario".to_owned());
    let width = if ui.available_width() > 640.0 { 168.0 } else { 128.0 };
    let chosen = session.bench.chosen(design);
    let is_fork = chosen.is_some_and(|scenario| scenario.fork.is_some());
    let icon = if is_fork { icons::FORK } else { icons::SCENARIO };
    let combo = ComboBox::from_id_salt("scenario").width(width).height(420.0).truncate();
    let response = combo
        .selected_text(format!("{icon}  {title}"))
        .show_ui(ui, |ui| scenarios(ui, session, design, now.as_deref(), commands))
        .response;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Scenario");
        info.current_text_value = Some(title.clone());
        info
    });
    let tip = chosen.map_or_else(String::new, |scenario| about(scenario));
    response.on_hover_text(if tip.is_empty() { "Which scenario runs".to_owned() } else { tip });
}

/// Every scenario, its forks under it, and how there come to be more of them.
fn scenarios(
    ui: &mut Ui,
    session: &Session,
    design: &Design,
    now: Option<&str>,
    commands: &mut Vec<Command>,
) {
    for branch in fork::tree(design) {
        let scenario = &design.scenarios[branch.index];
        let is_on = now == Some(scenario.name.as_str());
        let text = if branch.depth == 0 {
            scenario.name.clone()
        } else {
            let indent = "      ".repeat(branch.depth - 1);
            format!("{indent}   {}  {}", icons::FORK, scenario.name)
        };
        let row = ui.selectable_label(is_on, text);
        let name = &scenario.name;
        row.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_on, name));
        if row.on_hover_text(about(scenario)).clicked() && !is_on {
            commands.push(BenchCommand::ChooseScenario(scenario.name.clone()).into());
        }
    }
    ui.separator();
    control_in_menu(ui, session, "fork", commands);
    let hint = "What you do to a run is kept in a fork of its scenario.";
    ui.label(RichText::new(hint).small().color(Colors::of(ui).muted));
}

fn about(scenario: &Scenario) -> String {
    let origin = scenario.fork.as_ref().map(|fork| {
        let at = clock::short(Time(fork.at.0));
        format!("Fork of {} at {at}", fork.of)
    });
    let parts = [origin, Some(scenario.summary.clone())];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    parts.join("\n")
}

/// A line of a menu for a command of the table.
fn control_in_menu(ui: &mut Ui, session: &Session, id: &str, commands: &mut Vec<Command>) {
    let Some(info) = command_table::command(id) else { return };
    let key = info.shortcuts.first().map(ToString::to_string).unwrap_or_default();
    ui.add_enabled_ui((info.enabled)(session), |ui| {
        let row = menu_item::show(ui, icons::named(info.icon), info.text, &key);
        if row.on_hover_text(info.tooltip).clicked() {
            commands.push((info.make)(session));
            ui.close();
        }
    });
}

/// Computing, unable to run, or done: the hash.
fn state(ui: &mut Ui, session: &Session, design: &Design, commands: &mut Vec<Command>) {
    if let Some(to) = session.bench.computed_to {
        busy(ui, "Computing", share(session, design, to));
        return;
    }
    if !session.bench.obstacles.is_empty() {
        obstacles(ui, session, commands);
        return;
    }
    let Some(recording) = &session.bench.recording else { return };
    let report = recording.report();
    if let Some(halted) = &report.halted {
        tag::icon(ui, icons::WARNING, Colors::of(ui).warn);
        let text = RichText::new("Stopped early").color(Colors::of(ui).warn);
        ui.label(text).on_hover_text(halted);
    }
    hash(ui, &report.record_hash);
    verification(ui, session, commands);
    parting(ui, session, commands);
}

/// How much of the run lies before an instant, in percent.
fn share(session: &Session, design: &Design, to: Time) -> f64 {
    let whole = session.bench.duration(design).as_secs_f64().max(1e-9);
    (to.as_secs_f64() / whole * 100.0).min(100.0)
}

fn busy(ui: &mut Ui, what: &str, percent: f64) {
    ui.add(egui::Spinner::new().size(size::ICON).color(Colors::of(ui).accent));
    let text = RichText::new(format!("{what}, {percent:.0} %"));
    ui.label(text.color(Colors::of(ui).muted));
}

/// Running once more: to be asked for, under way, or what it came to.
fn verification(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    match &session.bench.comparisons.itself {
        None => control(ui, session, icons::VERIFY, "verify", commands),
        Some(Compared::Running(to)) => {
            let percent = session.design().map_or(0.0, |design| share(session, design, *to));
            busy(ui, "Verifying", percent);
        }
        Some(Compared::Done(Comparison::Same)) => {
            let text = RichText::new(format!("{} verified", icons::CHECK)).color(colors.ok);
            let tip = "The run was made again: every entry is the same.";
            ui.label(text).on_hover_text(tip);
        }
        Some(Compared::Done(Comparison::Differs(difference))) => {
            let entry = words::grouped(difference.index);
            let text = format!("{} differs at entry {entry}", icons::ERROR);
            ui.label(RichText::new(text).color(colors.error)).on_hover_text(told(difference));
        }
        Some(Compared::Done(Comparison::Unsteady(range))) => {
            let entry = words::grouped(range.start);
            let text = format!("{} differs after entry {entry}", icons::ERROR);
            ui.label(RichText::new(text).color(colors.error));
        }
    }
}

/// Where the run of a fork parts from that of its origin.
fn parting(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let Some(design) = session.design() else { return };
    let chosen = session.bench.chosen(design).and_then(|scenario| scenario.fork.as_ref());
    let (Some(fork), Some(compared)) = (chosen, &session.bench.comparisons.origin) else { return };
    let (text, tip, at) = match compared {
        Compared::Running(_) => return,
        Compared::Done(Comparison::Differs(difference)) => {
            let at = difference.ours.as_ref().or(difference.theirs.as_ref()).map(|it| it.at_ns);
            let entry = words::grouped(difference.index);
            let is_wide = ui.available_width() > 330.0;
            let of = if is_wide { format!(" from {}", fork.of) } else { String::new() };
            let text = format!("Parts at entry {entry}{of}");
            (text, format!("{}\nClick to go there.", told(difference)), at)
        }
        Compared::Done(Comparison::Same) => {
            let tip = "Both runs do the same, entry by entry.".to_owned();
            (format!("Same as {}", fork.of), tip, None)
        }
        Compared::Done(Comparison::Unsteady(range)) => {
            let entry = words::grouped(range.start);
            (format!("Parts after entry {entry} from {}", fork.of), String::new(), None)
        }
    };
    ui.separator();
    let colors = Colors::of(ui);
    let label = RichText::new(format!("{} {text}", icons::FORK)).color(colors.muted);
    let response = ui.add(egui::Button::new(label).frame(false).truncate());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, at.is_some(), &text));
    let response = response.on_hover_text(format!("{text}\n{tip}"));
    if let (true, Some(at)) = (response.clicked(), at) {
        commands.push(BenchCommand::SeekTo(Time(at)).into());
    }
}

/// What both runs did at their first difference.
fn told(difference: &Difference) -> String {
    let words = |side: &Option<Happening>| match side {
        Some(happening) => happening.to_string(),
        None => "the run was over".to_owned(),
    };
    format!("Here: {}\nThere: {}", words(&difference.ours), words(&difference.theirs))
}

fn obstacles(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let obstacles = &session.bench.obstacles;
    let errors = obstacles.iter().filter(|it| it.severity == Severity::Error).count();
    let text = format!("Cannot run: {}", words::count(errors.max(1) as u64, "error"));
    let sentences = obstacles.iter().map(|it| it.sentence.as_str()).collect::<Vec<_>>().join("\n");
    if button::danger(ui, icons::ERROR, &text).on_hover_text(sentences).clicked() {
        commands.push(ViewCommand::ShowPanel(PanelKind::Problems).into());
        if let Some(first) = obstacles.first() {
            commands.push(EditCommand::GoTo(first.place.clone(), first.property.clone()).into());
        }
    }
}

fn hash(ui: &mut Ui, hash: &str) {
    let colors = Colors::of(ui);
    let short = hash.get(..8).unwrap_or(hash);
    let font = FontId::new(12.0, FontFamily::Monospace);
    let text = RichText::new(format!("{} {short}", icons::HASH)).font(font).color(colors.muted);
    let response = ui.add(egui::Button::new(text).frame(false));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Copy record hash"));
    let tip = format!(
        "Record hash {hash}: the same design, scenario and seed give the same hash on every \
         machine. Click to copy."
    );
    if response.on_hover_text(tip).clicked() {
        ui.ctx().copy_text(hash.to_owned());
    }
}
