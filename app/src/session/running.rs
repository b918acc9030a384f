//! Commands of the bench.

use flowbench_model::change;
use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::fault::Fault;
use flowbench_model::finding::Severity;
use flowbench_model::fork;
use flowbench_model::scenario::{Action, ActionKind, DeadLetterFilter, Scenario};
use flowbench_model::time::{Span, Time};
use flowbench_simulator::faults;

use crate::bench::replicating::{self, Question};
use crate::command::{BenchCommand, PanelKind};
use crate::selection::Selection;
use crate::session::Session;

impl Session {
    pub(super) fn apply_bench(&mut self, command: BenchCommand) {
        match command {
            BenchCommand::Play => self.play(true),
            BenchCommand::Pause => self.play(false),
            BenchCommand::TogglePlay => self.play(!self.bench.is_playing),
            BenchCommand::StepEvent => self.bench.step(true),
            BenchCommand::StepBack => self.bench.step(false),
            BenchCommand::SeekTo(time) => self.seek(time),
            BenchCommand::SeekStart => self.seek(Time::ZERO),
            BenchCommand::SeekEnd => self.seek(Time(u64::MAX)),
            BenchCommand::SetSpeed(speed) => {
                if speed.is_finite() && speed > 0.0 {
                    self.bench.speed = speed;
                }
            }
            BenchCommand::Faster => self.bench.faster(),
            BenchCommand::Slower => self.bench.slower(),
            BenchCommand::ChooseScenario(name) => self.choose_scenario(name),
            BenchCommand::SetSeed(seed) => self.bench.seed = Some(seed),
            BenchCommand::InjectNow(kind, duration) => self.intervene(|scenario, start| {
                scenario.faults.push(Fault::new(kind, start, duration));
            }),
            BenchCommand::InjectPayload(payload) => self.inject_payload(&payload),
            BenchCommand::Redrive { channel, messages } => {
                self.act(ActionKind::Redrive { channel, messages });
            }
            BenchCommand::DropDeadLetters { channel, messages } => {
                self.act(ActionKind::Drop { channel, messages });
            }
            BenchCommand::RedriveSelected => self.act_on_selected(true),
            BenchCommand::DropSelected => self.act_on_selected(false),
            BenchCommand::Fork => self.fork(),
            BenchCommand::MakeFaultsExplicit => self.make_faults_explicit(),
            BenchCommand::Verify => self.bench.verify(),
            BenchCommand::AskReplications(question) => self.ask_replications(question),
            BenchCommand::Replicate => self.replicate(),
            BenchCommand::StopReplicating => self.bench.replicating.stop(),
            BenchCommand::SelectMessage(name) => {
                self.selection = Selection::Message(name);
                self.settings.panels.insert(PanelKind::Trace);
            }
        }
    }
}

impl Session {
    fn play(&mut self, is_playing: bool) {
        let Some(design) = self.design().cloned() else { return };
        if is_playing && self.bench.is_at_end(&design) {
            self.bench.seek(Time::ZERO);
        }
        self.bench.is_playing = is_playing && !design.scenarios.is_empty();
    }

    fn ask_replications(&mut self, question: Question) {
        let count = question.count.clamp(2, replicating::MOST);
        self.bench.replicating.question = Question { count, ..question };
    }

    fn replicate(&mut self) {
        let Some(design) = self.design().cloned() else { return };
        self.settings.panels.insert(PanelKind::Statistics);
        self.bench.replicate(&design);
    }

    /// Goes to an instant of the scenario, at most to its end.
    fn seek(&mut self, time: Time) {
        let Some(design) = self.design().cloned() else { return };
        let end = Time(self.bench.duration(&design).0);
        self.bench.seek(time.min(end));
    }

    fn choose_scenario(&mut self, name: String) {
        let Some(design) = self.design().cloned() else { return };
        if design.scenario(Some(&name)).is_none() {
            self.fail(format!("there is no scenario called `{name}`"));
            return;
        }
        self.bench.choose(&design, &name);
    }

    fn act_on_selected(&mut self, is_redrive: bool) {
        let Selection::DeadLetters { channel, messages } = self.selection.clone() else { return };
        let messages = DeadLetterFilter::Messages(messages.into_iter().collect());
        self.act(if is_redrive {
            ActionKind::Redrive { channel, messages }
        } else {
            ActionKind::Drop { channel, messages }
        });
    }

    /// Lets an operator do something at the instant that is shown.
    fn act(&mut self, what: ActionKind) {
        self.intervene(|scenario, at| {
            scenario.actions.push(Action { at, what });
            scenario.actions.sort_by_key(|action| action.at);
        });
    }

    /// Does something to the run at the instant that is shown: in the fork that is shown, or in a
    /// new one, so that the scenario that was looked at stays as it is.
    fn intervene(&mut self, change: impl FnOnce(&mut Scenario, Span)) {
        let Some(design) = self.design().cloned() else { return };
        let Some(shown) = self.bench.effective_scenario(&design) else { return };
        let at = Span(self.bench.position.0);
        let mut fork = fork::at(&design, &shown, at);
        change(&mut fork, at);
        self.go_on_in(&design, &shown, fork);
    }

    /// Makes a fork at the instant that is shown.
    fn fork(&mut self) {
        let Some(design) = self.design().cloned() else { return };
        let Some(shown) = self.bench.effective_scenario(&design) else { return };
        let fork = fork::of(&design, &shown, Span(self.bench.position.0));
        self.go_on_in(&design, &shown, fork);
    }

    /// Writes the list that the faults of the shown scenario come to into it.
    fn make_faults_explicit(&mut self) {
        let Some(design) = self.design().cloned() else { return };
        let Some(shown) = self.bench.effective_scenario(&design) else { return };
        let Some(scenario) = design.scenario(Some(&shown.name)) else { return };
        let seed = self.bench.seed.unwrap_or(scenario.seed);
        let changed = match change::changed(&design, &scenario.changes) {
            Ok(changed) => changed,
            Err(error) => return self.fail(error.to_string()),
        };
        let mut explicit = Scenario::clone(scenario);
        explicit.faults = faults::materialized(&changed, scenario, seed);
        self.edit(&Edit::PutScenario(Some(scenario.name.clone()), explicit));
    }

    /// Keeps a scenario and shows it at the same instant.
    fn go_on_in(&mut self, before: &Design, shown: &Scenario, scenario: Scenario) {
        self.go_on_with(before, shown, Vec::new(), scenario);
    }

    /// The same with other edits that belong to it.
    pub(super) fn go_on_with(
        &mut self,
        before: &Design,
        shown: &Scenario,
        mut edits: Vec<Edit>,
        scenario: Scenario,
    ) {
        let name = scenario.name.clone();
        let old = before.scenario(Some(&name)).map(|_| name.clone());
        let is_new = old.is_none();
        let put = Edit::PutScenario(old, scenario);
        let edit = if edits.is_empty() {
            put
        } else {
            edits.push(put);
            Edit::All(edits)
        };
        if !self.edit(&edit) {
            return;
        }
        let Some(design) = self.design().cloned() else { return };
        self.bench.choose(&design, &name);
        let is_first = before.scenarios.iter().all(|scenario| scenario.fork.is_none());
        if is_new && is_first {
            let origin = &shown.name;
            let text = format!(
                "`{name}` is a fork of `{origin}`: what you do from here on is kept in it, and \
                 `{origin}` stays as it is"
            );
            self.tell(Severity::Info, text);
        }
    }

    /// After a change was done again: a fork of what is shown that came back with it is shown.
    pub(super) fn follow_fork(&mut self, before: &Design) {
        let Some(design) = self.design().cloned() else { return };
        let shown = self.bench.scenario_name(&design);
        let is_back = |it: &&std::sync::Arc<Scenario>| {
            before.scenario(Some(&it.name)).is_none()
                && it.fork.as_ref().is_some_and(|fork| Some(&fork.of) == shown.as_ref())
        };
        if let Some(fork) = design.scenarios.iter().find(is_back) {
            self.bench.choose(&design, &fork.name);
        }
    }
}
