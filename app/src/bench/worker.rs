//! The thread that computes runs and finds instants in them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;

use flowbench_model::design::Design;
use flowbench_model::finding::{Finding, Place, Severity};
use flowbench_model::scenario::Scenario;
use flowbench_model::schema::Schemas;
use flowbench_model::time::Time;
use flowbench_simulator::comparison::Comparison;
use flowbench_simulator::plan::{Plan, Surroundings};
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::recording::Recording;
use flowbench_simulator::run::Run;

use crate::bench::comparing::Compared;
use crate::beside::Beside;

/// What is asked of the worker.
#[derive(Debug)]
pub enum Order {
    /// Computes a run; a recording that is being computed is given up.
    Make {
        /// Counts up.
        number: u64,
        /// What runs.
        design: Arc<Design>,
        /// Under which load, faults and actions.
        scenario: Arc<Scenario>,
        /// Where its recorded files are.
        beside: Beside,
        /// The schema files of the design.
        schemas: Arc<Schemas>,
    },
    /// Compares the last recording with a run of another scenario, or of its own.
    Compare {
        /// Of the order of the recording; when another one is ordered, nobody wants it any more.
        recording: u64,
        /// Of this comparison.
        number: u64,
        /// What else runs; the same once more if absent.
        other: Option<(Arc<Design>, Box<Scenario>)>,
    },
    /// Shows an instant of the last recording.
    Show(Time),
    /// Shows what is shown and one event more.
    Step,
    /// Shows what is shown without its last event.
    StepBack,
}

/// What the worker has done.
#[derive(Debug)]
pub enum Answer {
    /// A recording is computed so far.
    Progress {
        /// Of its order.
        number: u64,
        /// The instant that is reached.
        to: Time,
    },
    /// A recording, or why there is none.
    Made {
        /// Of its order.
        number: u64,
        /// The run.
        recording: Result<Arc<Recording>, Vec<Finding>>,
    },
    /// How far a comparison is, or that it cannot be made.
    Compared {
        /// Of its order.
        number: u64,
        /// What is known of it.
        compared: Option<Compared>,
    },
    /// The world at an instant.
    World {
        /// The world.
        run: Arc<Run>,
        /// Whether it was reached by a step, so that the position follows it.
        is_step: bool,
    },
}

/// Called whenever there is an answer.
#[derive(Clone, Default)]
pub struct Waker(pub Option<Arc<dyn Fn() + Send + Sync>>);

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Waker" } else { "no waker" })
    }
}

/// The thread has ended although nobody asked it to.
#[derive(Clone, Copy, Debug)]
pub struct Stopped;

/// The thread, seen from the other side. It ends when this is dropped.
#[derive(Debug)]
pub struct Worker {
    orders: Sender<Order>,
    answers: Receiver<Answer>,
    wanted: Arc<AtomicU64>,
}

/// The number that no order has: whoever computes may stop.
const NOTHING: u64 = u64::MAX;

impl Worker {
    /// Starts the thread. If the system gives none, no order is ever answered.
    #[must_use]
    pub fn start(waker: Waker) -> Worker {
        let (orders, incoming) = channel();
        let (outgoing, answers) = channel();
        let wanted = Arc::new(AtomicU64::new(0));
        let desk = Desk {
            answers: outgoing,
            wanted: Arc::clone(&wanted),
            waker,
            beside: Beside::default(),
            recording: None,
            run: None,
            schemas: Arc::default(),
        };
        let thread = thread::Builder::new().name("simulation".to_owned());
        // Without a thread the receiver is dropped: `wait` then says so.
        let _ = thread.spawn(move || desk.work(&incoming));
        Worker { orders, answers, wanted }
    }

    /// Gives an order; a new recording takes the place of one that is being computed.
    pub fn give(&self, order: Order) {
        if let Order::Make { number, .. } = &order {
            self.wanted.store(*number, Ordering::Relaxed);
        }
        // If the thread has ended, `take` and `wait` tell.
        let _ = self.orders.send(order);
    }

    /// The next answer, if there is one already.
    ///
    /// # Errors
    /// If the thread has ended.
    pub fn take(&self) -> Result<Option<Answer>, Stopped> {
        match self.answers.try_recv() {
            Ok(answer) => Ok(Some(answer)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(Stopped),
        }
    }

    /// The next answer.
    ///
    /// # Errors
    /// If the thread has ended.
    pub fn wait(&self) -> Result<Answer, Stopped> {
        self.answers.recv().map_err(|_| Stopped)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.wanted.store(NOTHING, Ordering::Relaxed);
    }
}

/// What the thread holds.
#[derive(Clone)]
struct Desk {
    answers: Sender<Answer>,
    wanted: Arc<AtomicU64>,
    waker: Waker,
    beside: Beside,
    recording: Option<Arc<Recording>>,
    run: Option<Arc<Run>>,
    /// The schema files of what was ordered last.
    schemas: Arc<Schemas>,
}

impl Desk {
    fn work(mut self, orders: &Receiver<Order>) {
        while let Ok(order) = orders.recv() {
            match order {
                Order::Make { number, design, scenario, beside, schemas } => {
                    self.beside = beside;
                    self.schemas = schemas;
                    self.make(number, &design, &scenario);
                }
                Order::Compare { recording, number, other } => {
                    self.compare(recording, number, other);
                }
                Order::Show(time) => self.show(time),
                Order::Step => self.step(),
                Order::StepBack => self.step_back(),
            }
        }
    }

    fn answer(&self, answer: Answer) {
        // Nobody listens any more: the thread ends with the next order.
        let _ = self.answers.send(answer);
        if let Some(wake) = &self.waker.0 {
            wake();
        }
    }

    fn make(&mut self, number: u64, design: &Design, scenario: &Scenario) {
        let is_wanted = || self.wanted.load(Ordering::Relaxed) == number;
        if !is_wanted() {
            return;
        }
        let open = |file: &str| self.beside.open(file);
        let surroundings = Surroundings { schemas: &self.schemas, open: &open };
        let plan = Plan::compile_with(design, scenario, scenario.seed, &surroundings);
        let recording = match plan {
            Err(findings) => Err(findings),
            Ok(plan) => {
                let goes_on = |to| {
                    self.answer(Answer::Progress { number, to });
                    is_wanted()
                };
                match Recording::make(plan, Keep::Everything, goes_on) {
                    Some(recording) => Ok(Arc::new(recording)),
                    None => return,
                }
            }
        };
        self.recording = recording.as_ref().ok().map(Arc::clone);
        self.run = None;
        self.answer(Answer::Made { number, recording });
    }

    /// Compares on a thread of its own: instants are shown meanwhile.
    fn compare(&self, recording: u64, number: u64, other: Option<(Arc<Design>, Box<Scenario>)>) {
        let desk = self.clone();
        let thread = thread::Builder::new().name("comparison".to_owned());
        let spawned = thread.spawn(move || {
            let compared = desk.compared(recording, number, other.as_ref()).map(Compared::Done);
            desk.answer(Answer::Compared { number, compared });
        });
        if spawned.is_err() {
            self.answer(Answer::Compared { number, compared: None });
        }
    }

    /// What a comparison comes to; absent if nobody wants it any more, or the other scenario cannot
    /// run.
    fn compared(
        &self,
        wanted: u64,
        number: u64,
        other: Option<&(Arc<Design>, Box<Scenario>)>,
    ) -> Option<Comparison> {
        let recording = self.recording.as_ref()?;
        let plan = match other {
            Some((design, scenario)) => {
                let open = |file: &str| self.beside.open(file);
                let surroundings = Surroundings { schemas: &self.schemas, open: &open };
                Plan::compile_with(design, scenario, scenario.seed, &surroundings).ok()?
            }
            None => Arc::clone(recording.plan()),
        };
        recording.compare(&plan, |to| {
            self.answer(Answer::Compared { number, compared: Some(Compared::Running(to)) });
            self.wanted.load(Ordering::Relaxed) == wanted
        })
    }

    fn show(&mut self, time: Time) {
        let Some(recording) = &self.recording else { return };
        let run = recording.at(time);
        self.show_run(run, false);
    }

    fn step(&mut self) {
        let (Some(recording), Some(shown)) = (&self.recording, &self.run) else { return };
        let mut run = shown.as_ref().clone();
        run.step(&mut Recorder::new(recording.plan(), Keep::Nothing));
        self.show_run(run, true);
    }

    fn step_back(&mut self) {
        let (Some(recording), Some(shown)) = (&self.recording, &self.run) else { return };
        let run = one_event_before(recording, shown);
        self.show_run(run, true);
    }

    fn show_run(&mut self, run: Run, is_step: bool) {
        let run = Arc::new(run);
        self.run = Some(Arc::clone(&run));
        self.answer(Answer::World { run, is_step });
    }
}

/// The world before its last event: from the instant before the last entry, forward by events.
fn one_event_before(recording: &Recording, shown: &Run) -> Run {
    let record = recording.record();
    let last = record.first_after(shown.now()).checked_sub(1).and_then(|at| record.entry(at));
    let earlier = last.map_or(Time::ZERO, |entry| entry.at).0.checked_sub(1);
    let mut run = match earlier {
        Some(earlier) => recording.at(Time(earlier)),
        None => Run::new(Arc::clone(recording.plan())),
    };
    // An event may leave no entry: then the last entry is older than the last event.
    let mut silent = Recorder::new(recording.plan(), Keep::Nothing);
    while run.events() + 1 < shown.events() && run.step(&mut silent) {}
    run
}

impl Stopped {
    /// What is shown in place of a run.
    #[must_use]
    pub fn finding(self) -> Finding {
        Finding {
            code: "simulation-stopped",
            severity: Severity::Error,
            place: Place::Design,
            property: String::new(),
            sentence: "the simulation stopped unexpectedly; change something to run it again, or \
                       save and start Flowbench again"
                .to_owned(),
            fix: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use flowbench_model::channel::Channel;
    use flowbench_model::edge::{Edge, EdgeKind};
    use flowbench_model::message::{Message, MessageKind, MessageRef, Properties};
    use flowbench_model::node::{
        Arrivals, Consumer, Distribution, Handler, Keys, Node, Producer, Role, Workload,
    };
    use flowbench_model::time::Span;

    use super::*;

    fn recording() -> Recording {
        let mut design = Design::new("test");
        design.messages.push(Arc::new(Message::new("Ping", MessageKind::Event)));
        let workload = vec![Workload {
            message: MessageRef::newest("Ping"),
            arrivals: Arrivals::Constant("10/s".parse().expect("rate")),
            count: Some(20),
            start: Span::ZERO,
            keys: Keys::Unique,
            claim_check: None,
            properties: Properties::default(),
        }];
        let handler = Handler {
            service_time: Distribution::Constant(Span::from_millis(30)),
            ..Handler::default()
        };
        let consumer = Consumer { handlers: vec![handler], ..Consumer::default() };
        design.nodes = vec![
            Arc::new(Node::new("source", Role::Producer(Producer { workload }))),
            Arc::new(Node::new("queue", Role::Channel(Channel::default()))),
            Arc::new(Node::new("sink", Role::Consumer(consumer))),
        ];
        design.edges = vec![
            Arc::new(Edge::new(EdgeKind::Publish, "source", "queue")),
            Arc::new(Edge::new(EdgeKind::Subscribe, "queue", "sink")),
        ];
        let scenario = Scenario::new("all", Span::from_secs(3));
        let plan = Plan::compile(&design, &scenario, 1).expect("plan");
        Recording::make(plan, Keep::Everything, |_| true).expect("recording")
    }

    #[test]
    fn stepping_back_undoes_each_step() {
        let recording = recording();
        let mut silent = Recorder::new(recording.plan(), Keep::Nothing);
        let mut run = Run::new(Arc::clone(recording.plan()));
        let mut shown = vec![(run.events(), run.totals())];
        while run.step(&mut silent) {
            shown.push((run.events(), run.totals()));
        }
        assert!(shown.len() > 40, "{}", shown.len());
        for expected in shown.iter().rev().skip(1) {
            run = one_event_before(&recording, &run);
            assert_eq!((run.events(), run.totals()), *expected);
        }
        assert_eq!(one_event_before(&recording, &run).events(), 0);
    }
}
