//! Schemas.

use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType,
    ReferenceOr, Schema, SchemaData, SchemaKind, StringType, Type,
};
use serde_json::Value;

use super::{Parts, reference_or};

/// Reads a schema that is not a reference.
pub(super) fn schema(value: Value) -> Schema {
    let mut parts = Parts::of(value);
    let schema_kind = kind(&mut parts);
    let schema_data = SchemaData {
        nullable: parts.truth("nullable").unwrap_or_default(),
        read_only: parts.truth("readOnly").unwrap_or_default(),
        write_only: parts.truth("writeOnly").unwrap_or_default(),
        deprecated: parts.truth("deprecated").unwrap_or_default(),
        external_docs: parts.read("externalDocs"),
        example: parts.take("example"),
        title: parts.text("title"),
        description: parts.text("description"),
        discriminator: parts.read("discriminator"),
        default: parts.take("default"),
        extensions: parts.extensions(),
    };
    Schema { schema_data, schema_kind }
}

fn kind(parts: &mut Parts) -> SchemaKind {
    let all = AnySchema {
        typ: parts.text("type"),
        properties: parts.map("properties").map(|(name, value)| (name, boxed(value))).collect(),
        required: parts.texts("required"),
        additional_properties: parts.take("additionalProperties").map(additional),
        items: parts.take("items").map(boxed),
        enumeration: parts.list("enum").collect(),
        format: parts.text("format"),
        one_of: several(parts, "oneOf"),
        all_of: several(parts, "allOf"),
        any_of: several(parts, "anyOf"),
        not: parts.take("not").map(|not| Box::new(reference_or(not, schema))),
        ..AnySchema::default()
    };
    let count = [&all.one_of, &all.all_of, &all.any_of].map(|all| usize::from(!all.is_empty()));
    let combined = count.iter().sum::<usize>() + usize::from(all.not.is_some());
    match combined {
        0 => plain(all),
        1 if is_alone(&all) => combination(all),
        _ => SchemaKind::Any(all),
    }
}

/// Returns whether a schema consists of only its parts.
fn is_alone(all: &AnySchema) -> bool {
    all.typ.is_none()
        && all.properties.is_empty()
        && all.required.is_empty()
        && all.additional_properties.is_none()
        && all.items.is_none()
        && all.enumeration.is_empty()
        && all.format.is_none()
}

fn combination(all: AnySchema) -> SchemaKind {
    match all {
        AnySchema { not: Some(not), .. } => SchemaKind::Not { not },
        AnySchema { one_of, .. } if !one_of.is_empty() => SchemaKind::OneOf { one_of },
        AnySchema { any_of, .. } if !any_of.is_empty() => SchemaKind::AnyOf { any_of },
        AnySchema { all_of, .. } => SchemaKind::AllOf { all_of },
    }
}

/// Reads a schema of one type. Keywords for other types do not restrict its values.
fn plain(all: AnySchema) -> SchemaKind {
    let fits = |fits: fn(&Value) -> bool| all.enumeration.iter().all(fits);
    let kind = match all.typ.as_deref() {
        Some("string") if fits(Value::is_string) => Type::String(StringType {
            format: all.format.into(),
            enumeration: values(&all.enumeration, |value| value.as_str().map(str::to_owned)),
            ..StringType::default()
        }),
        Some("number") if fits(Value::is_number) => Type::Number(NumberType {
            format: all.format.into(),
            enumeration: values(&all.enumeration, Value::as_f64),
            ..NumberType::default()
        }),
        Some("integer") if fits(Value::is_i64) => Type::Integer(IntegerType {
            format: all.format.into(),
            enumeration: values(&all.enumeration, Value::as_i64),
            ..IntegerType::default()
        }),
        Some("boolean") if fits(Value::is_boolean) => {
            Type::Boolean(BooleanType { enumeration: values(&all.enumeration, Value::as_bool) })
        }
        Some("object") => Type::Object(ObjectType {
            properties: all.properties,
            required: all.required,
            additional_properties: all.additional_properties,
            min_properties: None,
            max_properties: None,
        }),
        Some("array") => Type::Array(ArrayType {
            items: all.items,
            min_items: None,
            max_items: None,
            unique_items: false,
        }),
        _ => return SchemaKind::Any(all),
    };
    SchemaKind::Type(kind)
}

fn values<T>(all: &[Value], read: fn(&Value) -> Option<T>) -> Vec<Option<T>> {
    all.iter().map(read).collect()
}

fn boxed(value: Value) -> ReferenceOr<Box<Schema>> {
    reference_or(value, |value| Box::new(schema(value)))
}

fn several(parts: &mut Parts, key: &str) -> Vec<ReferenceOr<Schema>> {
    parts.list(key).map(|value| reference_or(value, schema)).collect()
}

fn additional(value: Value) -> AdditionalProperties {
    match value {
        Value::Bool(any) => AdditionalProperties::Any(any),
        value => AdditionalProperties::Schema(Box::new(reference_or(value, schema))),
    }
}
