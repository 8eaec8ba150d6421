//! Concludes what can be concluded about one action from its calls.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    agree::{agrees, by_status, is_declared, other_form},
    check::Checker,
    matching::Call,
    outcome::{Class, Outcome, Success, judge},
    parameters::{self, Findings},
    secret::People,
    shape::Shape,
};
use crate::{
    correct::actions::{Applied, Effect},
    ir::{Api, Endpoint, Response},
    lower,
};

/// What was found out about an endpoint.
#[derive(Debug, Default)]
pub(super) struct Study {
    /// The number of calls, and how many of them failed or could not be judged.
    pub(super) calls: usize,
    pub(super) failures: usize,
    pub(super) unjudged: BTreeMap<&'static str, usize>,
    /// The responses that are what stands, and those that are not.
    pub(super) confirmed: usize,
    pub(super) refuted: usize,
    /// What contradicts what stands, with the exchanges that show it.
    pub(super) contradictions: BTreeMap<String, Vec<String>>,
    /// What to propose as the response.
    pub(super) response: Option<Proposed>,
    pub(super) params: Findings,
    /// What is unclear, and why.
    pub(super) unclear: Vec<String>,
    /// The exchanges that succeeded.
    pub(super) successes: Vec<String>,
    /// The methods of the successful calls over REST.
    pub(super) methods: BTreeSet<String>,
    /// Other definitions that the calls may be of.
    pub(super) others: BTreeSet<String>,
}

/// A response to propose.
#[derive(Debug)]
pub(super) enum Proposed {
    /// An answer without a model, by its name in the format of corrections.
    Plain(&'static str),
    /// JSON.
    Json(Box<Documents>),
}

/// The JSON documents that came.
#[derive(Debug)]
pub(super) struct Documents {
    pub(super) shape: Shape,
    /// Whether all responses are JSON that was asked for.
    pub(super) is_only_asked: bool,
    /// Whether some responses are empty instead.
    pub(super) is_optional: bool,
    /// Whether the response is an object for one node, and a map of them for several.
    pub(super) is_one_or_many: bool,
}

/// What stands: the corrected model, and the corrections.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    pub(super) api: &'a Api,
    pub(super) applied: &'a [Applied],
}

impl Standing<'_> {
    /// Returns the parameters of an action that corrections remove.
    fn removed(&self, endpoint: &Endpoint) -> BTreeSet<&str> {
        let is_meant = |one: &&Applied| {
            one.action.0 == endpoint.id && endpoint.is_in(&one.action.1) && endpoint.is_action()
        };
        let effects = self.applied.iter().filter(is_meant).flat_map(|one| &one.effects);
        effects
            .filter_map(|effect| match effect {
                Effect::Removed(name) => Some(name.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// A successful call, with its outcome.
type Successful<'c, 'e> = (&'c Call<'e>, Success);

/// Studies the calls of an endpoint.
pub(super) fn study(
    standing: &Standing<'_>,
    endpoint: &Endpoint,
    calls: &[Call<'_>],
    people: &People,
) -> Study {
    let mut study = Study { calls: calls.len(), ..Study::default() };
    let (mut successes, mut failed, mut sent) = (Vec::new(), Vec::new(), Vec::new());
    for call in calls {
        study.others.extend(call.others.iter().cloned());
        if !call.has_constants {
            *study.unjudged.entry("without the constants that the bindings send").or_default() += 1;
            continue;
        }
        match judge(call.exchange) {
            Outcome::Success(success) => {
                sent.push(call);
                successes.push((call, success));
            }
            Outcome::Failure => failed.push(call),
            Outcome::Unjudged(why) => {
                // A call of the console has no status, but its options are known.
                if call.exchange.is_console() {
                    sent.push(call)
                } else {
                    failed.push(call)
                }
                *study.unjudged.entry(why).or_default() += 1;
            }
        }
    }
    drop_refusals(&mut successes);
    study.failures = calls.len() - successes.len() - study.unjudged.values().sum::<usize>();
    study.successes = successes.iter().map(|(call, _)| call.exchange.name.clone()).collect();
    let over_rest = successes.iter().filter(|(call, _)| call.is_rest);
    study.methods = over_rest.map(|(call, _)| call.exchange.method.clone()).collect();
    study.params =
        parameters::compare(endpoint, people, &standing.removed(endpoint), &sent, &failed);
    study.contradictions.append(&mut study.params.contradictions);
    study.unclear.append(&mut study.params.unclear);
    if stands(endpoint) {
        study.confirm(standing.api, endpoint, &successes);
    } else {
        study.conclude(standing.api, endpoint, &successes, people);
    }
    study
}

/// Takes out bare messages, unless there is nothing else: they are refusals otherwise.
fn drop_refusals(successes: &mut Vec<Successful<'_, '_>>) {
    let is_message = |one: &Successful<'_, '_>| one.1.class == Class::Message;
    if !successes.iter().all(is_message) {
        successes.retain(|one| !is_message(one));
    }
}

/// Returns whether the response is one that a correction or a spec declares precisely. What a
/// manifest declares is no more than a hint.
fn stands(endpoint: &Endpoint) -> bool {
    if !endpoint.is_action() {
        return true;
    }
    let Endpoint { response, declared, .. } = endpoint;
    !response.is_untyped() && lower::response_of(declared.output.as_deref()) != *response
}

impl Study {
    /// Compares responses with what stands.
    fn confirm(&mut self, api: &Api, endpoint: &Endpoint, successes: &[Successful<'_, '_>]) {
        for (call, success) in successes {
            let name = &call.exchange.name;
            let mut checker = Checker::new(api, endpoint.kind);
            let response = by_status(&endpoint.response, call.exchange.response.status);
            if let Some(why) = other_form(response, call, success) {
                *self.unjudged.entry(why).or_default() += 1;
                continue;
            }
            match agrees(response, success, &mut checker) {
                Ok(()) => self.confirmed += 1,
                Err(why) => {
                    self.refuted += 1;
                    self.contradictions.entry(why).or_default().push(name.clone());
                }
            }
            let undeclared: BTreeSet<_> = checker.undeclared.into_iter().collect();
            for place in undeclared {
                let what = format!("the model lacks {place}");
                self.contradictions.entry(what).or_default().push(name.clone());
            }
        }
    }

    /// Concludes the response from those that came.
    fn conclude(
        &mut self,
        api: &Api,
        endpoint: &Endpoint,
        all: &[Successful<'_, '_>],
        people: &People,
    ) {
        if all.is_empty() {
            if endpoint.response == Response::Undeclared {
                self.unclear.push("the response: no call succeeded".to_owned());
            }
            return;
        }
        let successes = unasked(all);
        match combined(&classes(&successes)) {
            Some("json") => {
                let documents = successes.iter().filter_map(|(_, one)| one.json.as_ref());
                let (shape, is_one_or_many) = shape(documents, people);
                self.response = Some(Proposed::Json(Box::new(Documents {
                    shape,
                    is_only_asked: successes.iter().all(|(call, _)| call.exchange.wants_json),
                    is_optional: classes(&successes).contains(&Class::Nothing),
                    is_one_or_many,
                })));
            }
            Some("nothing") if successes.len() < 2 => {
                self.unclear.push("the response: there was only one, and it was empty".to_owned());
            }
            Some("text") if successes.len() < 2 && is_page(&successes) => {
                self.unclear
                    .push("the response: there was only one, and it was a web page".to_owned());
            }
            Some(plain) if is_declared(plain, &endpoint.response) => {
                self.confirmed += successes.len();
            }
            Some(plain) => self.response = Some(Proposed::Plain(plain)),
            None if endpoint.response.is_untyped() => {
                let names = classes(&successes).into_iter().map(Class::text);
                let names = names.collect::<Vec<_>>().join(", and ");
                let depends = depends_on(&successes)
                    .map(|name| format!("; it depends on `{name}`"))
                    .unwrap_or_default();
                self.unclear.push(format!("the response: it was {names}{depends}"));
            }
            None => self.confirm(api, endpoint, all),
        }
    }
}

/// Returns the shape of several documents, and whether some are an object and others a map of such
/// objects by path.
fn shape<'j>(documents: impl Iterator<Item = &'j Value>, people: &People) -> (Shape, bool) {
    let (mut one, mut many, mut all) = (Shape::default(), Shape::default(), Shape::default());
    for json in documents {
        all.add(json);
        match json {
            Value::Object(fields)
                if !fields.is_empty() && fields.keys().all(|k| people.is_data(k)) =>
            {
                fields.values().for_each(|value| many.add(value));
            }
            json => one.add(json),
        }
    }
    let shared = one.fields.keys().filter(|name| many.fields.contains_key(*name)).count();
    if shared < 2 {
        return (all, false);
    }
    one.merge(&many);
    (one, true)
}

/// Drops the responses that came as JSON because it was asked for, if there are others: a server
/// writes XML in JSON as well, but the bindings do not ask for that.
fn unasked<'s, 'c, 'e>(all: &'s [Successful<'c, 'e>]) -> Vec<&'s Successful<'c, 'e>> {
    let is_xml = |class| matches!(class, Class::Xml | Class::Tree);
    let has_xml = all.iter().any(|(_, success)| is_xml(success.class));
    let is_asked = |(call, success): &Successful<'_, '_>| {
        call.exchange.wants_json && (success.json.is_some() || success.class == Class::Nothing)
    };
    all.iter().filter(|one| !has_xml || !is_asked(one)).collect()
}

fn is_page(successes: &[&Successful<'_, '_>]) -> bool {
    successes.iter().all(|(_, success)| success.class == Class::Page)
}

fn classes(successes: &[&Successful<'_, '_>]) -> BTreeSet<Class> {
    successes.iter().map(|(_, success)| success.class).collect()
}

/// Returns the parameter whose value determines the class of the response.
fn depends_on(successes: &[&Successful<'_, '_>]) -> Option<String> {
    let names: BTreeSet<&str> =
        successes.iter().flat_map(|(call, _)| call.params().map(|sent| &*sent.name)).collect();
    let determines = |name: &&&str| {
        let mut parts: BTreeMap<Option<&str>, BTreeSet<Class>> = BTreeMap::new();
        for (call, success) in successes {
            parts.entry(call.exchange.field(name)).or_default().insert(success.class);
        }
        parts.len() > 1
            && parts.len() < successes.len()
            && parts.values().all(|classes| combined(classes).is_some())
    };
    names.iter().find(determines).map(|name| (*name).to_owned())
}

/// Returns what several classes of responses have in common, as an answer of the format; `None` if
/// nothing.
fn combined(classes: &BTreeSet<Class>) -> Option<&'static str> {
    let only = |known: &[Class]| classes.iter().all(|class| known.contains(class));
    let has = |class| classes.contains(&class);
    match () {
        () if only(&[Class::Nothing]) => Some("nothing"),
        () if only(&[Class::Envelope]) => Some("envelope"),
        () if only(&[Class::Envelope, Class::Nothing, Class::Hint]) => Some("report"),
        () if only(&[Class::Json, Class::Nothing]) => Some("json"),
        () if has(Class::Listing) && only(&[Class::Listing, Class::EmptyJson]) => Some("listing"),
        () if only(&[Class::Xml, Class::Tree, Class::EmptyJson]) && !only(&[Class::EmptyJson]) => {
            Some("xml")
        }
        () if only(&[Class::Json, Class::EmptyJson, Class::Message]) => Some("json"),
        () if only(&[Class::Text, Class::Page, Class::Nothing]) => Some("text"),
        () if has(Class::Bytes) && only(&[Class::Bytes, Class::Nothing]) => Some("bytes"),
        () => None,
    }
}
