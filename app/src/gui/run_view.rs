//! From a run at an instant to what the canvas draws of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::fault::FaultKind;
use flowbench_model::time::Time;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recording::Recording;
use flowbench_simulator::run::Run;
use flowbench_simulator::view::{Moving, NodeHealth};

use crate::bench::Bench;
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::traffic::{Dot, Load, Traffic, Trouble};

/// How many places on an edge are told apart: messages closer together become one dot with a
/// number.
const PLACES: f32 = 48.0;

/// Translates the plan's indices into the scene's; kept as long as both stay the same.
#[derive(Default)]
pub struct RunView {
    source: Option<(Arc<Plan>, Arc<Design>)>,
    /// For each node of the plan, its index in the scene.
    nodes: Vec<Option<usize>>,
    edges: Vec<Option<usize>>,
    /// For each message type of the plan, its index in the design.
    messages: Vec<usize>,
    /// For each node of the plan, the most that ever waits in it.
    waiting_max: Vec<u64>,
}

impl RunView {
    /// What the canvas shows of the bench; nothing while there is no run.
    pub fn traffic(&mut self, bench: &Bench, design: &Arc<Design>, scene: &Scene) -> Traffic {
        let (Some(recording), Some(run)) = (&bench.recording, &bench.world) else {
            return Traffic::default();
        };
        // For a moment the world may still be that of the recording before.
        if !Arc::ptr_eq(recording.plan(), run.plan()) {
            return Traffic::default();
        }
        self.translate(recording, design, scene);
        let now = bench.position.max(run.now());
        Traffic {
            dots: self.dots(recording, run, now),
            loads: self.loads(run, scene),
            edge_troubles: self.edge_troubles(run, scene),
        }
    }

    fn translate(&mut self, recording: &Recording, design: &Arc<Design>, scene: &Scene) {
        let plan = recording.plan();
        let is_current = self.source.as_ref().is_some_and(|(old_plan, old_design)| {
            Arc::ptr_eq(old_plan, plan) && Arc::ptr_eq(old_design, design)
        });
        if is_current {
            return;
        }
        self.nodes = plan.nodes.iter().map(|node| scene.node(&node.name)).collect();
        let names: BTreeMap<String, usize> = scene
            .edges
            .iter()
            .enumerate()
            .map(|(index, edge)| (edge.name.to_string(), index))
            .collect();
        self.edges = plan.edges.iter().map(|edge| names.get(&edge.name).copied()).collect();
        let message = |name: &String| scene.messages.iter().position(|known| known == name);
        self.messages =
            plan.message_types.iter().map(|name| message(name).unwrap_or_default()).collect();
        let most: BTreeMap<&str, u64> = recording
            .report()
            .channels
            .iter()
            .map(|channel| (channel.channel.as_str(), channel.backlog_max))
            .collect();
        let most = |name: &str| most.get(name).copied().unwrap_or_default();
        self.waiting_max = plan.nodes.iter().map(|node| most(&node.name)).collect();
        self.source = Some((Arc::clone(plan), Arc::clone(design)));
    }

    fn dots(&self, recording: &Recording, run: &Run, now: Time) -> Vec<Dot> {
        let mut dots: BTreeMap<(usize, bool, usize, u32), Dot> = BTreeMap::new();
        for moving in run.moving() {
            let Some(dot) = self.dot(recording, &moving, now) else { continue };
            let place = (dot.along * PLACES) as u32;
            let key = (dot.edge, dot.is_reply, dot.message, place);
            dots.entry(key).and_modify(|known| known.count += 1).or_insert(dot);
        }
        dots.into_values().collect()
    }

    fn dot(&self, recording: &Recording, moving: &Moving, now: Time) -> Option<Dot> {
        let edge = self.edges.get(moving.edge as usize).copied().flatten()?;
        let lineage = recording.record().lineage(moving.message)?;
        let whole = moving.arrives_at.since(moving.sent_at).0.max(1);
        let passed = now.since(moving.sent_at).0;
        Some(Dot {
            edge,
            along: (passed as f64 / whole as f64).clamp(0.0, 1.0) as f32,
            is_reply: moving.is_reply,
            message: self.messages.get(moving.message_type as usize).copied().unwrap_or_default(),
            count: 1,
            source: self.nodes.get(lineage.source as usize).copied().flatten()?,
            number: u64::from(lineage.number),
        })
    }

    fn loads(&self, run: &Run, scene: &Scene) -> Vec<Load> {
        let mut loads = vec![Load::default(); scene.nodes.len()];
        for (node, index) in self.nodes.iter().enumerate() {
            let Some(index) = *index else { continue };
            let level = run.level(node as u32);
            let calls = run.waiting_calls(node as u32) as u64;
            let waiting = level.ready + level.waiting + calls;
            loads[index] = Load {
                waiting,
                waiting_max: self.waiting_max[node].max(waiting),
                in_work: run.load(node as u32).map_or(0, |(busy, _)| busy),
                failed: 0,
                trouble: trouble(run.health(node as u32)),
            };
        }
        for (number, edge) in run.plan().edges.iter().enumerate() {
            if let Some(index) = self.nodes[edge.to as usize] {
                loads[index].failed += run.subscription(number as u32).failed;
            }
        }
        loads
    }

    fn edge_troubles(&self, run: &Run, scene: &Scene) -> Vec<Option<Trouble>> {
        let mut troubles = vec![None; scene.edges.len()];
        for fault in run.active_faults() {
            let kind = &run.plan().faults[*fault as usize].kind;
            let Some(name) = kind.target().edge_name() else { continue };
            if let Some(index) = scene.edge(&name) {
                troubles[index] = edge_trouble(kind);
            }
        }
        troubles
    }
}

/// The gravest thing that is wrong with a node.
fn trouble(health: NodeHealth) -> Option<Trouble> {
    match health {
        NodeHealth { is_down: true, .. } => Some(Trouble::Down),
        NodeHealth { failing, .. } if failing > 0.0 => Some(Trouble::Failing),
        NodeHealth { has_poison: true, .. } => Some(Trouble::Poison),
        NodeHealth { slow, .. } if slow > 1.0 => Some(Trouble::Slow),
        NodeHealth { .. } => None,
    }
}

fn edge_trouble(kind: &FaultKind) -> Option<Trouble> {
    match kind.word() {
        "Delay" | "Reordering" | "Clog" => Some(Trouble::Delay),
        "Duplication" => Some(Trouble::Duplication),
        _ => Some(Trouble::Loss),
    }
}
