//! A channel: who receives, in how many partitions, for how long.

use flowbench_model::channel::{Channel, Delivery};
use flowbench_model::preset;

use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::choice;

/// Rows of a channel.
pub(super) fn show(form: &mut Form, channel: &mut Channel) {
    form.section("Channel", |form| {
        let choices = [
            choice(
                Delivery::PointToPoint,
                "Queue",
                "Point-to-point: exactly one of the subscribers gets each message",
            ),
            choice(
                Delivery::PublishSubscribe,
                "Topic",
                "Publish/subscribe: each subscriber gets a copy of each message",
            ),
        ];
        let before = preset::delivery(channel, &[]);
        let mut delivery = before;
        form.choose("Delivery", "Who receives what is published", &mut delivery, &choices);
        if delivery != before {
            channel.delivery = Some(delivery);
        }
        let explanation = "Each an order of its own, chosen by the ordering key; empty: one \
                           unordered store";
        form.optional("Partitions", explanation, &mut channel.partitions);
        let explanation = "How long a message may wait before it expires; empty: for ever";
        form.optional("Time to live", explanation, &mut channel.time_to_live);
    });
}
