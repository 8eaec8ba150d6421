//! What is in the bindings of a release by name, for tests that know it only at run time.

use std::fmt::Debug;

use pydio_runtime::{
    Bindings, Json, OperationCall,
    json::{FromJson, JsonError, ToJson},
};

/// Does something with the type of an operation.
pub trait Visit {
    /// The result of it.
    type Output;

    /// Does it with the type `C`.
    fn visit<C>(self) -> Self::Output
    where
        C: OperationCall,
        C::Response: Debug;
}

macro_rules! releases {
    ($($release:literal $module:ident $bindings:path, $file:literal;)*) => {
        $(mod $module {
            #[allow(unused_imports, reason = "the bindings of some releases have no operations")]
            use pydio_runtime::{Bindings, Call as _, Json, json::JsonError};
            use $bindings::*;

            use super::{Visit, shown};

            include!(concat!(env!("OUT_DIR"), $file));
        })*

        /// Decodes a document as a model of the actions of a release, and formats it; `None` if the
        /// release or model does not exist.
        pub fn model(release: &str, name: &str, json: Json) -> Option<Result<String, JsonError>> {
            match release {
                $($release => $module::model(name, json),)*
                _ => None,
            }
        }

        /// Visits the operation with that id; returns `None` if the release or operation does not
        /// exist.
        pub fn operation<V: Visit>(release: &str, id: &str, visit: V) -> Option<V::Output> {
            match release {
                $($release => $module::operation(id, visit),)*
                _ => None,
            }
        }

        /// Returns the bindings of a release: those of its actions, and of its operations if it has
        /// any. Returns `None` if the release does not exist.
        pub fn bindings(release: &str) -> Option<(&'static Bindings, Option<&'static Bindings>)> {
            match release {
                $($release => Some($module::bindings()),)*
                _ => None,
            }
        }
    };
}

releases! {
    "6.0.8" v6_0_8 crate::v6_0_8, "/6.0.8/by_name.rs";
    "6.4.2" v6_4_2 crate::v6_4_2, "/6.4.2/by_name.rs";
    "6.5.5" v6_5_5 crate::v6_5_5, "/6.5.5/by_name.rs";
    "7.0.4" v7_0_4 crate::v7_0_4, "/7.0.4/by_name.rs";
    "8.0.2" v8_0_2 crate::v8_0_2, "/8.0.2/by_name.rs";
    "8.2.5" v8_2_5 pydio_client, "/newest.rs";
}

/// Asserts as well that a model is the same when it was written and is read again.
fn shown<M>(json: Json) -> Result<String, JsonError>
where
    M: FromJson + ToJson + PartialEq + Debug,
{
    let model = M::from_json(json.into())?;
    let again = M::from_json(model.to_json().into())?;
    assert_eq!(again, model, "a model, written and read again");
    Ok(format!("{model:?}"))
}
