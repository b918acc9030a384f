//! Avro schemas: what is wrong in them, what fits them, and thousands of drawn ones that another
//! implementation judges.

mod drawn;
mod reading;
mod resolving;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Binary;
use apache_avro::writer::datum::GenericDatumWriter;
use apache_avro::{Days, Duration, Millis, Months, Schema, Uuid};
use serde_json::Value;

use super::fitting::{branch, raw};
use super::logical::{Logical, Raw};
use super::{At, Avro, Shape};

/// A payload as the other implementation has it.
fn binary(avro: &Avro, at: At, value: &Value) -> Binary {
    let of = &avro.types[at];
    match &of.shape {
        Shape::Null => Binary::Null,
        Shape::Boolean => Binary::Boolean(value.as_bool().expect("boolean")),
        Shape::Float => Binary::Float(value.as_f64().expect("float") as f32),
        Shape::Double => Binary::Double(value.as_f64().expect("double")),
        Shape::Int | Shape::Long | Shape::Bytes | Shape::Text | Shape::Fixed { .. } => {
            let raw = raw(of, value).expect("a number, text or bytes");
            scalar(&of.shape, of.logical, raw)
        }
        Shape::Array(items) => {
            let all = value.as_array().expect("array");
            Binary::Array(all.iter().map(|item| binary(avro, *items, item)).collect())
        }
        Shape::Map(values) => {
            let all = value.as_object().expect("map");
            let member =
                |(key, item): (&String, &Value)| (key.clone(), binary(avro, *values, item));
            Binary::Map(all.iter().map(member).collect())
        }
        Shape::Union(branches) => {
            let (chosen, inner) = branch(avro, branches, value).expect("a branch");
            let index = branches.iter().position(|at| *at == chosen).expect("its index");
            Binary::Union(index as u32, Box::new(binary(avro, chosen, inner)))
        }
        Shape::Record { fields, .. } => {
            let members = value.as_object().expect("record");
            let member = |field: &super::Field| {
                let value = members.get(&field.name).or(field.default.as_ref());
                (field.name.clone(), binary(avro, field.of, value.expect("a value")))
            };
            Binary::Record(fields.iter().map(member).collect())
        }
        Shape::Enum { symbols, .. } => {
            let symbol = value.as_str().expect("symbol");
            let index = symbols.iter().position(|it| it == symbol).expect("its index");
            Binary::Enum(index as u32, symbol.to_owned())
        }
    }
}

fn scalar(shape: &Shape, logical: Option<Logical>, raw: Raw) -> Binary {
    match (logical, raw) {
        (None, Raw::Whole(whole)) if *shape == Shape::Int => Binary::Int(whole as i32),
        (None, Raw::Whole(whole)) => Binary::Long(whole),
        (None, Raw::Text(text)) => Binary::String(text),
        (None, Raw::Bytes(bytes)) if *shape == Shape::Bytes => Binary::Bytes(bytes),
        (None, Raw::Bytes(bytes)) => Binary::Fixed(bytes.len(), bytes),
        (Some(Logical::Date), Raw::Whole(days)) => Binary::Date(days as i32),
        (Some(Logical::TimeOfDay { per_second: 1000 }), Raw::Whole(it)) => {
            Binary::TimeMillis(it as i32)
        }
        (Some(Logical::TimeOfDay { .. }), Raw::Whole(it)) => Binary::TimeMicros(it),
        (Some(Logical::Timestamp { per_second }), Raw::Whole(it)) => match per_second {
            1000 => Binary::TimestampMillis(it),
            1_000_000 => Binary::TimestampMicros(it),
            _ => Binary::TimestampNanos(it),
        },
        (Some(Logical::LocalTimestamp { per_second }), Raw::Whole(it)) => match per_second {
            1000 => Binary::LocalTimestampMillis(it),
            1_000_000 => Binary::LocalTimestampMicros(it),
            _ => Binary::LocalTimestampNanos(it),
        },
        (Some(Logical::Decimal { .. }), Raw::Bytes(bytes)) => Binary::Decimal(bytes.into()),
        (Some(Logical::Uuid), Raw::Text(text)) => Binary::Uuid(text.parse().expect("a UUID")),
        (Some(Logical::Uuid), Raw::Bytes(bytes)) => {
            Binary::Uuid(Uuid::from_slice(&bytes).expect("a UUID"))
        }
        (Some(Logical::Duration), Raw::Bytes(bytes)) => {
            let part = |i: usize| {
                u32::from_le_bytes(bytes[4 * i..4 * i + 4].try_into().expect("four bytes"))
            };
            let parts = (Months::new(part(0)), Days::new(part(1)), Millis::new(part(2)));
            Binary::Duration(Duration::new(parts.0, parts.1, parts.2))
        }
        (logical, raw) => panic!("{logical:?} of {raw:?}"),
    }
}

fn encoded(schema: &Schema, value: Binary) -> Vec<u8> {
    let writer = GenericDatumWriter::builder(schema).build().expect("a writer");
    writer.write_value_to_vec(value).expect("bytes")
}

fn decoded(
    writer: &Schema,
    reader: Option<&Schema>,
    bytes: &[u8],
) -> Result<Binary, apache_avro::Error> {
    let builder = GenericDatumReader::builder(writer).maybe_reader_schema(reader);
    builder.build()?.read_value(&mut &*bytes)
}
