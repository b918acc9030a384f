//! Subjects without a stream: whoever listens hears.

use expect_test::expect;

use super::driver::Nats;
use crate::conformance::check::compared;

#[test]
fn cc_42_without_a_subscriber_a_message_is_lost() {
    let steps = |nats: &mut Nats| {
        nats.send("s", &["early".to_owned()]);
        nats.request("s");
        nats.subscribe("A", "s", None);
        nats.subscribe("B", "s", None);
        for member in ["g1", "g2", "g3"] {
            nats.subscribe(member, "s", Some("group"));
        }
        let messages: Vec<String> = (1..=30).map(|number| format!("m{number}")).collect();
        nats.send("s", &messages);
        let shares = ["g1", "g2", "g3"].map(|member| nats.count(member));
        let counts = [nats.count("A"), nats.count("B"), shares.iter().sum()];
        let [a, b, group] = counts;
        nats.say(&format!("A {a}, B {b}, the group {group}"));
        // Chance decides who is given what; that nobody is given any of thirty is one in 10^5.
        let all_share = shares.iter().all(|share| *share > 0);
        nats.say(&format!("each member has a share: {all_share}"));
    };
    let expected = expect![[r#"
        request: no responders
        A 30, B 30, the group 30
        each member has a share: true"#]];
    compared("CC-42", &["nats.core"], steps, &expected);
}
