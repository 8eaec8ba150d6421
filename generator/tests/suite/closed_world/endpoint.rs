//! Edits of an endpoint.

use std::collections::BTreeMap;

use pydio_codegen::ir::{
    Copied, Created, Declaration, Echoes, Endpoint, ErrorBody, Kind, Location, Method, Outcome,
    PagedBy, Paging, Param, Placed, RequiredScheme, Requirement, Response, Rights, StatusResponse,
    Style, Type,
};

use super::{
    param::{self, other_releases},
    types::{optional, other, responses, types},
};

/// Returns the endpoint with each of its fields changed. What says where it is (its kind, its id, its
/// group, and who shares it) is changed together with the groups.
pub(super) fn edits(endpoint: &Endpoint, schemes: &[&str]) -> Vec<(String, Endpoint)> {
    let Endpoint {
        kind: _,
        id: _,
        group: _,
        shared_with: _,
        action,
        is_command,
        rest,
        method,
        base,
        own_server,
        path,
        params,
        content_type,
        response,
        accept,
        unread,
        errors,
        security,
        rights,
        background,
        outcome,
        repeatable,
        paging,
        needs,
        interface,
        complete,
        rust_name,
        unsupported,
        deprecated,
        releases,
        docs: _,
        declared,
    } = endpoint;
    let mut all = Vec::new();
    let mut add = |what: &str, endpoint| all.push((what.to_owned(), endpoint));
    let same = || endpoint.clone();
    let is_action = endpoint.is_action();
    for action in optional(action.as_ref()) {
        add("action", Endpoint { action, ..same() });
    }
    if is_action {
        add("is_command", Endpoint { is_command: !is_command, ..same() });
        add("rest", Endpoint { rest: !rest, ..same() });
    }
    for method in Method::ALL.into_iter().filter(|other| other != method).take(2) {
        add("method", Endpoint { method, ..same() });
    }
    if !is_action {
        add("base", Endpoint { base: format!("{base}/other"), ..same() });
        for own in optional(own_server.as_ref()) {
            let own_server = own.map(|_| "https://other.example.org/own".to_owned());
            add("own_server", Endpoint { own_server, ..same() });
        }
        add("path", Endpoint { path: format!("{path}/more"), ..same() });
    }
    for content_type in optional(content_type.as_ref()) {
        add("content_type", Endpoint { content_type, ..same() });
    }
    for response in responses(response) {
        add(&format!("response {response:?}"), Endpoint { response, ..same() });
    }
    for (what, response) in statuses(response) {
        add(what, Endpoint { response, ..same() });
    }
    for accept in optional(accept.as_ref()) {
        add("accept", Endpoint { accept, ..same() });
    }
    let other_unread = if unread.is_empty() { vec!["text/csv".to_owned()] } else { Vec::new() };
    add("unread", Endpoint { unread: other_unread, ..same() });
    for errors in other_errors(errors) {
        add("errors", Endpoint { errors, ..same() });
    }
    let wanted = |name: &&str| {
        let scopes = vec!["all".to_owned()];
        Requirement(vec![RequiredScheme { name: (*name).to_owned(), scopes }])
    };
    let other_security = security.is_none().then(|| schemes.iter().map(wanted).collect());
    add("security", Endpoint { security: other_security, ..same() });
    for rights in other_rights(rights.as_ref()) {
        add("rights", Endpoint { rights, ..same() });
    }
    add("background", Endpoint { background: !background, ..same() });
    for outcome in outcomes(outcome.as_ref(), params) {
        add("outcome", Endpoint { outcome, ..same() });
    }
    add("repeatable", Endpoint { repeatable: !repeatable, ..same() });
    for (what, paging) in pagings(paging.as_ref(), params) {
        add(what, Endpoint { paging, ..same() });
    }
    for needs in other_needs(needs, params) {
        add("needs", Endpoint { needs, ..same() });
    }
    add("interface", Endpoint { interface: !interface, ..same() });
    add("complete", Endpoint { complete: !complete, ..same() });
    let other_name = rust_name.is_none().then(|| "renamed_here".to_owned());
    add("rust_name", Endpoint { rust_name: other_name, ..same() });
    for unsupported in optional(unsupported.as_ref()) {
        add("unsupported", Endpoint { unsupported, ..same() });
    }
    add("deprecated", Endpoint { deprecated: !deprecated, ..same() });
    add("releases", Endpoint { releases: other_releases(releases), ..same() });
    // Nothing but views of the model reads it.
    let Declaration { callback, rest_params: _, check_params, output: _ } = declared;
    let declared =
        Declaration { callback: other(callback), check_params: !check_params, ..declared.clone() };
    add("declared", Endpoint { declared, ..same() });
    all.extend(in_params(endpoint));
    all
}

/// Returns the endpoint with each field of each of its parameters changed, and with a parameter
/// added, removed, and moved.
fn in_params(endpoint: &Endpoint) -> Vec<(String, Endpoint)> {
    let mut all = Vec::new();
    let with = |params: Vec<Param>| Endpoint { params, ..endpoint.clone() };
    let is_action = endpoint.is_action();
    for (index, param) in endpoint.params.iter().enumerate() {
        for (what, edited) in param::edits(param, is_action) {
            let mut params = endpoint.params.clone();
            params[index] = edited;
            all.push((format!("param {} {what}", param.name), with(params)));
        }
        let mut less = endpoint.params.clone();
        less.remove(index);
        // The path of an operation, and what belongs together, name it.
        let is_named = !is_action && param.location.is_path();
        if !is_named {
            all.push((format!("param {} removed", param.name), with(less)));
        }
        let next = endpoint.params.get(index + 1).filter(|next| next.is_argument());
        if next.is_some() && param.is_argument() {
            let mut swapped = endpoint.params.clone();
            swapped.swap(index, index + 1);
            all.push((format!("param {} moved", param.name), with(swapped)));
        }
    }
    let model = endpoint.params.iter().find(|param| !param.location.is_path());
    let always = Kind::Constant("always".to_owned());
    for (required, kind) in [(false, Kind::TEXT), (true, Kind::TEXT), (false, always)] {
        let mut params = endpoint.params.clone();
        params.extend(model.map(|param| {
            let location = match param.location {
                Location::Body => Location::Query,
                location => location,
            };
            Param { required, ..Param::new("zz_added", location, kind, Style::Plain) }
        }));
        all.push((format!("param added {required}"), with(params)));
    }
    all
}

fn statuses(response: &Response) -> Vec<(&'static str, Response)> {
    let Response::ByStatus(statuses) = response else { return Vec::new() };
    let mut all = vec![("status removed", Response::ByStatus(statuses[1..].to_vec()))];
    let mut more = statuses.clone();
    let doc = None;
    more.insert(0, StatusResponse { status: "226".to_owned(), response: Response::Text, doc });
    all.push(("status added", Response::ByStatus(more)));
    for index in 0..statuses.len() {
        let StatusResponse { status: _, response, doc: _ } = &statuses[index];
        for response in responses(response) {
            let mut edited = statuses.clone();
            edited[index].response = response;
            all.push(("status", Response::ByStatus(edited)));
        }
        // Two statuses whose variants have one name are numbered.
        let mut renamed = statuses.clone();
        renamed[index].status = "299".to_owned();
        all.push(("status", Response::ByStatus(renamed)));
    }
    all
}

fn other_errors(errors: &[ErrorBody]) -> Vec<Vec<ErrorBody>> {
    let mut all = Vec::new();
    let mut more = errors.to_vec();
    more.push(ErrorBody { statuses: vec!["418".to_owned()], kind: Type::Text });
    all.push(more);
    for index in 0..errors.len() {
        let ErrorBody { statuses: _, kind } = &errors[index];
        let mut less = errors.to_vec();
        less.remove(index);
        all.push(less);
        for kind in types(kind) {
            let mut edited = errors.to_vec();
            edited[index].kind = kind;
            all.push(edited);
        }
    }
    all
}

fn other_rights(rights: Option<&Rights>) -> Vec<Option<Rights>> {
    let of = |name: &str, value: &str| Rights([(name.to_owned(), value.to_owned())].into());
    let Some(Rights(known)) = rights else { return vec![Some(of("adminOnly", "true"))] };
    let mut all = vec![None];
    for name in known.keys() {
        let mut less: BTreeMap<_, _> = known.clone();
        less.remove(name);
        all.push(Some(Rights(less)));
        let mut edited: BTreeMap<_, _> = known.clone();
        edited.insert(name.clone(), "other".to_owned());
        all.push(Some(Rights(edited)));
    }
    all
}

fn outcomes(outcome: Option<&Outcome>, params: &[Param]) -> Vec<Option<Outcome>> {
    let Some(name) = params.first().map(|param| param.name.clone()) else { return Vec::new() };
    let text = || "x".to_owned();
    let copied = || Copied {
        nodes: name.clone(),
        folder: name.clone(),
        name: Some(text()),
        workspace: None,
        moves_with: None,
    };
    // Exhaustive, so that a new outcome gets an edit.
    let mut all = match outcome {
        None => Vec::new(),
        Some(outcome) => match outcome {
            Outcome::Creates(Created { folder, name, unnamed }) => {
                let (folder, name) = (folder.clone(), name.clone());
                let unnamed = unnamed.is_none().then(text);
                vec![Some(Outcome::Creates(Created { folder, name, unnamed }))]
            }
            Outcome::Copies(of) | Outcome::Moves(of) => {
                let Copied { nodes: _, folder: _, name, workspace, moves_with } = of;
                let copies = |of| Some(Outcome::Copies(of));
                vec![
                    copies(Copied { name: name.is_none().then(text), ..of.clone() }),
                    copies(Copied { workspace: workspace.is_none().then(text), ..of.clone() }),
                    copies(Copied { moves_with: moves_with.is_none().then(text), ..of.clone() }),
                ]
            }
            Outcome::CreatesBeside { .. }
            | Outcome::Fetches { .. }
            | Outcome::Unpacks(_)
            | Outcome::Removes(_)
            | Outcome::Places(_)
            | Outcome::EmptiesRecycleBin => Vec::new(),
        },
    };
    let (folder, node, address) = (name.clone(), name.clone(), name.clone());
    let placed = Placed { node: node.clone(), copied: text(), moves_with: text() };
    all.extend([
        None,
        Some(Outcome::Creates(Created { folder: folder.clone(), name: text(), unnamed: None })),
        Some(Outcome::CreatesBeside { nodes: node.clone(), name: text() }),
        Some(Outcome::Fetches { folder, address }),
        Some(Outcome::Unpacks(node.clone())),
        Some(Outcome::Removes(node)),
        Some(Outcome::Copies(copied())),
        Some(Outcome::Moves(copied())),
        Some(Outcome::Places(placed)),
        Some(Outcome::EmptiesRecycleBin),
    ]);
    all.retain(|other| other.as_ref() != outcome);
    all
}

fn pagings(paging: Option<&Paging>, params: &[Param]) -> Vec<(&'static str, Option<Paging>)> {
    let Some(paging) = paging else { return Vec::new() };
    let Some(param) = params.first().map(|param| param.name.clone()) else { return Vec::new() };
    let Paging {
        by,
        limit,
        size,
        items,
        count,
        pages,
        current,
        identity,
        sparse,
        echoes,
        merged_by,
    } = paging;
    let same = || paging.clone();
    let some = || Some(param.clone());
    let toggled = |text: &Option<String>| text.is_none().then(|| "/x".to_owned());
    let echo = Echoes { field: "f".to_owned(), prefix: "p".to_owned(), alike: Vec::new() };
    let mut all = vec![
        ("paging", None),
        ("limit", Some(Paging { limit: limit.is_none().then(some).flatten(), ..same() })),
        ("size", Some(Paging { size: Some(size.map_or(7, |size| size + 1)), ..same() })),
        ("count", Some(Paging { count: toggled(count), ..same() })),
        ("pages", Some(Paging { pages: toggled(pages), ..same() })),
        ("current", Some(Paging { current: toggled(current), ..same() })),
        (
            "identity",
            Some(Paging { identity: [&identity[..], &["x".to_owned()]].concat(), ..same() }),
        ),
        ("sparse", Some(Paging { sparse: !sparse, ..same() })),
        ("echoes", Some(Paging { echoes: echoes.is_none().then_some(echo), ..same() })),
        (
            "merged_by",
            Some(Paging { merged_by: merged_by.is_none().then(some).flatten(), ..same() }),
        ),
    ];
    if let Some((_, less)) = items.split_last() {
        all.push(("items", Some(Paging { items: less.to_vec(), ..same() })));
    }
    let others = [
        PagedBy::Whole,
        PagedBy::Page(param.clone()),
        PagedBy::Suffix(param.clone()),
        PagedBy::Offset(param.clone()),
        PagedBy::Sequence(param.clone()),
    ];
    let others = others.into_iter().filter(|other| other != by);
    all.extend(others.map(|by| ("by", Some(Paging { by, ..same() }))));
    all
}

fn other_needs(needs: &[Vec<String>], params: &[Param]) -> Vec<Vec<Vec<String>>> {
    let names: Vec<String> = params.iter().take(2).map(|param| param.name.clone()).collect();
    let mut all = vec![[needs, &[names]].concat()];
    if let Some((_, less)) = needs.split_last() {
        all.push(less.to_vec());
    }
    all
}
