//! A run at one instant, as the canvas shows it: dots on edges, what waits and what is in work in
//! nodes, and what is broken. Indices are those of the scene.

/// What moves and waits at one instant.
#[derive(Clone, Default, Debug)]
pub struct Traffic {
    /// Messages under way.
    pub dots: Vec<Dot>,
    /// For each node of the scene; empty if nothing runs.
    pub loads: Vec<Load>,
    /// For each edge of the scene; empty if nothing runs.
    pub edge_troubles: Vec<Option<Trouble>>,
}

/// One message under way, or several that are too close to tell apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Dot {
    /// Index of the edge.
    pub edge: usize,
    /// 0 at the start of the edge, 1 at its end.
    pub along: f32,
    /// Whether it travels back: the reply of a call.
    pub is_reply: bool,
    /// Index of the message type.
    pub message: usize,
    /// How many messages it stands for.
    pub count: u32,
    /// Index of the node that published it; of the first, if it stands for several.
    pub source: usize,
    /// Its number at that node, from 1.
    pub number: u64,
}

/// What a node has to do at one instant.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Load {
    /// Messages that wait (channels).
    pub waiting: u64,
    /// The most that ever waited in this run: the full gauge.
    pub waiting_max: u64,
    /// Messages in work (consumers).
    pub in_work: u32,
    /// Attempts that failed so far (consumers).
    pub failed: u64,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
}

/// What is wrong with a node or an edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// A node does nothing.
    Down,
    /// A consumer takes longer.
    Slow,
    /// A share of a consumer's attempts fail.
    Failing,
    /// A consumer cannot handle some messages.
    Poison,
    /// An edge loses messages.
    Loss,
    /// An edge takes longer.
    Delay,
    /// An edge delivers twice.
    Duplication,
}

impl Trouble {
    /// What it says.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Trouble::Down => "down",
            Trouble::Slow => "slow",
            Trouble::Failing => "failing",
            Trouble::Poison => "poison",
            Trouble::Loss => "losing messages",
            Trouble::Delay => "delayed",
            Trouble::Duplication => "duplicating",
        }
    }
}
