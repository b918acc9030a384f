//! Numbers of the sample about schema evolution.

use flowbench_model::compat::edges;
use flowbench_simulator::record::EntryKind;

use crate::places::top;
use crate::story::{Story, design, schemas};

const DEAD: &str = "billing-dead";

#[test]
fn a_dropped_field_costs_the_strict_reader_600_orders_unless_it_is_deployed_first() {
    for (scenario, given_up, left, billed) in
        [("producers-first", 600, 600, 300), ("fixed", 600, 0, 900), ("consumers-first", 0, 0, 900)]
    {
        let story = Story::of("schema-evolution/design.ron", scenario);
        let report = story.report();
        let lettered = story.times(EntryKind::DeadLettered, "billing-orders -> billing");
        assert_eq!(lettered.len(), given_up, "{scenario}");
        assert_eq!(report.dead_letters.len(), left, "{scenario}");
        let is_ours = |it: &&flowbench_simulator::report::DeadLetterReport| {
            it.reason == "schema" && it.dead_letter_channel == DEAD
        };
        assert_eq!(report.dead_letters.iter().filter(is_ours).count(), left, "{scenario}");
        let [old, next] = ["billing-orders -> billing", "billing-orders -> billing-next"];
        let done = story.subscription(old).acknowledged + story.subscription(next).acknowledged;
        assert_eq!(done, billed, "{scenario}");
        assert_eq!(story.times(EntryKind::Flagged, "orders -> reporting").len(), 600);
        assert_eq!(story.subscription("packing -> warehouse").acknowledged, 900);
        assert_eq!(story.subscription("sales -> dashboard").acknowledged, 900);
    }
}

#[test]
fn the_edge_that_breaks_is_known_before_anything_runs() {
    let path = top().join("samples/schema-evolution/design.ron");
    let design = design(&path);
    let schemas = schemas(&path, &design);
    let broken = edges::all(&design, &schemas).into_iter().filter(|it| it.is_broken());
    let broken: Vec<String> = broken
        .map(|it| format!("{} {} {:?}", it.reading.edge, it.reading.written, it.reading.read))
        .collect();
    assert_eq!(broken, ["billing-orders -> billing 2 Some(1)", "orders -> reporting 2 Some(1)"]);
}
