//! What has to be seen to before an instant is over.

use crate::plan::BacklogIndex;

/// What is left to do at the end of an instant. Nearly always that is nothing, which one number
/// says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unsettled {
    /// Backlogs that may have something to hand out.
    backlogs: Vec<BacklogIndex>,
    /// Consumers that may be free for something.
    consumers: Vec<u32>,
    /// Faults that wait for a condition to begin or to end.
    conditions: Vec<u32>,
    /// How many these are together.
    count: usize,
}

impl Unsettled {
    #[inline(always)]
    pub(crate) fn is_none(&self) -> bool {
        self.count == 0
    }

    #[inline(always)]
    pub(crate) fn add_backlog(&mut self, index: BacklogIndex) {
        self.backlogs.push(index);
        self.count += 1;
    }

    pub(crate) fn add_consumer(&mut self, index: u32) {
        self.consumers.push(index);
        self.count += 1;
    }

    pub(crate) fn add_condition(&mut self, fault: u32) {
        self.conditions.push(fault);
        self.count += 1;
    }

    pub(crate) fn remove_condition(&mut self, fault: u32) {
        let before = self.conditions.len();
        self.conditions.retain(|other| *other != fault);
        self.count -= before - self.conditions.len();
    }

    pub(crate) fn conditions(&self) -> &[u32] {
        &self.conditions
    }

    /// Whether something may have to be handed out.
    pub(crate) fn has_changes(&self) -> bool {
        self.count > self.conditions.len()
    }

    /// Whether what is handed out begins with this backlog, as soon as it changes.
    #[inline(always)]
    pub(crate) fn begins_with(&self, index: BacklogIndex) -> bool {
        self.is_none()
            || match self.backlogs[..] {
                [] => self.consumers.is_empty(),
                [other] => other > index && self.consumers.is_empty(),
                _ => false,
            }
    }

    /// Takes the backlog that has changed, if nothing else has.
    #[inline(always)]
    pub(crate) fn take_only_backlog(&mut self) -> Option<BacklogIndex> {
        match (&self.consumers[..], &self.backlogs[..]) {
            ([], [only]) => {
                let only = *only;
                self.backlogs.clear();
                self.count -= 1;
                Some(only)
            }
            _ => None,
        }
    }

    /// Takes the backlogs that have changed, in order, and leaves an empty list in their place.
    pub(crate) fn take_backlogs(&mut self, list: &mut Vec<BacklogIndex>) {
        self.count -= self.backlogs.len();
        take_sorted(&mut self.backlogs, list);
    }

    /// The same of consumers.
    pub(crate) fn take_consumers(&mut self, list: &mut Vec<u32>) {
        self.count -= self.consumers.len();
        take_sorted(&mut self.consumers, list);
    }
}

fn take_sorted(changed: &mut Vec<u32>, list: &mut Vec<u32>) {
    list.clear();
    std::mem::swap(changed, list);
    if !list.is_sorted() {
        list.sort_unstable();
    }
}
