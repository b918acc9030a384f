//! The session as a person uses it, without a window.

use std::path::{Path, PathBuf};
use std::time::Duration;

use flowbench_model::edit::Edit;
use flowbench_model::fault::FaultKind;
use flowbench_model::node::{Consumer, Node, Role};
use flowbench_model::scenario::{DeadLetterFilter, Scenario};
use flowbench_model::time::{Span, Time};

use flowbench_simulator::comparison::Comparison;

use super::*;
use crate::bench::comparing::Compared;
use crate::command::{BenchCommand, EditCommand, FileCommand};
use crate::files::DESIGN_LIMIT;
use crate::samples::{self, SAMPLES};

fn opened(sample: &str) -> Session {
    let mut session = Session::default();
    session.apply(FileCommand::OpenSample(sample.to_owned()));
    assert!(session.document.is_some(), "{:?}", session.notices);
    session
}

fn add_node(session: &mut Session, name: &str) {
    let node = Node::new(name, Role::Consumer(Consumer::default()));
    session.apply(Command::edit(Edit::AddNode(node, None)));
}

fn has_node(session: &Session, name: &str) -> bool {
    session.design().is_some_and(|design| design.node(name).is_some())
}

fn is_unsaved(session: &Session) -> bool {
    session.document.as_ref().is_some_and(OpenDocument::is_unsaved)
}

fn text(path: &Path) -> String {
    files::read_text(path, DESIGN_LIMIT).expect("a readable file")
}

/// A session with a home, and the path of a saved copy of a sample.
fn at_home(folder: &Path) -> (Session, PathBuf) {
    let session = Session::start(Home::at(&folder.join("home")));
    let copy = folder.join("shop");
    samples::find("shoe-shop").expect("sample").copy_to(&copy).expect("copied");
    (session, copy.join("design.ron"))
}

#[test]
fn every_sample_opens_without_errors_and_runs() {
    for sample in SAMPLES {
        let mut session = opened(sample.name);
        // One makes a rule an error, and runs all the same.
        let errors = usize::from(sample.name == "schema-evolution");
        let found = &session.derived.findings;
        assert_eq!(session.derived.count(Severity::Error), errors, "{found:?}");
        session.bench.settle();
        assert!(session.bench.recording.is_some(), "{:?}", session.bench.obstacles);
        assert!(!is_unsaved(&session));
    }
}

#[test]
fn an_edit_is_undone_and_done_again() {
    let mut session = opened("shoe-shop");
    add_node(&mut session, "audit");
    assert!(has_node(&session, "audit") && is_unsaved(&session));
    session.apply(EditCommand::Undo);
    assert!(!has_node(&session, "audit") && !is_unsaved(&session));
    session.apply(EditCommand::Redo);
    assert!(has_node(&session, "audit"));
}

#[test]
fn a_failed_edit_changes_nothing_and_is_told() {
    let mut session = opened("shoe-shop");
    let before = session.design().cloned().expect("design");
    add_node(&mut session, "shop");
    assert!(Arc::ptr_eq(&before, session.design().expect("design")));
    assert_eq!(session.notices.len(), 1);
    assert!(session.notices[0].text.contains("shop"), "{}", session.notices[0].text);
    session.apply(FileCommand::DismissNotice(session.notices[0].id));
    assert!(session.notices.is_empty());
}

#[test]
fn the_selection_follows_a_rename_and_its_undo() {
    let mut session = opened("shoe-shop");
    session.apply(Command::select(Selection::node("shop")));
    let mut node = session.design().and_then(|it| it.node("shop")).expect("node").as_ref().clone();
    node.name = "web-shop".to_owned();
    session.apply(Command::edit(Edit::PutNode("shop".to_owned(), node)));
    assert_eq!(session.selection, Selection::node("web-shop"));
    session.apply(EditCommand::Undo);
    assert_eq!(session.selection, Selection::node("shop"));
    session.apply(EditCommand::Delete);
    assert_eq!(session.selection, Selection::None);
    assert!(!has_node(&session, "shop"));
}

#[test]
fn a_copy_of_two_nodes_has_the_edge_between_them() {
    let mut session = opened("shoe-shop");
    let edges = session.design().expect("design").edges.len();
    let nodes = ["shop".to_owned(), "orders".to_owned()].into();
    session.apply(Command::select(Selection::items(crate::selection::Items {
        nodes,
        ..Default::default()
    })));
    session.apply(EditCommand::Duplicate);
    assert!(has_node(&session, "shop-2") && has_node(&session, "orders-2"));
    assert_eq!(session.design().expect("design").edges.len(), edges + 1);
    assert!(session.selection.has_node("shop-2"));
    session.apply(EditCommand::Undo);
    assert!(!has_node(&session, "orders-2"));
}

#[test]
fn saving_an_unchanged_file_changes_no_byte_and_an_edit_adds_only_its_lines() {
    let folder = tempfile::tempdir().expect("folder");
    let (mut session, path) = at_home(folder.path());
    session.apply(FileCommand::OpenFile(path.parent().expect("folder").to_owned()));
    let before = text(&path);
    session.apply(FileCommand::Save);
    assert_eq!(text(&path), before);
    add_node(&mut session, "audit");
    session.apply(FileCommand::Save);
    assert!(!is_unsaved(&session) && session.question.is_none());
    let after = text(&path);
    let added: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
    assert_eq!(
        added.iter().map(|line| line.trim()).collect::<Vec<_>>(),
        ["name: \"audit\",", "role: Consumer(concurrency: 1, handlers: []),"]
    );
    assert!(before.lines().all(|line| after.contains(line)));
    let mut again = Session::default();
    again.apply(FileCommand::OpenFile(path));
    assert!(has_node(&again, "audit"));
    assert_eq!(again.design(), session.design());
}

#[test]
fn a_sample_is_saved_as_a_folder_with_its_schemas() {
    let folder = tempfile::tempdir().expect("folder");
    let mut session = opened("shoe-shop");
    session.apply(FileCommand::Save);
    assert!(matches!(session.take_requests().last(), Some(Request::SaveAsDialog { .. })));
    session.apply(FileCommand::SaveAs(folder.path().join("mine")));
    let path = folder.path().join("mine.ron");
    assert_eq!(text(&path), samples::find("shoe-shop").expect("sample").design());
    assert!(folder.path().join("schemas/order-placed.json").exists());
    std::fs::write(folder.path().join("schemas/order-placed.json"), "{}").expect("write");
    let notices = session.notices.len();
    session.apply(FileCommand::SaveAs(folder.path().join("other.ron")));
    assert_eq!(session.notices.len(), notices + 1, "another schema is not overwritten");
    assert!(!folder.path().join("other.ron").exists());
}

#[test]
fn a_file_that_somebody_else_changed_is_not_overwritten_without_asking() {
    let folder = tempfile::tempdir().expect("folder");
    let (mut session, path) = at_home(folder.path());
    session.apply(FileCommand::OpenFile(path.clone()));
    add_node(&mut session, "audit");
    let theirs = text(&path).replace("Shoe shop", "Boot shop");
    std::fs::write(&path, &theirs).expect("write");
    session.apply(FileCommand::Save);
    assert!(matches!(session.question, Some(Question::ChangedOnDisk { .. })));
    assert_eq!(text(&path), theirs);
    session.apply(FileCommand::SaveAnyway);
    assert!(session.question.is_none() && text(&path).contains("audit"));
}

#[test]
fn unsaved_changes_are_asked_about_before_they_are_lost() {
    let mut session = opened("shoe-shop");
    add_node(&mut session, "audit");
    session.apply(FileCommand::CloseDesign);
    assert!(has_node(&session, "audit"));
    let Some(Question::UnsavedChanges { held_up }) = session.question.clone() else {
        panic!("{:?}", session.question);
    };
    session.apply(FileCommand::Dismiss);
    assert!(session.question.is_none() && has_node(&session, "audit"));
    let nowhere = Box::new(FileCommand::OpenFile("no/such/file.ron".into()).into());
    session.apply(FileCommand::DiscardThen(nowhere));
    assert!(has_node(&session, "audit"), "what cannot be opened does not close the design");
    session.apply(FileCommand::DiscardThen(held_up));
    assert!(session.document.is_none());
}

#[test]
fn save_then_goes_on_after_the_path_was_asked_for() {
    let folder = tempfile::tempdir().expect("folder");
    let mut session = opened("shoe-shop");
    add_node(&mut session, "audit");
    session.apply(FileCommand::SaveThen(Box::new(FileCommand::CloseDesign.into())));
    assert!(session.document.is_some());
    session.apply(FileCommand::SaveAs(folder.path().join("mine.ron")));
    assert!(session.document.is_none());
    assert!(text(&folder.path().join("mine.ron")).contains("audit"));
}

#[test]
fn a_crash_loses_neither_the_file_nor_the_unsaved_work() {
    let folder = tempfile::tempdir().expect("folder");
    let (mut session, path) = at_home(folder.path());
    session.apply(FileCommand::OpenFile(path.clone()));
    let before = text(&path);
    add_node(&mut session, "audit");
    session.tick(Duration::from_secs(2));
    drop(session);
    assert_eq!(text(&path), before);

    let mut session = Session::start(Home::at(&folder.path().join("home")));
    let Some(Question::Recovery { path: of, name, recovery }) = session.question.clone() else {
        panic!("{:?}", session.question);
    };
    assert_eq!((of.as_ref(), name.as_str()), (Some(&path), "Shoe shop"));
    session.apply(FileCommand::Recover(recovery.clone()));
    assert!(has_node(&session, "audit") && is_unsaved(&session));
    assert_eq!(session.document.as_ref().and_then(|it| it.path.as_ref()), Some(&path));
    session.apply(FileCommand::Save);
    assert!(text(&path).contains("audit") && !recovery.exists());
    drop(session);
    assert!(Session::start(Home::at(&folder.path().join("home"))).question.is_none());
}

#[test]
fn two_windows_on_one_file_keep_their_unsaved_work_apart() {
    let folder = tempfile::tempdir().expect("folder");
    let (mut first, path) = at_home(folder.path());
    let home = || Home::at(&folder.path().join("home"));
    first.apply(FileCommand::OpenFile(path.clone()));
    add_node(&mut first, "audit");
    first.tick(Duration::from_secs(2));
    let mut second = Session::start(home());
    assert_eq!(second.question, None, "the first window is still there");
    second.apply(FileCommand::OpenFile(path));
    assert_eq!(second.question, None);
    add_node(&mut second, "archive");
    second.tick(Duration::from_secs(2));
    drop((first, second));
    let mut third = Session::start(home());
    let mut recovered = Vec::new();
    while let Some(Question::Recovery { recovery, .. }) = third.question.clone() {
        recovered.push(text(&recovery));
        third.apply(FileCommand::ForgetRecovery(recovery));
    }
    assert_eq!(recovered.len(), 2);
    assert!(recovered.iter().any(|it| it.contains("audit") && !it.contains("archive")));
    assert!(recovered.iter().any(|it| it.contains("archive") && !it.contains("audit")));
}

#[test]
fn recovered_work_that_is_changed_again_stays_one_piece_of_work() {
    let folder = tempfile::tempdir().expect("folder");
    let mut session = Session::start(Home::at(folder.path()));
    session.apply(FileCommand::OpenSample("poison".to_owned()));
    add_node(&mut session, "audit");
    session.tick(Duration::from_secs(2));
    drop(session);
    let mut session = Session::start(Home::at(folder.path()));
    let Some(Question::Recovery { recovery, .. }) = session.question.clone() else {
        panic!("{:?}", session.question);
    };
    // As if a day had gone by: names of files without a design's file tell sessions apart.
    let older = recovery.with_file_name("unnamed-1-1.ron");
    std::fs::rename(&recovery, &older).expect("rename");
    session.question = None;
    session.apply(FileCommand::Recover(older.clone()));
    add_node(&mut session, "archive");
    session.tick(Duration::from_secs(2));
    drop(session);
    assert!(text(&older).contains("archive"));
    assert_eq!(files::list(&Home::at(folder.path()).recovery_folder()), [older]);
}

#[test]
fn unsaved_work_without_a_file_is_recovered_with_its_schemas() {
    let folder = tempfile::tempdir().expect("folder");
    let home = || Home::at(folder.path());
    let mut session = Session::start(home());
    session.apply(FileCommand::OpenSample("poison".to_owned()));
    add_node(&mut session, "audit");
    session.tick(Duration::from_secs(2));
    drop(session);
    let mut session = Session::start(home());
    let Some(Question::Recovery { path: None, recovery, .. }) = session.question.clone() else {
        panic!("{:?}", session.question);
    };
    session.apply(FileCommand::Recover(recovery.clone()));
    assert!(has_node(&session, "audit") && is_unsaved(&session));
    assert_eq!(session.derived.count(Severity::Error), 0);
    session.apply(FileCommand::DiscardThen(Box::new(FileCommand::CloseDesign.into())));
    assert!(!recovery.exists());
}

#[test]
fn a_broken_settings_file_does_not_stop_the_start() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("settings.ron"), "(theme: Purple").expect("write");
    let mut session = Session::start(Home::at(folder.path()));
    assert_eq!(session.notices.len(), 1);
    session.apply(crate::command::ViewCommand::SetTheme(crate::command::Theme::Dark));
    session.tick(Duration::from_secs(3));
    let session = Session::start(Home::at(folder.path()));
    assert!(session.notices.is_empty());
    assert_eq!(session.settings.theme, crate::command::Theme::Dark);
}

#[test]
fn time_runs_stops_at_the_end_and_goes_back() {
    let mut session = opened("shoe-shop");
    session.apply(BenchCommand::ChooseScenario("payment-outage".to_owned()));
    session.bench.settle();
    session.apply(BenchCommand::SetSpeed(10.0));
    session.apply(BenchCommand::Play);
    session.tick(Duration::from_secs(3));
    session.bench.settle();
    let world = session.bench.world.clone().expect("world");
    assert_eq!((session.bench.position, world.now()), (Time(30_000_000_000), Time(30_000_000_000)));
    session.apply(BenchCommand::StepEvent);
    session.bench.settle();
    let events = |session: &Session| session.bench.world.as_ref().expect("world").events();
    assert_eq!(events(&session), world.events() + 1);
    session.apply(BenchCommand::StepBack);
    session.bench.settle();
    assert_eq!(events(&session), world.events());
    session.apply(BenchCommand::SeekEnd);
    session.bench.settle();
    let end = session.bench.recording.as_ref().expect("recording").plan().end;
    assert_eq!(session.bench.position, end);
    session.apply(BenchCommand::Play);
    session.tick(Duration::ZERO);
    assert_eq!(session.bench.position, Time::ZERO, "playing at the end begins anew");
}

/// A session in which the payment was taken down at 20 s.
fn forked() -> Session {
    let mut session = opened("shoe-shop");
    session.bench.settle();
    session.apply(BenchCommand::SeekTo(Time(20_000_000_000)));
    take_down_payment(&mut session);
    session
}

fn take_down_payment(session: &mut Session) {
    let kind = FaultKind::at_node("Down", "payment");
    session.apply(BenchCommand::InjectNow(kind, Some(Span::from_secs(5))));
    session.bench.settle();
}

fn shown(session: &Session) -> String {
    session.bench.scenario_name(session.design().expect("design")).expect("scenario")
}

#[test]
fn intervening_leaves_the_past_and_the_scenario_alone_and_makes_a_fork() {
    let mut session = opened("shoe-shop");
    let first = shown(&session);
    session.bench.settle();
    session.apply(BenchCommand::SeekTo(Time(20_000_000_000)));
    session.bench.settle();
    let before = session.bench.world.as_ref().expect("world").totals();
    let design = session.design().expect("design").clone();
    take_down_payment(&mut session);
    let fork = format!("{first} at 20 s");
    assert_eq!((shown(&session), session.bench.position), (fork, Time(20_000_000_000)));
    assert_eq!(session.bench.world.as_ref().expect("world").totals().published, before.published);
    let after = session.design().expect("design");
    assert_eq!(after.scenarios.len(), design.scenarios.len() + 1);
    assert_eq!(after.scenario(Some(&first)), design.scenario(Some(&first)));
    assert_eq!(session.bench.chosen(after).expect("scenario").faults.len(), 1);
    assert!(session.notices.iter().any(|it| it.text.contains("is a fork of")));
}

#[test]
fn a_fork_says_where_it_parts_from_its_origin() {
    let session = forked();
    let Some(Compared::Done(Comparison::Differs(difference))) = &session.bench.comparisons.origin
    else {
        panic!("{:?}", session.bench.comparisons);
    };
    let ours = difference.ours.as_ref().expect("the fork goes on");
    assert_eq!((ours.what, ours.at_ns), ("fault started", 20_000_000_000));
}

#[test]
fn intervening_later_goes_on_with_the_fork_and_earlier_forks_again() {
    let mut session = forked();
    let fork = shown(&session);
    session.apply(BenchCommand::SeekTo(Time(30_000_000_000)));
    take_down_payment(&mut session);
    assert_eq!(shown(&session), fork);
    let faults = |session: &Session| {
        session.bench.chosen(session.design().expect("design")).expect("scenario").faults.len()
    };
    assert_eq!(faults(&session), 2);
    session.apply(BenchCommand::SeekTo(Time(10_000_000_000)));
    take_down_payment(&mut session);
    assert!(shown(&session).ends_with(" at 10 s"), "{}", shown(&session));
    assert_eq!(faults(&session), 3);
}

#[test]
fn a_fork_is_undone_redone_and_compared_at_the_same_instant() {
    let mut session = forked();
    let (fork, at) = (shown(&session), session.bench.position);
    session.apply(EditCommand::Undo);
    assert_eq!(format!("{} at 20 s", shown(&session)), fork);
    assert_eq!(session.bench.position, at);
    session.apply(EditCommand::Redo);
    assert_eq!((shown(&session), session.bench.position), (fork.clone(), at));
    session.apply(BenchCommand::ChooseScenario(fork.replace(" at 20 s", "")));
    assert_eq!(session.bench.position, at, "kin are looked at at the same instant");
    session.apply(BenchCommand::ChooseScenario("payment-outage".to_owned()));
    assert_eq!(session.bench.position, Time::ZERO, "others from their beginning");
    session.bench.settle();
    assert_eq!(session.bench.comparisons.origin, None, "it is no fork");
}

#[test]
fn a_fork_that_is_shown_keeps_being_shown_under_another_name_and_gives_way_to_its_origin() {
    let mut session = forked();
    let (fork, at) = (shown(&session), session.bench.position);
    let design = session.design().expect("design").clone();
    let scenario = design.scenario(Some(&fork)).expect("fork").as_ref().clone();
    let renamed = Scenario { name: "what if".to_owned(), ..scenario };
    session.apply(Command::edit(Edit::PutScenario(Some(fork.clone()), renamed)));
    assert_eq!((shown(&session), session.bench.position), ("what if".to_owned(), at));
    session.apply(Command::edit(Edit::RemoveScenario("what if".to_owned())));
    assert_eq!(format!("{} at 20 s", shown(&session)), fork);
    assert_eq!(session.bench.position, at);
}

#[test]
fn a_fork_is_compared_again_when_its_origin_changes() {
    let mut session = forked();
    let design = session.design().expect("design").clone();
    let fork = design.scenario(Some(&shown(&session))).expect("fork");
    let origin = fork.fork.as_ref().expect("it is one").of.clone();
    let same = Scenario { name: origin.clone(), fork: None, ..fork.as_ref().clone() };
    session.apply(Command::edit(Edit::PutScenario(Some(origin), same)));
    assert!(session.bench.is_settled(), "the fork itself did not change");
    session.bench.settle();
    assert_eq!(session.bench.comparisons.origin, Some(Compared::Done(Comparison::Same)));
}

#[test]
fn the_seed_that_was_looked_at_is_kept_in_the_fork() {
    let mut session = opened("shoe-shop");
    session.apply(BenchCommand::SetSeed(77));
    session.apply(BenchCommand::Fork);
    let design = session.design().expect("design");
    assert_eq!((session.bench.chosen(design).expect("it").seed, session.bench.seed), (77, None));
}

#[test]
fn a_run_is_verified_beside_everything_else() {
    let mut session = opened("poison");
    session.apply(BenchCommand::Verify);
    assert_eq!(session.bench.comparisons.itself, None, "there is no run yet");
    session.bench.settle();
    session.apply(BenchCommand::Verify);
    assert!(session.bench.comparisons.is_running());
    session.bench.settle();
    let same = Some(Compared::Done(Comparison::Same));
    assert_eq!(session.bench.comparisons.itself, same);
    session.apply(BenchCommand::SetSeed(5));
    assert_eq!(session.bench.comparisons.itself, None, "it was about another run");
}

#[test]
fn a_dead_letter_is_redriven_by_hand() {
    let mut session = opened("poison");
    session.bench.settle();
    session.apply(BenchCommand::SeekEnd);
    session.bench.settle();
    let recording = session.bench.recording.clone().expect("recording");
    let dead = &recording.report().dead_letters;
    assert!(!dead.is_empty());
    let at = Time(dead[0].at_ns).after(Span::from_secs(1));
    let channel = dead[0].dead_letter_channel.clone();
    session.apply(BenchCommand::SeekTo(at));
    session.apply(BenchCommand::Redrive { channel, messages: DeadLetterFilter::All });
    session.bench.settle();
    let again = session.bench.recording.clone().expect("recording");
    assert!(again.report().messages.delivered > recording.report().messages.delivered);
}

#[test]
fn a_sample_takes_its_recorded_files_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = opened("recorded-orders");
    session.apply(FileCommand::SaveAs(folder.path().join("mine.ron")));
    for name in ["recorded/orders.csv", "schemas/order-placed.avsc"] {
        let sample = crate::samples::find("recorded-orders").expect("a sample");
        let written = std::fs::read_to_string(folder.path().join(name)).expect("it is there");
        assert_eq!(Some(written.as_str()), sample.file(name));
    }
}
