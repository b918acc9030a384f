//! Windows over event time: which windows a message belongs to, when they fire, what is too late
//! (Flink documentation, windows; Kafka Streams developer guide, sliding windows).

use flowbench_model::pattern::window::{LateEvents, Windows};
use flowbench_model::time::Span;
use serde_json::{Value, json};

use crate::content::Circumstances;
use crate::engine::Engine;
use crate::plan::NONE;
use crate::plan::pattern::PlanWindow;
use crate::world::ledger::Amount;
use crate::world::pattern::window::{Pane, WindowKey, WindowState};
use crate::world::pattern::{InstanceKey, PatternState};

/// Positions of the states on the card.
const OPEN: u64 = 0;
const FIRED: u64 = 1;
const GONE: u64 = 2;

/// A message where windows see it.
#[derive(Clone, Copy)]
struct Seen {
    at: i64,
    group: InstanceKey,
    amount: Amount,
}

impl Engine<'_> {
    fn windows(&mut self, consumer: u32) -> &mut WindowState {
        let PatternState::Window(state) = &mut self.world.patterns[consumer as usize] else {
            unreachable!("invariant: a consumer with windows has their state")
        };
        state
    }

    /// A message goes into its windows, and the watermark may go on.
    pub(super) fn put_in_windows(&mut self, consumer: u32, plan: &PlanWindow, of: &Circumstances) {
        let Some(seen) = self.seen(plan, of) else { return };
        let watermark = self.windows(consumer).watermark;
        let lateness = millis(plan.allowed_lateness);
        let is_gone = |key: &WindowKey| {
            watermark.is_some_and(|watermark| key.end - 1 + lateness <= watermark)
        };
        let wanted = wanted(&plan.windows, self.windows(consumer), seen);
        let open: Vec<WindowKey> = wanted.into_iter().filter(|key| !is_gone(key)).collect();
        if open.is_empty() {
            self.windows(consumer).too_late += 1;
            if plan.late == LateEvents::Divert {
                let none = Value::Null;
                self.emit_of_pattern(consumer, &plan.emits_late, of, &[("window", &none)]);
            }
        }
        for key in open {
            self.put_in(consumer, plan, key, (seen, of));
        }
        if let Windows::Sliding { difference } = plan.windows {
            self.keep_event(consumer, seen, millis(difference) + lateness);
        }
        self.hear(consumer, plan, of.message.source, seen.at);
        self.fire_due(consumer, plan);
    }

    fn seen(&mut self, plan: &PlanWindow, of: &Circumstances) -> Option<Seen> {
        let at = match plan.event_time {
            NONE => (of.message.published_at.0 / 1_000_000) as i64,
            time => self.value(time, of, &[]).ok()?.as_f64()? as i64,
        };
        let amount = match plan.value {
            NONE => Amount::ONE,
            value => Amount::of(&self.value(value, of, &[]).ok()?)?,
        };
        let group = self.word_of(plan.grouping, of, of.message.key);
        Some(Seen { at, group, amount })
    }

    /// Puts a message into one window; a session may join others.
    fn put_in(
        &mut self,
        consumer: u32,
        plan: &PlanWindow,
        key: WindowKey,
        (seen, of): (Seen, &Circumstances),
    ) {
        let now = self.world.now;
        let state = self.windows(consumer);
        let (key, mut pane) = match plan.windows {
            Windows::Session { .. } => join_sessions(state, key, now, of),
            Windows::Sliding { .. } => {
                let known = state.panes.remove(&key);
                let begin = || filled(state, key, (seen, of), now);
                (key, known.unwrap_or_else(begin))
            }
            Windows::Tumbling { .. } | Windows::Hopping { .. } => {
                (key, state.panes.remove(&key).unwrap_or_else(|| Pane::new(now, of)))
            }
        };
        let is_new = pane.count == 0;
        if key.start <= seen.at && seen.at < key.end {
            pane.take(seen.amount);
        }
        pane.last = *of;
        let is_over = state.watermark.is_some_and(|watermark| key.end - 1 <= watermark);
        state.panes.insert(key, pane);
        if is_new {
            self.note_state(consumer, OPEN, of);
        }
        if is_over {
            self.fire(consumer, plan, key);
        }
    }

    fn keep_event(&mut self, consumer: u32, seen: Seen, kept_for: i64) {
        let state = self.windows(consumer);
        state.events.entry((seen.group, seen.at)).or_default().push(seen.amount);
        let oldest = state.watermark.map(|watermark| watermark - 2 * kept_for - 1);
        if let Some(oldest) = oldest {
            state.events.retain(|(_, at), _| *at >= oldest);
        }
    }

    /// A source was heard of: the watermark may go on.
    fn hear(&mut self, consumer: u32, plan: &PlanWindow, source: u32, at: i64) {
        let now = self.world.now;
        let state = self.windows(consumer);
        let known = state.sources.entry(source).or_default();
        known.newest = Some(known.newest.map_or(at, |newest| newest.max(at)));
        known.heard_at = now;
        known.is_idle = false;
        state.advance(millis(plan.out_of_orderness));
        self.watch_idle(consumer, plan);
    }

    /// Looks again when the next source may have become idle.
    fn watch_idle(&mut self, consumer: u32, plan: &PlanWindow) {
        let Some(idle_after) = plan.idle_after else { return };
        let now = self.world.now;
        let state = self.windows(consumer);
        let awake = state.sources.values().filter(|source| !source.is_idle);
        let next = awake.map(|source| source.heard_at.after(idle_after)).min();
        if state.timer.is_none()
            && let Some(next) = next
        {
            let timer = self.set_timer(consumer, 0, next.since(now).max(Span(1)));
            self.windows(consumer).timer = Some(timer);
        }
    }

    /// A source from which nothing came for long no longer holds the watermark back.
    pub(super) fn sources_may_be_idle(&mut self, consumer: u32, plan: &PlanWindow) {
        let now = self.world.now;
        let idle_after = plan.idle_after.unwrap_or_default();
        let state = self.windows(consumer);
        state.timer = None;
        for source in state.sources.values_mut() {
            source.is_idle = now.since(source.heard_at) >= idle_after;
        }
        state.advance(millis(plan.out_of_orderness));
        self.watch_idle(consumer, plan);
        self.fire_due(consumer, plan);
    }

    /// Fires the windows that the watermark has passed, and takes away those that are over.
    fn fire_due(&mut self, consumer: u32, plan: &PlanWindow) {
        let Some(watermark) = self.windows(consumer).watermark else { return };
        let is_due =
            |(key, pane): &(&WindowKey, &Pane)| key.end - 1 <= watermark && !pane.has_fired;
        let due: Vec<WindowKey> =
            self.windows(consumer).panes.iter().filter(is_due).map(|(key, _)| *key).collect();
        for key in due {
            self.fire(consumer, plan, key);
        }
        let lateness = millis(plan.allowed_lateness);
        let is_gone = |key: &&WindowKey| key.end - 1 + lateness <= watermark;
        let gone: Vec<WindowKey> =
            self.windows(consumer).panes.keys().filter(is_gone).copied().collect();
        for key in gone {
            if let Some(pane) = self.windows(consumer).panes.remove(&key) {
                self.note_state(consumer, GONE, &pane.last);
            }
        }
    }

    /// Publishes the result of a window, or publishes it again.
    fn fire(&mut self, consumer: u32, plan: &PlanWindow, key: WindowKey) {
        let state = self.windows(consumer);
        let Some(pane) = state.panes.get_mut(&key) else { return };
        pane.firings += 1;
        pane.has_fired = true;
        let pane = pane.clone();
        match pane.firings {
            1 => state.results += 1,
            _ => state.later += 1,
        }
        self.note_state(consumer, FIRED, &pane.last);
        let window = json!({
            "start_ms": key.start,
            "end_ms": key.end,
            "count": pane.count,
            "sum": number(pane.sum),
            "smallest": number(pane.smallest),
            "largest": number(pane.largest),
            "firing": pane.firings,
        });
        let cause = Circumstances { at: self.world.now, ..pane.last };
        self.emit_of_pattern(consumer, &plan.emits, &cause, &[("window", &window)]);
    }
}

/// A whole number stays one, so that expressions can go on with it.
fn number(amount: Amount) -> Value {
    match amount.0 % Amount::ONE.0 {
        0 => json!(amount.0 / Amount::ONE.0),
        _ => json!(amount.value()),
    }
}

fn millis(span: Span) -> i64 {
    i64::try_from(span.0 / 1_000_000).unwrap_or(i64::MAX / 4)
}

/// The windows that a message belongs to, and those that come into being with it.
fn wanted(windows: &Windows, state: &WindowState, seen: Seen) -> Vec<WindowKey> {
    let Seen { at, group, .. } = seen;
    let key = |start: i64, size: i64| WindowKey { start, end: start + size, group };
    match windows {
        Windows::Tumbling { size, offset } => {
            let (size, offset) = (millis(*size).max(1), millis(*offset));
            vec![key(at - (at - offset).rem_euclid(size), size)]
        }
        Windows::Hopping { size, slide } => {
            let (size, slide) = (millis(*size).max(1), millis(*slide).max(1));
            let last = at - at.rem_euclid(slide);
            let starts = (0..).map(|step| last - step * slide);
            let mut keys: Vec<WindowKey> = starts
                .take_while(|start| start + size > at)
                .map(|start| key(start, size))
                .collect();
            keys.reverse();
            keys
        }
        Windows::Session { gap } => vec![key(at, millis(*gap).max(1))],
        Windows::Sliding { difference } => sliding(state, seen, millis(*difference)),
    }
}

/// Sliding windows: one that ends with each message, and one that begins right after it, as far as
/// there is something in it. Both bounds are inside.
fn sliding(state: &WindowState, seen: Seen, difference: i64) -> Vec<WindowKey> {
    let Seen { at, group, .. } = seen;
    let (least, most) = (at.saturating_sub(difference + 1), at.saturating_add(difference + 1));
    let near = state.events.range((group, least)..=(group, most));
    let others: Vec<i64> = near.map(|((_, other), _)| *other).filter(|it| *it != at).collect();
    let key = |start: i64| WindowKey { start, end: start + difference + 1, group };
    let mut keys = vec![key(at - difference)];
    for other in &others {
        if *other > at && *other - difference <= at {
            keys.push(key(other - difference));
        }
        if *other < at && at <= other + 1 + difference {
            keys.push(key(other + 1));
        }
    }
    if others.iter().any(|other| *other > at && *other <= at + 1 + difference) {
        keys.push(key(at + 1));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A sliding window that comes into being, with what came before and belongs to it.
fn filled(
    state: &WindowState,
    key: WindowKey,
    (seen, of): (Seen, &Circumstances),
    now: flowbench_model::time::Time,
) -> Pane {
    let mut pane = Pane::new(now, of);
    let inside = state.events.range((key.group, key.start)..(key.group, key.end));
    for amount in inside.flat_map(|(_, amounts)| amounts) {
        pane.take(*amount);
    }
    debug_assert!(seen.group == key.group, "invariant: windows do not mix groups");
    pane
}

/// The session that a message belongs to: those that it touches become one.
fn join_sessions(
    state: &mut WindowState,
    key: WindowKey,
    now: flowbench_model::time::Time,
    of: &Circumstances,
) -> (WindowKey, Pane) {
    let touches = |other: &&WindowKey| {
        other.group == key.group && other.start <= key.end && key.start <= other.end
    };
    let joined: Vec<WindowKey> = state.panes.keys().filter(touches).copied().collect();
    let (mut whole, mut pane) = (key, Pane::new(now, of));
    for other in joined {
        if let Some(before) = state.panes.remove(&other) {
            whole.start = whole.start.min(other.start);
            whole.end = whole.end.max(other.end);
            pane.join(&before);
        }
    }
    (whole, pane)
}
