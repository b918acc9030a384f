//! JSON as values of the expression language and back. Objects stay where they are: a field is
//! looked up when it is read.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cel::ExecutionError;
use cel::common::traits::{Container, Indexer, Iterable, Iterator, Sizer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelNull, CelString, CelUInt, MAP_TYPE, Type,
};
use cel::common::value::{CowVal, Val};
use serde_json::{Map, Number, Value};

/// A JSON value as an expression sees it. Whole numbers are `int`, others `double`.
pub(super) fn value<'v>(json: &'v Value) -> Box<dyn Val + 'v> {
    match json {
        Value::Null => Box::new(CelNull),
        Value::Bool(value) => Box::new(CelBool::from(*value)),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Box::new(CelInt::from(whole)),
            (None, Some(large)) => Box::new(CelUInt::from(large)),
            (None, None) => Box::new(CelDouble::from(number.as_f64().unwrap_or_default())),
        },
        Value::String(text) => Box::new(CelString::from(text.as_str())),
        Value::Array(items) => {
            Box::new(CelList::from(items.iter().map(value).collect::<Vec<Box<dyn Val + 'v>>>()))
        }
        Value::Object(members) => Box::new(Object { members, names: OnceLock::new() }),
    }
}

/// Texts by name as an expression sees them.
#[expect(clippy::disallowed_types, reason = "maps of the expression language are made of one")]
pub(super) fn texts<'v>(texts: &'v BTreeMap<String, String>) -> CelMap<'v> {
    let members = texts.iter().map(|(name, text)| {
        let text: Box<dyn Val + 'v> = Box::new(CelString::from(text.as_str()));
        (cel::common::types::CelMapKey::from(name.as_str()), text)
    });
    CelMap::from(members.collect::<std::collections::hash_map::HashMap<_, _>>())
}

/// What an expression came to, as JSON. Members of maps are in the order of their names.
pub(super) fn json(value: &dyn Val) -> Result<Value, String> {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return Ok(Value::String(text.inner().to_owned()));
    }
    if let Some(whole) = value.downcast_ref::<CelInt>() {
        return Ok(Value::from(*whole.inner()));
    }
    if let Some(double) = value.downcast_ref::<CelDouble>() {
        let number = Number::from_f64(*double.inner());
        return number.map(Value::Number).ok_or_else(|| "the number is not finite".to_owned());
    }
    if let Some(holds) = boolean(value) {
        return Ok(Value::Bool(holds));
    }
    if let Some(large) = value.downcast_ref::<CelUInt>() {
        return Ok(Value::from(*large.inner()));
    }
    if value.downcast_ref::<CelNull>().is_some() {
        return Ok(Value::Null);
    }
    if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        return members(map);
    }
    collection(value)
        .unwrap_or_else(|| Err(format!("{} cannot stand in a payload", described(value))))
}

/// A condition's value.
pub(super) fn boolean(value: &dyn Val) -> Option<bool> {
    value.downcast_ref::<CelBool>().map(|holds| *holds.inner())
}

/// What a value is, for a sentence.
pub(super) fn described(value: &dyn Val) -> String {
    format!("a value of type `{}`", value.get_type().name())
}

fn members(map: &CelMap<'_>) -> Result<Value, String> {
    let mut sorted = BTreeMap::new();
    for (name, member) in map.inner() {
        let name = name.inner();
        let Some(name) = name.downcast_ref::<CelString<'_>>() else {
            return Err("a map in a payload has texts for names".to_owned());
        };
        sorted.insert(name.inner().to_owned(), json(member.as_ref())?);
    }
    Ok(Value::Object(sorted.into_iter().collect()))
}

/// A list, or an object of a payload.
fn collection(value: &dyn Val) -> Option<Result<Value, String>> {
    let mut items = value.as_iterable()?.iter();
    if value.get_type().name() == MAP_TYPE.name() {
        let indexer = value.as_indexer()?;
        let mut object = Map::new();
        while let Some(name) = items.next() {
            let text = name.downcast_ref::<CelString<'_>>()?.inner().to_owned();
            match json(&*indexer.get(name).ok()?) {
                Ok(member) => object.insert(text, member),
                Err(sentence) => return Some(Err(sentence)),
            };
        }
        return Some(Ok(Value::Object(object)));
    }
    let mut array = Vec::new();
    while let Some(item) = items.next() {
        match json(item) {
            Ok(item) => array.push(item),
            Err(sentence) => return Some(Err(sentence)),
        }
    }
    Some(Ok(Value::Array(array)))
}

/// An object of a payload.
#[derive(Debug)]
struct Object<'a> {
    members: &'a Map<String, Value>,
    /// Its names, once somebody walks over them.
    names: OnceLock<Vec<CelString<'a>>>,
}

impl<'a> Object<'a> {
    fn named(&self, index: &dyn Val) -> Option<(&'a str, &'a Value)> {
        let name = index.downcast_ref::<CelString<'_>>()?;
        let (name, member) = self.members.get_key_value(name.inner())?;
        Some((name, member))
    }

    fn member(&self, index: &dyn Val) -> Result<Box<dyn Val + 'a>, ExecutionError> {
        match self.named(index) {
            Some((_, member)) => Ok(value(member)),
            None => {
                let name = index.downcast_ref::<CelString<'_>>().map_or("?", |name| name.inner());
                Err(ExecutionError::no_such_key(name))
            }
        }
    }
}

impl Val for Object<'_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        let own = Value::Object(self.members.clone());
        json(other).is_ok_and(|other| other == own)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(Object { members: self.members, names: OnceLock::new() })
    }
}

impl Indexer for Object<'_> {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Ok(CowVal::Owned(self.member(index)?))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let member = self.member(index)?;
        Ok(member)
    }
}

impl Container for Object<'_> {
    fn contains(&self, name: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.named(name).is_some())
    }
}

impl Sizer for Object<'_> {
    fn size(&self) -> CelInt {
        CelInt::from(self.members.len() as i64)
    }
}

impl Iterable for Object<'_> {
    fn iter<'b, 'v>(&'b self) -> Box<dyn Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        let names = || self.members.keys().map(|name| CelString::from(name.as_str())).collect();
        Box::new(Names(self.names.get_or_init(names).iter()))
    }
}

/// The names of an object, one after the other.
struct Names<'b, 'a>(std::slice::Iter<'b, CelString<'a>>);

impl<'b, 'v, 'a: 'v> Iterator<'b, 'v> for Names<'b, 'a> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|name| name as &(dyn Val + 'v))
    }
}
