//! What is refused before a call is sent.

use super::Request;
use crate::{
    json::Json,
    types::{Dialect, Param, RefusedIn, ServerRelease, Value},
};

impl Request {
    /// Refuses a call that cannot be sent over any transport.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(reason) = self.endpoint.unsupported {
            return Err(format!("the server cannot do this: {reason}"));
        }
        if self.is_incomplete {
            return Err("a stream is sent once, and this is a copy".to_owned());
        }
        self.check_nodes(&self.endpoint.bindings.dialect)?;
        self.check_needs()?;
        self.check_refused()?;
        self.endpoint.params.iter().filter(|param| param.refuses_root).try_for_each(|param| {
            let given = self
                .values
                .iter()
                .find(|given| given.param.is_some_and(|own| own.key == param.key));
            let path = match given.map(|given| &given.value) {
                Some(Value::Text(path) | Value::Node(path)) => path,
                _ => "",
            };
            match path.trim_matches('/').is_empty() {
                true => {
                    Err(format!("`{}` is the root, and this is not done to all of it", param.name))
                }
                false => Ok(()),
            }
        })
    }

    /// Refuses a call without any of the parameters of which it needs one.
    fn check_needs(&self) -> Result<(), String> {
        let mut missing =
            self.endpoint.needs.iter().filter(|names| !names.iter().any(|one| self.is_given(one)));
        match missing.next() {
            Some(names) => Err(format!("one of `{}` is needed", names.join("`, `"))),
            None => Ok(()),
        }
    }

    /// Returns whether a parameter, or a member of a family, has a value.
    fn is_given(&self, key: &str) -> bool {
        self.values.iter().any(|given| given.param.is_some_and(|param| param.key == key))
    }

    /// Refuses values that the server cannot take.
    fn check_refused(&self) -> Result<(), String> {
        for given in &self.values {
            let Some(param) = given.param else { continue };
            match &given.value {
                Value::Text(text) => {
                    let refused = param.refused.iter().find(|(value, _)| value == text);
                    if let Some((_, reason)) = refused {
                        return Err(format!("`{}` cannot be `{text}`: {reason}", given.name));
                    }
                }
                Value::Json(json) => check_document(param, json)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses the path of a node that the server would take for another one, if it has told that it
    /// is of another release than the bindings.
    pub(crate) fn check_for(&self, server: Option<ServerRelease>) -> Result<(), String> {
        server.map_or(Ok(()), |server| self.check_nodes(&Dialect::of(server.oldest())))
    }

    /// Refuses the path of a node that a server would take for another one.
    fn check_nodes(&self, dialect: &Dialect) -> Result<(), String> {
        for given in &self.values {
            let unsendable = |why| format!("`{}` cannot be sent: {why}", given.name);
            let is_action = !self.endpoint.is_operation();
            given
                .nodes(is_action)
                .iter()
                .try_for_each(|path| dialect.refuse_node(path))
                .map_err(unsendable)?;
            if let Value::Text(value) | Value::Node(value) = &given.value {
                dialect
                    .refuse_new_name(self.endpoint.id, &given.name, value)
                    .map_err(unsendable)?;
            }
        }
        Ok(())
    }
}

/// Refuses a document that lacks what the server needs, or has what it cannot take.
fn check_document(param: &Param, json: &Json) -> Result<(), String> {
    let dotted = |pointer: &str| pointer.trim_start_matches('/').replace('/', ".");
    if let Some(missing) = param.requires.iter().find(|pointer| json.pointer(pointer).is_none()) {
        return Err(format!("`{}` lacks `{}`", param.name, dotted(missing)));
    }
    for RefusedIn { pointer, value, reason } in param.refused_in {
        let found = json.pointer(pointer);
        if found.is_some_and(|found| value.is_none_or(|value| found == value)) {
            let what = value.map_or("be there".to_owned(), |value| format!("be `{value}`"));
            return Err(format!(
                "`{}` of `{}` cannot {what}: {reason}",
                dotted(pointer),
                param.name
            ));
        }
    }
    Ok(())
}
