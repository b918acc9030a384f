//! From names to indices.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::change;
use flowbench_model::channel::Semantics;
use flowbench_model::contract::{Contract, Filter};
use flowbench_model::design::Design;
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::emission::Emission;
use flowbench_model::expression::Expression;
use flowbench_model::fault::Fault;
use flowbench_model::finding::{Finding, Place, Severity};
use flowbench_model::lint;
use flowbench_model::message::MessageRef;
use flowbench_model::name::MessageName;
use flowbench_model::node::{Arrivals, Consumer, Handler, OnCallFailure, Poison, Role};
use flowbench_model::promise::{Promise, PromiseKind};
use flowbench_model::publishing::Publishing;
use flowbench_model::scenario::{ActionKind, Scenario};
use flowbench_model::schema::Schemas;
use flowbench_model::time::Time;

use super::pattern::PlanPattern;
use super::{
    EdgeIndex, NONE, NodeIndex, Plan, PlanCall, PlanChannel, PlanClass, PlanConsumer, PlanEmission,
    PlanHandler, PlanNode, PlanPoison, PlanWorkload, Surroundings, TypeIndex,
};
use crate::calendar::MAX_ENTITIES;
use crate::dist::Sampler;
use crate::faults::{FAULTS_MAX, materialized};
use crate::rng::{Purpose, Ziggurat, stream_id};
use content::{Expressions, with_parts};

mod actions;
mod channels;
mod content;
mod faults;
mod inbox;
mod pattern;
mod replays;
mod resilience;
mod routes;
mod ways;

/// See [`Plan::compile`].
pub(super) fn compile(
    design: &Design,
    scenario: &Scenario,
    seed: u64,
    surroundings: &Surroundings<'_>,
) -> Result<Plan, Vec<Finding>> {
    let design = change::changed(design, &scenario.changes)
        .map_err(|error| vec![bad_change(design, scenario, &error.to_string())])?;
    let design = with_scenario(design, scenario);
    let errors = lint::obstacles(&design);
    if !errors.is_empty() {
        return Err(errors);
    }
    if design.nodes.len() + design.edges.len() >= MAX_ENTITIES as usize {
        let sentence = format!("the simulator runs at most {MAX_ENTITIES} nodes and edges");
        return Err(vec![scenario_finding(scenario, "too-large", "", sentence)]);
    }
    let faults = materialized(&design, scenario, seed);
    if faults.len() > FAULTS_MAX {
        let sentence = format!(
            "the faults of the scenario come to more than {FAULTS_MAX}; let them come less often"
        );
        return Err(vec![scenario_finding(scenario, "too-many-faults", "faults", sentence)]);
    }
    if faults::most_changes(&faults) > faults::CHANGES_MAX {
        let sentence = format!(
            "faults give one channel more than {} different limits; use fewer",
            faults::CHANGES_MAX
        );
        return Err(vec![scenario_finding(scenario, "too-many-faults", "faults", sentence)]);
    }
    let compiler = Compiler::new(&design);
    let replays = compiler.replays(surroundings.open)?;
    let of = (seed, &faults[..]);
    let mut plan = compiler.plan(Arc::new(design.clone()), scenario, of, surroundings.schemas);
    let is_limited = |it: &Semantics| it.max_bytes > 0 || it.max_message_bytes > 0;
    let has_limits =
        |it: &PlanChannel| is_limited(&it.semantics) || it.other_rules.iter().any(is_limited);
    let has_limits = plan.channels.iter().any(has_limits);
    plan.content.has_sizes = !replays.is_empty() && (has_limits || plan.has_claim_checks);
    Ok(Plan { replays, ..plan })
}

/// What is wrong with the first of the changes that cannot be made.
fn bad_change(design: &Design, scenario: &Scenario, sentence: &str) -> Finding {
    let cannot = |count: &usize| change::changed(design, &scenario.changes[..=*count]).is_err();
    let property = (0..scenario.changes.len())
        .find(cannot)
        .map_or_else(|| "changes".to_owned(), |at| format!("changes.{at}"));
    scenario_finding(scenario, "bad-change", &property, sentence.to_owned())
}

fn scenario_finding(
    scenario: &Scenario,
    code: &'static str,
    property: &str,
    sentence: String,
) -> Finding {
    Finding {
        code,
        severity: Severity::Error,
        place: Place::Scenario(scenario.name.clone()),
        property: property.to_owned(),
        sentence,
        fix: None,
    }
}

/// The design with only this scenario, so that findings about others do not prevent the run.
fn with_scenario(mut design: Design, scenario: &Scenario) -> Design {
    design.scenarios = vec![Arc::new(scenario.clone())];
    design
}

/// Positions in the order of stable keys, and back by name.
struct Index {
    order: Vec<usize>,
    by_name: BTreeMap<String, u32>,
}

impl Index {
    fn new<'a>(things: impl Iterator<Item = (&'a str, &'a str)>) -> Index {
        let mut sorted: Vec<(&str, &str, usize)> =
            things.enumerate().map(|(position, (key, name))| (key, name, position)).collect();
        sorted.sort_unstable();
        let by_name =
            (0..).zip(&sorted).map(|(index, (_, name, _))| ((*name).to_owned(), index)).collect();
        Index { order: sorted.into_iter().map(|(_, _, position)| position).collect(), by_name }
    }

    fn get(&self, name: &str) -> u32 {
        *self.by_name.get(name).expect("invariant: the lints found every name")
    }
}

struct Compiler<'a> {
    design: &'a Design,
    nodes: Index,
    types: Index,
    /// Edges in the order of the stable keys of their ends.
    edges: Vec<(String, &'a Arc<Edge>, usize)>,
    /// Those that begin at each node.
    leaving: Vec<Vec<EdgeIndex>>,
    expressions: Expressions,
}

impl<'a> Compiler<'a> {
    fn new(design: &'a Design) -> Compiler<'a> {
        let nodes = Index::new(design.nodes.iter().map(|node| (node.stable_key(), &*node.name)));
        let types = Index::new(design.messages.iter().map(|one| (one.stable_key(), &*one.name)));
        let key_of = |name: &str| design.nodes[nodes.order[nodes.get(name) as usize]].stable_key();
        let mut edges: Vec<(String, &Arc<Edge>, usize)> = design
            .edges
            .iter()
            .enumerate()
            .map(|(at, edge)| (format!("{} -> {}", key_of(&edge.from), key_of(&edge.to)), edge, at))
            .collect();
        edges.sort_by(|a, b| a.0.cmp(&b.0));
        let mut leaving = vec![Vec::new(); nodes.order.len()];
        for (index, (_, edge, _)) in (0..).zip(&edges) {
            leaving[nodes.get(&edge.from) as usize].push(index);
        }
        let expressions = Expressions::default();
        Compiler { design, nodes, types, edges, leaving, expressions }
    }

    fn plan(
        &self,
        design: Arc<Design>,
        scenario: &Scenario,
        (seed, faults): (u64, &[Fault]),
        schemas: &Schemas,
    ) -> Plan {
        let mut nodes = self.plan_nodes();
        let classes = self.plan_classes();
        let mut edges = self.plan_edges(&classes);
        let extent = (scenario.duration, &*classes);
        let (mut channels, mut backlogs) = self.plan_channels(&mut nodes, &mut edges, extent);
        let mut consumers = self.plan_consumers(&mut nodes, scenario, &classes);
        let resilience = resilience::resilience(self.design, &nodes, &edges, &mut consumers);
        pattern::note_needs(&mut backlogs, &edges, (&consumers, &classes), &nodes);
        let mut faults = self.plan_faults(faults, seed, scenario.heal_at, (&nodes, &classes));
        faults::prepare_channels(&mut faults, &mut channels, &mut backlogs, &edges);
        let actions = self.plan_actions(scenario, (&nodes, &edges), (&channels, &mut backlogs));
        let has_delays = classes.iter().any(PlanClass::is_delayed);
        let ways = ways::ways(&nodes, &edges, &mut backlogs, (&consumers, &classes));
        let stations = ways::stations(&ways, &edges, &backlogs, &consumers, has_delays);
        let mut workloads = self.plan_workloads(&classes);
        let parts = routes::Parts {
            nodes: &nodes,
            edges: &edges,
            channels: &channels,
            backlogs: &backlogs,
            stations: &stations,
            ways: &ways,
            classes: &classes,
        };
        Plan {
            routes: routes::routes(&parts, &mut workloads, &mut consumers),
            stations,
            edge_keys: ways.iter().map(|way| way.key).collect(),
            ways,
            has_delays,
            has_claim_checks: classes.iter().any(|class| class.claim_check.is_some()),
            resilience,
            seed,
            end: Time(scenario.duration.0),
            warm_up: Time(scenario.warm_up.0),
            workloads,
            replays: Vec::new(),
            message_types: self.in_order(&self.types, |at| self.design.messages[at].name.clone()),
            faults,
            actions,
            node_keys: nodes.iter().map(|node| place_key(&node.key)).collect(),
            design,
            scenario: Arc::new(scenario.clone()),
            content: self.plan_content(&nodes, schemas, (seed, self.needs_content(&edges))),
            classes,
            nodes,
            edges,
            channels,
            backlogs,
            consumers: side_by_side(&consumers),
            ziggurat: Ziggurat::default(),
        }
    }

    fn in_order<T>(&self, index: &Index, make: impl Fn(usize) -> T) -> Vec<T> {
        index.order.iter().map(|at| make(*at)).collect()
    }

    fn plan_nodes(&self) -> Vec<PlanNode> {
        self.in_order(&self.nodes, |at| PlanNode {
            name: self.design.nodes[at].name.clone(),
            key: self.design.nodes[at].stable_key().to_owned(),
            part: NONE,
            design_index: at,
        })
    }

    /// The edges that begin at a node, of those that are wanted.
    fn edges_from(&self, node: &str, is_wanted: impl Fn(&Edge) -> bool) -> Vec<EdgeIndex> {
        let leaving = self.leaving[self.nodes.get(node) as usize].iter().copied();
        leaving.filter(|index| is_wanted(self.edges[*index as usize].1)).collect()
    }

    fn plan_consumers(
        &self,
        nodes: &mut [PlanNode],
        scenario: &Scenario,
        classes: &[PlanClass],
    ) -> Vec<PlanConsumer> {
        let mut consumers = Vec::new();
        let mut subscriptions_of: BTreeMap<NodeIndex, Vec<EdgeIndex>> = BTreeMap::new();
        for (index, (_, edge, _)) in (0..).zip(&self.edges) {
            if edge.kind == EdgeKind::Subscribe {
                subscriptions_of.entry(self.nodes.get(&edge.to)).or_default().push(index);
            }
        }
        for (index, node) in (0..).zip(nodes) {
            let Role::Consumer(consumer) = &self.design.nodes[node.design_index].role else {
                continue;
            };
            node.part = consumers.len() as u32;
            consumers.push(PlanConsumer {
                node: index,
                subscriptions: subscriptions_of.remove(&index).unwrap_or_default(),
                ..self.plan_consumer(&node.name, consumer, scenario, classes)
            });
        }
        consumers
    }

    fn plan_consumer(
        &self,
        name: &str,
        consumer: &Consumer,
        scenario: &Scenario,
        classes: &[PlanClass],
    ) -> PlanConsumer {
        let mut numbers = 0..;
        let names = consumer.pattern.names_of_handlers();
        let handlers: Vec<PlanHandler> = consumer
            .handlers
            .iter()
            .enumerate()
            .map(|(i, it)| self.plan_handler((name, i), (it, names), classes, &mut numbers))
            .collect();
        let pattern = self.plan_pattern(name, &consumer.pattern, classes, &mut numbers);
        PlanConsumer {
            node: NONE,
            concurrency: consumer.concurrency,
            is_idempotent: consumer.idempotent,
            inbox: self.plan_inbox(name, consumer),
            is_settled_by_hand: consumer.settled_by_hand,
            is_guarded: matches!(pattern, PlanPattern::View(_)),
            remembers: consumer.idempotent
                || consumer.ledger.is_some()
                || self.is_effect_promised(name, scenario),
            is_conditional: handlers.iter().any(|it| it.condition != NONE)
                || matches!(pattern, PlanPattern::View(_)),
            is_inspecting: consumer.ledger.is_some()
                || !matches!(pattern, PlanPattern::Stateless)
                || consumer.publishing != Publishing::Direct
                || handlers.iter().any(PlanHandler::is_inspecting)
                || self.validates(name),
            has_ledger: consumer.ledger.is_some(),
            is_rebuilt: scenario.actions.iter().any(|action| {
                matches!(&action.what, ActionKind::Rebuild { consumer } if consumer == name)
            }),
            pattern,
            publishing: consumer.publishing,
            keeps_log: actions::loses_position(scenario),
            can_fail: handlers.iter().any(|handler| handler.transient > 0.0),
            subscriptions: Vec::new(),
            handler_of: self.in_order(&self.types, |at| {
                let message = &self.design.messages[at].name;
                (0..)
                    .zip(&consumer.handlers)
                    .find(|(_, handler)| handler.on.as_ref().is_none_or(|on| on == message))
                    .map_or(NONE, |(index, _)| index)
            }),
            handlers,
        }
    }

    fn is_effect_promised(&self, consumer: &str, scenario: &Scenario) -> bool {
        let watches = |promise: &Promise| match &promise.holds {
            PromiseKind::NoDuplicateEffect { consumer: Some(name) } => name == consumer,
            PromiseKind::NoDuplicateEffect { consumer: None } => true,
            PromiseKind::NothingLost
            | PromiseKind::OrderPerKey { .. }
            | PromiseKind::LeadsTo { .. }
            | PromiseKind::DeadLetters { .. }
            | PromiseKind::BacklogBelow { .. }
            | PromiseKind::LatencyBelow { .. }
            | PromiseKind::NoTimeouts
            | PromiseKind::LedgerBalances { .. }
            | PromiseKind::SagasEnd { .. }
            | PromiseKind::StaleReads { .. }
            | PromiseKind::NeverStaler { .. }
            | PromiseKind::Published { .. } => false,
        };
        self.design.promises.iter().chain(&scenario.promises).any(watches)
    }

    /// Whether some subscription of a consumer looks at payloads, or chooses by itself.
    fn validates(&self, consumer: &str) -> bool {
        let looks = |contract: &Contract| {
            contract.validation.is_some() || matches!(contract.filter, Some(Filter::Expression(_)))
        };
        self.edges.iter().any(|(_, edge, _)| edge.to == consumer && looks(&edge.contract))
    }

    fn plan_handler(
        &self,
        (consumer, i): (&str, usize),
        (handler, names): (&Handler, &[&str]),
        classes: &[PlanClass],
        numbers: &mut impl Iterator<Item = u32>,
    ) -> PlanHandler {
        let place = |property: &str| format!("node {consumer}, handlers.{i}.{property}");
        let expression = |expression: &Option<Expression>, property: &str| {
            self.expressions.add(expression.as_ref(), names, || place(property))
        };
        PlanHandler {
            condition: expression(&handler.when, "when"),
            amount: expression(&handler.amount, "amount"),
            routing: handler.routing,
            unmatched: handler.unmatched,
            takes: handler.on.as_ref().map(|on| self.types.get(on)),
            service: Sampler::new(&handler.service_time),
            calls: handler.calls.iter().map(|callee| self.plan_call(consumer, callee)).collect(),
            continues: handler.on_call_failure == OnCallFailure::Continue,
            transient: handler.failures.transient,
            poison: self.plan_poison(&handler.failures.poison, &place("failures.poison")),
            emissions: self.plan_emissions(
                consumer,
                (&handler.emits, &place("emits")),
                (names, classes),
                numbers,
            ),
        }
    }

    /// The emissions of a list, which can read some names beside payload and message.
    fn plan_emissions(
        &self,
        consumer: &str,
        (list, place): (&[Emission], &str),
        (names, classes): (&[&str], &[PlanClass]),
        numbers: &mut impl Iterator<Item = u32>,
    ) -> Vec<PlanEmission> {
        list.iter()
            .enumerate()
            .zip(numbers)
            .map(|((j, emission), number)| {
                let place = format!("{place}.{j}");
                let plan = self.plan_emission(consumer, emission, (names, &place), classes);
                PlanEmission { number, ..plan }
            })
            .collect()
    }

    /// A call asks what its contract lists first; with an empty contract, a message of no type.
    fn plan_call(&self, caller: &str, callee: &str) -> PlanCall {
        let is_it = |edge: &Edge| edge.kind == EdgeKind::Call && edge.to == callee;
        let found = self.edges_from(caller, is_it);
        let edge = *found.first().expect("invariant: the lints found the call edge");
        let contract = &self.edges[edge as usize].1.contract;
        let message = contract.messages.first().map_or(NONE, |message| self.type_of(message));
        PlanCall { edge, message }
    }

    fn type_of(&self, message: &MessageRef) -> TypeIndex {
        self.types.get(&message.name)
    }

    fn plan_emission(
        &self,
        consumer: &str,
        emission: &Emission,
        (names, place): (&[&str], &str),
        classes: &[PlanClass],
    ) -> PlanEmission {
        let own = with_parts(emission, names);
        let expression = |expression: &Option<Expression>, names: &[&str], property: &str| {
            self.expressions.add(expression.as_ref(), names, || format!("{place}.{property}"))
        };
        PlanEmission {
            condition: expression(&emission.when, &own, "when"),
            parts: expression(&emission.parts, names, "parts"),
            key: expression(&emission.key, &own, "key"),
            mapping: self.expressions.add_mapping(emission, names, place),
            identity: emission.identity,
            number: 0,
            class: self.class_of(
                (&emission.message, &emission.properties, emission.claim_check.as_ref()),
                classes,
            ),
            message_type: self.type_of(&emission.message),
            route: None,
            edges: self.edges_from(consumer, |edge| {
                edge.kind == EdgeKind::Publish && edge.contract.carries(&emission.message.name)
            }),
            reply: emission
                .reply
                .as_ref()
                .map(|reply| (self.types.get(&reply.message), reply.within)),
        }
    }

    fn plan_poison(&self, poison: &Poison, place: &str) -> PlanPoison {
        match poison {
            Poison::None => PlanPoison::None,
            Poison::Share(share) => PlanPoison::Share(*share),
            Poison::Messages(names) => PlanPoison::Messages(self.message_names(names)),
            Poison::Keys(keys) => {
                let mut keys = keys.clone();
                keys.sort_unstable();
                PlanPoison::Keys(keys)
            }
            Poison::When(expression) => {
                let place = || place.to_owned();
                PlanPoison::When(self.expressions.add(Some(expression), &[], place))
            }
        }
    }

    fn message_names(&self, names: &[MessageName]) -> Vec<(NodeIndex, u64)> {
        let mut resolved: Vec<(NodeIndex, u64)> =
            names.iter().map(|name| (self.nodes.get(&name.source), name.number)).collect();
        resolved.sort_unstable();
        resolved
    }

    fn plan_workloads(&self, classes: &[PlanClass]) -> Vec<PlanWorkload> {
        let (mut workloads, mut replays) = (Vec::new(), 0..);
        for (producer, at) in (0..).zip(&self.nodes.order) {
            let node = &self.design.nodes[*at];
            let Role::Producer(role) = &node.role else { continue };
            for (line, workload) in role.workload.iter().enumerate() {
                let at_edges = |kind| {
                    self.edges_from(&node.name, |edge| {
                        edge.kind == kind && edge.contract.carries(&workload.message.name)
                    })
                };
                workloads.push(PlanWorkload {
                    producer,
                    key: format!("{}/{line}", node.stable_key()),
                    class: self.class_of(
                        (&workload.message, &workload.properties, workload.claim_check.as_ref()),
                        classes,
                    ),
                    message_type: self.type_of(&workload.message),
                    route: None,
                    arrivals: workload.arrivals.clone(),
                    is_by_chance: matches!(workload.arrivals, Arrivals::Poisson(_)),
                    mean_gap_ns: match &workload.arrivals {
                        Arrivals::Poisson(rate) => rate.mean_interval_ns(),
                        Arrivals::Constant(_) | Arrivals::Scripted(_) | Arrivals::Recorded(_) => {
                            0.0
                        }
                    },
                    count: workload.count.unwrap_or(u64::MAX),
                    start: Time(workload.start.0),
                    keys: workload.keys,
                    replay: match &workload.arrivals {
                        Arrivals::Recorded(_) => replays.next().unwrap_or(NONE),
                        Arrivals::Constant(_) | Arrivals::Poisson(_) | Arrivals::Scripted(_) => {
                            NONE
                        }
                    },
                    publish: at_edges(EdgeKind::Publish),
                    calls: at_edges(EdgeKind::Call),
                });
            }
        }
        workloads
    }
}

/// The same, made anew one after the other: what belongs to one lies close together in memory.
fn side_by_side(consumers: &[PlanConsumer]) -> Vec<PlanConsumer> {
    consumers.to_vec()
}

/// What stands for a place in the hash of a record.
fn place_key(key: &str) -> u64 {
    stream_id(0, key, Purpose::Place)
}
