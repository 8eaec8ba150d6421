//! Learns corrections from traffic: what a server really takes and returns, as recorded exchanges
//! show it.
//!
//! Traffic is evidence, and what stands is a second opinion: exchanges are compared with the model as
//! it is after all corrections. A proposal contains only what nothing declares yet; where traffic and
//! a correction disagree, the report says so, and the correction stays. No value from the traffic is
//! written anywhere, except those of an enumeration.

mod agree;
mod check;
mod exchange;
mod fields;
mod har;
mod infer;
mod matching;
mod models;
mod operations;
mod outcome;
mod parameters;
mod report;
mod secret;
mod seen;
mod shape;
mod study;
mod traffic;
mod yaml;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use semver::Version;

use self::{
    infer::Inference,
    models::Models,
    parameters::Findings,
    report::{Part, listed},
    secret::People,
    shape::Shape,
    study::{Proposed, Standing, Study},
    yaml::{key, quoted},
};
use crate::{
    ir::{Api, Endpoint, Response},
    names::pascal,
    pipeline::Corrected,
    suggest::did_you_mean,
};

pub(crate) use self::{
    report::Report,
    traffic::{Traffic, read},
};

/// What was learnt.
#[derive(Debug)]
pub(crate) struct Lesson {
    /// The corrections of actions, in their format; `None` if there is nothing to correct.
    pub(crate) actions: Option<String>,
    /// The models that they refer to; `None` if there are none.
    pub(crate) models: Option<String>,
    /// What was found out.
    pub(crate) report: Report,
}

/// Learns from exchanges with a server of this version, whose model is `corrected`.
pub(crate) fn learn(corrected: &Corrected, version: &Version, traffic: &Traffic) -> Lesson {
    let Corrected { api, applied, .. } = corrected;
    let standing = Standing { api, applied };
    let people = People::of(&traffic.exchanges);
    let matched = matching::assign(api, &traffic.exchanges);
    let mut models = Models::starting_with(api);
    let mut entries = Vec::new();
    let mut report = Report {
        exchanges: traffic.exchanges.len() - matched.ignored,
        ignored: traffic.ignored + matched.ignored,
        unknown: matched.unknown.iter().map(|(name, in_)| unknown(api, name, in_)).collect(),
        ..Report::default()
    };
    let study = |(&index, calls): (&usize, &Vec<_>)| {
        let endpoint = &api.endpoints[index];
        (endpoint, study::study(&standing, endpoint, calls, &people))
    };
    let mut studies: Vec<_> = matched.calls.iter().map(study).collect();
    share(&mut studies);
    for (endpoint, mut study) in studies {
        let (name, mut proposed) = (shown(endpoint), Vec::new());
        if endpoint.is_action() {
            let answer = answer(endpoint, &mut study, &mut models, &people);
            entries.extend(entry(endpoint, version, &study, answer, &mut proposed));
        } else {
            let added = study.params.added.iter().map(|added| &added.name);
            proposed.extend(added.map(|name| format!("an overlay, as `{name}` is not declared")));
        }
        let method = endpoint.method.to_string();
        report.parts.push(Part { name, method, proposed, study });
    }
    (report.entries, report.models) = (entries.len(), models.len());
    let actions = (!entries.is_empty()).then(|| {
        format!(
            "# Corrections proposed by `pydio-codegen learn`: review them before you rely on \
             them.\n\
             corrections: 1\ntitle: {}\nactions:\n{}",
            quoted(&format!("Learnt from traffic with {}", api.title)),
            entries.join("\n")
        )
    });
    let models = models.document(&format!("JSON responses learnt from traffic with {}", api.title));
    Lesson { actions, models, report }
}

fn shown(endpoint: &Endpoint) -> String {
    match endpoint.is_action() {
        true => format!("{}/{}", endpoint.group, endpoint.id),
        false => endpoint.id.clone(),
    }
}

/// Describes calls of something that nobody declares.
fn unknown(api: &Api, name: &str, exchanges: &[String]) -> String {
    if name.contains(" /") {
        return format!("{name} ({}): no operation of the spec has this path", listed(exchanges));
    }
    let client = api.plugins().find(|group| group.client_only.iter().any(|one| one == name));
    let why = match client {
        Some(group) => format!("declared by `{}` for the web interface only", group.id),
        None => did_you_mean(name, api.actions().map(|one| one.sent_name())).unwrap_or_else(|| {
            "pass --pydio with the directory of an installation that has this plugin".to_owned()
        }),
    };
    format!("{name} ({}): {why}", listed(exchanges))
}

/// Merges what was seen of objects with the same fields: they are of one model.
fn share(studies: &mut [(&Endpoint, Study)]) {
    let mut all: BTreeMap<Vec<String>, Shape> = BTreeMap::new();
    for (_, study) in studies.iter_mut() {
        if let Some((names, root)) = root(study) {
            all.entry(names).or_default().merge(root);
        }
    }
    for (_, study) in studies {
        if let Some((names, root)) = root(study) {
            root.share(&all[&names]);
        }
    }
}

/// Returns the objects that a response consists of, with the names of their fields.
fn root(study: &mut Study) -> Option<(Vec<String>, &mut Shape)> {
    let Some(Proposed::Json(documents)) = &mut study.response else { return None };
    let root = documents.shape.root()?;
    let names: Vec<_> = root.fields.keys().cloned().collect();
    (names.len() >= FEW).then_some((names, root))
}

/// The number of fields from which objects with the same ones are of one model.
const FEW: usize = 3;

/// Returns the answer to propose, in the format of corrections; `None` if nothing differs.
fn answer(
    endpoint: &Endpoint,
    study: &mut Study,
    models: &mut Models,
    people: &People,
) -> Option<String> {
    let answer = match study.response.as_ref()? {
        Proposed::Plain(answer) => (*answer).to_owned(),
        Proposed::Json(documents) => {
            let mut inference = Inference::new(people);
            let mut inferred = inference.infer(&documents.shape, "");
            inferred.nullable |= documents.is_optional;
            study.unclear.append(&mut inference.doubts);
            // XML without any other form is nothing in JSON.
            if inferred.is_void() && documents.is_only_asked {
                return None;
            }
            let (name, about) = (pascal(&endpoint.id), shown(endpoint));
            match documents.is_one_or_many {
                true => models.one_or_many(&inferred, &name, &about),
                false => models.answer(&inferred, &name, &about),
            }
        }
    };
    let is_known = answer == "json" && matches!(endpoint.response, Response::Json(_));
    (!is_known).then_some(answer)
}

/// Returns the correction of an action; `None` if there is nothing to correct. Adds to `proposed`
/// what it says.
fn entry(
    endpoint: &Endpoint,
    version: &Version,
    study: &Study,
    answer: Option<String>,
    proposed: &mut Vec<String>,
) -> Option<String> {
    let Findings { added, changed, .. } = &study.params;
    if answer.is_none() && added.is_empty() && changed.is_empty() {
        return None;
    }
    proposed.extend(answer.iter().map(|answer| format!("answer {answer}")));
    proposed.extend(changed.iter().map(|changed| format!("parameter {}", changed.change())));
    proposed.extend(added.iter().map(|added| format!("parameter {}", added.yaml())));
    let mut text = format!(
        "  - action: {}\n    plugin: {}\n    versions: \"={version}\"\n    evidence: {}\n    \
         description: {}\n",
        key(&endpoint.id),
        key(&endpoint.group),
        quoted(&listed(&evidence(study, answer.is_some()))),
        quoted(&description(study, answer.is_some())),
    );
    if let Some(answer) = answer {
        let _ = writeln!(text, "    change: {{ answer: {answer} }}");
    }
    if !added.is_empty() || !changed.is_empty() {
        text.push_str("    params:\n");
    }
    if !changed.is_empty() {
        text.push_str("      change:\n");
        changed.iter().for_each(|one| text.push_str(&format!("        {}\n", one.change())));
    }
    if !added.is_empty() {
        text.push_str("      add:\n");
        added.iter().for_each(|one| text.push_str(&format!("        - {}\n", one.yaml())));
    }
    Some(text)
}

/// Returns the exchanges that show what is proposed, each once.
fn evidence(study: &Study, has_answer: bool) -> Vec<String> {
    let Findings { added, changed, .. } = &study.params;
    let answers = study.successes.iter().filter(|_| has_answer);
    let params = changed.iter().chain(added).filter_map(|one| one.exchanges.first());
    let mut seen = BTreeSet::new();
    answers.chain(params).filter(|name| seen.insert(*name)).cloned().collect()
}

/// Describes in words what a correction says.
fn description(study: &Study, has_answer: bool) -> String {
    let mut parts = Vec::new();
    if has_answer {
        let count = study.successes.len();
        let calls = if count == 1 {
            "one successful call".to_owned()
        } else {
            format!("{count} successful calls")
        };
        parts.push(format!("The response is that of {calls} in recorded traffic."));
    }
    if !study.params.changed.is_empty() {
        parts.push("Recorded calls send several values where one is declared.".to_owned());
    }
    if !study.params.added.is_empty() {
        parts.push("Recorded calls send parameters that are not declared.".to_owned());
    }
    if !study.others.is_empty() {
        let others: Vec<_> = study.others.iter().map(String::as_str).collect();
        parts.push(format!(
            "The traffic does not distinguish this action from {}.",
            others.join(", ")
        ));
    }
    parts.join(" ")
}
