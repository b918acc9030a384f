//! The workbench as a person uses it, from the gallery to the saved file, found by accessible name;
//! no window, no pictures.

mod brokers;
mod compatibility;
mod schemas;

use std::path::Path;

use egui::accesskit::{Action, Role};
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use flowbench::command::{BenchCommand, Command, FileCommand, PanelKind, ViewCommand};
use flowbench::command_table::Menu;
use flowbench::files::Home;
use flowbench::gui::frame::Workbench;
use flowbench::session::Session;
use flowbench_model::design::Design;
use tempfile::{TempDir, tempdir};

use crate::places::text;

/// The workbench, with settings and recovery files of its own.
struct Desk {
    harness: Harness<'static, Workbench>,
    home: TempDir,
}

impl Desk {
    /// As it stands when the program was started for the first time.
    fn new() -> Desk {
        let home = tempdir().expect("a folder can be made");
        let session = Session::start(Home::at(home.path()));
        let harness = Harness::builder()
            .with_size(vec2(1440.0, 900.0))
            .with_step_dt(1.0 / 60.0)
            .build_eframe(move |creation| Workbench::new(&creation.egui_ctx, session));
        let mut desk = Desk { harness, home };
        desk.rest();
        desk
    }

    /// With a sample, opened from the gallery, whose run is there.
    fn with_sample(title: &str) -> Desk {
        let mut desk = Desk::new();
        desk.reach(Role::Button, title);
        desk.settle();
        desk
    }

    fn session(&self) -> &Session {
        self.harness.state().session()
    }

    fn design(&self) -> &Design {
        self.session().design().expect("a design is open")
    }

    /// A few frames, for what appears a frame later.
    fn rest(&mut self) {
        self.harness.run_steps(4);
    }

    /// Frames until the run and the world belong to the design and the instant that are shown.
    fn settle(&mut self) {
        for _ in 0..5_000 {
            self.harness.step();
            let bench = &self.session().bench;
            assert!(bench.obstacles.is_empty(), "{:?}", bench.obstacles);
            if bench.is_settled() && bench.world.is_some() {
                return self.rest();
            }
            std::thread::yield_now();
        }
        panic!("the run is never there");
    }

    fn apply(&mut self, command: impl Into<Command>) {
        let context = self.harness.ctx.clone();
        self.harness.state_mut().apply(&context, command.into());
        self.rest();
    }

    fn click(&mut self, role: Role, name: &str) {
        self.harness.get_by_role_and_label(role, name).click();
        self.rest();
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.rest();
    }

    /// Replaces the text of a field.
    fn fill(&mut self, name: &str, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, name).focus();
        self.rest();
        self.press(Modifiers::COMMAND, Key::A);
        self.harness.get_by_role_and_label(Role::TextInput, name).type_text(text);
        self.rest();
        self.press(Modifiers::NONE, Key::Enter);
    }

    /// Selects a node in the outline and gives it another name in the inspector.
    fn rename(&mut self, old: &str, new: &str) {
        self.click(Role::TreeItem, old);
        self.fill("Name", new);
    }

    fn has_node(&self, name: &str) -> bool {
        let is_listed = self.harness.query_by_role_and_label(Role::TreeItem, name).is_some();
        assert_eq!(
            is_listed,
            self.design().node(name).is_some(),
            "the outline lists what there is"
        );
        is_listed
    }

    /// The dead letters in the table, by name.
    fn dead_letters(&self) -> Vec<String> {
        let rows = self.harness.query_all_by_role(Role::Row);
        let labels = rows.filter_map(|row| row.accesskit_node().label());
        let name = |label: String| label.strip_prefix("Dead letter ").map(str::to_owned);
        labels.filter_map(name).collect()
    }

    /// Goes to the middle of the time line, as one does with the mouse.
    fn seek_to_the_middle(&mut self) {
        let ruler = self.harness.get_by_role_and_label(Role::Slider, "Position in time");
        let middle = ruler.rect().center();
        self.harness.drag_at(middle);
        self.rest();
        self.harness.drop_at(middle);
        self.settle();
    }
}

#[test]
fn dead_letters_of_a_sample_are_found_traced_and_redriven() {
    let mut desk = Desk::with_sample("Poison messages");
    desk.click(Role::Tab, "Dead letters");
    assert_eq!(desk.dead_letters(), Vec::<String>::new(), "none at the beginning");
    desk.seek_to_the_middle();
    assert_eq!(desk.session().bench.position.as_secs_f64().round(), 30.0);
    assert_eq!(desk.dead_letters(), ["shop#20", "shop#50", "shop#80"]);
    desk.click(Role::CheckBox, "Select shop#50");
    desk.click(Role::Button, "Redrive selected");
    desk.settle();
    desk.click(Role::Button, "Step one event (F10)");
    desk.settle();
    assert_eq!(desk.dead_letters(), ["shop#20", "shop#80"]);
    // It is poison: four more attempts later it is back.
    desk.apply(BenchCommand::SeekEnd);
    desk.settle();
    assert_eq!(desk.dead_letters(), ["shop#20", "shop#80", "shop#50"]);
}

#[test]
fn an_edit_is_undone_saved_and_read_again() {
    let mut desk = Desk::with_sample("Poison messages");
    desk.rename("invoicing", "billing");
    assert!(desk.has_node("billing") && !desk.has_node("invoicing"));
    desk.press(Modifiers::COMMAND, Key::Z);
    assert!(desk.has_node("invoicing") && !desk.has_node("billing"));
    desk.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(desk.has_node("billing"));
    let path = desk.home.path().join("mine.ron");
    desk.apply(FileCommand::SaveAs(path.clone()));
    desk.rename("bookkeeping", "ledger");
    assert!(!text(&path).contains("ledger"), "nothing is saved unasked");
    desk.press(Modifiers::COMMAND, Key::S);
    let saved = desk.design().clone();
    desk.click(Role::Button, "Back to the gallery");
    assert!(desk.session().design().is_none());
    desk.click(Role::Button, &format!("Open {}", path.display()));
    assert_eq!(*desk.design(), saved);
    assert!(desk.has_node("billing") && desk.has_node("ledger"));
    assert!(schemas_stand_beside(&path));
    desk.settle();
}

fn schemas_stand_beside(design: &Path) -> bool {
    let folder = design.parent().expect("a file is in a folder");
    ["order-placed.json", "invoice-issued.json"]
        .iter()
        .all(|name| folder.join("schemas").join(name).is_file())
}

#[test]
fn unsaved_changes_are_not_closed_unasked() {
    let mut desk = Desk::with_sample("Poison messages");
    desk.rename("invoicing", "billing");
    desk.click(Role::Button, "Back to the gallery");
    assert!(desk.session().question.is_some());
    desk.press(Modifiers::NONE, Key::Escape);
    assert!(desk.session().question.is_none());
    assert!(desk.has_node("billing"));
}

#[test]
fn the_palette_of_commands_opens_with_its_key_and_runs_a_command() {
    let mut desk = Desk::with_sample("Poison messages");
    desk.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    desk.fill("Type a command, a node, a message or a scenario", "run blind-redrive");
    let chosen = desk.session().bench.scenario_name(desk.design());
    assert_eq!(chosen.as_deref(), Some("blind-redrive"));
    desk.settle();
    let report = desk.session().bench.recording.as_ref().map(|recording| recording.report());
    assert_eq!(report.map(|report| report.scenario.as_str()), Some("blind-redrive"));
}

#[test]
fn every_widget_of_every_screen_has_a_name() {
    assert_names(&Desk::new(), "gallery");
    for sample in ["Poison messages", "Shoe shop"] {
        let mut desk = Desk::with_sample(sample);
        let scenarios = &desk.design().scenarios;
        let broken = scenarios.iter().rev().find(|scenario| !scenario.faults.is_empty());
        if let Some(name) = broken.map(|scenario| scenario.name.clone()) {
            desk.apply(BenchCommand::ChooseScenario(name));
        }
        desk.settle();
        desk.seek_to_the_middle();
        for panel in PanelKind::ALL {
            desk.apply(ViewCommand::ShowPanel(panel));
            assert_names(&desk, panel.title());
        }
        assert_names_of_things(&mut desk);
    }
}

/// Selects one thing after the other, so that the inspector shows each kind.
fn assert_names_of_things(desk: &mut Desk) {
    let lines = desk.harness.get_all_by_role(Role::TreeItem);
    let things: Vec<String> = lines.filter_map(|node| node.accesskit_node().label()).collect();
    assert!(things.len() > 12, "{things:?}");
    for thing in things {
        let line = desk.harness.get_all_by_role_and_label(Role::TreeItem, &thing).next();
        line.expect("it was there").click();
        desk.rest();
        assert_names(desk, &thing);
    }
}

#[test]
fn every_widget_of_every_dialog_has_a_name() {
    let mut desk = Desk::with_sample("Poison messages");
    for dialog in [ViewCommand::OpenPalette, ViewCommand::ShowShortcuts, ViewCommand::ShowAbout] {
        desk.apply(dialog.clone());
        assert_names(&desk, &format!("{dialog:?}"));
        desk.press(Modifiers::NONE, Key::Escape);
    }
    for menu in Menu::ALL {
        desk.click(Role::Button, menu.title());
        let first = menu.commands().next().expect("a menu has commands");
        assert!(desk.harness.query_all_by_label(first.text).next().is_some(), "{}", menu.title());
        assert_names(&desk, menu.title());
        desk.press(Modifiers::NONE, Key::Escape);
    }
}

/// Checks that whatever can be used can be named.
fn assert_names(desk: &Desk, screen: &str) {
    assert_eq!(desk.harness.unnamed_widgets(), Vec::<String>::new(), "{screen}");
    let roles = [Role::Button, Role::Tab, Role::TreeItem, Role::ListItem, Role::Row, Role::Slider];
    let mut count = 0;
    for node in desk.harness.root().children_recursive() {
        let node = node.accesskit_node();
        if roles.contains(&node.role()) && node.data().supports_action(Action::Click) {
            count += 1;
            let name = node.label().unwrap_or_default();
            let has_sign = name.chars().any(|letter| ('\u{e000}'..='\u{f8ff}').contains(&letter));
            assert!(!has_sign, "{screen}: a sign cannot be read aloud: {name:?}");
            assert!(
                !name.trim().is_empty(),
                "{screen}: {:?} at {:?}",
                node.role(),
                node.raw_bounds()
            );
        }
    }
    assert!(count > 5, "{screen}: there is something to use");
}
