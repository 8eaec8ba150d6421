//! Shares, users, archives, key pairs, and reasons for refusals.

use std::fs;

use pydio_tests::{ADMIN, ALICE, Fault, Server, Version};

use crate::support::{Place, finish};

impl Place {
    async fn as_admin(&self, arguments: &[&str]) -> crate::support::Run {
        finish(self.command(&ADMIN, &self.server.url(), arguments)).await
    }
}

#[tokio::test]
async fn a_link_has_a_password_unless_it_is_to_be_open() {
    let place = Place::new().await;
    place.server.folder("common", "/docs");
    place.server.folder("common", "/pictures");
    let run = place.run(&["share", "/docs"]).await;
    assert!(run.failed(2).contains("PYDIO_LINK_PASSWORD"), "{run:?}");
    place.write("link.txt", "a-long-password\nand nothing of this\n");
    let arguments = ["share", "/docs", "--days", "7", "--link-password-file", "link.txt", "--json"];
    let link = place.run(&arguments).await.json();
    assert_eq!(
        (&link[0]["has_password"], &link[0]["expires_after_days"]),
        (&true.into(), &7.into())
    );
    let again = place.run(&["share", "/docs", "--open"]).await;
    assert!(again.failed(1).contains("already shared"), "{again:?}");
    place.run(&["share", "/pictures", "--open"]).await.done();

    let audit = place.as_admin(&["shares", "--json"]).await;
    assert_eq!(audit.status, Some(1), "{audit:?}");
    let lines = audit.json();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["path"], "/pictures");
    assert_eq!(lines[0]["findings"], serde_json::json!(["never_expires", "no_password"]));
    assert_eq!((&lines[1]["summary"]["shares"], &lines[1]["found"]), (&2.into(), &1.into()));
}

#[tokio::test]
async fn users_are_created_and_printed_in_the_same_form() {
    let place = Place::new().await;
    let head = "login,password,group,display_name,email\n";
    place.write("people.csv", format!("{head}carol,a-password,/staff,Carol,carol@example.org\n"));
    let dry = place.as_admin(&["users", "provision", "people.csv", "--dry-run"]).await;
    assert_eq!(dry.done(), "would create\tgroup\t/staff\nwould create\tuser\tcarol\n");
    assert!(!place.as_admin(&["users", "export"]).await.done().contains("carol"));
    let real = place.as_admin(&["users", "provision", "people.csv"]).await;
    assert_eq!(real.done(), "created\tgroup\t/staff\ncreated\tuser\tcarol\n");
    assert!(real.err.contains("complete; groups created: 1, users created: 1"), "{real:?}");
    let export = place.as_admin(&["users", "export"]).await;
    assert!(export.done().starts_with(head), "{export:?}");
    assert!(export.out.contains("\ncarol,,/staff,Carol,carol@example.org\n"), "{export:?}");
    assert!(!export.out.contains("a-password"));

    place.write("wrong.csv", format!("{head}dave,short,,,\n"));
    let wrong = place.as_admin(&["users", "provision", "wrong.csv"]).await;
    assert!(wrong.failed(2).contains("nothing was done"), "{wrong:?}");
    assert!(!wrong.err.contains("short"), "{wrong:?}");
}

/// The same lines in the same order, in text and as JSON, and the same exit status.
#[tokio::test]
async fn a_dry_run_of_provision_says_what_the_real_run_says() {
    let place = Place::new().await;
    let head = "login,password,group,display_name,email\n";
    let people = "alice,a-password,,Somebody Else,\nbob,a-password,,,\ncarol,a-password,/staff,,\n";
    place.write("people.csv", format!("{head}{people}"));
    let provision = ["users", "provision", "people.csv", "--json", "--dry-run"];
    let dry = place.as_admin(&provision).await;
    let dry_text = place.as_admin(&["users", "provision", "people.csv", "-n"]).await;
    let real = place.as_admin(&provision[..4]).await;
    assert_eq!((dry.status, dry_text.status, real.status), (Some(1), Some(1), Some(1)), "{dry:?}");
    let (dry, real) = (dry.json(), real.json());
    assert_eq!((dry.len(), real.len()), (5, 5), "{dry:?} {real:?}");
    let same = [("create", "created"), ("create", "created"), ("keep", "kept")];
    for ((would, done), (dry, real)) in same.iter().zip(dry.iter().zip(&real)) {
        assert_eq!((&dry["would"], &real["done"]), (&(*would).into(), &(*done).into()));
        assert_eq!((&dry["kind"], &dry["name"]), (&real["kind"], &real["name"]));
    }
    assert_eq!(dry[3], real[3]);
    assert_eq!(dry[4]["summary"], real[4]["summary"]);
    assert!(
        dry_text.err.contains(
            "WOULD FAIL alice: has the USER_DISPLAY_NAME `Alice Doe` instead of `Somebody Else`"
        ),
        "{dry_text:?}"
    );
    assert!(
        dry_text.err.contains("1 would fail; groups created: 1, users created: 1, users kept: 1"),
        "{dry_text:?}"
    );
}

#[tokio::test]
async fn users_are_created_on_older_servers() {
    for version in [Version::V6_5, Version::V7_0] {
        let place = Place::of(Server::builder(version).start().await.unwrap());
        let head = "login,password,group,display_name,email\n";
        let people = "Carol,a-password,/staff/paris,Carol,carol@example.org\ndave,b-password,,,\n";
        place.write("people.csv", format!("{head}{people}"));
        let made = place.as_admin(&["users", "provision", "people.csv"]).await;
        assert!(made.done().contains("created\tuser\tCarol\n"), "{version:?} {made:?}");
        let export = place.as_admin(&["users", "export"]).await;
        let row = "\ncarol,,/staff/paris,Carol,carol@example.org\n";
        assert!(export.done().contains(row), "{version:?} {export:?}");
        let again = place.as_admin(&["users", "provision", "people.csv"]).await;
        assert!(again.done().contains("kept\tuser\tdave\n"), "{version:?} {again:?}");
    }
}

/// Such users appear in no list of people; measured on 8.2.5 and 7.0.4.
#[tokio::test]
async fn users_whom_no_group_lists_are_reported() {
    let head = "login,password,group,display_name,email\n";
    for version in [Version::V8_2, Version::V7_0] {
        let place = Place::of(Server::builder(version).start().await.unwrap());
        place.as_admin(&["users", "export"]).await.done();
        place.server.add_user("karl", "pass-word-1");
        place.server.set_group("karl", "/nowhere");
        let export = place.as_admin(&["users", "export"]).await;
        assert!(export.failed(1).contains("FAILED karl: no group lists them"), "{export:?}");
        place.write("people.csv", format!("{head}karl,pass-word-1,,,\n"));
        for more in [&["--dry-run"][..], &[]] {
            let run = place.as_admin(&[&["users", "provision", "people.csv"], more].concat()).await;
            assert!(run.failed(1).contains("karl: the user exists, but"), "{version:?} {run:?}");
        }
        place.server.remove_user("karl");
        place.as_admin(&["export", "out", "--without-others"]).await.done();
    }
}

#[tokio::test]
async fn what_was_exported_can_be_provisioned() {
    let place = Place::new().await;
    let exported = place.as_admin(&["users", "export"]).await.done().to_owned();
    place.write("people.csv", &exported);
    let again = place.as_admin(&["users", "provision", "people.csv"]).await;
    assert!(again.done().contains("kept\tuser\talice\n"), "{again:?}");
    place.write("people.csv", format!("{exported}carol,,,,\n"));
    let lacking = place.as_admin(&["users", "provision", "people.csv"]).await;
    assert!(
        lacking.failed(2).contains("`carol` does not exist and has no password"),
        "{lacking:?}"
    );
}

#[tokio::test]
async fn an_export_is_whole_or_says_what_is_missing() {
    let place = Place::new().await;
    place.server.put("common", "/docs/a.txt", "hello");
    let run = place.as_admin(&["export", "out", "--without-others"]).await;
    run.done();
    assert_eq!(fs::read(place.path("out/files/common/docs/a.txt")).unwrap(), b"hello");
    assert!(run.err.contains("complete; "), "{run:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(place.path("out")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    place.write("out/files/common/docs/old.txt", "of an earlier run");
    let run = place.as_admin(&["export", "out", "--without-others"]).await;
    run.done();
    assert!(run.err.contains("not on the server: `docs/old.txt`"), "{run:?}");
    assert!(place.path("out/files/common/docs/old.txt").exists());

    place.server.fail_action("sharelist-load", Fault::Error("not today".into()));
    let run = place.as_admin(&["export", "out", "--without-others", "--json"]).await;
    assert_eq!(run.status, Some(1), "{run:?}");
    let missing = &run.json()[0]["missing"];
    assert!(missing[0].as_str().unwrap().contains("the shares: "), "{missing}");
    let kept = fs::read_to_string(place.path("out/summary.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&kept).unwrap(), run.json()[0]);
}

#[tokio::test]
async fn what_requires_an_administrator_stops_at_once_without_one() {
    let place = Place::new().await;
    place.server.put("common", "/a.txt", "hello");
    place.write("people.csv", "login,password,group,display_name,email\ncarol,a-password,,,\n");
    for arguments in [
        ["export", "out"].as_slice(),
        &["shares", "--clear-expired"],
        &["users", "export"],
        &["users", "provision", "people.csv"],
    ] {
        place.server.clear();
        let run = place.run(arguments).await;
        let error = run.failed(1);
        assert!(error.contains("the user `alice` is not an administrator"), "{run:?}");
        assert!(error.contains("default, my-files"), "{run:?}");
        assert_eq!((&*run.out, place.server.seen().len()), ("", 1), "{arguments:?}");
    }
    assert!(!place.path("out").exists());
}

#[tokio::test]
async fn an_export_names_shares_whose_owner_is_gone() {
    let place = Place::new().await;
    place.server.add_user("carol", "carol-secret");
    place.server.grant("carol", "common", "rw");
    place.server.folder("common", "/docs");
    let carol = pydio_tests::Account { login: "carol", password: "carol-secret" };
    let share = place.command(&carol, &place.server.url(), &["share", "/docs", "--open"]);
    finish(share).await.done();
    let run = place.as_admin(&["export", "out", "--without-others", "--json"]).await;
    assert_eq!(run.json()[0]["findings"], serde_json::json!([]), "{run:?}");
    let delete = ["-w", "settings", "v1", "access.ajxp_conf", "delete_user", "carol"];
    if place.as_admin(&delete).await.status != Some(0) {
        place.as_admin(&["v2", "provisioning", "deletePeople", "/carol"]).await.done();
    }
    let run = place.as_admin(&["export", "out", "--without-others", "--json"]).await;
    let findings = run.json()[0]["findings"].to_string();
    let is_listed = run.json()[0]["counts"]["shares"] == 1;
    // A server that deletes the shares of a user with the user has none to name.
    assert_eq!(findings.contains("its owner `carol` does not exist"), is_listed, "{run:?}");
}

#[tokio::test]
async fn an_export_names_shares_whose_target_is_gone_and_is_complete() {
    let place = Place::new().await;
    place.server.folder("common", "/kept");
    place.server.folder("common", "/gone");
    place.server.put("common", "/gone.txt", "hello");
    for path in ["/kept", "/gone", "/gone.txt"] {
        place.run(&["share", path, "--open"]).await.done();
    }
    place.server.folder("common", "/left");
    let left = place.run(&["share", "/left", "--open"]).await;
    place.server.orphan_share(left.done().trim_end().rsplit('/').next().unwrap());
    // Behind the back of Pydio, which removes the shares of what it deletes itself.
    place.server.remove_past("common", "/gone");
    place.server.remove_past("common", "/gone.txt");
    let run = place.as_admin(&["export", "out", "--without-others", "--json"]).await;
    run.done();
    let report = &run.json()[0];
    assert_eq!(report["counts"]["shares"], 4);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 3, "{findings:?}");
    for path in ["`/gone` does not exist", "`/gone.txt` does not exist", "only its record is left"]
    {
        let is_named = |finding: &serde_json::Value| finding.as_str().unwrap().contains(path);
        assert_eq!(findings.iter().filter(|finding| is_named(finding)).count(), 1, "{findings:?}");
    }
    let audit = place.as_admin(&["shares", "--json"]).await.json();
    let is_gone =
        |line: &&serde_json::Value| line["findings"] == serde_json::json!(["target_gone"]);
    assert_eq!(audit.iter().filter(is_gone).count(), 2, "{audit:?}");
    assert_eq!(audit.last().unwrap()["problems"], 0);
}

#[tokio::test]
async fn an_audit_tells_owners_from_targets_that_are_gone() {
    let place = Place::new().await;
    place.server.add_user("carol", "carol-secret");
    place.server.folder("common", "/docs");
    place.server.add_link("common", "/docs", "carol");
    place.server.remove_user("carol");
    let audit = place.as_admin(&["shares", "--json"]).await.json();
    assert_eq!(audit[0]["findings"], serde_json::json!(["owner_gone"]), "{audit:?}");
}

#[tokio::test]
async fn a_missing_node_is_named() {
    let place = Place::new().await;
    for command in [["ls", "/none"].as_slice(), &["stat", "/none"], &["share", "--open", "/none"]] {
        assert!(place.run(command).await.failed(1).contains("/none does not exist"), "{command:?}");
    }
}

#[tokio::test]
async fn an_archive_is_there_when_the_command_ends() {
    let place = Place::new().await;
    place.server.put("common", "/docs/a.txt", "hello");
    place.run(&["compress", "/docs"]).await.done();
    assert!(place.server.content("common", "/docs.zip").is_some_and(|bytes| !bytes.is_empty()));
    assert!(place.run(&["compress", "/docs"]).await.failed(1).contains("already exists"));
    assert!(place.run(&["compress", "/docs", "a.tar"]).await.failed(2).contains("photos.zip"));
    assert!(place.run(&["compress", "/docs/a.txt"]).await.failed(1).contains("is not a folder"));
    assert!(place.run(&["compress", "/none"]).await.failed(1).contains("there is no /none"));
}

#[tokio::test]
async fn key_pairs_are_listed_replaced_and_revoked() {
    let place = Place::new().await;
    let login = |name| {
        let url = place.server.url();
        let mut command = place.command(&ALICE, "", &["login", &url, "--profile", name]);
        command.env_remove("PYDIO_URL");
        finish(command)
    };
    let run = |arguments: &[&str]| {
        let mut command = place.command(&ALICE, "", arguments);
        command.env_remove("PYDIO_URL").env_remove("PYDIO_PASSWORD");
        finish(command)
    };
    login("one").await.done();
    login("two").await.done();
    let again = login("two").await;
    assert!(again.failed(1).contains("the profile `two` has a key pair of alice"), "{again:?}");
    assert_eq!(run(&["keys", "list"]).await.done().lines().count(), 2);
    let before = fs::read_to_string(place.path("config/pairs.json")).unwrap();
    run(&["keys", "rotate"]).await.done();
    assert_ne!(fs::read_to_string(place.path("config/pairs.json")).unwrap(), before);
    run(&["ls"]).await.done();
    assert!(run(&["keys", "revoke", "none"]).await.failed(1).contains("no key pair of `none`"));
    run(&["keys", "revoke", "--others"]).await.done();
    assert_eq!(run(&["keys", "list"]).await.done().lines().count(), 1);
    run(&["ls", "--profile", "two"]).await.failed(1);
}

/// The server would have a key pair that nothing here knows.
#[tokio::test]
async fn no_key_pair_is_created_that_cannot_be_stored() {
    let place = Place::new().await;
    place.write("file", "");
    let mut command = place.command(&ALICE, "", &["login", &place.server.url()]);
    command.env_remove("PYDIO_URL").env("PYDIO_CONFIG", place.path("file/config.toml"));
    finish(command).await.failed(1);
    assert!(place.server.key_pairs().is_empty());
}

#[tokio::test]
async fn a_server_that_does_not_find_its_key_pairs_is_not_believed() {
    let builder = Server::builder(Version::V8_2).finds_pairs(false);
    let place = Place::of(builder.start().await.unwrap());
    let run = |arguments: &[&str]| {
        let mut command = place.command(&ALICE, "", arguments);
        command.env_remove("PYDIO_URL").env_remove("PYDIO_PASSWORD");
        finish(command)
    };
    place.run(&["login", &place.server.url(), "--profile", "p"]).await.done();
    let list = run(&["keys", "list"]).await;
    assert_eq!(list.done(), "");
    assert!(list.err.contains("does not list the key pair that is in use"), "{list:?}");
    let revoke = run(&["keys", "revoke", "--others"]).await;
    assert!(revoke.failed(1).contains("a new password"), "{revoke:?}");
    let rotate = run(&["keys", "rotate"]).await;
    assert!(
        rotate.failed(1).contains("the old key pair is replaced, but still accepts"),
        "{rotate:?}"
    );
    // The new pair is stored all the same.
    run(&["ls"]).await.done();
    let logout = run(&["logout"]).await;
    assert!(logout.failed(1).contains("the profile is removed: "), "{logout:?}");
    assert!(run(&["ls"]).await.failed(2).contains("no server given"));
}

#[tokio::test]
async fn a_refusal_is_explained() {
    let place = Place::new().await;
    assert!(place.run(&["why"]).await.done().contains("it works"));
    let mut command = place.command(&ALICE, &place.server.url(), &["why", "--json"]);
    command.env("PYDIO_PASSWORD", "wrong");
    let run = finish(command).await;
    assert_eq!(run.status, Some(1), "{run:?}");
    assert_eq!(run.json()[0]["diagnosis"]["kind"], "BadCredentials");
    let run = place.run(&["why", "-w", "nowhere"]).await;
    assert!(run.out.contains("those of this user: "), "{run:?}");
    assert!(run.failed(1).is_empty() && run.out.contains("common"), "{run:?}");
    place.server.lock_user("alice", "pass_change");
    let mut command = place.command(&ALICE, &place.server.url(), &["why"]);
    command.env_remove("PYDIO_WORKSPACE");
    let locked = finish(command).await;
    assert!(
        locked.failed(1).is_empty() && locked.out.contains("change the password"),
        "{locked:?}"
    );
    let nowhere = place.run_at("http://127.0.0.1:1", &["why"]).await;
    assert_eq!(nowhere.status, Some(3), "{nowhere:?}");
}

#[tokio::test]
async fn the_doctor_runs_what_it_lists() {
    let place = Place::new().await;
    let list = place.run(&["doctor", "--list"]).await;
    assert!(list.done().lines().any(|line| line.contains("a link")), "{list:?}");
    let run = place.run(&["doctor", "--only", "a link", "-w", "my-files"]).await;
    assert!(run.done().contains("a link"), "{run:?}");
    let run = place.run(&["doctor", "--only", "a link", "-w", "my-files", "--json"]).await;
    run.done();
    let lines = run.json();
    let is_link = |line: &&serde_json::Value| line["scenario"].to_string().contains("a link");
    assert_eq!(lines.iter().find(is_link).unwrap()["outcome"], "ok", "{run:?}");
    assert_eq!(lines.last().unwrap()["complete"], true, "{run:?}");
    let list = place.run(&["doctor", "--list", "--json"]).await;
    assert!(list.json().iter().any(|line| is_link(&line)), "{list:?}");
    let nothing = place.run(&["doctor", "--only", "a linc", "-w", "my-files"]).await;
    assert!(nothing.failed(2).contains("no scenario"), "{nothing:?}");
}

#[tokio::test]
async fn calls_and_tasks_are_one_program() {
    let place = Place::new().await;
    place.server.put("common", "/a.txt", "hello");
    let help = place.run(&["--help"]).await;
    for command in ["mirror", "export", "v1", "v2", "completions"] {
        assert!(help.done().contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(place.run(&["v1", "access.fs", "ls", "/"]).await.done().contains("/a.txt\tfile\t5"));
    assert!(place.run(&["mirro"]).await.failed(2).contains("mirror"));
    assert!(place.run(&["ls", "--session"]).await.failed(2).contains("--session"));
}
