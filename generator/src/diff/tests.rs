use super::{Bump, Class, Diff, human, json, markdown};
use crate::diagnostic::SourceFile;
use crate::surface::{EndpointSurface, FieldSurface, ModelSurface, ParamSurface, Surface};

fn surface(title: &str) -> Surface {
    let mut surface = Surface { title: title.to_owned(), ..Surface::default() };
    for plugin in ["access.fs", "access.s3"] {
        surface.actions.insert(format!("{plugin}/ls"), ls());
    }
    let field = FieldSurface { kind: "text".to_owned(), required: true };
    let node = ModelSurface {
        shape: "object".to_owned(),
        fields: [("path".to_owned(), field)].into(),
        sent: true,
        ..ModelSurface::default()
    };
    surface.models.insert("Node".to_owned(), node);
    surface
}

fn ls() -> EndpointSurface {
    EndpointSurface {
        rest: Some("/dir+".to_owned()),
        params: vec![param("dir", "node", true), param("options", "text", false)],
        answer: "listing".to_owned(),
        ..EndpointSurface::default()
    }
}

fn param(name: &str, kind: &str, required: bool) -> ParamSurface {
    let (name, kind) = (name.to_owned(), kind.to_owned());
    ParamSurface { name, kind, required, ..ParamSurface::default() }
}

/// Returns the differences after a change to `access.fs/ls`.
fn changed(change: impl FnOnce(&mut EndpointSurface)) -> Vec<(Class, String)> {
    let (old, mut new) = (surface("a"), surface("b"));
    change(new.actions.get_mut("access.fs/ls").unwrap());
    Diff::of(&old, &new).changes.into_iter().map(|change| (change.class, change.what)).collect()
}

#[test]
fn equal_surfaces_have_no_changes() {
    let diff = Diff::of(&surface("a"), &surface("a"));
    assert_eq!((diff.bump, diff.changes.len()), (Bump::None, 0));
}

#[test]
fn each_change_of_an_action_has_its_class() {
    use Class::{Breaking, Compatible, Note};
    type Edit = fn(&mut EndpointSurface);
    let cases: [(Edit, Class, &str); 12] = [
        (|a| a.rest = None, Breaking, "no longer reachable over REST"),
        (|a| a.rest = Some("/".into()), Note, "its REST path is `/`, was `/dir+`"),
        (|a| a.answer = "xml".into(), Breaking, "answers xml, was listing"),
        (|a| a.background = true, Breaking, "goes on in the background"),
        (|a| a.paging = Some("whole".into()), Compatible, "read item by item"),
        (|a| a.retired = Some("x".into()), Breaking, "no longer works, and is not sent"),
        (|a| a.params.push(param("x", "text", false)), Compatible, "`x` added"),
        (|a| a.params.push(param("x", "text", true)), Breaking, "`x` added, required"),
        (|a| drop(a.params.pop()), Breaking, "`options` removed"),
        (|a| a.params[1].kind = "flag".into(), Breaking, "`options` takes flag, was text"),
        (|a| a.params[0].required = false, Breaking, "`dir` is optional, so a setter"),
        (
            |a| a.params[1].default = Some("a".into()),
            Note,
            "the default of `options` is `a`, was nothing",
        ),
    ];
    for (edit, class, what) in cases {
        assert_eq!(changed(edit), [(class, what.to_owned())]);
    }
}

/// The response of a call that can be waited for has another type.
#[test]
fn a_known_outcome_makes_a_call_one_to_wait_for() {
    let outcome = |action: &mut EndpointSurface| action.outcome = Some("x".into());
    let waits = (Class::Breaking, "its work can be waited for".to_owned());
    let verified = (Class::Note, "its end is verified by x".to_owned());
    assert_eq!(changed(outcome), [waits, verified]);
    let (mut old, mut new) = (surface("a"), surface("b"));
    for surface in [&mut old, &mut new] {
        outcome(surface.actions.get_mut("access.fs/ls").unwrap());
    }
    new.actions.get_mut("access.fs/ls").unwrap().background = true;
    let found = Diff::of(&old, &new).changes;
    let found: Vec<_> = found.iter().map(|change| (change.class, &*change.what)).collect();
    assert_eq!(found, [(Class::Note, "goes on in the background")]);
}

#[test]
fn values_and_the_order_of_arguments_matter() {
    let found = changed(|action| {
        action.params[1].required = true;
        action.params.swap(0, 1);
    });
    assert_eq!(found, [(Class::Breaking, "`options` is required, so an argument".to_owned())]);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let (mut old, mut new) = (surface("a"), surface("b"));
    for (side, order) in [(&mut old, ["a", "b"]), (&mut new, ["b", "c"])] {
        let action = side.actions.get_mut("access.fs/ls").unwrap();
        action.params[1].words = words(&order);
        action.params[1].required = true;
    }
    new.actions.get_mut("access.fs/ls").unwrap().params.swap(0, 1);
    let what: Vec<_> = Diff::of(&old, &new).changes.into_iter().map(|c| c.what).collect();
    assert_eq!(
        what,
        [
            "`options` no longer knows `a`",
            "`options` knows `c`",
            "the order of its arguments is `options`, `dir`"
        ]
    );
}

#[test]
fn a_required_field_breaks_only_what_is_sent() {
    for (sent, bump) in [(true, Bump::Major), (false, Bump::Minor)] {
        let (mut old, mut new) = (surface("a"), surface("a"));
        for side in [&mut old, &mut new] {
            side.models.get_mut("Node").unwrap().sent = sent;
        }
        let field = FieldSurface { kind: "integer".to_owned(), required: true };
        new.models.get_mut("Node").unwrap().fields.insert("size".to_owned(), field);
        assert_eq!(Diff::of(&old, &new).bump, bump);
    }
}

/// A definition that moves from one plugin to another does not count as a change of its name.
#[test]
fn names_are_counted_whichever_plugin_has_them() {
    let (old, mut new) = (surface("a"), surface("b"));
    let moved = new.actions.remove("access.s3/ls").unwrap();
    new.actions.insert("access.ftp/ls".to_owned(), moved);
    new.actions.insert("access.ftp/mkdir".to_owned(), EndpointSurface::default());
    let diff = Diff::of(&old, &new);
    let (actions, names) = (diff.counts.actions, diff.counts.action_names);
    assert_eq!((actions.added, actions.removed, actions.changed), (2, 1, 0));
    assert_eq!((names.added, names.removed, names.changed), (1, 0, 0));
    assert!(diff.is_breaking());
}

#[test]
fn a_surface_is_read_back_as_it_was_written() {
    let (title, version) = ("x \"1\"".to_owned(), "1".to_owned());
    let written = Surface::of(&crate::ir::Api { title, version, ..Default::default() });
    let text = written.to_text("made by a test").unwrap();
    let read = |text: &str| Surface::parse(&SourceFile::new("api.json", text));
    assert_eq!(read(&text), Ok(written));
    let later = read(&text.replace("\"format\": 1", "\"format\": 2")).unwrap_err();
    assert!(later.message.contains("format 2"), "{later}");
    let cut = read(&text[..text.len() / 2]).unwrap_err();
    assert!(cut.place.is_some() && cut.help.is_some(), "{cut}");
}

#[test]
fn a_diff_has_three_output_formats() {
    let (old, mut new) = (surface("Pydio 1"), surface("Pydio 2"));
    new.actions.get_mut("access.fs/ls").unwrap().params.push(param("x", "text", false));
    new.models.clear();
    let diff = Diff::of(&old, &new);
    insta::assert_snapshot!("human", human(&diff));
    insta::assert_snapshot!("markdown", markdown(&diff));
    insta::assert_snapshot!("json", json(&diff).unwrap());
}
