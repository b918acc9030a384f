//! What a case does to a broker of streams with groups of readers. A real server and the simulator
//! stand behind it.

/// A broker with one stream at a time and one group of readers. An entry is called by its number.
pub(super) trait Entries {
    /// Adds the entries with these numbers; the stream keeps no more than `most` of them, if that
    /// is said.
    fn add_up_to(&mut self, last: u32, most: Option<u32>);

    /// The group reads from the first entry on.
    fn group_from_start(&mut self);

    /// Reads entries that the group has not seen.
    fn read(&mut self, consumer: &str, count: u32);

    fn acknowledge(&mut self, number: u32);

    /// Who holds what, with the number of deliveries.
    fn pending(&mut self);

    /// How many entries the stream holds.
    fn length(&mut self);
}
