//! Every saga, or process, of a consumer comes to its end in time.

use flowbench_model::time::{Span, Time};

use super::{Answer, End, Watch};
use crate::message::Message;
use crate::plan::{NONE, Plan};
use crate::record::Entry;
use crate::world::pattern::{InstanceKey, PatternState};

#[derive(Debug)]
pub(super) struct SagasEnd {
    /// Index in [`Plan::consumers`].
    consumer: u32,
    within: Span,
}

/// How one of them went.
struct Course {
    key: InstanceKey,
    since: Time,
    /// When it came to an end that needs nobody.
    ended: Option<Time>,
    needs_operator: Option<Time>,
}

impl SagasEnd {
    pub(super) fn new(plan: &Plan, consumer: &str, within: Span) -> SagasEnd {
        let node = plan.node_named(consumer);
        let consumer = node.map_or(NONE, |node| plan.nodes[node as usize].part);
        SagasEnd { consumer, within }
    }

    /// When it was clear that one is too late, if it is.
    fn broken_at(&self, course: &Course, now: Time) -> Option<Time> {
        let due = course.since.after(self.within);
        let is_late = course.ended.map_or(now > due, |ended| ended > due);
        let at = is_late.then_some(due);
        at.into_iter().chain(course.needs_operator).min()
    }
}

impl Watch for SagasEnd {
    fn see(&mut self, _plan: &Plan, _entry: &Entry, _message: Option<&Message>) {}

    fn answer(&self, end: &End<'_>) -> Answer {
        let state = end.world.patterns.get(self.consumer as usize);
        let courses = state.map_or(Vec::new(), courses);
        let now = end.world.now;
        let mut broken: Vec<(Time, &Course)> = courses
            .iter()
            .filter_map(|course| Some((self.broken_at(course, now)?, course)))
            .collect();
        broken.sort_by_key(|(at, course)| (*at, course.key));
        if let Some((at, first)) = broken.first() {
            let operators = broken.iter().filter(|(_, it)| it.needs_operator.is_some()).count();
            let evidence = format!(
                "{} of {} did not end within {}, {operators} of them need an operator; the first \
                 is {}, begun at {}",
                broken.len(),
                courses.len(),
                self.within,
                first.key,
                first.since,
            );
            return Answer::violated(*at, evidence);
        }
        let open = courses.iter().filter(|course| course.ended.is_none()).count();
        match open {
            0 => Answer::held(end, format!("all {} ended within {}", courses.len(), self.within)),
            _ => Answer::undecided(end, format!("{open} were under way at the end of the run")),
        }
    }
}

fn courses(state: &PatternState) -> Vec<Course> {
    let open = |(key, since): (&InstanceKey, Time)| Course {
        key: *key,
        since,
        ended: None,
        needs_operator: None,
    };
    if let PatternState::Saga(sagas) = state {
        let ended = sagas.ended.iter().map(|(key, it)| Course {
            key: *key,
            since: it.since,
            ended: Some(it.at),
            needs_operator: it.needs_operator().then_some(it.at),
        });
        return sagas.open.iter().map(|(key, it)| open((key, it.since))).chain(ended).collect();
    }
    let PatternState::Process(processes) = state else { return Vec::new() };
    let ended = processes.ended.iter();
    let ended = ended.map(|(key, it)| Course { ended: Some(it.at), ..open((key, it.since)) });
    processes.open.iter().map(|(key, it)| open((key, it.since))).chain(ended).collect()
}
