//! Findings about the actions of manifests.

use super::{Correction, Finding, codes, codes::Code};
use crate::{
    correct::actions::{Applied, Effect},
    diagnostic::Place,
    ir::{Api, Endpoint, Kind, Response},
    lower,
    manifest::{Callback, ManifestSet, Param, TYPES},
    suggest::{nearest, suggestion},
};

/// Returns all findings in `declared`. Those that `applied` fixes in `corrected` count as
/// corrected.
pub(super) fn lint(
    set: &ManifestSet,
    declared: &Api,
    corrected: &Api,
    applied: &[Applied],
) -> Vec<Finding> {
    let all: Vec<Declared<'_>> =
        declared.actions().flat_map(|action| declarations(set, action)).collect();
    let has_comments = all.iter().any(|declared| declared.callback.comment.is_some());
    let mut findings = Vec::new();
    for Declared { action, plugin, callback } in all {
        let is_it = |other: &&Endpoint| (&other.id, &other.group) == (&action.id, &action.group);
        let key = (action.id.clone(), action.group.clone());
        let mut subject = Subject {
            action,
            plugin,
            callback,
            after: corrected.actions().find(is_it).unwrap_or(action),
            applied: applied.iter().filter(|one| one.action == key).collect(),
            findings: &mut findings,
        };
        subject.rest(has_comments);
        subject.output();
        subject.untyped();
        subject.unknown();
        callback.params.iter().for_each(|param| subject.param(param));
        subject.dropped();
    }
    findings
}

/// A location where a definition is declared.
struct Declared<'a> {
    action: &'a Endpoint,
    /// The first plugin that has it from there.
    plugin: &'a str,
    callback: &'a Callback,
}

/// Returns the locations of a definition: most plugins include it from one, and some repeat it.
fn declarations<'a>(set: &'a ManifestSet, action: &'a Endpoint) -> Vec<Declared<'a>> {
    let mut all: Vec<Declared<'a>> = Vec::new();
    for id in action.groups() {
        let plugin = set.plugins.iter().find(|plugin| plugin.id == *id);
        let named = plugin.into_iter().flat_map(|plugin| &plugin.actions);
        let declared = named.filter(|declared| declared.name == action.id);
        for callback in declared.filter_map(|declared| declared.callback.as_ref()) {
            if all.iter().all(|known| known.callback.place != callback.place) {
                all.push(Declared { action, plugin: id, callback });
            }
        }
    }
    all
}

/// A definition of an action.
struct Subject<'a> {
    action: &'a Endpoint,
    plugin: &'a str,
    callback: &'a Callback,
    /// The corrected definition.
    after: &'a Endpoint,
    applied: Vec<&'a Applied>,
    findings: &'a mut Vec<Finding>,
}

impl Subject<'_> {
    /// Adds a finding; a correction with one of these effects fixes it.
    fn find(&mut self, code: &'static Code, place: &Place, message: String, fixes: &[Effect]) {
        let is_fix = |one: &&&Applied| {
            one.effects.iter().any(|effect| *effect == Effect::Dead || fixes.contains(effect))
        };
        let corrections = self
            .applied
            .iter()
            .filter(is_fix)
            .map(|one| Correction::new(&one.at, Some(&one.description), &one.evidence));
        self.findings.push(Finding {
            code,
            subject: format!("`{}` of `{}`", self.action.id, self.plugin),
            message,
            place: place.clone(),
            pointer: None,
            corrections: corrections.collect(),
        });
    }

    /// Checks how REST reaches it.
    fn rest(&mut self, has_comments: bool) {
        let callback = self.callback;
        let place = &callback.place;
        if callback.method.is_empty() {
            let message = "`methodName` is missing or empty".to_owned();
            self.find(&codes::CALLBACK_UNNAMED, place, message, &[]);
        }
        if callback.comment.is_some() && callback.rest_params.is_none() {
            let message = "a `developerComment`, and no `restParams`".to_owned();
            self.find(&codes::REST_PROMISED, place, message, &[Effect::Path]);
        }
        // A bundle that was reduced to facts documents nothing.
        if has_comments && callback.comment.is_none() && callback.rest_params.is_some() {
            let message = "`restParams`, and no `developerComment`".to_owned();
            self.find(&codes::REST_UNDOCUMENTED, place, message, &[]);
        }
        if let Some(verb) =
            callback.preferred_http.as_deref().filter(|v| !["GET", "POST"].contains(v))
        {
            let message = format!("`{verb}` where only `GET` and `POST` are served");
            self.find(&codes::VERB_UNSERVED, place, message, &[Effect::Verb, Effect::Path]);
        }
        for name in self.undeclared() {
            let message = format!("`restParams` names `{name}`, which is not declared");
            let fixes = self.out_of_path(&name);
            self.find(&codes::PATH_UNDECLARED, place, message, &fixes);
        }
    }

    /// Returns the undeclared parameters of the path.
    fn undeclared(&self) -> Vec<String> {
        let path = self.action.path_params().filter(|param| param.declared.is_none());
        path.map(|param| param.name.clone()).collect()
    }

    /// Returns the effects that fix an undeclared path parameter.
    fn out_of_path(&self, name: &str) -> Vec<Effect> {
        let mut fixes = vec![Effect::Removed(name.to_owned()), Effect::Type(name.to_owned())];
        let stays = self.after.path_params().any(|param| param.name == name);
        if !stays {
            fixes.push(Effect::Path);
        }
        fixes
    }

    /// Checks the response.
    fn output(&mut self) {
        let (callback, fixes) = (self.callback, [Effect::Answer]);
        let place = &callback.place;
        match callback.output.as_deref() {
            None if callback.rest_params.is_none() => {}
            None => {
                let message = "no `output` with a type".to_owned();
                self.find(&codes::OUTPUT_MISSING, place, message, &fixes);
            }
            Some(output) if lower::response_of(Some(output)) == Response::Undeclared => {
                let message = format!("`{output}` is not a kind of response");
                self.find(&codes::OUTPUT_UNKNOWN, place, message, &fixes);
            }
            Some(output) if output.contains('|') => {
                let message = format!("`{output}` is one of several");
                self.find(&codes::OUTPUT_CHOICE, place, message, &fixes);
            }
            Some(_) => {}
        }
    }

    /// Checks whether the response has a type.
    fn untyped(&mut self) {
        let is_untyped = |action: &Endpoint| action.response.is_untyped();
        if is_untyped(self.action) || is_untyped(self.after) {
            let typed = if is_untyped(self.after) { &[][..] } else { &[Effect::Answer] };
            let message = "the response has no type".to_owned();
            self.find(&codes::ANSWER_UNTYPED, &self.callback.place, message, typed);
        }
    }

    /// Checks whether it is known what the server reads.
    fn unknown(&mut self) {
        let is_free = self.action.params.iter().any(|param| param.kind == Kind::Fields);
        if self.action.params.is_empty() || is_free {
            let message = match is_free {
                true => "fields of any name are declared, but not which ones the server reads",
                false => "no parameters are declared, but not that the server reads none",
            };
            let place = &self.callback.place;
            self.find(&codes::PARAMETER_UNKNOWN, place, message.to_owned(), &[Effect::Complete]);
        }
    }

    /// Checks a parameter.
    fn param(&mut self, param: &Param) {
        let name = &param.name;
        let removed = Effect::Removed(name.clone());
        let retyped = [removed.clone(), Effect::Type(name.clone())];
        if let Some((code, message)) = odd_type(param) {
            self.find(code, &param.place, message, &retyped);
        }
        if name.ends_with("[n]") || name.ends_with("0...N") {
            let message = format!("`{name}` stands for any number of parameters");
            self.find(&codes::NAME_FAMILY, &param.place, message, &retyped);
        }
        let Some(default) = &param.default else { return };
        if !takes(&param.kind, default) {
            let message =
                format!("`{name}` is of type `{}`, but its default `{default}` is not", param.kind);
            let fixes = [&retyped[..], &[Effect::Default(name.clone())]].concat();
            self.find(&codes::DEFAULT_MISMATCH, &param.place, message, &fixes);
        }
        if param.mandatory {
            let message = format!("`{name}` is required, but defaults to `{default}`");
            let fixes = [removed, Effect::Required(name.clone()), Effect::Default(name.clone())];
            self.find(&codes::REQUIRED_DEFAULTED, &param.place, message, &fixes);
        }
    }

    /// Checks for undeclared parameters where the server drops those: parameters of the path, and
    /// those that corrections add.
    fn dropped(&mut self) {
        if !self.callback.check_params {
            return;
        }
        for name in self.undeclared() {
            let message = format!("`{name}` of `restParams` is not declared");
            let fixes = self.out_of_path(&name);
            self.find(&codes::PARAM_DROPPED, &self.callback.place, message, &fixes);
        }
        for one in self.applied.clone() {
            for effect in &one.effects {
                let Effect::Added(name) = effect else { continue };
                // The number of a page is not a parameter of its own.
                let is_page = self.after.param(name).is_some_and(|one| one.kind == Kind::Page);
                if is_page || declares(self.callback, name) {
                    continue;
                }
                self.find(
                    &codes::PARAM_DROPPED,
                    &one.at.place(),
                    format!("`{name}` is added"),
                    &[],
                );
            }
        }
    }
}

fn declares(callback: &Callback, name: &str) -> bool {
    callback.params.iter().any(|param| param.name == name)
}

/// Returns the finding about the type of a parameter, if any.
fn odd_type(param: &Param) -> Option<(&'static Code, String)> {
    let (name, kind) = (&param.name, &*param.kind);
    let is_choice = kind.contains('|') && kind.split('|').all(|word| !word.trim().is_empty());
    match kind {
        "" => Some((&codes::TYPE_MISSING, format!("`{name}` has no type"))),
        "ANY" | "FORM_DATA" => {
            let message = format!("`{name}` is `{kind}`: its fields are not declared");
            Some((&codes::TYPE_FREE, message))
        }
        _ if is_choice || TYPES.contains(&kind) => None,
        _ => {
            let of = |kind: &str| lower::kind_of(name, kind, param.default.as_deref());
            let question = suggestion(kind, TYPES);
            let meant = nearest(kind, TYPES);
            let code = match meant {
                Some(meant) if of(meant) == of(kind) => &codes::TYPE_MISSPELT,
                _ => &codes::TYPE_UNKNOWN,
            };
            Some((code, format!("`{name}` is of the type `{kind}`{question}")))
        }
    }
}

/// Returns whether a value is valid for a parameter of a declared type.
fn takes(kind: &str, value: &str) -> bool {
    match kind {
        "integer" => value.parse::<i64>().is_ok(),
        "boolean" | "boolen" => matches!(value, "true" | "false"),
        "JSON" => serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok(),
        _ if kind.contains('|') => kind.split('|').any(|word| word.trim() == value),
        _ => true,
    }
}
