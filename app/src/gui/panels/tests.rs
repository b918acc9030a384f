//! The panels of the bench as a person uses them, found by accessible name; no window, no pictures.

use egui::{Key, Modifiers, Role, Ui, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use flowbench_model::edit::Edit;
use flowbench_model::name::MessageName;
use flowbench_model::scenario::DeadLetterFilter;
use flowbench_model::time::{Span, Time};

use super::{
    books, dead_letters, log, message, metrics, promises, statistics, timeline, trace, transport,
};
use crate::bench::replicating::{Against, Changed, Question};
use crate::command::{BenchCommand, Command, EditCommand, FileCommand};
use crate::gui::story::Group;
use crate::gui::theme;
use crate::selection::Selection;
use crate::session::Session;

/// A panel, as the window draws it.
type Draw = Box<dyn FnMut(&mut Ui, &Session, &mut Vec<Command>)>;

/// A session, the panel over it, and what was asked for.
struct Bed {
    session: Session,
    commands: Vec<Command>,
    draw: Draw,
}

impl eframe::App for Bed {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        (self.draw)(ui, &self.session, &mut self.commands);
    }
}

fn session(sample: &str, scenario: &str, at: Time) -> Session {
    let mut session = Session::default();
    session.apply(FileCommand::OpenSample(sample.to_owned()));
    session.apply(BenchCommand::ChooseScenario(scenario.to_owned()));
    session.bench.settle();
    session.apply(BenchCommand::SeekTo(at));
    session.bench.settle();
    session
}

fn harness(
    session: Session,
    draw: impl FnMut(&mut Ui, &Session, &mut Vec<Command>) + 'static,
) -> Harness<'static, Bed> {
    Harness::builder()
        .with_size(vec2(1280.0, 400.0))
        .with_step_dt(1.0 / 60.0)
        .with_max_steps(24)
        .build_eframe(move |cc| {
            theme::install(&cc.egui_ctx);
            Bed { session, commands: Vec::new(), draw: Box::new(draw) }
        })
}

fn asked(harness: &mut Harness<Bed>) -> Vec<Command> {
    std::mem::take(&mut harness.state_mut().commands)
}

const END: Time = Time(u64::MAX);

#[test]
fn dead_letters_are_listed_selected_and_redriven() {
    let mut panel = dead_letters::DeadLetters::default();
    let session = session("poison", "poison", END);
    let dead = session.bench.world.as_ref().expect("world").dead_letters();
    assert!(dead.len() > 1);
    let mut harness =
        harness(session, move |ui, session, commands| panel.ui(ui, session, commands));
    harness.run();
    let rows = harness.get_all_by_role(Role::Row).count();
    assert!(rows > 1, "{rows} rows");
    let label =
        harness.get_all_by_role(Role::Row).next().and_then(|row| row.accesskit_node().label());
    let name: MessageName =
        label.expect("label").trim_start_matches("Dead letter ").parse().expect("a message");
    harness.get_by_label(&format!("Select {name}")).click();
    harness.run();
    let selected = asked(&mut harness);
    let [Command::Edit(EditCommand::Select(Selection::DeadLetters { channel, messages }))] =
        selected.as_slice()
    else {
        panic!("{selected:?}")
    };
    assert!(messages.contains(&name) && messages.len() == 1);
    let channel = channel.clone();
    harness.state_mut().session.apply(selected[0].clone());
    harness.run();
    harness.get_by_label("Redrive selected").click();
    harness.run();
    let messages = DeadLetterFilter::Messages(vec![name]);
    assert_eq!(asked(&mut harness), [BenchCommand::Redrive { channel, messages }.into()]);
}

#[test]
fn a_redriven_dead_letter_leaves_the_table_and_the_books_still_balance() {
    let mut session = session("poison", "poison", END);
    let before = session.bench.world.as_ref().expect("world").dead_letters().len();
    session.apply(BenchCommand::SeekTo(Time(session.bench.position.0 - 1)));
    session.bench.settle();
    let world = session.bench.world.clone().expect("world");
    let channel = world.plan().nodes[world.dead_letters()[0].held_in as usize].name.clone();
    let messages = DeadLetterFilter::All;
    session.apply(BenchCommand::DropDeadLetters { channel, messages });
    session.bench.settle();
    let world = session.bench.world.clone().expect("world");
    assert!(world.dead_letters().len() < before);
    let mut harness = harness(session, |ui, session, commands| {
        books::ui(ui, session, commands);
    });
    harness.run();
    harness.get_by_label("The books balance: every copy has exactly one fate");
}

#[test]
fn dragging_a_fault_bar_asks_for_one_edit_of_the_scenario() {
    let mut panel = timeline::Timeline::default();
    let session = session("shoe-shop", "payment-outage", Time::ZERO);
    let mut harness =
        harness(session, move |ui, session, commands| panel.ui(ui, session, commands));
    harness.run();
    let bar = harness.get_by_label_contains("payment: down from 00:30.000").rect().center();
    harness.drag_at(bar);
    harness.step();
    for step in 1..=4 {
        harness.hover_at(bar + vec2(20.0 * step as f32, 0.0));
        harness.step();
    }
    harness.drop_at(bar + vec2(80.0, 0.0));
    harness.run();
    let mut edits = asked(&mut harness);
    edits.retain(|command| matches!(command, Command::Edit(EditCommand::Apply(_))));
    let [Command::Edit(EditCommand::Apply(Edit::PutScenario(Some(name), scenario)))] =
        edits.as_slice()
    else {
        panic!("{edits:?}")
    };
    assert_eq!(name, "payment-outage");
    let fault = &scenario.faults[0];
    assert_eq!(fault.duration, Some(Span::from_secs(30)));
    assert!(fault.start > Span::from_secs(33) && fault.start < Span::from_secs(50), "{fault:?}");
    assert!(fault.start.0.is_multiple_of(1_000_000_000), "{fault:?}");
}

#[test]
fn the_ruler_scrubs_and_takes_the_keys_of_a_slider() {
    let mut panel = timeline::Timeline::default();
    let session = session("shoe-shop", "healthy", Time::ZERO);
    let mut harness =
        harness(session, move |ui, session, commands| panel.ui(ui, session, commands));
    harness.run();
    let middle = harness.get_by_role_and_label(Role::Slider, "Position in time").rect().center();
    harness.drag_at(middle);
    harness.step();
    harness.drop_at(middle);
    harness.run();
    let commands = asked(&mut harness);
    let Some(Command::Bench(BenchCommand::SeekTo(time))) = commands.first() else {
        panic!("{commands:?}")
    };
    assert!((60.0..70.0).contains(&time.as_secs_f64()), "{time}");
    for key in [Key::ArrowRight, Key::ArrowLeft, Key::End] {
        harness.key_press_modifiers(Modifiers::NONE, key);
        harness.run();
    }
    let wanted = [BenchCommand::StepEvent, BenchCommand::StepBack, BenchCommand::SeekEnd];
    assert_eq!(asked(&mut harness), wanted.map(Command::from));
}

#[test]
fn a_number_of_the_books_leads_to_its_entries_in_the_log() {
    let mut panel = log::Log::default();
    let session = session("shoe-shop", "healthy", Time(5_000_000_000));
    let totals = session.bench.world.as_ref().expect("world").totals();
    let mut wish = None;
    let mut harness = harness(session, move |ui, session, commands| {
        ui.allocate_ui(vec2(1280.0, books::HEIGHT), |ui| {
            wish = wish.take().or(books::ui(ui, session, commands));
        });
        if let Some(wish) = wish.take() {
            panel.fulfill(wish);
        }
        panel.ui(ui, session, commands);
    });
    harness.run();
    harness.get_by_label(&format!("{} acknowledged", totals.acknowledged)).click();
    harness.run_steps(3);
    let rows: Vec<String> =
        harness.get_all_by_role(Role::Row).filter_map(|row| row.accesskit_node().label()).collect();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row.contains("acknowledged")), "{rows:?}");
    assert!(totals.acknowledged as usize >= rows.len());
    assert_eq!(Group::of(flowbench_simulator::record::EntryKind::Suppressed), Group::Acknowledged);
}

#[test]
fn a_message_shows_where_it_is_and_leads_to_its_cause() {
    let mut panel = message::MessagePanel::default();
    let mut session = session("shoe-shop", "payment-outage", Time(45_000_000_000));
    let name: MessageName = "order#20".parse().expect("name");
    session.apply(BenchCommand::SelectMessage(name));
    let mut harness = harness(session, move |ui, session, commands| {
        ui.set_width(320.0);
        panel.ui(ui, session, commands);
    });
    harness.set_size(vec2(340.0, 1200.0));
    harness.run();
    harness.get_by_label("order#20");
    harness.get_by_label("Payload");
    let cause = harness.get_by_label_contains("Show shop#");
    let label = cause.accesskit_node().label().expect("label");
    cause.click();
    harness.run();
    let name = label.trim_start_matches("Show ").parse().expect("name");
    assert_eq!(asked(&mut harness), [BenchCommand::SelectMessage(name).into()]);
}

#[test]
fn the_transport_plays_and_every_panel_has_something_to_say_without_a_run() {
    let mut panel = transport::Transport::default();
    let session = session("shoe-shop", "healthy", Time::ZERO);
    let mut harness =
        harness(session, move |ui, session, commands| panel.ui(ui, session, commands));
    harness.run();
    harness.get_by_label("Play").click();
    harness.run();
    assert_eq!(asked(&mut harness), [BenchCommand::TogglePlay.into()]);
    let mut empty = Session::default();
    empty.apply(FileCommand::New);
    let (mut log, mut dead) = (log::Log::default(), dead_letters::DeadLetters::default());
    let (mut message, mut line) = (message::MessagePanel::default(), timeline::Timeline::default());
    let mut harness = self::harness(empty, move |ui, session, commands| {
        ui.horizontal(|ui| {
            ui.vertical(|ui| log.ui(ui, session, commands));
            ui.vertical(|ui| dead.ui(ui, session, commands));
            ui.vertical(|ui| message.ui(ui, session, commands));
            ui.vertical(|ui| line.ui(ui, session, commands));
            ui.vertical(|ui| promises::ui(ui, session, commands));
            ui.vertical(|ui| metrics::ui(ui, session, commands));
        });
    });
    harness.run();
    for title in ["Nothing has happened", "No dead letters", "No message selected", "No scenario"] {
        harness.get_by_label(title);
    }
}

#[test]
fn a_trace_shows_the_whole_chain_from_its_origin() {
    let mut panel = trace::Trace::default();
    let mut session = session("shoe-shop", "payment-outage", Time(45_000_000_000));
    session.apply(BenchCommand::SelectMessage("order#20".parse().expect("name")));
    let mut harness =
        harness(session, move |ui, session, commands| panel.ui(ui, session, commands));
    harness.run();
    let rows: Vec<String> =
        harness.get_all_by_role(Role::Row).filter_map(|row| row.accesskit_node().label()).collect();
    let wanted = ["shop#10", "order#19", "payment#10", "order#20"];
    assert_eq!(rows, wanted.map(|name| format!("Trace of {name}")));
    harness.get_by_label("Trace of shop#10").click();
    harness.run();
    let name = "shop#10".parse().expect("name");
    assert_eq!(asked(&mut harness), [BenchCommand::SelectMessage(name).into()]);
}

#[test]
fn the_properties_of_a_fault_open_beside_its_bar_and_change_it() {
    let mut panel = timeline::Timeline::default();
    let session = session("shoe-shop", "payment-outage", Time::ZERO);
    let mut harness =
        harness(session, move |ui, session, commands| panel.ui(ui, session, commands));
    harness.run();
    let bar = harness.get_by_label_contains("payment: down from 00:30.000").rect().center();
    for _ in 0..2 {
        harness.drag_at(bar);
        harness.drop_at(bar);
    }
    harness.run();
    let start = harness.get_by_role_and_label(Role::TextInput, "Start");
    start.focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, "Start").type_text("25s");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let commands = asked(&mut harness);
    let put = commands.iter().find_map(|command| {
        let Command::Edit(EditCommand::Apply(Edit::PutScenario(_, scenario))) = command else {
            return None;
        };
        Some(scenario.faults[0].start)
    });
    assert_eq!(put, Some(Span::from_secs(25)), "{commands:?}");
}

#[test]
fn zooming_the_time_line_stretches_what_is_under_the_pointer_and_fitting_takes_it_back() {
    let mut panel = timeline::Timeline::default();
    let session = session("shoe-shop", "payment-outage", Time::ZERO);
    let mut harness =
        harness(session, move |ui, session, commands| panel.ui(ui, session, commands));
    harness.run();
    let width = |harness: &Harness<Bed>| {
        harness.get_by_label_contains("payment: down from 00:30.000").rect().width()
    };
    let before = width(&harness);
    let middle = harness.get_by_label_contains("payment: down").rect().center();
    harness.hover_at(middle);
    harness.run();
    harness.event(egui::Event::Zoom(2.0));
    harness.run();
    assert!((width(&harness) / before - 2.0).abs() < 0.05, "{} {before}", width(&harness));
    harness.get_by_label("Show the whole run").click();
    harness.run();
    assert!((width(&harness) - before).abs() < 0.5);
}

fn statistics_over(session: Session) -> Harness<'static, Bed> {
    let mut panel = statistics::Statistics::default();
    let mut harness = harness(session, move |ui, session, commands| {
        panel.ui(ui, session, commands);
    });
    harness.run();
    harness
}

#[test]
fn statistics_are_asked_for_by_what_is_typed_and_chosen() {
    let mut harness = statistics_over(session("shoe-shop", "healthy", Time::ZERO));
    harness.get_by_label("No statistics yet");
    harness.get_by_role_and_label(Role::TextInput, "Replications").click();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Replications").type_text("1");
    harness.run();
    assert_eq!(asked(&mut harness), [], "one run is no statistics");
    harness.get_by_role_and_label(Role::TextInput, "Replications").type_text("2");
    harness.run();
    let question = Question { count: 12, ..Question::default() };
    assert_eq!(asked(&mut harness), [BenchCommand::AskReplications(question).into()]);
    harness.get_by_role_and_label(Role::ComboBox, "Against").click();
    harness.run();
    harness.get_by_role_and_label(Role::ListBoxOption, "payment-outage").click();
    harness.run();
    let commands = asked(&mut harness);
    let last = commands.last();
    assert!(
        matches!(last, Some(Command::Bench(BenchCommand::AskReplications(Question {
            against: Against::Scenario(name), ..
        }))) if name == "payment-outage"),
        "{last:?}"
    );
    harness.get_by_label("Run replications").click();
    harness.run();
    assert_eq!(asked(&mut harness), [BenchCommand::Replicate.into()]);
}

#[test]
fn statistics_show_both_variants_and_where_they_differ() {
    let mut session = session("shoe-shop", "healthy", Time::ZERO);
    let changed = "payment.handlers.0.service_time=Exponential(\"600ms\")".parse();
    let against = Against::Change(changed.expect("a change"));
    session.apply(BenchCommand::AskReplications(Question {
        count: 4,
        against,
        ..Question::default()
    }));
    session.apply(BenchCommand::Replicate);
    session.bench.replicating.settle();
    let results = session.bench.replicating.results.clone().expect("an answer").expect("results");
    assert_eq!(results.base.reports.len(), 4);
    assert!(results.base.promises().iter().all(|(_, held)| *held == 4));
    let mut harness = statistics_over(session);
    for text in ["Difference", "utilization", "differs"] {
        assert!(harness.query_all_by_label(text).next().is_some(), "{text}");
    }
    harness.get_by_label_contains("healthy with seeds 1 to 4; ± is the 95 % interval");
    assert!(harness.query_by_label_contains("have changed since").is_none());
    harness.state_mut().session.apply(BenchCommand::SetSeed(9));
    harness.run();
    harness.get_by_label_contains("Design or scenario have changed since");
}

#[test]
fn replications_that_cannot_be_made_say_why_and_others_can_be_given_up() {
    let mut session = session("shoe-shop", "healthy", Time::ZERO);
    let against = Against::Change(Changed::default());
    session.apply(BenchCommand::AskReplications(Question { against, ..Question::default() }));
    session.apply(BenchCommand::Replicate);
    session.bench.replicating.settle();
    let harness = statistics_over(session);
    harness.get_by_label_contains("say what is different: PATH=VALUE");
    let mut session = Session::default();
    session.apply(FileCommand::OpenSample("slow-consumer".to_owned()));
    let question = Question { count: 10_000, ..Question::default() };
    session.apply(BenchCommand::AskReplications(question));
    session.apply(BenchCommand::Replicate);
    assert_eq!(session.bench.replicating.progress().map(|(_, all)| all), Some(10_000));
    let mut harness = statistics_over(session);
    harness.get_by_label("Stop").click();
    harness.run();
    assert_eq!(asked(&mut harness), [BenchCommand::StopReplicating.into()]);
    harness.state_mut().session.apply(BenchCommand::StopReplicating);
    harness.run();
    assert_eq!(harness.state().session.bench.replicating.progress(), None);
    harness.get_by_label("No statistics yet");
}
