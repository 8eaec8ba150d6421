//! Concludes what can be concluded about one action from its calls.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    check::Checker,
    infer::{Inference, Inferred},
    matching::Call,
    outcome::{Class, Outcome, Success, judge},
    parameters::{self, Findings},
    secret::People,
    shape::Shape,
};
use crate::{
    ir::{Api, Endpoint, Response, StatusResponse, Type},
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
    pub(super) contradictions: Vec<String>,
    /// What to propose as the response.
    pub(super) response: Option<Proposed>,
    pub(super) params: Findings,
    /// What cannot be told, and why.
    pub(super) untold: Vec<String>,
    /// The exchanges that succeeded.
    pub(super) successes: Vec<String>,
    /// Other definitions that the calls may be of.
    pub(super) others: BTreeSet<String>,
}

/// A response to propose.
#[derive(Debug, PartialEq)]
pub(super) enum Proposed {
    /// An answer without a model, by its name in the format of corrections.
    Plain(&'static str),
    /// JSON of a type.
    Json(Inferred),
}

/// A successful call, with what came of it.
type Successful<'c, 'e> = (&'c Call<'e>, Success);

/// Studies the calls of an endpoint.
pub(super) fn study(api: &Api, endpoint: &Endpoint, calls: &[Call<'_>], people: &People) -> Study {
    let mut study = Study { calls: calls.len(), ..Study::default() };
    let (mut successes, mut failed, mut sent) = (Vec::new(), Vec::new(), Vec::new());
    for call in calls {
        study.others.extend(call.others.iter().cloned());
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
    study.failures = calls.len() - successes.len() - study.unjudged.values().sum::<usize>();
    drop_refusals(&mut successes, &mut study);
    study.successes = successes.iter().map(|(call, _)| call.exchange.name.clone()).collect();
    study.params = parameters::compare(endpoint, people, &sent, &failed);
    study.contradictions.append(&mut study.params.contradictions);
    study.untold.append(&mut study.params.untold);
    if stands(&endpoint.response, endpoint) {
        study.confirm(api, endpoint, &successes);
    } else {
        study.conclude(endpoint, &successes, people);
    }
    study
}

/// Takes out bare messages, unless there is nothing else: they are refusals otherwise.
fn drop_refusals(successes: &mut Vec<Successful<'_, '_>>, study: &mut Study) {
    let is_message = |one: &Successful<'_, '_>| one.1.class == Class::Message;
    if !successes.iter().all(is_message) {
        let before = successes.len();
        successes.retain(|one| !is_message(one));
        study.failures += before - successes.len();
    }
}

/// Returns whether the response is one that a correction or a spec declares precisely. What a
/// manifest declares is no more than a hint.
fn stands(response: &Response, endpoint: &Endpoint) -> bool {
    if !endpoint.is_action() {
        return true;
    }
    let is_vague = matches!(response, Response::Undeclared | Response::Json(Type::Any));
    let declared = endpoint.declared.output.as_deref();
    !is_vague && lower::response_of(declared) != *response
}

impl Study {
    /// Compares responses with what stands.
    fn confirm(&mut self, api: &Api, endpoint: &Endpoint, successes: &[Successful<'_, '_>]) {
        let mut undeclared: BTreeMap<String, String> = BTreeMap::new();
        for (call, success) in successes {
            let name = &call.exchange.name;
            let mut checker = Checker::new(api, endpoint.kind);
            let response = by_status(&endpoint.response, call.exchange.response.status);
            match agrees(response, success, &mut checker) {
                Ok(()) => self.confirmed += 1,
                Err(why) => self.contradictions.push(format!("{name}: {why}")),
            }
            for place in checker.undeclared {
                undeclared.entry(place).or_insert_with(|| name.clone());
            }
        }
        let lacks =
            undeclared.iter().map(|(place, name)| format!("{name}: the model lacks {place}"));
        self.contradictions.extend(lacks);
    }

    /// Concludes the response from those that came.
    fn conclude(&mut self, endpoint: &Endpoint, successes: &[Successful<'_, '_>], people: &People) {
        let classes: BTreeSet<Class> = successes.iter().map(|(_, success)| success.class).collect();
        if classes.is_empty() {
            if endpoint.response == Response::Undeclared {
                self.untold.push("the response: no call succeeded".to_owned());
            }
            return;
        }
        let plain = match combined(&classes) {
            Some("json") => {
                self.response = self.json(successes, people);
                return;
            }
            Some("nothing") if successes.len() < 2 => {
                self.untold.push("the response: only one came, and it was empty".to_owned());
                return;
            }
            Some(plain) => plain,
            None => {
                let names: Vec<_> = classes.iter().map(|class| class.text()).collect();
                self.untold.push(format!("the response: it was {}", names.join(", and ")));
                return;
            }
        };
        if is_declared(plain, &endpoint.response) {
            self.confirmed += successes.len();
        } else {
            self.response = Some(Proposed::Plain(plain));
        }
    }

    fn json(&mut self, successes: &[Successful<'_, '_>], people: &People) -> Option<Proposed> {
        let mut shape = Shape::default();
        successes.iter().filter_map(|(_, one)| one.json.as_ref()).for_each(|json| shape.add(json));
        let mut inference = Inference::new(people);
        let inferred = inference.infer(&shape, "");
        self.untold.append(&mut inference.doubts);
        Some(Proposed::Json(inferred))
    }
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
        () if has(Class::Listing) && only(&[Class::Listing, Class::EmptyJson]) => Some("listing"),
        () if has(Class::Xml) && only(&[Class::Xml, Class::EmptyJson]) => Some("xml"),
        () if only(&[Class::Json, Class::EmptyJson, Class::Message]) => Some("json"),
        () if has(Class::Text) && only(&[Class::Text, Class::Nothing]) => Some("text"),
        () if has(Class::Bytes) && only(&[Class::Bytes, Class::Nothing]) => Some("bytes"),
        () => None,
    }
}

/// Returns whether the manifest declares that answer already.
fn is_declared(answer: &str, response: &Response) -> bool {
    match response {
        Response::Listing => answer == "listing",
        Response::Envelope => answer == "envelope",
        Response::EnvelopeOrNothing => answer == "report",
        Response::Xml => answer == "xml",
        Response::Text => answer == "text",
        Response::Bytes => answer == "bytes",
        Response::Nothing => answer == "nothing",
        _ => false,
    }
}

/// Returns what is declared for a status.
fn by_status(response: &Response, status: u16) -> &Response {
    let Response::ByStatus(all) = response else { return response };
    let of = |text: &str| all.iter().find(|one: &&StatusResponse| one.status == text);
    of(&status.to_string()).or_else(|| of("2XX")).map_or(response, |one| &one.response)
}

/// Returns whether a response is what is declared, as the runtime reads it.
fn agrees(response: &Response, success: &Success, checker: &mut Checker<'_>) -> Result<(), String> {
    let one_of = |known: &[Class]| match known.contains(&success.class) {
        true => Ok(()),
        false => Err(format!("the response is {}", success.class.text())),
    };
    match (response, &success.json) {
        (Response::Json(kind), Some(json)) => checker.check(json, kind),
        (Response::OneOrMany(kind), Some(json)) => {
            let is_one = checker.check(json, kind);
            let map = Type::Map(Box::new(kind.clone()));
            if is_one.is_err() { checker.check(json, &map) } else { is_one }
        }
        (Response::Json(_) | Response::OneOrMany(_), None) => one_of(&[]),
        (Response::Listing, _) => one_of(&[Class::Listing]),
        (Response::Envelope, _) => one_of(&[Class::Envelope]),
        (Response::EnvelopeOrNothing, _) => one_of(&[Class::Envelope, Class::Nothing, Class::Hint]),
        (Response::Nothing, _) => one_of(&[Class::Nothing, Class::Hint, Class::Envelope]),
        (Response::Xml, _) => {
            one_of(&[Class::Xml, Class::Envelope, Class::Listing, Class::EmptyJson])
        }
        (Response::Text, _) => one_of(&[Class::Text, Class::Nothing, Class::Json]),
        (Response::Bytes | Response::Head | Response::ByStatus(_) | Response::Undeclared, _) => {
            Ok(())
        }
    }
}
