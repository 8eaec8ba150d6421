//! The program creates all users of a file, or none.

use std::{fmt::Write as _, time::Duration};

use pydio_client::{
    ErrorKind, Pydio,
    v1::{access_ajxp_conf, access_fs},
    v2::provisioning,
};
use pydio_tests::{ADMIN, Account, Canned, Fault, Server};

use crate::support::{connect, start};

#[path = "../../examples/provision.rs"]
pub(crate) mod program;

use program::run;

const HEAD: &str = "login,password,group,display_name,email\n";

async fn server() -> (Server, Pydio) {
    let server = start().await;
    let admin = connect(&server, &ADMIN);
    (server, admin)
}

fn two_hundred() -> String {
    let mut text = HEAD.to_owned();
    for n in 0..200 {
        let group = ["", "/staff/paris", "/staff/rome"][n % 3];
        writeln!(text, "user{n},pass-word-{n},{group},User {n},user{n}@example.org").unwrap();
    }
    text
}

#[tokio::test]
async fn two_hundred_users_are_created_once() {
    let (server, admin) = server().await;
    let file = two_hundred();
    let dry = run(&admin, file.as_bytes(), true).await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.method == "GET"), "a dry run changes nothing");
    let report = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!((&report.groups, &report.made), (&dry.groups, &dry.made));
    assert_eq!(report.kept, dry.kept);
    assert_eq!(report.groups, ["/staff", "/staff/paris", "/staff/rome"]);
    assert_eq!((report.made.len(), report.kept.len(), report.failed.len()), (200, 0, 0));

    let user = admin.call(provisioning::get_people("/staff/paris/user1")).await.unwrap();
    let role = user.node.unwrap().json_merged_role.unwrap();
    let own = &role.parameters["AJXP_REPO_SCOPE_ALL"]["core.conf"];
    assert_eq!(
        (&own["USER_DISPLAY_NAME"], &own["email"]),
        (&"User 1".into(), &"user1@example.org".into())
    );

    let again = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!((again.groups.len(), again.made.len(), again.kept.len()), (0, 0, 200));
    let user = Account { login: "user199", password: "pass-word-199" };
    // A new user has a password, but no rights yet.
    let error = connect(&server, &user).workspace("common").call(access_fs::ls("/")).await;
    assert!(error.unwrap_err().kind() == ErrorKind::Forbidden);
}

#[tokio::test]
async fn an_invalid_line_prevents_all_requests() {
    let (server, admin) = server().await;
    for (line, why) in [
        ("d\u{e4}ve,pass-word-1,,,", "not a login"),
        ("dave,s3cret,,,", "fewer than 8"),
        ("dave,pass-word-1,staff,,", "not a path"),
        ("dave,pass-word-1,/staff/k\u{f6}ln,,", "not a path"),
        ("dave,pass-word-1,/my group,,", "not a path"),
        ("dave,pass-word-1,/R&D,,", "not a path"),
        ("dave,pass-word-1,/staff//paris,,", "not a path"),
        ("dave,pass-word-1,/staff/..,,", "not a path"),
        ("dave,pass-word-1,/./paris,,", "not a path"),
        ("..,pass-word-1,,,", "not a login"),
        ("dave,pass-word-1,,,dave@exa mple.org", "not an address"),
        ("dave,pass-word-1,,,dave", "not an address"),
        ("dave,pass-word-1,,,dave@example@org", "not an address"),
        ("dave,pass-word-1,,,@example.org", "not an address"),
        ("dave,pass-word-1,/staff/ROME/x,,", "`/staff/rome` and `/staff/ROME`"),
        ("erin,pass-word-1,,,", "twice"),
        ("dave,pass-word-1", "fields"),
    ] {
        let file = format!("{HEAD}erin,pass-word-0,/staff/rome,,erin@example.org\n{line}\n");
        let error = run(&admin, file.as_bytes(), false).await.unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("line"), "{error}");
        assert!(!error.contains("s3cret") && !error.contains("pass-word"), "{error}");
    }
    // The error lists every invalid line, so that you can fix them all at once.
    let file =
        format!("{HEAD}dave,short,,,\nerin,pass-word-0,,,\nerin,two\nerin,pass-word-0,x,,\n");
    let error = run(&admin, file.as_bytes(), false).await.unwrap_err().to_string();
    assert_eq!(error.lines().count(), 3, "{error}");
    assert!(run(&admin, "name,login\n".as_bytes(), false).await.is_err());
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn failures_are_reported_and_the_rest_is_done() {
    let (server, admin) = server().await;
    let file =
        format!("{HEAD}bob,pass-word-0,,,\nerin,pass-word-1,,,\nfrank,pass-word-2,,Frank,\n");
    let refusal = r#"{"level":"Error","message":"No more users"}"#;
    let refusal = Canned::new(200, "application/json", refusal);
    server.fail_action("edit", Fault::Answer(refusal));
    let report = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!((report.made, report.kept), (vec!["frank".to_owned()], vec!["bob".to_owned()]));
    assert!(report.failed["erin"].message().contains("No more users"), "{:?}", report.failed);
}

/// A second run adds missing names, and reports users in another group without changing them.
#[tokio::test]
async fn existing_users_are_compared_with_the_file() {
    let (_server, admin) = server().await;
    let settings = admin.workspace("settings");
    settings.call(access_ajxp_conf::create_group("Staff", "/staff")).await.unwrap();
    for login in ["erin", "frank"] {
        let user = access_ajxp_conf::create_user(login, "pass-word-1").group_path("/staff");
        settings.call(user).await.unwrap();
    }
    let file = format!(
        "{HEAD}erin,pass-word-1,/staff,Erin,erin@example.org\nFrank,pass-word-1,/other,,\n\
         alice,pass-word-1,,Somebody else,alice@other.example\nbob,pass-word-1,,,\n"
    );
    for is_dry in [true, false] {
        let report = run(&admin, file.as_bytes(), is_dry).await.unwrap();
        assert_eq!(report.groups, ["/other"], "{is_dry}");
        assert_eq!(report.made, [""; 0], "{is_dry}");
        assert_eq!((&*report.updated, &*report.kept), (&["erin".into()][..], &["bob".into()][..]));
        let failed = report.failed.iter().map(|(who, why)| format!("{who}: {why}"));
        assert_eq!(
            failed.collect::<Vec<_>>(),
            [
                "Frank: is in the group `/staff` instead of `/other`",
                "alice: has the USER_DISPLAY_NAME `Alice Doe` instead of `Somebody else`",
            ]
        );
    }
    let alice = admin.call(provisioning::get_people("/alice")).await.unwrap();
    let role = alice.node.unwrap().json_merged_role.unwrap();
    assert_ne!(role.parameters["AJXP_REPO_SCOPE_ALL"]["core.conf"]["email"], "alice@other.example");
    let file = format!("{HEAD}erin,x-word-1,/staff,Erin,erin@example.org\n");
    let again = run(&admin, file.as_bytes(), false);
    assert_eq!(again.await.unwrap().kept, ["erin"]);
}

/// The server reports a created group, but creates it under another name.
#[tokio::test]
async fn users_without_a_group_have_failed() {
    let (server, admin) = server().await;
    let file = format!("{HEAD}erin,pass-word-1,/staff,,\n");
    let success = "<tree><message type=\"SUCCESS\">Group was successfully created</message></tree>";
    server.fail_action("create_group", Fault::Answer(Canned::new(200, "text/xml", success)));
    let report = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!((report.groups.len(), report.made.len()), (0, 0));
    assert!(report.failed["/staff"].message().contains("does not list"), "{:?}", report.failed);
    assert!(report.failed["erin"].message().contains("no group"), "{:?}", report.failed);
}

/// Users in a missing group could never be found again.
#[tokio::test]
async fn users_without_a_creatable_group_are_not_created() {
    let (server, admin) = server().await;
    let file = format!("{HEAD}erin,pass-word-1,/staff/paris,,\nfrank,pass-word-2,,,\n");
    let refusal = Canned::new(413, "text/html", "<html>Too Large</html>");
    server.fail_action("create_group", Fault::Answer(refusal));
    let report = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!((report.groups.len(), &report.made[..]), (0, &["frank".to_owned()][..]));
    for who in ["/staff/paris", "erin"] {
        assert!(report.failed[who].message().contains("no group `/staff"), "{:?}", report.failed);
    }
    let again = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!(
        (again.groups.len(), &again.made[..], again.failed.len()),
        (2, &["erin".to_owned()][..], 0)
    );
}

#[tokio::test]
async fn a_group_that_differs_only_by_case_is_refused() {
    let (server, admin) = server().await;
    let settings = admin.workspace("settings");
    settings.call(access_ajxp_conf::create_group("Staff", "/Staff")).await.unwrap();
    let before = server.seen().len();
    let file = format!("{HEAD}erin,pass-word-1,,,\nfrank,pass-word-1,/staff/paris,,\n");
    let error = run(&admin, file.as_bytes(), false).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the server lists `/Staff`, the file has `/staff`: the server does not distinguish groups \
         that differ only by case"
    );
    assert!(server.seen()[before..].iter().all(|seen| seen.method == "GET"));
}

#[tokio::test]
async fn users_with_an_ambiguous_group_have_failed() {
    let (server, admin) = server().await;
    let settings = admin.workspace("settings");
    for group in ["/staff", "/Staff", "/other"] {
        settings.call(access_ajxp_conf::create_group("G", group)).await.unwrap();
    }
    let user = access_ajxp_conf::create_user("erin", "pass-word-1").group_path("/staff");
    settings.call(user).await.unwrap();
    let file = format!("{HEAD}erin,pass-word-1,/other,,\n");
    let report = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!(report.failed["erin"].message(), "is in the group `/staff` instead of `/other`");
    // The program reads four lists and the user's role first.
    (0..4).for_each(|_| server.fail(Fault::Delay(Duration::ZERO)));
    let nothing = Canned::new(200, "application/json", r#"{"USER":{"ROLES":[]}}"#);
    server.fail(Fault::Answer(nothing));
    let report = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!(
        report.failed["erin"].message(),
        "the group is not known: the server does not distinguish groups that differ only by case: \
         it is `/Staff` or `/staff`"
    );
}

/// A user who was created is reported as such, even if something about them has failed.
#[tokio::test]
async fn a_user_who_lacks_a_name_is_created_and_has_failed() {
    let (server, admin) = server().await;
    let file = format!("{HEAD}erin,pass-word-1,,Erin,\n");
    server.fail_action("post_json_role", Fault::Error("the disk is full".into()));
    server.fail_action("edit", Fault::Delay(Duration::ZERO));
    let report = run(&admin, file.as_bytes(), false).await.unwrap();
    assert_eq!(report.made, ["erin"]);
    let why = report.failed["erin"].message();
    assert!(why.contains("created, but without name") && why.contains("disk is full"), "{why}");
}
