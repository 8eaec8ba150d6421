//! Findings about operations, their responses, and the spec as a whole.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Odd, codes};
use crate::{
    openapi::{At, join},
    suggest::suggestion,
};

/// Methods whose requests have no body.
const BODILESS: [&str; 3] = ["delete", "get", "head"];

/// An operation with its surroundings.
pub(super) struct Operation<'d> {
    pub(super) document: &'d Value,
    /// The path item that contains it.
    pub(super) item: &'d Value,
    pub(super) method: &'d str,
    pub(super) value: &'d Value,
    /// Where it is.
    pub(super) at: String,
}

impl Operation<'_> {
    /// Returns all findings about it. `actions` are those that exist.
    pub(super) fn odd(&self, actions: Option<&BTreeSet<&str>>, is_pydio: bool) -> Vec<Odd> {
        let mut odd = self.form();
        odd.extend(self.repeated());
        odd.extend(self.consumes());
        if is_pydio {
            odd.extend(self.action(actions));
        }
        if self.value.get("operationId").is_none() {
            odd.push(Odd::new(&codes::OPERATION_UNNAMED, "no `operationId`", &*self.at));
        }
        odd.extend(self.answers());
        odd
    }

    /// Returns its own parameters, each with its location.
    fn parameters(&self) -> impl Iterator<Item = (&Value, String)> {
        let list = self.value.get("parameters").and_then(Value::as_array).into_iter().flatten();
        list.enumerate().map(|(index, parameter)| {
            let at = join(&join(&self.at, "parameters"), &index.to_string());
            (self.target(parameter), at)
        })
    }

    /// Returns what a reference to a parameter points to.
    fn target<'v>(&'v self, parameter: &'v Value) -> &'v Value {
        let reference = parameter.get("$ref").and_then(Value::as_str);
        let pointer = reference.and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(parameter)
    }

    fn form(&self) -> Vec<Odd> {
        let method = self.method.to_uppercase();
        let mut odd = Vec::new();
        for (parameter, at) in self.parameters() {
            let is_form = parameter["in"] == "formData" && self.method != "post";
            let is_body = parameter["in"] == "body" && BODILESS.contains(&self.method);
            if is_form || is_body {
                let message = format!("{} of a {method}", parameter["in"]).replace('"', "`");
                odd.push(Odd::new(&codes::FORM_OUTSIDE_POST, message, at));
            }
        }
        if self.value.get("requestBody").is_some() && BODILESS.contains(&self.method) {
            let message = format!("`requestBody` of a {method}");
            odd.push(Odd::new(&codes::FORM_OUTSIDE_POST, message, join(&self.at, "requestBody")));
        }
        odd
    }

    fn repeated(&self) -> Vec<Odd> {
        let mut known = BTreeSet::new();
        let again = self.parameters().filter(|(parameter, _)| {
            let text = |key: &str| parameter.get(key).and_then(Value::as_str);
            let name = text("name").zip(text("in"));
            name.is_some_and(|(name, place)| !known.insert((name.to_owned(), place.to_owned())))
        });
        let odd = again.map(|(parameter, at)| {
            let name = parameter["name"].as_str().unwrap_or_default();
            Odd::new(&codes::PARAM_REPEATED, format!("`{name}` already exists"), at)
        });
        odd.collect()
    }

    fn action(&self, actions: Option<&BTreeSet<&str>>) -> Option<Odd> {
        let Some(action) = self.value.get("x-pydio-action").and_then(Value::as_str) else {
            let message = "no `x-pydio-action`, as the other operations have";
            return Some(Odd::new(&codes::ACTION_MISSING, message, &*self.at));
        };
        let actions = actions.filter(|actions| !actions.contains(action))?;
        let question = suggestion(action, actions.iter().copied());
        let message = format!("no plugin has the action `{action}`{question}");
        Some(Odd::new(&codes::ACTION_UNKNOWN, message, join(&self.at, "x-pydio-action")))
    }

    /// Checks a Swagger 2.0 body whose media type is missing, or declared as a form.
    fn consumes(&self) -> Option<Odd> {
        let shared = self.item.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let shared = shared.map(|parameter| self.target(parameter));
        let own = self.parameters().map(|(parameter, _)| parameter);
        if !own.chain(shared).any(|parameter| parameter["in"] == "body") {
            return None;
        }
        let types = self.value.get("consumes").or_else(|| self.document.get("consumes"));
        let types = types.and_then(Value::as_array).into_iter().flatten();
        let types: Vec<&str> = types.filter_map(Value::as_str).collect();
        let is_form = |media_type: &&str| {
            media_type.starts_with("multipart/") || media_type.ends_with("urlencoded")
        };
        if types.iter().any(|media_type| !is_form(media_type)) {
            return None;
        }
        let message = match types.is_empty() {
            true => "a body, and no `consumes`".to_owned(),
            false => format!("a body, and `consumes` only of forms: `{}`", types.join("`, `")),
        };
        Some(Odd::new(&codes::CONSUMES_MISSING, message, &*self.at))
    }

    fn answers(&self) -> Vec<Odd> {
        let at = join(&self.at, "responses");
        let Some(answers) = self.value.get("responses").and_then(Value::as_object) else {
            return vec![Odd::new(&codes::ANSWER_MISSING, "no `responses`", &*self.at)];
        };
        let mut odd = Vec::new();
        let is_success = |status: &str| status.starts_with('2') || status == "default";
        let says = |answer: &Value| {
            ["$ref", "schema", "content"].iter().any(|key| answer.get(key).is_some())
        };
        let is_said = answers
            .iter()
            .any(|(status, answer)| is_success(status) && says(answer) || status == "204");
        if !is_said && self.value.get("x-pydio-answer").is_none() {
            let message = "no success with a `schema`";
            odd.push(Odd::new(&codes::ANSWER_MISSING, message, &*at));
        }
        if answers.keys().all(|status| status.starts_with('2')) {
            odd.push(Odd::new(&codes::ERRORS_MISSING, "successes only", at));
        }
        odd
    }
}

/// Checks a spec as a whole.
pub(super) fn of_root(value: &Value) -> Vec<Odd> {
    let pointers = ["/securityDefinitions", "/components/securitySchemes"];
    match pointers.iter().any(|pointer| value.pointer(pointer).is_some()) {
        true => Vec::new(),
        false => {
            let message = "neither `securityDefinitions` nor `securitySchemes`";
            vec![Odd::new(&codes::SECURITY_MISSING, message, "")]
        }
    }
}

/// Checks a response.
pub(super) fn of_response(value: &Value, at: &At<'_>) -> Vec<Odd> {
    let examples = value.get("examples").and_then(Value::as_object).into_iter().flatten();
    let unkeyed = examples.map(|(key, _)| key).find(|key| !key.contains('/'));
    let odd = unkeyed.map(|key| {
        let message = format!("`{key}` is not a media type");
        Odd::new(&codes::EXAMPLES_UNKEYED, message, at.key("examples").pointer())
    });
    odd.into_iter().collect()
}
