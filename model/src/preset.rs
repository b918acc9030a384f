//! Presets: the behavior of brokers as data. Each is a file of `assets/presets`, or stands in the
//! design that made it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::channel::{Channel, Delivery, Semantics, Storage};
use crate::message::is_default;

pub mod card;
pub mod shape;

/// A broker's kind of channel: which parameters it has, and where that is written.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Unique among presets: `rabbit.quorum.4.3`.
    pub name: String,
    /// What people call it: `RabbitMQ quorum queue`.
    pub title: String,
    /// The broker.
    #[serde(default, skip_serializing_if = "is_default")]
    pub broker: String,
    /// Which versions of the broker behave so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub version: String,
    /// One or two sentences: what it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub summary: String,
    /// What is different from a plain channel, or from the preset that it names itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Channel,
    /// Where the value of a parameter is written, by the parameter's name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sources: BTreeMap<String, String>,
    /// The least and the most that the broker allows for a parameter, as in the file (`("0s",
    /// "12h")`), by the parameter's name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: BTreeMap<String, (String, String)>,
    /// What the broker does that the simulator does not, a sentence each.
    #[serde(default, skip_serializing_if = "is_default")]
    pub absent: Vec<String>,
}

/// Presets that name another may be so deep.
const MAX_DEPTH: usize = 8;

/// A preset that comes with the program.
struct BuiltIn {
    name: &'static str,
    /// What its file says, for those who draw many channels.
    delivery: Delivery,
    storage: Storage,
    text: &'static str,
}

macro_rules! built_in {
    ($($delivery:ident $storage:ident $name:literal,)+) => {
        /// The presets that come with the program.
        const BUILT_IN: &[BuiltIn] = &[$(BuiltIn {
            name: $name,
            delivery: Delivery::$delivery,
            storage: Storage::$storage,
            text: include_str!(concat!("../../assets/presets/", $name, ".ron")),
        },)+];
    };
}

built_in! {
    PointToPoint Queue "asb.queue",
    PointToPoint Queue "asb.session",
    PublishSubscribe Queue "asb.topic",
    PublishSubscribe Queue "eventbridge",
    PublishSubscribe Log "jetstream.interest",
    PublishSubscribe Log "jetstream.limits",
    PointToPoint Log "jetstream.workqueue",
    PublishSubscribe Log "kafka.group.classic",
    PublishSubscribe Log "kafka.group.kip848",
    PublishSubscribe Log "kafka.share",
    PublishSubscribe Transient "mqtt.qos0",
    PublishSubscribe Queue "mqtt.qos1",
    PublishSubscribe Queue "mqtt.qos2",
    PublishSubscribe Transient "nats.core",
    PublishSubscribe Queue "pubsub.ordered",
    PublishSubscribe Queue "pubsub.standard",
    PublishSubscribe Log "pulsar.exclusive",
    PublishSubscribe Log "pulsar.failover",
    PublishSubscribe Log "pulsar.key_shared",
    PublishSubscribe Log "pulsar.shared",
    PointToPoint Queue "rabbit.classic",
    PublishSubscribe Router "rabbit.direct",
    PublishSubscribe Router "rabbit.fanout",
    PublishSubscribe Router "rabbit.headers",
    PointToPoint Queue "rabbit.quorum.3.13",
    PointToPoint Queue "rabbit.quorum.4.0",
    PointToPoint Queue "rabbit.quorum.4.3",
    PublishSubscribe Log "rabbit.stream",
    PublishSubscribe Router "rabbit.topic",
    PublishSubscribe Log "redis.stream",
    PublishSubscribe Queue "sns.fifo",
    PublishSubscribe Queue "sns.standard",
    PointToPoint Queue "solace.exclusive",
    PointToPoint Queue "solace.nonexclusive",
    PointToPoint Queue "solace.partitioned",
    PointToPoint Queue "sqs.fifo",
    PointToPoint Queue "sqs.standard",
}

/// Presets by name.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Presets {
    by_name: BTreeMap<String, Arc<Preset>>,
}

impl Presets {
    /// Every preset that comes with the program, and these. Cost: reading all of them, some
    /// milliseconds; keep it.
    #[must_use]
    pub fn all(own: &[Arc<Preset>]) -> Presets {
        let mut presets = Presets::default();
        for preset in BUILT_IN {
            presets.load(preset.name, own);
        }
        presets.by_name.extend(own.iter().map(|preset| (preset.name.clone(), preset.clone())));
        presets
    }

    /// The presets that some channels name, and those that these name. A name that is unknown is
    /// left out.
    pub fn named<'a>(own: &[Arc<Preset>], names: impl Iterator<Item = &'a str>) -> Presets {
        let mut presets = Presets::default();
        for name in names {
            let mut next = Some(name.to_owned());
            while let Some(name) = next.take_if(|name| !presets.by_name.contains_key(name)) {
                presets.load(&name, own);
                next = presets.get(&name).and_then(|preset| preset.parameters.preset.clone());
            }
        }
        presets
    }

    /// A design's own preset goes before one that comes with the program.
    fn load(&mut self, name: &str, own: &[Arc<Preset>]) {
        let found = own
            .iter()
            .find(|preset| preset.name == name)
            .cloned()
            .or_else(|| built_in(name).map(Arc::new));
        if let Some(preset) = found {
            self.by_name.insert(name.to_owned(), preset);
        }
    }

    /// The preset of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Preset>> {
        self.by_name.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Preset>> {
        self.by_name.values()
    }

    /// What holds for a channel: what it says itself, else its preset, else the preset that this
    /// names, else a plain channel.
    #[must_use]
    pub fn semantics(&self, channel: &Channel) -> Semantics {
        let layers = self.layers(channel);
        if layers.is_empty() {
            return channel.plain_semantics();
        }
        let base = layers
            .iter()
            .rev()
            .fold(Semantics::default(), |below, preset| preset.parameters.over(&below));
        channel.over(&base)
    }

    /// The presets below a channel, the nearest first. Presets that name each other in a circle
    /// end after some steps.
    #[must_use]
    pub fn layers(&self, channel: &Channel) -> Vec<&Arc<Preset>> {
        let mut layers = Vec::new();
        let mut next = channel.preset.as_deref();
        while let Some(preset) = next.and_then(|name| self.get(name)) {
            if layers.len() == MAX_DEPTH {
                break;
            }
            layers.push(preset);
            next = preset.parameters.preset.as_deref();
        }
        layers
    }
}

fn built_in(name: &str) -> Option<Preset> {
    let found = BUILT_IN.iter().find(|known| known.name == name)?;
    Some(
        parse(found.text)
            .expect("invariant: a test reads every preset that comes with the program"),
    )
}

/// Reads one preset.
///
/// # Errors
/// If the text is no preset, with line and column.
pub fn parse(text: &str) -> Result<Preset, ron::error::SpannedError> {
    use ron::extensions::Extensions;
    let extensions = Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES;
    ron::Options::default().with_default_extension(extensions).from_str(text)
}

/// Who receives what is published on a channel, without reading whole presets. `own` are those of
/// the design.
#[must_use]
pub fn delivery(channel: &Channel, own: &[Arc<Preset>]) -> Delivery {
    let said = said(channel, own, |channel| channel.delivery, |preset| preset.delivery);
    said.unwrap_or(Delivery::PointToPoint)
}

/// Where the messages of a channel are kept, without reading whole presets.
#[must_use]
pub fn storage(channel: &Channel, own: &[Arc<Preset>]) -> Storage {
    let said = said(channel, own, |channel| channel.storage, |preset| preset.storage);
    said.unwrap_or(Storage::Queue)
}

fn said<'a, T>(
    mut channel: &'a Channel,
    own: &'a [Arc<Preset>],
    by_channel: fn(&Channel) -> Option<T>,
    by_program: fn(&BuiltIn) -> T,
) -> Option<T> {
    for _ in 0..MAX_DEPTH {
        let name = match (by_channel(channel), &channel.preset) {
            (Some(said), _) => return Some(said),
            (None, None) => return None,
            (None, Some(name)) => name,
        };
        match own.iter().find(|preset| preset.name == *name) {
            Some(preset) => channel = &preset.parameters,
            None => return BUILT_IN.iter().find(|it| it.name == name).map(by_program),
        }
    }
    None
}

/// Names of the presets that come with the program.
pub fn names<'a>() -> impl Iterator<Item = &'a str> {
    BUILT_IN.iter().map(|preset| preset.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{Gate, ReturnsTo};

    #[test]
    fn every_preset_that_comes_with_the_program_reads_and_says_its_sources() {
        for BuiltIn { name, delivery: said, storage: kept, text } in BUILT_IN {
            let preset = parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(preset.name, *name);
            assert_eq!(delivery(&Channel::of(*name), &[]), *said);
            let presets = Presets::named(&[], [*name].into_iter());
            let semantics = presets.semantics(&Channel::of(*name));
            assert_eq!((semantics.delivery, semantics.storage), (*said, *kept), "{name}");
            for source in preset.sources.keys() {
                let is_known =
                    crate::channel::PARAMETERS.iter().any(|parameter| parameter.name == source);
                assert!(is_known, "{name}: no parameter {source}");
            }
        }
    }

    /// Names of the parameters in which two channels behave differently.
    fn differences(one: &Semantics, other: &Semantics) -> Vec<&'static str> {
        let differs = |parameter: &&crate::channel::Parameter| {
            (parameter.resolved)(one) != (parameter.resolved)(other)
        };
        crate::channel::PARAMETERS.iter().filter(differs).map(|parameter| parameter.name).collect()
    }

    #[test]
    fn every_preset_behaves_otherwise_than_a_plain_channel_and_says_why_it_does() {
        let presets = Presets::all(&[]);
        for preset in presets.iter() {
            let semantics = presets.semantics(&Channel::of(preset.name.as_str()));
            let plain = differences(&semantics, &Semantics::default());
            assert!(plain.len() >= 3, "{}: only {plain:?}", preset.name);
            let below = preset.parameters.preset.as_deref().map(Channel::of).unwrap_or_default();
            for name in differences(&semantics, &presets.semantics(&below)) {
                assert!(preset.sources.contains_key(name), "{}: {name} has no source", preset.name);
            }
            for name in preset.sources.keys() {
                let said = crate::channel::PARAMETERS.iter().find(|one| one.name == name);
                let own = said.and_then(|parameter| (parameter.own)(&preset.parameters));
                assert!(own.is_some(), "{}: {name} has a source and no value", preset.name);
            }
            let texts = preset.absent.iter().chain([&preset.summary]);
            assert!(texts.into_iter().all(|text| text.ends_with('.')), "{}", preset.name);
            assert!(!preset.broker.is_empty() && !preset.version.is_empty(), "{}", preset.name);
        }
    }

    #[test]
    fn a_channel_goes_before_its_preset_and_this_before_the_one_it_names() {
        let own = Preset {
            name: "ours".to_owned(),
            title: "Ours".to_owned(),
            broker: String::new(),
            version: String::new(),
            summary: String::new(),
            parameters: Channel { max_messages: Some(7), ..Channel::of("rabbit.classic") },
            sources: BTreeMap::new(),
            limits: BTreeMap::new(),
            absent: Vec::new(),
        };
        let own = [Arc::new(own)];
        let presets = Presets::named(&own, ["ours"].into_iter());
        let channel = Channel { prefetch: Some(3), ..Channel::of("ours") };
        let semantics = presets.semantics(&channel);
        assert_eq!((semantics.prefetch, semantics.max_messages), (3, 7));
        assert_eq!(semantics.returns_to, ReturnsTo::OriginalPlace, "as classic queues do");
        assert_eq!(presets.layers(&channel).len(), 2);
        assert_eq!(Presets::all(&own).iter().count(), BUILT_IN.len() + 1);
    }

    #[test]
    fn presets_that_name_each_other_in_a_circle_come_to_an_end() {
        let circle = |name: &str, next: &str| {
            let mut preset = built_in("rabbit.classic").expect("it is there");
            preset.name = name.to_owned();
            preset.parameters.preset = Some(next.to_owned());
            Arc::new(preset)
        };
        let own = [circle("a", "b"), circle("b", "a")];
        let presets = Presets::named(&own, ["a"].into_iter());
        assert_eq!(presets.layers(&Channel::of("a")).len(), MAX_DEPTH);
    }

    #[test]
    fn a_plain_channel_keeps_the_order_of_its_partitions() {
        let plain = Channel { partitions: Some(3), ..Channel::default() };
        assert_eq!(Presets::default().semantics(&plain).gate, Gate::Cursor);
        assert_eq!(Presets::default().semantics(&Channel::default()).gate, Gate::Competing);
    }
}
