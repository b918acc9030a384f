//! Subjects without a stream: whoever listens hears.

use expect_test::expect;

use super::check;
use super::real::Nats;
use super::streams::Streams;
use crate::conformance::check::compared;

#[test]
fn cc_42_without_a_subscriber_a_message_is_lost() {
    let steps = |nats: &mut dyn Streams| {
        nats.send("s", &["early".to_owned()]);
        nats.subscribe("A", "s", None);
        nats.subscribe("B", "s", None);
        let members = ["g1", "g2", "g3"];
        for member in members {
            nats.subscribe(member, "s", Some("group"));
        }
        let messages: Vec<String> = (1..=30).map(|number| format!("m{number}")).collect();
        nats.send("s", &messages);
        let counts = ["A", "B"].map(|reader| nats.take(reader).len());
        let shares = members.map(|member| nats.take(member).len());
        let group: usize = shares.iter().sum();
        nats.say(&format!("A {}, B {}, the group {group}", counts[0], counts[1]));
        // Chance decides who is given what; that nobody is given any of thirty is one in 10^5.
        let all_share = shares.iter().all(|share| *share > 0);
        nats.say(&format!("each member has a share: {all_share}"));
    };
    let expected = expect![[r#"
        A 30, B 30, the group 30
        each member has a share: true"#]];
    check("CC-42", &["nats.core"], steps, expected);
    let expected = expect![["request: no responders"]];
    compared::<Nats>("CC-42", &["nats.core"], |nats| nats.request("nobody"), &expected);
}
