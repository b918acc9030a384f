//! What the protections of an edge or a consumer do at the instant that is shown.

use egui::{Color32, RichText, Ui};
use flowbench_model::name::EdgeName;
use flowbench_simulator::protection::BreakerInside;
use flowbench_simulator::run::Run;
use flowbench_simulator::world::BreakerState;

use crate::gui::clock;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::form::Form;
use crate::gui::words;
use crate::session::Session;

/// A line: what it is, what it says, and how grave that is.
type Line = (String, String, Tone);

#[derive(Clone, Copy)]
enum Tone {
    Plain,
    Good,
    Doubtful,
    Bad,
}

/// Shows the state of what an edge has; nothing while there is no run, or it has nothing.
pub(super) fn of_edge(form: &mut Form, session: &Session, name: &EdgeName) {
    let Some(world) = &session.bench.world else { return };
    let Some(edge) = world.plan().edge_named(&name.to_string()) else { return };
    let mut lines = Vec::new();
    if let Some(breaker) = world.breaker(edge) {
        lines.extend(breaker_lines(&breaker));
    }
    if let Some(it) = world.bulkhead(edge) {
        let waiting = match it.waiting {
            0 => String::new(),
            waiting => format!(", {} waiting", words::grouped(waiting.into())),
        };
        let tone = if it.taken < it.calls { Tone::Plain } else { Tone::Doubtful };
        lines.push((
            "Bulkhead".into(),
            format!("{} of {} calls{waiting}", it.taken, it.calls),
            tone,
        ));
    }
    if let Some(left) = world.retries_left(edge) {
        let tone = if left < 1.0 { Tone::Doubtful } else { Tone::Plain };
        lines.push(("Budget".into(), format!("{left:.1} retries left"), tone));
    }
    show(form, world, &lines);
}

/// Shows the state of what a consumer has.
pub(super) fn of_consumer(form: &mut Form, session: &Session, name: &str) {
    let Some(world) = &session.bench.world else { return };
    let Some(node) = world.plan().node_named(name) else { return };
    let mut lines = Vec::new();
    if let Some(it) = world.instances(node) {
        lines.push(("Instances".into(), words::count(it.ready.into(), "instance"), Tone::Plain));
        if let Some(first) = it.starting.first() {
            let text = format!("{}, the first at {}", it.starting.len(), clock::short(*first));
            lines.push(("Starting".into(), text, Tone::Doubtful));
        }
        if let Some(since) = it.surplus_since {
            lines.push(("Too many".into(), format!("since {}", clock::short(since)), Tone::Plain));
        }
    }
    if let Some(tokens) = world.tokens(node) {
        lines.push(tokens_line("Tokens".to_owned(), tokens));
    }
    for (place, tokens) in world.handler_tokens(node) {
        lines.push(tokens_line(format!("Tokens of handler {}", place + 1), tokens));
    }
    let queued = world.waiting_calls(node);
    if queued > 0 {
        lines.push(("Call queue".into(), words::count(queued as u64, "call"), Tone::Plain));
    }
    show(form, world, &lines);
}

fn tokens_line(name: String, tokens: f64) -> Line {
    match tokens {
        tokens if tokens < 0.0 => (name, format!("{:.1} are waited for", -tokens), Tone::Doubtful),
        tokens => (name, format!("{tokens:.1} left"), Tone::Plain),
    }
}

fn breaker_lines(it: &BreakerInside) -> Vec<Line> {
    let since = clock::short(it.since);
    let (state, tone) = match it.state {
        BreakerState::Closed => (format!("closed since {since}"), Tone::Good),
        BreakerState::HalfOpen => {
            (format!("half-open since {since}, {} on trial", it.trials), Tone::Doubtful)
        }
        BreakerState::Open => {
            let until = it.until.map(clock::short).unwrap_or_default();
            (format!("open since {since}, until {until}"), Tone::Bad)
        }
    };
    let mut lines = vec![("Breaker".into(), state, tone)];
    if it.state != BreakerState::Open {
        let (known, window) = (it.known, it.window);
        let outcomes = format!("{known} of {window}: {} failed, {} slow", it.failed, it.slow);
        lines.push(("Outcomes".into(), outcomes, Tone::Plain));
    }
    if it.waiting > 0 {
        lines.push(("Held back".into(), words::count(it.waiting.into(), "call"), Tone::Doubtful));
    }
    if it.opened > 0 {
        lines.push(("Opened".into(), words::count(it.opened.into(), "time"), Tone::Plain));
    }
    lines
}

fn show(form: &mut Form, world: &Run, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    form.section("Inside", |form| {
        form.note(&format!("At {}", clock::short(world.now())));
        for (name, text, tone) in lines {
            line(form.ui, name, text, *tone);
        }
    });
}

fn line(ui: &mut Ui, name: &str, text: &str, tone: Tone) {
    let colors = Colors::of(ui);
    let color: Color32 = match tone {
        Tone::Plain => colors.text,
        Tone::Good => colors.ok,
        Tone::Doubtful => colors.warn,
        Tone::Bad => colors.error,
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(RichText::new(name).color(colors.muted));
        ui.add(egui::Label::new(RichText::new(text).color(color)).truncate()).on_hover_text(text);
    });
}
