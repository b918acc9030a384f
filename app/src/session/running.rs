//! Commands of the bench.

use flowbench_model::edit::Edit;
use flowbench_model::fault::Fault;
use flowbench_model::scenario::{ActionKind, DeadLetterFilter};
use flowbench_model::time::{Span, Time};

use crate::bench::with_interventions;
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
            BenchCommand::InjectNow(kind, duration) => {
                let start = Span(self.bench.position.0);
                self.bench.inject(Fault { kind, start, duration });
            }
            BenchCommand::Redrive { channel, messages } => {
                self.bench.act(ActionKind::Redrive { channel, messages });
            }
            BenchCommand::DropDeadLetters { channel, messages } => {
                self.bench.act(ActionKind::Drop { channel, messages });
            }
            BenchCommand::RedriveSelected => self.act_on_selected(true),
            BenchCommand::DropSelected => self.act_on_selected(false),
            BenchCommand::PutIntervention(index, intervention) => {
                self.bench.put_intervention(index, intervention);
            }
            BenchCommand::RemoveIntervention(index) => self.bench.remove_intervention(index),
            BenchCommand::ClearInterventions => self.bench.interventions.clear(),
            BenchCommand::KeepInterventions => self.keep_interventions(),
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

    /// Goes to an instant of the scenario, at most to its end.
    fn seek(&mut self, time: Time) {
        let Some(design) = self.design().cloned() else { return };
        let end = Time(self.bench.duration(&design).0);
        self.bench.seek(time.min(end));
    }

    fn choose_scenario(&mut self, name: String) {
        let Some(design) = self.design() else { return };
        if design.scenario(Some(&name)).is_none() {
            self.fail(format!("there is no scenario called `{name}`"));
            return;
        }
        self.bench.choose(name);
    }

    fn act_on_selected(&mut self, is_redrive: bool) {
        let Selection::DeadLetters { channel, messages } = self.selection.clone() else { return };
        let messages = DeadLetterFilter::Messages(messages.into_iter().collect());
        self.bench.act(if is_redrive {
            ActionKind::Redrive { channel, messages }
        } else {
            ActionKind::Drop { channel, messages }
        });
    }

    /// Writes the interventions into the scenario that runs; they are then part of the design.
    fn keep_interventions(&mut self) {
        let Some(design) = self.design().cloned() else { return };
        let Some(name) = self.bench.scenario_name(&design) else { return };
        let Some(scenario) = design.scenario(Some(&name)) else { return };
        let kept = with_interventions(scenario, &self.bench.interventions);
        if self.edit(&Edit::PutScenario(Some(name), kept)) {
            self.bench.interventions.clear();
        }
    }
}
