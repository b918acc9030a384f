//! Channels as their brokers have them, faults, forks and verified runs, as a person sets and sees
//! them.

use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use flowbench::command::BenchCommand;
use flowbench::selection::Selection;
use flowbench_model::channel::Channel;
use flowbench_model::fault::{Fault, Trigger};
use flowbench_model::node;

use super::Desk;

impl Desk {
    fn channel(&self, name: &str) -> &Channel {
        match &self.design().node(name).expect("the node is there").role {
            node::Role::Channel(channel) => channel,
            node::Role::Producer(_) | node::Role::Consumer(_) => panic!("{name} is no channel"),
        }
    }

    /// What is written or said somewhere on the screen.
    pub(super) fn says(&self, part: &str) -> bool {
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    /// Writes a few words into a field that searches while one types.
    fn search(&mut self, field: &str, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, field).focus();
        self.rest();
        self.harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
        self.rest();
    }

    /// Clicks on something that may have to be scrolled to.
    pub(super) fn reach(&mut self, role: Role, name: &str) {
        self.harness.get_by_role_and_label(role, name).scroll_to_me();
        self.harness.run_steps(30);
        self.click(role, name);
    }

    fn value_of(&self, field: &str) -> String {
        let field = self.harness.get_by_role_and_label(Role::TextInput, field);
        field.accesskit_node().value().unwrap_or_default()
    }

    fn scenario(&self) -> String {
        self.session().bench.scenario_name(self.design()).expect("a scenario runs")
    }

    fn faults(&self) -> Vec<Fault> {
        let scenario = self.design().scenario(Some(&self.scenario())).expect("a scenario runs");
        scenario.faults.clone()
    }

    /// Chooses a scenario in the list of the transport.
    fn run(&mut self, scenario: &str) {
        self.click(Role::ComboBox, "Scenario");
        self.click(Role::ListBoxOption, scenario);
        self.settle();
    }
}

#[test]
fn a_preset_is_found_read_and_used() {
    let mut desk = Desk::with_sample("Routing lab");
    desk.click(Role::TreeItem, "orders");
    desk.click(Role::Button, "RabbitMQ classic queue");
    desk.search("Find a preset", "quorum 4.3");
    assert!(desk.harness.query_by_role_and_label(Role::ListItem, "rabbit.fanout").is_none());
    desk.click(Role::ListItem, "rabbit.quorum.4.3");
    assert!(desk.says("What differs from a plain channel") && desk.says("conformance cases"));
    let before = desk.channel("orders").clone();
    desk.click(Role::Button, "Use this preset");
    assert_eq!(desk.channel("orders").preset.as_deref(), Some("rabbit.quorum.4.3"));
    assert!(desk.says("Preset rabbit.quorum.4.3"), "each value says where it comes from");
    desk.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*desk.channel("orders"), before);
}

#[test]
fn the_picker_is_left_without_a_change() {
    let mut desk = Desk::with_sample("Routing lab");
    desk.click(Role::TreeItem, "orders");
    let before = desk.channel("orders").clone();
    for leave in [true, false] {
        desk.click(Role::Button, "RabbitMQ classic queue");
        desk.press(Modifiers::NONE, Key::ArrowDown);
        if leave {
            desk.press(Modifiers::NONE, Key::Escape);
        } else {
            desk.click(Role::Button, "Cancel");
        }
        assert!(!desk.says("Behavior of orders"));
        assert_eq!(*desk.channel("orders"), before);
    }
}

#[test]
fn the_picker_fits_into_the_smallest_window() {
    let mut desk = Desk::with_sample("Routing lab");
    desk.click(Role::TreeItem, "orders");
    desk.harness.set_size(egui::vec2(880.0, 560.0));
    desk.rest();
    desk.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    desk.fill("Type a command, a node, a message or a scenario", "choose a preset");
    desk.rest();
    let window = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(880.0, 560.0));
    for name in ["Use this preset", "Cancel"] {
        let rect = desk.harness.get_by_role_and_label(Role::Button, name).rect();
        assert!(window.contains_rect(rect), "{name} at {rect:?}");
    }
}

#[test]
fn a_parameter_is_set_and_taken_back_to_what_the_preset_says() {
    let mut desk = Desk::with_sample("Consumer group");
    desk.click(Role::TreeItem, "scans");
    desk.search("Find a parameter", "partitions");
    assert_eq!(desk.value_of("Partitions"), "4");
    desk.fill("Partitions", "8");
    assert_eq!(desk.channel("scans").partitions, Some(8));
    desk.fill("Partitions", "many");
    assert_eq!(desk.channel("scans").partitions, Some(8), "a wrong value changes nothing");
    desk.fill("Partitions", "8");
    desk.reach(Role::Button, "Reset partitions");
    assert_eq!(desk.channel("scans").partitions, None);
    assert_eq!(desk.value_of("Partitions"), "1");
    assert!(desk.says("Preset kafka.group.classic"));
    assert!(desk.harness.query_by_role_and_label(Role::Button, "Reset partitions").is_none());
}

#[test]
fn a_fault_comes_from_its_card_and_strikes_somebody_else_then() {
    let mut desk = Desk::with_sample("Poison messages");
    let before = desk.faults();
    desk.click(Role::Button, "Add fault");
    desk.search("Find a fault", "garbage collection");
    assert!(desk.harness.query_by_role_and_label(Role::ListItem, "Late event").is_none());
    desk.click(Role::ListItem, "Consumer hangs");
    assert!(desk.says("Where it happens"));
    desk.click(Role::Button, "invoicing");
    let faults = desk.faults();
    assert_eq!(faults.len(), before.len() + 1);
    let target = |fault: &Fault| fault.kind.target().to_string();
    assert_eq!(faults.last().map(target).as_deref(), Some("invoicing"));
    desk.click(Role::ComboBox, "Node");
    desk.click(Role::ListBoxOption, "bookkeeping");
    assert_eq!(desk.faults().last().map(target).as_deref(), Some("bookkeeping"));
    desk.fill("Selector", "any consumer");
    assert_eq!(desk.faults().last().map(target).as_deref(), Some("any consumer"));
    desk.settle();
}

#[test]
fn the_palette_of_faults_is_walked_with_the_arrows() {
    let mut desk = Desk::with_sample("Poison messages");
    desk.click(Role::Button, "Add fault");
    let open = |desk: &Desk, title: &str| {
        let line = desk.harness.get_by_role_and_label(Role::ListItem, title);
        line.accesskit_node().toggled() == Some(Toggled::True)
    };
    assert!(open(&desk, "Producer crashes"), "some card is open from the beginning");
    desk.press(Modifiers::NONE, Key::ArrowDown);
    assert!(open(&desk, "Producer pauses") && !open(&desk, "Producer crashes"));
    desk.press(Modifiers::NONE, Key::ArrowUp);
    desk.press(Modifiers::NONE, Key::ArrowUp);
    assert!(open(&desk, "Producer crashes"));
}

#[test]
fn the_inside_of_a_log_tells_owners_and_offsets_at_the_instant() {
    let mut desk = Desk::with_sample("Consumer group");
    desk.run("no-spare");
    desk.click(Role::TreeItem, "scans");
    assert!(desk.says("p1, tracker-1: committed 0 of 0"));
    desk.seek_to_the_middle();
    // One is down for good, and its partition has passed to another one.
    assert!(desk.says("Group tracking"));
    assert!(desk.says("p0, tracker-0: committed"));
    assert!(desk.says("p1, tracker-0: committed"), "the partition has a new owner");
    assert!(!desk.says("p1, tracker-1"));
}

#[test]
fn the_inside_of_a_queue_tells_what_is_ready_and_what_is_handed_out() {
    let mut desk = Desk::with_sample("Slow consumer");
    desk.click(Role::TreeItem, "payments");
    desk.apply(BenchCommand::SeekEnd);
    desk.settle();
    let world = desk.session().bench.world.clone().expect("there is a world");
    let node = world.plan().node_named("payments").expect("payments");
    let inside = world.inside(node, 12);
    assert!(inside[0].ready > 1_000, "{inside:?}");
    let ready = inside[0].ready;
    let grouped = format!("{},{:03} ready", ready / 1_000, ready % 1_000);
    assert!(desk.says(&grouped), "{grouped}");
    assert!(desk.says(&format!("{} handed out", inside[0].in_flight)));
}

#[test]
fn forks_are_made_named_and_switched() {
    let mut desk = Desk::with_sample("Poison messages");
    desk.seek_to_the_middle();
    let at = desk.session().bench.position;
    desk.apply(BenchCommand::Fork);
    desk.settle();
    let made = desk.scenario();
    assert_ne!(made, "poison");
    desk.reach(Role::TreeItem, &made);
    desk.press(Modifiers::NONE, Key::F2);
    desk.press(Modifiers::COMMAND, Key::A);
    desk.harness.event(egui::Event::Text("what if".to_owned()));
    desk.press(Modifiers::NONE, Key::Enter);
    desk.settle();
    assert_eq!(desk.scenario(), "what if", "the run goes on under the new name");
    assert!(desk.harness.query_by_role_and_label(Role::TreeItem, &made).is_none());
    let fork = desk.design().scenario(Some("what if")).and_then(|it| it.fork.clone());
    assert_eq!(fork.map(|fork| (fork.of, fork.at.0)), Some(("poison".to_owned(), at.0)));
    desk.run("poison");
    assert_eq!((desk.scenario().as_str(), desk.session().bench.position), ("poison", at));
    desk.run("what if");
    assert_eq!((desk.scenario().as_str(), desk.session().bench.position), ("what if", at));
}

#[test]
fn a_run_is_verified_with_its_key_and_a_change_takes_the_word_back() {
    let mut desk = Desk::with_sample("Poison messages");
    assert!(!desk.says("verified"));
    desk.press(Modifiers::NONE, Key::F9);
    for _ in 0..5_000 {
        desk.harness.step();
        if !desk.session().bench.comparisons.is_running() {
            break;
        }
        std::thread::yield_now();
    }
    desk.rest();
    assert!(desk.says("verified"));
    desk.click(Role::TreeItem, "invoicing");
    desk.fill("Concurrency", "3");
    desk.settle();
    assert!(!desk.says("verified"), "another run was not verified");
}

#[test]
fn a_fault_by_chance_runs_at_once_and_becomes_a_list() {
    let mut desk = Desk::with_sample("Poison messages");
    desk.click(Role::Button, "Add fault");
    desk.search("Find a fault", "garbage collection");
    desk.click(Role::ListItem, "Consumer hangs");
    desk.click(Role::Button, "bookkeeping");
    desk.reach(Role::ComboBox, "Begins");
    desk.click(Role::ListBoxOption, "by chance");
    // Its length is drawn, too: what was said about it before is no contradiction.
    desk.settle();
    let is_random = |fault: &Fault| matches!(fault.trigger, Trigger::Random { .. });
    assert!(desk.faults().iter().any(is_random));
    let count = desk.faults().len();
    desk.reach(Role::Button, "Make random faults explicit");
    desk.settle();
    assert!(!desk.faults().iter().any(is_random));
    desk.press(Modifiers::COMMAND, Key::Z);
    assert!(desk.faults().len() == count && desk.faults().iter().any(is_random));
}

#[test]
fn a_scenario_that_changes_the_design_says_so_on_the_canvas() {
    let mut desk = Desk::with_sample("Routing lab");
    assert!(desk.says("vanish runs with 1 change"));
    desk.run("fanout");
    let changes = desk.design().scenario(Some("fanout")).expect("fanout").changes.len();
    assert!(changes > 1);
    desk.click(Role::Button, &format!("fanout runs with {changes} changes"));
    assert_eq!(desk.session().selection, Selection::Scenario("fanout".to_owned()));
    desk.run("alternate");
    assert!(!desk.says("runs with"));
}
