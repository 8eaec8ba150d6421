//! Edits of the model as a whole.

use pydio_codegen::ir::{
    Api, Dialect, EndpointKind, Group, KeyLocation, Requirement, SchemeKind, SecurityScheme,
    Server, ServerVariable, Site,
};

use super::{Edit, endpoint, model, types::optional};

/// Returns the model with each of its fields changed, one at a time.
pub(super) fn edits(api: &Api) -> Vec<Edit> {
    let Api {
        // What names a side of the comparison, which shows both of them.
        title: _,
        version: _,
        // What `releases` of endpoints and parameters is made from.
        known_releases: _,
        dialect,
        // Text of the documentation.
        about: _,
        // What it consists of: see `parts`.
        groups: _,
        endpoints: _,
        models: _,
        site,
        schemes,
        certificates,
        security,
        transfer,
        // Of what is not generated, and of what has no type anyway.
        skipped: _,
        untyped: _,
    } = api;
    let mut all = Vec::new();
    let mut add = |what: &str, edit: &dyn Fn(&mut Api)| {
        let mut api = api.clone();
        edit(&mut api);
        all.push(Edit { what: what.to_owned(), api });
    };
    if api.is_external() {
        for (what, site) in sites(site) {
            add(what, &|api| api.site = site.clone());
        }
        for (what, schemes) in schemes_of(schemes) {
            add(what, &|api| api.schemes.clone_from(&schemes));
        }
        add("certificates", &|api| api.certificates.push("mutual".to_owned()));
        if !certificates.is_empty() {
            add("certificates", &|api| api.certificates.clear());
        }
        let others: Vec<Requirement> =
            if security.is_empty() { Vec::new() } else { security[1..].to_vec() };
        add("security", &|api| api.security.clone_from(&others));
        add("no schemes", &|api| {
            api.schemes.clear();
            api.certificates.clear();
        });
    }
    if transfer.is_some() {
        add("transfer", &|api| api.transfer = None);
        add("transfer.replace", &|api| {
            api.transfer.iter_mut().for_each(|transfer| transfer.replace.push('x'));
        });
    }
    add("no operations", &|api| {
        api.endpoints.retain(|one| one.is_action());
        api.groups.retain(|group| group.kind == EndpointKind::Action);
        api.models.retain(|model| model.kind == EndpointKind::Action);
    });
    if *dialect == Dialect::Pydio {
        add("no actions", &|api| {
            let count = api.actions().count();
            api.endpoints.drain(..count);
            api.groups.retain(|group| group.kind == EndpointKind::Operation);
            let groups = api.groups.iter_mut();
            groups.for_each(|group| group.endpoints.iter_mut().for_each(|index| *index -= count));
            api.models.retain(|model| model.kind == EndpointKind::Operation);
        });
    } else {
        add("dialect", &|api| api.dialect = Dialect::Pydio);
    }
    all
}

/// Returns the model with each of its groups, endpoints and models changed, one at a time.
pub(super) fn parts(api: &Api) -> Vec<Edit> {
    let Api { groups, endpoints, models, schemes, .. } = api;
    let mut all = Vec::new();
    let names: Vec<_> = schemes.iter().map(|scheme| &*scheme.name).collect();
    for (index, one) in endpoints.iter().enumerate() {
        for (what, edited) in endpoint::edits(one, &names) {
            let mut api = api.clone();
            api.endpoints[index] = edited;
            all.push(Edit { what: format!("{} {what}", one.name()), api });
        }
    }
    for (index, one) in models.iter().enumerate() {
        for (what, edited) in model::edits(one) {
            let mut api = api.clone();
            api.models[index] = edited;
            all.push(Edit { what: format!("model {} {what}", one.name), api });
        }
        let mut renamed = api.clone();
        // A model that nothing names, whose name in Rust is the same.
        let mut twin = one.clone();
        twin.name.push('-');
        renamed.models.insert(index, twin);
        all.push(Edit { what: format!("model {} twin", one.name), api: renamed });
    }
    all.extend(of_groups(api, groups));
    all
}

fn of_groups(api: &Api, groups: &[Group]) -> Vec<Edit> {
    let mut all = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        // The list of names is of what is not generated; the text is documentation.
        let Group { kind: _, id, doc: _, endpoints, client_only: _ } = group;
        // Another id, with all that is in it.
        let mut renamed = api.clone();
        renamed.groups[at].id.push('x');
        let new = renamed.groups[at].id.clone();
        for one in &mut renamed.endpoints {
            let names = std::iter::once(&mut one.group).chain(&mut one.shared_with);
            names.filter(|name| *name == id).for_each(|name| name.clone_from(&new));
        }
        all.push(Edit { what: format!("group {id} renamed"), api: renamed });
        // A member that is gone, where another group has it.
        for index in endpoints {
            let one = &api.endpoints[*index];
            let mut less = api.clone();
            less.groups[at].endpoints.retain(|other| other != index);
            if one.group != *id {
                less.endpoints[*index].shared_with.retain(|other| other != id);
                all.push(Edit { what: format!("{} of {id} removed", one.id), api: less });
            }
        }
        // A group whose module would have the same name, and one of another kind that shares all.
        for twin in [id.replace('.', "-"), format!("editor.{id}")] {
            let mut more = api.clone();
            let doc = None;
            let (endpoints, client_only) = (endpoints.clone(), Vec::new());
            for index in &endpoints {
                more.endpoints[*index].shared_with.push(twin.clone());
            }
            let twin = Group { kind: group.kind, id: twin, doc, endpoints, client_only };
            if group.kind == EndpointKind::Action && twin.id != *id {
                more.groups.insert(at, twin);
                all.push(Edit { what: format!("group {id} shared"), api: more });
            }
        }
        // Another id of the call.
        for index in endpoints.iter().filter(|index| api.endpoints[**index].group == *id) {
            let mut renamed = api.clone();
            renamed.endpoints[*index].id.push('x');
            all.push(Edit { what: format!("{} id", api.endpoints[*index].id), api: renamed });
        }
    }
    all
}

fn sites(site: &Site) -> Vec<(&'static str, Site)> {
    let Site { base, servers } = site;
    let mut all = vec![("base", Site { base: format!("{base}/x"), ..site.clone() })];
    all.push(("no servers", Site { servers: Vec::new(), ..site.clone() }));
    for (index, server) in servers.iter().enumerate() {
        let Server { url, description: _, variables } = server;
        let mut with = |what, server: Server| {
            let mut site = site.clone();
            site.servers[index] = server;
            all.push((what, site));
        };
        with("server url", Server { url: format!("{url}/x"), ..server.clone() });
        for (at, variable) in variables.iter().enumerate() {
            let ServerVariable { name: _, default, values: _, description: _ } = variable;
            for default in optional(default.as_ref()) {
                let mut edited = server.clone();
                edited.variables[at].default = default;
                with("server variable", edited);
            }
            let mut renamed = server.clone();
            renamed.variables[at].name.push('x');
            renamed.url =
                url.replace(&format!("{{{}}}", variable.name), &format!("{{{}x}}", variable.name));
            with("server variable name", renamed);
        }
        let mut less = site.clone();
        less.servers.remove(index);
        all.push(("server removed", less));
        let mut more = site.clone();
        more.servers
            .insert(0, Server { url: "https://new.example.org".to_owned(), ..server.clone() });
        all.push(("server added", more));
    }
    all
}

fn schemes_of(schemes: &[SecurityScheme]) -> Vec<(&'static str, Vec<SecurityScheme>)> {
    let mut all = Vec::new();
    for (index, scheme) in schemes.iter().enumerate() {
        let SecurityScheme { name, kind, description: _, urls: _ } = scheme;
        let mut with = |what, scheme: SecurityScheme| {
            let mut schemes = schemes.to_vec();
            schemes[index] = scheme;
            all.push((what, schemes));
        };
        with("scheme name", SecurityScheme { name: format!("{name}x"), ..scheme.clone() });
        let key = |location| SchemeKind::Key { location, name: "X-Other".to_owned() };
        let kinds = [
            key(KeyLocation::Header),
            key(KeyLocation::Query),
            key(KeyLocation::Cookie),
            SchemeKind::Basic,
            SchemeKind::Bearer,
            SchemeKind::Http { scheme: "Other".to_owned() },
        ];
        for kind in kinds.into_iter().filter(|other| other != kind) {
            with("scheme kind", SecurityScheme { kind, ..scheme.clone() });
        }
        let mut twin = scheme.clone();
        twin.name.push('-');
        let mut more = schemes.to_vec();
        more.insert(index, twin);
        all.push(("scheme twin", more));
    }
    all
}
