//! Compares the table's request for a recording with that of the generated function and its
//! setters: one call for each kind of parameter.

use std::collections::BTreeSet;

use pydio_client::{
    RestCall,
    v1::{
        access_ajxp_conf, access_fs, action_share, core_mailer, meta_comments, meta_syncable,
        meta_user,
    },
};
use pydio_codegen::ir::{Endpoint, Kind, Param, Style};
use pydio_tests::recordings::read;
use serde_json::json;

use super::{
    asked::Asked,
    made,
    sent::{self, Sent},
};
use crate::replay::{
    address::Fields,
    declared::{Declared, Reached, includes},
};

/// The comparison for one recording.
struct Comparison {
    declared: Declared,
    /// The kinds of parameters that the calls have used.
    kinds: BTreeSet<String>,
}

impl Comparison {
    async fn same(&mut self, name: &str, call: impl RestCall) {
        let recording = read(name).unwrap();
        let asked = Asked::read(&recording).unwrap();
        let Reached::Call(action) = self.declared.reach(&recording) else { panic!("{name}") };
        self.kinds.extend(used(action, &asked));
        let made = made::made(action, action, &asked).unwrap();
        let made = sent::sent(&asked, made).await.unwrap();
        let emitted = sent::wire(&asked.workspace, asked.verb, call).await.unwrap();
        assert_eq!(
            Sent { fields: Fields::new(), is_renamed: false, switches: Vec::new(), ..made },
            emitted,
            "{name}"
        );
    }
}

/// Returns the kinds of the recorded parameters.
fn used(action: &Endpoint, asked: &Asked) -> Vec<String> {
    let is_page = asked.rest.as_ref().is_some_and(|rest| rest.contains("%23"));
    let params = action.params.iter().filter(|param| {
        let is_sent = asked.files.iter().any(|(name, _)| *name == param.name);
        let is_asked = is_sent || asked.fields.iter().any(|(name, _)| includes(param, name));
        param.location.is_path() || is_asked || param.kind == Kind::Page && is_page
    });
    params.map(kind).collect()
}

/// Returns how the parameter is encoded, independent of its values.
fn kind(param: &Param) -> String {
    let style = match &param.style {
        Style::Indexed(_) => "Indexed".to_owned(),
        style => format!("{style:?}"),
    };
    match &param.kind {
        Kind::Choice(_) => format!("Choice, {style}"),
        Kind::Value(_) if param.style == Style::Json => "Json".to_owned(),
        Kind::Constant(_) => format!("Constant, {style}"),
        kind => format!("{kind:?}, {style}"),
    }
}

pub(crate) async fn the_table_fills_requests_as_the_bindings_do() {
    let mut table = Comparison { declared: Declared::bundled(), kinds: BTreeSet::new() };
    let both = access_fs::RecurApplyTo::Both;
    let chmod = access_fs::chmod(["/a/sub"], "755").recursive(true).recur_apply_to(both);
    table.same("v1/ops/chmod_recursive", chmod).await;
    let delete = access_fs::delete(["/b/d1.txt", "/b/d2.txt"]);
    table.same("v1/ops/delete_file_0", delete).await;
    let moved = access_fs::move_nodes(["/b/f2.txt", "/b/f3.txt"], "/a/sub");
    table.same("v1/ops/move_nodes", moved).await;
    let page = access_fs::ls("/five").page(4).options("al");
    table.same("v1/pagination/ls_600_page4", page).await;
    let mail = core_mailer::send_mail(["bob"]).subject("s").message("m");
    table.same("v1/state/send_mail", mail).await;
    let meta = [("tags", "red,blue"), ("stars_rate", "4"), ("comment_note", "Some note & more")];
    table.same("v1/meta/edit_user_meta", meta_user::edit_user_meta("m/a.txt").any(meta)).await;
    let unknown = action_share::SimpleShareType::Other("x".to_owned());
    let share = action_share::share(unknown, "s/sub")
        .sub_action(action_share::SubAction::DelegateRepo)
        .repo_label("sub shared")
        .repo_description("")
        .user(0, "bob")
        .right_read(0, "true")
        .right_write(0, "true")
        .entry_type(0, "user");
    table.same("v1/share/delegate_repo_bob", share).await;
    let comments = meta_comments::load_comments_feed("/m/a.txt")
        .sort_by("date")
        .sort_dir(meta_comments::SortDir::Desc)
        .offset(0)
        .limit(1);
    table.same("v1/comments/feed_sorted_limit", comments).await;
    let streamed = meta_syncable::changes(0).stream(true).flatten(true);
    table.same("v1/changes/from_0_stream_flatten", streamed).await;
    let parameters = json!({"AJXP_REPO_SCOPE_ALL": {"core.conf": {"email": "x"}}});
    let forms = access_ajxp_conf::parameters_to_form_definitions(&parameters);
    table.same("v1/admin/parameters_to_form_definitions", forms).await;
    let role = access_ajxp_conf::edit_role("AJXP_USR_/carol");
    table.same("v1/admin/edit_sub_edit_role", role).await;
    let content = "hello upload";
    let upload = access_fs::upload("/up", "plain file.txt", content);
    table.same("v1/transfer/upload_multipart_sdk_style", upload).await;

    let of_rest = table.declared.actions_of_rest().flat_map(|action| &action.params);
    let kinds: BTreeSet<String> = of_rest.map(kind).collect();
    // Never recorded.
    let left: Vec<_> = kinds.difference(&table.kinds).collect();
    assert_eq!(left, ["Choice, Sum", "Value(Boolean), Plain", "Value(Rights), Plain"]);
}
