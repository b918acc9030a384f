//! Rows of a fault beside its kind: when it begins and ends, whom it strikes, how many.

use flowbench_model::design::Design;
use flowbench_model::fault::{Condition, Correlation, Fault, Filter, Lasts, Trigger};
use flowbench_model::node::Distribution;
use flowbench_model::time::Span;

use super::{distribution, names};
use crate::gui::widgets::form::Form;

/// When it begins and ends.
pub(super) fn when(form: &mut Form, design: &Design, fault: &mut Fault) {
    trigger(form, design, &mut fault.trigger);
    if let Trigger::Random { .. } = fault.trigger {
        // It says itself how long it lasts.
        (fault.duration, fault.lasts) = (None, Lasts::Duration);
    } else {
        lasts(form, design, &mut fault.lasts);
    }
    if fault.lasts != Lasts::Duration {
        fault.duration = None;
    }
    if fault.kind.card().has_degree {
        form.value("Ramp in", "How long it takes to come to its full degree", &mut fault.ramp_in);
        form.value("Ramp out", "How long it takes to go, before its end", &mut fault.ramp_out);
    }
    let explanation = "Whether it ends; what does not heal stays to the end of the run";
    form.toggle("Heals", explanation, &mut fault.heals);
}

/// Whom it strikes.
pub(super) fn whom(form: &mut Form, design: &Design, fault: &mut Fault) {
    if fault.kind.card().is_selective {
        let explanation = "The chance of each message or attempt to be struck, from 0 to 1";
        form.share("Probability", explanation, &mut fault.probability);
        correlation(form, &mut fault.correlation);
        filter(form, design, &mut fault.filter);
    }
    let budget = &mut fault.budget;
    form.optional("At most", "So many at the same time; empty: no limit", &mut budget.at_most);
    form.optional("Keep", "At least so many are spared; empty: none", &mut budget.keep);
}

#[derive(Clone, Copy, PartialEq)]
enum Begins {
    Start,
    Message,
    When,
    Every,
    Random,
}

fn trigger(form: &mut Form, design: &Design, trigger: &mut Trigger) {
    let mut begins = match trigger {
        Trigger::Start => Begins::Start,
        Trigger::Message(_) => Begins::Message,
        Trigger::When(_) => Begins::When,
        Trigger::Every { .. } => Begins::Every,
        Trigger::Random { .. } => Begins::Random,
    };
    let before = begins;
    let choices = [
        (Begins::Start, "at its start".to_owned()),
        (Begins::Message, "at the n-th message".to_owned()),
        (Begins::When, "when something holds".to_owned()),
        (Begins::Every, "again and again".to_owned()),
        (Begins::Random, "by chance".to_owned()),
    ];
    form.pick("Begins", "What makes it begin, from its start on", &mut begins, &choices);
    if begins != before {
        let minute = Distribution::Exponential(Span::from_secs(60));
        let struck = Distribution::Exponential(Span::from_secs(5));
        *trigger = match begins {
            Begins::Start => Trigger::Start,
            Begins::Message => Trigger::Message(10),
            Begins::When => Trigger::When(first_condition(design)),
            Begins::Every => Trigger::Every { period: Span::from_secs(60), times: None },
            Begins::Random => Trigger::Random { well: minute, struck, luck: None },
        };
    }
    match trigger {
        Trigger::Start => {}
        Trigger::Message(number) => {
            form.count("Message", "Which message passes the target then", number, 1);
        }
        Trigger::When(condition) => form.nested("begins", |form| holds(form, design, condition)),
        Trigger::Every { period, times } => {
            form.value("Period", "From one beginning to the next", period);
            form.optional("Times", "How often; empty: to the end of the run", times);
        }
        Trigger::Random { well, struck, luck } => {
            form.nested("well", |form| {
                distribution::show(form, "Well", "How long it is well each time", well);
            });
            form.nested("struck", |form| {
                distribution::show(form, "Struck", "How long it is struck each time", struck);
            });
            form.optional(
                "Luck",
                "Faults of the same luck come together; empty: a luck of its own",
                luck,
            );
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Ends {
    Duration,
    Drawn,
    Until,
}

fn lasts(form: &mut Form, design: &Design, lasts: &mut Lasts) {
    let mut ends = match lasts {
        Lasts::Duration => Ends::Duration,
        Lasts::Drawn(_) => Ends::Drawn,
        Lasts::Until(_) => Ends::Until,
    };
    let before = ends;
    let choices = [
        (Ends::Duration, "after its duration".to_owned()),
        (Ends::Drawn, "after a time drawn".to_owned()),
        (Ends::Until, "when something holds".to_owned()),
    ];
    form.pick("Ends", "What makes it end", &mut ends, &choices);
    if ends != before {
        *lasts = match ends {
            Ends::Duration => Lasts::Duration,
            Ends::Drawn => Lasts::Drawn(Distribution::Exponential(Span::from_secs(10))),
            Ends::Until => Lasts::Until(first_condition(design)),
        };
    }
    match lasts {
        Lasts::Duration => {}
        Lasts::Drawn(law) => form.nested("length", |form| {
            distribution::show(form, "Length", "Drawn each time it begins", law);
        }),
        Lasts::Until(condition) => form.nested("ends", |form| holds(form, design, condition)),
    }
}

fn first_condition(design: &Design) -> Condition {
    let channel = names::channels(design).into_iter().next().unwrap_or_default();
    Condition::BacklogAbove { channel, limit: 100 }
}

#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Above,
    AtMost,
    DeadLetters,
    Violated,
}

fn holds(form: &mut Form, design: &Design, condition: &mut Condition) {
    let mut holds = match condition {
        Condition::BacklogAbove { .. } => Holds::Above,
        Condition::BacklogAtMost { .. } => Holds::AtMost,
        Condition::DeadLettersAbove(_) => Holds::DeadLetters,
        Condition::Violated(_) => Holds::Violated,
    };
    let before = holds;
    let choices = [
        (Holds::Above, "a backlog is above".to_owned()),
        (Holds::AtMost, "a backlog is at most".to_owned()),
        (Holds::DeadLetters, "dead letters are above".to_owned()),
        (Holds::Violated, "a promise is violated".to_owned()),
    ];
    form.pick("Condition", "What must hold", &mut holds, &choices);
    let channel = || names::channels(design).into_iter().next().unwrap_or_default();
    if holds != before {
        *condition = match holds {
            Holds::Above => Condition::BacklogAbove { channel: channel(), limit: 100 },
            Holds::AtMost => Condition::BacklogAtMost { channel: channel(), limit: 0 },
            Holds::DeadLetters => Condition::DeadLettersAbove(0),
            Holds::Violated => {
                let first = design.promises.first();
                Condition::Violated(first.map(|it| it.name.clone()).unwrap_or_default())
            }
        };
    }
    match condition {
        Condition::BacklogAbove { channel, limit }
        | Condition::BacklogAtMost { channel, limit } => {
            form.name_of("Channel", "Whose backlog", channel, &names::channels(design));
            form.value("Messages", "How many wait", limit);
        }
        Condition::DeadLettersAbove(limit) => {
            form.value("Dead letters", "How many there are", limit);
        }
        Condition::Violated(promise) => {
            form.text("Promise", "Of the design or the scenario, by name", promise);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Chances {
    Independent,
    Previous,
    GoodAndBad,
}

fn correlation(form: &mut Form, correlation: &mut Correlation) {
    let mut chances = match correlation {
        Correlation::Independent => Chances::Independent,
        Correlation::Previous(_) => Chances::Previous,
        Correlation::GoodAndBad { .. } => Chances::GoodAndBad,
    };
    let before = chances;
    let choices = [
        (Chances::Independent, "independent".to_owned()),
        (Chances::Previous, "like the one before".to_owned()),
        (Chances::GoodAndBad, "good and bad times".to_owned()),
    ];
    form.pick("Chances", "How one depends on the one before", &mut chances, &choices);
    if chances != before {
        *correlation = match chances {
            Chances::Independent => Correlation::Independent,
            Chances::Previous => Correlation::Previous(0.5),
            Chances::GoodAndBad => {
                Correlation::GoodAndBad { to_bad: 0.01, to_good: 0.1, good: 0.0, bad: 1.0 }
            }
        };
    }
    match correlation {
        Correlation::Independent => {}
        Correlation::Previous(share) => {
            form.share("Correlation", "So much of each draw is the one before", share);
        }
        Correlation::GoodAndBad { to_bad, to_good, good, bad } => {
            form.share("To bad", "The chance to go from good to bad, at each message", to_bad);
            form.share("To good", "The chance to go from bad to good, at each message", to_good);
            form.share("When good", "Share of the chance in good times", good);
            form.share("When bad", "Share of the chance in bad times", bad);
        }
    }
}

fn filter(form: &mut Form, design: &Design, filter: &mut Filter) {
    let explanation =
        format!("Only these types, such as {}; empty: all", names::messages(design).join(", "));
    form.list("Messages", &explanation, &mut filter.messages);
    form.list("Keys", "Only these ordering keys, such as 0, 3; empty: all", &mut filter.keys);
    form.words("From", "Only what these nodes publish; empty: all", &mut filter.from);
    super::contract::filter(form, &mut filter.properties);
    form.optional(
        "First attempt",
        "From this attempt on; empty: the first",
        &mut filter.first_attempt,
    );
    form.optional("Last attempt", "Up to this attempt; empty: the last", &mut filter.last_attempt);
}
