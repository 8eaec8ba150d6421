//! The kinds of findings, each with a stable code.

use std::fmt;

use serde::Serialize;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Unusual, but without consequence for the bindings.
    Note,
    /// Probably not meant this way.
    Warning,
    /// It cannot work this way.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A kind of finding.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// Its stable name.
    #[serde(rename = "code")]
    pub name: &'static str,
    /// Its severity.
    pub level: Level,
    /// A description, in one line.
    pub summary: &'static str,
    /// How the generator treats it where nothing corrects it.
    pub taken_for: &'static str,
}

/// All codes, in the order they are reported in.
pub static CODES: [&Code; 42] = [
    &PATH_UNDECLARED,
    &TYPE_MISSING,
    &TYPE_UNKNOWN,
    &TYPE_MISSPELT,
    &TYPE_FREE,
    &NAME_FAMILY,
    &DEFAULT_MISMATCH,
    &REQUIRED_DEFAULTED,
    &PARAM_REPEATED,
    &PARAM_DROPPED,
    &REST_PROMISED,
    &REST_UNDOCUMENTED,
    &REST_PATH,
    &VERB_UNSERVED,
    &OUTPUT_MISSING,
    &OUTPUT_UNKNOWN,
    &OUTPUT_CHOICE,
    &ANSWER_UNTYPED,
    &PARAMETER_UNKNOWN,
    &CALLBACK_UNNAMED,
    &FLAG_ODD,
    &ATTRIBUTE_UNKNOWN,
    &PLUGIN_ID,
    &INCLUDE_EMPTY,
    &UNREADABLE,
    &SPEC_REFUSED,
    &FORM_OUTSIDE_POST,
    &ACTION_MISSING,
    &ACTION_UNKNOWN,
    &OPERATION_UNNAMED,
    &CONSUMES_MISSING,
    &ANSWER_MISSING,
    &ERRORS_MISSING,
    &SECURITY_MISSING,
    &SCHEMA_TYPELESS,
    &OBJECT_OPEN,
    &FORMAT_ODD,
    &REF_SIBLING,
    &LIST_MULTI,
    &EXAMPLES_UNKEYED,
    &EXTENSION_UNKNOWN,
    &VERSIONS_UNMATCHED,
];

/// A name in `restParams` that no `input_param` declares.
pub static PATH_UNDECLARED: Code = Code {
    name: "path-undeclared",
    level: Level::Warning,
    summary: "a name in `restParams` that no `input_param` declares",
    taken_for: "text, or the path of a node if it spans slashes",
};

/// A parameter without a type.
pub static TYPE_MISSING: Code = Code {
    name: "type-missing",
    level: Level::Warning,
    summary: "a parameter without a type",
    taken_for: "text",
};

/// A type that no release uses.
pub static TYPE_UNKNOWN: Code = Code {
    name: "type-unknown",
    level: Level::Warning,
    summary: "a type that no release uses",
    taken_for: "text",
};

/// A type that other manifests write differently.
pub static TYPE_MISSPELT: Code = Code {
    name: "type-misspelt",
    level: Level::Note,
    summary: "a type that is written differently elsewhere",
    taken_for: "the intended type",
};

/// A pseudo-type for fields of any name.
pub static TYPE_FREE: Code = Code {
    name: "type-free",
    level: Level::Note,
    summary: "a pseudo-type for fields of any name",
    taken_for: "a map of fields",
};

/// One name that stands for a family of parameters.
pub static NAME_FAMILY: Code = Code {
    name: "name-family",
    level: Level::Note,
    summary: "one name for a family of parameters",
    taken_for: "a setter that takes the number",
};

/// A default that is invalid for the type.
pub static DEFAULT_MISMATCH: Code = Code {
    name: "default-mismatch",
    level: Level::Warning,
    summary: "a default that is invalid for the type",
    taken_for: "documentation; defaults are never sent",
};

/// A required parameter with a default.
pub static REQUIRED_DEFAULTED: Code = Code {
    name: "required-defaulted",
    level: Level::Warning,
    summary: "a parameter that is required and has a default",
    taken_for: "required",
};

/// A parameter that is declared twice.
pub static PARAM_REPEATED: Code = Code {
    name: "param-repeated",
    level: Level::Warning,
    summary: "a parameter that is declared twice",
    taken_for: "the first of an action; an error of an operation",
};

/// A parameter that `checkParams` makes the server drop.
pub static PARAM_DROPPED: Code = Code {
    name: "param-dropped",
    level: Level::Error,
    summary: "a parameter that `checkParams` makes the server drop",
    taken_for: "a parameter like any other",
};

/// A callback that is documented for callers but has no `restParams`.
pub static REST_PROMISED: Code = Code {
    name: "rest-promised",
    level: Level::Warning,
    summary: "a callback that is documented for callers and has no `restParams`",
    taken_for: "an action that works only in a session and on the command line",
};

/// A callback with `restParams` but without documentation.
pub static REST_UNDOCUMENTED: Code = Code {
    name: "rest-undocumented",
    level: Level::Note,
    summary: "a callback with `restParams` and without documentation",
    taken_for: "an action like any other",
};

/// `restPath`, which no server reads.
pub static REST_PATH: Code = Code {
    name: "rest-path",
    level: Level::Warning,
    summary: "`restPath`, which no server reads",
    taken_for: "an action that works only in a session and on the command line",
};

/// A `preferredHttp` that REST v1 does not serve.
pub static VERB_UNSERVED: Code = Code {
    name: "verb-unserved",
    level: Level::Warning,
    summary: "a `preferredHttp` that REST v1 does not serve",
    taken_for: "POST",
};

/// A REST callback that does not declare what it returns.
pub static OUTPUT_MISSING: Code = Code {
    name: "output-missing",
    level: Level::Note,
    summary: "a REST callback that does not declare its response",
    taken_for: "a response that is recognized when it arrives",
};

/// An `output` of an unknown kind.
pub static OUTPUT_UNKNOWN: Code = Code {
    name: "output-unknown",
    level: Level::Warning,
    summary: "an `output` of no known kind",
    taken_for: "a response that is recognized when it arrives",
};

/// An `output` with alternatives.
pub static OUTPUT_CHOICE: Code = Code {
    name: "output-choice",
    level: Level::Note,
    summary: "an `output` with several kinds",
    taken_for: "the first one, or JSON if it is among them",
};

/// An action whose response has no known type, whatever its manifest declares.
pub static ANSWER_UNTYPED: Code = Code {
    name: "answer-untyped",
    level: Level::Note,
    summary: "an action whose response has no type",
    taken_for: "a response that is recognized when it arrives",
};

/// An action of which nobody says what it reads: it declares no parameters, or any.
pub static PARAMETER_UNKNOWN: Code = Code {
    name: "parameter-unknown",
    level: Level::Note,
    summary: "an action that declares no parameters, or fields of any name",
    taken_for: "an action without parameters, or with fields of any name",
};

/// A callback without a method.
pub static CALLBACK_UNNAMED: Code = Code {
    name: "callback-unnamed",
    level: Level::Warning,
    summary: "a callback without a method",
    taken_for: "an action like any other",
};

/// An attribute that is neither `true` nor `false`.
pub static FLAG_ODD: Code = Code {
    name: "flag-odd",
    level: Level::Warning,
    summary: "an attribute that is neither `true` nor `false`",
    taken_for: "false",
};

/// An attribute that no release uses.
pub static ATTRIBUTE_UNKNOWN: Code = Code {
    name: "attribute-unknown",
    level: Level::Warning,
    summary: "an attribute that no release uses",
    taken_for: "nothing",
};

/// An `id` that differs from the name of the directory.
pub static PLUGIN_ID: Code = Code {
    name: "plugin-id",
    level: Level::Note,
    summary: "an `id` that is not the name of the directory",
    taken_for: "the name of the directory, as the server does",
};

/// An include without any action.
pub static INCLUDE_EMPTY: Code = Code {
    name: "include-empty",
    level: Level::Note,
    summary: "an include that selects no action",
    taken_for: "nothing",
};

/// A part of the manifests that cannot be read.
pub static UNREADABLE: Code = Code {
    name: "unreadable",
    level: Level::Error,
    summary: "a plugin, an action or an include that cannot be read",
    taken_for: "nothing; it is left out",
};

/// A spec that is unusable for generation.
pub static SPEC_REFUSED: Code = Code {
    name: "spec-refused",
    level: Level::Error,
    summary: "a spec that cannot be generated from",
    taken_for: "nothing: `generate` fails",
};

/// A form or body where the server reads none for the method.
pub static FORM_OUTSIDE_POST: Code = Code {
    name: "form-outside-post",
    level: Level::Warning,
    summary: "a form or body of a method for which none is read",
    taken_for: "a parameter of the query; a body is unchanged",
};

/// An operation that does not name its action.
pub static ACTION_MISSING: Code = Code {
    name: "action-missing",
    level: Level::Warning,
    summary: "an operation that names no action",
    taken_for: "an operation like any other",
};

/// An operation whose action no plugin has.
pub static ACTION_UNKNOWN: Code = Code {
    name: "action-unknown",
    level: Level::Warning,
    summary: "an operation of an action that no plugin has",
    taken_for: "an operation like any other",
};

/// An operation without `operationId`.
pub static OPERATION_UNNAMED: Code = Code {
    name: "operation-unnamed",
    level: Level::Note,
    summary: "an operation without `operationId`",
    taken_for: "an operation that is named after its method and path",
};

/// A JSON body without a matching `consumes`.
pub static CONSUMES_MISSING: Code = Code {
    name: "consumes-missing",
    level: Level::Warning,
    summary: "a JSON body that `consumes` does not mention",
    taken_for: "JSON, or bytes if the body is binary",
};

/// An operation that does not declare what it returns.
pub static ANSWER_MISSING: Code = Code {
    name: "answer-missing",
    level: Level::Note,
    summary: "an operation that does not declare its response",
    taken_for: "a response that is not read",
};

/// An operation that declares no error response.
pub static ERRORS_MISSING: Code = Code {
    name: "errors-missing",
    level: Level::Note,
    summary: "an operation that declares no failure",
    taken_for: "the runtime's own errors",
};

/// A spec that does not declare how to log in.
pub static SECURITY_MISSING: Code = Code {
    name: "security-missing",
    level: Level::Note,
    summary: "a spec without security schemes",
    taken_for: "the credentials of the connection",
};

/// A schema without a type.
pub static SCHEMA_TYPELESS: Code = Code {
    name: "schema-typeless",
    level: Level::Note,
    summary: "a schema without a type",
    taken_for: "an object if it has properties, otherwise any JSON",
};

/// An object whose properties are not declared.
pub static OBJECT_OPEN: Code = Code {
    name: "object-open",
    level: Level::Note,
    summary: "an object whose properties are not declared",
    taken_for: "any JSON object",
};

/// A `format` that does not match the type.
pub static FORMAT_ODD: Code = Code {
    name: "format-odd",
    level: Level::Note,
    summary: "a `format` that does not match the type",
    taken_for: "a number as text if it is a format of integers, otherwise nothing",
};

/// A sibling of `$ref`, which is ignored there.
pub static REF_SIBLING: Code = Code {
    name: "ref-sibling",
    level: Level::Note,
    summary: "a key next to `$ref`, where it has no meaning",
    taken_for: "an error if the key would change the type, otherwise nothing",
};

/// A list with a repeated name, of which PHP keeps the last value.
pub static LIST_MULTI: Code = Code {
    name: "list-multi",
    level: Level::Note,
    summary: "a list of repeated names, of which PHP keeps the last",
    taken_for: "names with `[]`",
};

/// `examples` that are not keyed by media type.
pub static EXAMPLES_UNKEYED: Code = Code {
    name: "examples-unkeyed",
    level: Level::Note,
    summary: "`examples` that are not by media type",
    taken_for: "nothing",
};

/// An unknown extension that begins with `x-pydio-`.
pub static EXTENSION_UNKNOWN: Code = Code {
    name: "extension-unknown",
    level: Level::Warning,
    summary: "an extension that begins with `x-pydio-` and is not known",
    taken_for: "nothing",
};

/// A correction for versions that do not exist.
pub static VERSIONS_UNMATCHED: Code = Code {
    name: "versions-unmatched",
    level: Level::Warning,
    summary: "a correction for versions that do not exist",
    taken_for: "a correction that is never applied",
};
