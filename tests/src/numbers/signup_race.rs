//! Numbers of the third variant of the user signup: a mail and the profile that it needs.

use flowbench_model::time::Time;
use flowbench_simulator::record::EntryKind;

use super::MS;
use crate::story::Story;

fn signup(scenario: &str) -> Story {
    Story::of("user-signup/profile-race.ron", scenario)
}

fn count(story: &Story, what: &str) -> u64 {
    story.report().patterns[0].counts[what]
}

/// How many mails greet by name, and how many do not.
fn mails(story: &Story) -> (usize, usize) {
    let plan = story.recording.plan();
    let of = |name: &str| {
        let wanted = plan.type_named(name).expect("the type exists");
        let published = story.entries().filter(|it| it.kind == EntryKind::Published);
        let lineages = published.filter_map(|it| story.recording.record().lineage(it.message));
        lineages.filter(|it| it.message_type == wanted).count()
    };
    (of("PersonalMailSent"), of("PlainMailSent"))
}

#[test]
fn a_slow_profile_service_loses_20_races_and_only_who_waits_greets_everybody_by_name() {
    // (scenario, mails by name, mails without, the slowest, attempts of the mail service)
    for (scenario, named, plain, slowest_ms, attempts) in [
        ("healthy", 60, 0, 200, 60),
        ("race", 40, 20, 200, 60),
        ("race-dropped", 40, 0, 200, 60),
        ("race-retried", 60, 0, 1_300, 80),
        ("race-parked", 60, 0, 610, 60),
    ] {
        let story = signup(scenario);
        assert_eq!(mails(&story), (named, plain), "{scenario}");
        assert_eq!(story.path_to("analytics").max_ns, slowest_ms * MS, "{scenario}");
        let accounts = story.subscription("accounts -> notification");
        assert_eq!(accounts.delivered, attempts, "{scenario}");
        assert_eq!(story.report().messages.dead_lettered, 0, "{scenario}");
    }
    assert_eq!(count(&signup("race"), "messages without a row"), 20);
    assert_eq!(count(&signup("race-dropped"), "messages dropped"), 20);
    assert_eq!(count(&signup("race-retried"), "attempts without a row"), 20);
    let parked = signup("race-parked");
    assert_eq!(count(&parked, "messages parked"), 20);
    assert_eq!(count(&parked, "messages joined late"), 20);
}

#[test]
fn nobody_waits_longer_than_five_seconds_for_a_name() {
    let story = signup("profile-outage");
    assert_eq!(mails(&story), (44, 16));
    assert_eq!(count(&story, "messages parked"), 22);
    assert_eq!(count(&story, "messages joined late"), 6);
    assert_eq!(story.path_to("analytics").max_ns, 5_200 * MS);
}

#[test]
fn a_view_in_memory_reads_40_profiles_before_the_first_mail_and_one_on_a_disk_10() {
    for (scenario, read, first_ms, slowest_ms) in
        [("restart", 40, 44_200, 14_200), ("restart-with-disk", 10, 41_200, 11_200)]
    {
        let story = signup(scenario);
        assert_eq!(count(&story, "messages read again"), read, "{scenario}");
        assert_eq!(count(&story, "messages parked"), 1, "{scenario}");
        let mails = story.times(EntryKind::Published, "notification -> mails");
        let first = mails.iter().find(|at| at.0 > 30_000 * MS);
        assert_eq!(first, Some(&Time(first_ms * MS)), "{scenario}");
        assert_eq!(story.path_to("analytics").max_ns, slowest_ms * MS, "{scenario}");
        assert_eq!(self::mails(&story), (60, 0), "{scenario}");
    }
}
