//! Places in JSON: the parts of an event are found in one pass that builds nothing of what nobody
//! asks for.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::parts::{Found, Part, Parts, short};
use crate::recorded::Fields;

/// Number of the parts of an event.
const PARTS: usize = 8;
const TIME: usize = 0;
const KEY: usize = 1;
const PAYLOAD: usize = 2;
const TYPE: usize = 3;
const SIZE: usize = 4;
/// The attributes of a CloudEvent that must be there beside its type.
const REQUIRED: [usize; 3] = [5, 6, 7];

/// What stands at the places, in the order of the parts.
type Slots<'a> = [Option<&'a RawValue>; PARTS];

/// The places of the parts of an event.
#[derive(Clone, Debug)]
pub(super) struct Pointers {
    texts: [Option<String>; PARTS],
    tree: Vec<Want>,
    is_cloud_event: bool,
}

/// A field that is wanted, or in which something is wanted.
#[derive(Clone, Debug, Default)]
struct Want {
    name: String,
    slot: Vec<usize>,
    inner: Vec<Want>,
}

impl Pointers {
    /// The places that a design names.
    pub(super) fn new(fields: &Fields, is_cloud_event: bool) -> Result<Pointers, String> {
        let required = |name: &str| is_cloud_event.then(|| name.to_owned());
        let texts = [
            fields.time.clone(),
            fields.key.clone(),
            fields.payload.clone(),
            fields.event_type.clone(),
            fields.size.clone(),
            required("/id"),
            required("/source"),
            required("/specversion"),
        ];
        let mut tree = Vec::new();
        for (slot, text) in texts.iter().enumerate() {
            match text.as_deref() {
                None | Some("") => {}
                Some(text) => want(&mut tree, &names(text)?, slot),
            }
        }
        Ok(Pointers { texts, tree, is_cloud_event })
    }

    pub(super) fn has_type(&self) -> bool {
        self.texts[TYPE].is_some()
    }

    pub(super) fn has_time(&self) -> bool {
        self.texts[TIME].is_some()
    }

    /// The parts of the event that these bytes are.
    pub(super) fn parts<'a>(&'a self, event: &'a [u8]) -> Result<Parts<'a>, String> {
        let text = std::str::from_utf8(event).map_err(|error| {
            format!("expected UTF-8, found another byte after {}", error.valid_up_to())
        })?;
        let slots = self.slots(text)?;
        let part = |slot: usize| Part {
            place: self.texts[slot].as_deref().unwrap_or_default(),
            found: found(slots[slot]),
        };
        if self.is_cloud_event {
            REQUIRED.iter().try_for_each(|slot| required(&part(*slot)))?;
            if !matches!(&part(REQUIRED[2]).found, Found::Text(version) if version == "1.0") {
                let version = part(REQUIRED[2]).found.word();
                return Err(format!("expected a CloudEvent of `specversion` 1.0, found {version}"));
            }
        }
        let payload = match self.texts[PAYLOAD].as_deref() {
            None | Some("") => Some(text),
            Some(_) => slots[PAYLOAD].map(RawValue::get),
        };
        let is_missing = payload.is_none() && !self.is_cloud_event;
        Ok(Parts {
            time: part(TIME),
            key: self.texts[KEY].is_some().then(|| part(KEY)),
            event_type: part(TYPE),
            size: self.texts[SIZE].is_some().then(|| part(SIZE)),
            missing_payload: is_missing.then(|| part(PAYLOAD).place),
            payload,
            payload_bytes: payload.map_or(0, str::len),
        })
    }

    fn slots<'a>(&self, text: &'a str) -> Result<Slots<'a>, String> {
        if !text.trim_start().starts_with('{') {
            return Err(format!("expected a JSON object, found `{}`", short(text.trim())));
        }
        let mut slots = [None; PARTS];
        let mut reader = serde_json::Deserializer::from_str(text);
        let walk = Walk { wants: &self.tree, slots: &mut slots, is_root: true };
        let read = walk.deserialize(&mut reader).and_then(|()| reader.end());
        read.map_err(|error| {
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            format!("expected a JSON object, found: {what} (column {})", error.column())
        })?;
        Ok(slots)
    }
}

/// The names along a pointer.
fn names(pointer: &str) -> Result<Vec<String>, String> {
    let Some(path) = pointer.strip_prefix('/') else {
        return Err(format!("expected a JSON pointer such as `/data/orderId`, found `{pointer}`"));
    };
    Ok(path.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect())
}

fn want(tree: &mut Vec<Want>, names: &[String], slot: usize) {
    let Some((name, rest)) = names.split_first() else { return };
    let at = tree.iter().position(|it| it.name == *name).unwrap_or_else(|| {
        tree.push(Want { name: name.clone(), ..Want::default() });
        tree.len() - 1
    });
    if rest.is_empty() {
        tree[at].slot.push(slot);
    } else {
        want(&mut tree[at].inner, rest, slot);
    }
}

fn required(part: &Part<'_>) -> Result<(), String> {
    match &part.found {
        Found::Text(text) if !text.is_empty() => Ok(()),
        found @ (Found::Nothing | Found::Text(_) | Found::Number(_) | Found::Other) => {
            Err(format!(
                "expected a CloudEvent with the attribute `{}`, a text, found {}",
                &part.place[1..],
                found.word()
            ))
        }
    }
}

fn found(raw: Option<&RawValue>) -> Found<'_> {
    let Some(text) = raw.map(RawValue::get) else { return Found::Nothing };
    match text.as_bytes().first() {
        Some(b'"') => Found::Text(unquoted(text)),
        Some(b'-' | b'0'..=b'9') => Found::Number(text),
        Some(b'n') => Found::Nothing,
        Some(_) | None => Found::Other,
    }
}

fn unquoted(text: &str) -> Cow<'_, str> {
    if text.contains('\\') {
        // A lone surrogate is JSON but no text: it stands for itself as it is written.
        let read = serde_json::from_str::<String>(text);
        return read.map_or_else(|_| Cow::Owned(short(text)), Cow::Owned);
    }
    Cow::Borrowed(&text[1..text.len() - 1])
}

/// A pass over one value.
struct Walk<'w, 's, 'a> {
    wants: &'w [Want],
    slots: &'s mut Slots<'a>,
    is_root: bool,
}

impl<'a> Walk<'_, '_, 'a> {
    /// Notes a value that is wanted, and what is wanted in it.
    fn note(&mut self, want: &Want, raw: &'a RawValue) -> Result<(), serde_json::Error> {
        want.slot.iter().for_each(|slot| self.slots[*slot] = Some(raw));
        if want.inner.is_empty() {
            return Ok(());
        }
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        Walk { wants: &want.inner, slots: self.slots, is_root: false }.deserialize(&mut reader)
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.is_root {
            deserializer.deserialize_map(self)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(which) = map.next_key_seed(Which(self.wants))? {
            match which.map(|index| &self.wants[index]) {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(want) if want.slot.is_empty() => {
                    map.next_value_seed(Walk {
                        wants: &want.inner,
                        slots: self.slots,
                        is_root: false,
                    })?;
                }
                Some(want) => {
                    let raw = map.next_value::<&'a RawValue>()?;
                    self.note(want, raw).map_err(A::Error::custom)?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while let Some(raw) = list.next_element::<&'a RawValue>()? {
            let name = index.to_string();
            if let Some(want) = self.wants.iter().find(|want| want.name == name) {
                self.note(want, raw).map_err(A::Error::custom)?;
            }
            index += 1;
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Which of the fields that are wanted a name is.
struct Which<'w>(&'w [Want]);

impl<'a> DeserializeSeed<'a> for Which<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Which<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|want| want.name == name))
    }
}
