//! How long a delivery waits to be acknowledged, and what comes then.

use expect_test::expect;

use super::real::Nats;
use super::streams::Streams;
use super::{LIMITS, WORK_QUEUE, check};
use crate::conformance::check::compared;

#[test]
fn cc_31_three_deliveries_at_most() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "");
        nats.consumer("C", "S", "ack_wait=600 max_deliver=3");
        nats.begin();
        nats.publish("S", "poison ok");
        nats.receive("C");
        nats.settle("C", "ok", "+ACK");
        nats.watch("C", 1600, 600);
        nats.notices("max_deliver");
        nats.watch("C", 2400, 600);
        nats.notices("max_deliver");
        nats.stored("S");
    };
    let expected = expect![[r#"
        S stores 1 2
        C poison ok
        C 0.6 poison:2 1.2 poison:3
        max_deliver: nothing
        C nothing
        max_deliver: 1 after 3
        S holds 1:poison 2:ok"#]];
    check("CC-31", &[LIMITS], steps, expected);
    // Numbers that the simulator does not keep.
    let steps = |nats: &mut Nats| {
        nats.stream("numbered", "");
        nats.show_sequences();
        nats.consumer("N", "numbered", "ack_wait=300 max_deliver=2");
        nats.begin();
        nats.publish("numbered", "poison ok");
        nats.receive("N");
        nats.settle("N", "ok", "+ACK");
        nats.watch("N", 1000, 300);
        nats.progress("N", "numbered");
    };
    let expected = expect![[r#"
        numbered stores 1 2
        N poison(1/1) ok(2/2)
        N 0.3 poison:2(1/3)
        N pending 0, settled up to 0"#]];
    compared::<Nats>("CC-31", &[LIMITS], steps, &expected);
}

#[test]
fn cc_32_growing_waits_between_deliveries() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "");
        nats.consumer("C", "S", "ack_wait=30000 max_deliver=5 backoff=200,400,800");
        nats.begin();
        nats.publish("S", "poison");
        nats.watch("C", 2600, 200);
        nats.notices("max_deliver");
        nats.watch("C", 3300, 200);
        nats.notices("max_deliver");
    };
    let expected = expect![[r#"
        S stores 1
        C 0.0 poison 0.2 poison:2 0.6 poison:3 1.4 poison:4 2.2 poison:5
        max_deliver: nothing
        C nothing
        max_deliver: 1 after 5"#]];
    check("CC-32", &[LIMITS], steps, expected);
    let steps = |nats: &mut Nats| {
        nats.stream("asked", "");
        nats.consumer("C", "asked", "ack_wait=30000 max_deliver=5 backoff=200,400,800");
        nats.lease("C", "asked");
    };
    compared::<Nats>("CC-32", &[LIMITS], steps, &expect![["C leases for 200 ms"]]);
}

#[test]
fn cc_34_a_full_window_holds_back_new_messages() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "");
        nats.consumer("C", "S", "ack_wait=1000 max_ack_pending=2");
        nats.begin();
        nats.publish("S", "m1 m2 m3 m4 m5");
        nats.watch("C", 800, 200);
        nats.watch("C", 1300, 200);
        nats.settle("C", "m1", "+ACK");
        nats.receive("C");
    };
    let expected = expect![[r#"
        S stores 1 2 3 4 5
        C 0.0 m1 m2
        C 1.0 m1:2 m2:2
        C m3"#]];
    check("CC-34", &[LIMITS], steps, expected);
}

#[test]
fn cc_35_a_terminated_message_never_returns() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "");
        nats.consumer("C", "S", "ack_wait=300");
        nats.begin();
        nats.publish("S", "m1");
        nats.receive("C");
        nats.settle("C", "m1", "+TERM");
        nats.watch("C", 900, 300);
        nats.notices("terminated");
        nats.stored("S");
    };
    let expected = expect![[r#"
        [jetstream.limits]
        S stores 1
        C m1
        C nothing
        terminated: 1 after 1
        S holds 1:m1
        [jetstream.workqueue]
        S stores 1
        C m1
        C nothing
        terminated: 1 after 1
        S holds nothing"#]];
    check("CC-35", &[LIMITS, WORK_QUEUE], steps, expected);
}

#[test]
fn cc_36_reports_of_progress_keep_the_lease() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "");
        nats.consumer("C", "S", "ack_wait=600");
        nats.begin();
        nats.publish("S", "m1");
        nats.receive("C");
        for time_ms in [400, 800, 1200] {
            nats.at(time_ms);
            nats.settle("C", "m1", "+WPI");
        }
        nats.watch("C", 2100, 200);
    };
    let expected = expect![[r#"
        S stores 1
        C m1
        C 1.8 m1:2"#]];
    check("CC-36", &[LIMITS], steps, expected);
}

#[test]
fn cc_40_a_message_too_old_does_not_return() {
    let steps = |nats: &mut dyn Streams| {
        nats.stream("S", "max_age=1000");
        nats.consumer("C", "S", "ack_wait=400 max_deliver=5");
        nats.begin();
        nats.publish("S", "m1");
        nats.watch("C", 2000, 400);
        nats.notices("max_deliver");
        nats.stored("S");
    };
    let expected = expect![[r#"
        S stores 1
        C 0.0 m1 0.4 m1:2 0.8 m1:3
        max_deliver: nothing
        S holds nothing"#]];
    check("CC-40", &[LIMITS], steps, expected);
}
