//! Runs each program behind a proxy that injects a fault into any of its requests: the program must
//! succeed, or report what it could not do and finish it on the next run.

use std::{error::Error as StdError, fs, time::Duration};

use indicatif::ProgressBar;
use pydio_client::{
    Pydio,
    keystore::{FileStore, Keystore},
    v1::{
        access_ajxp_conf, access_fs,
        action_share::{self, SimpleShareType},
        meta_comments,
    },
};
use pydio_runtime::transport::HttpClient;
use pydio_tests::{
    ADMIN, ALICE, Account, Server, Version,
    server::Builder,
    sweep::{Expected, Outcome, Place, sweep},
};

use crate::{
    compress::program as compress,
    export::program as export,
    mirror_check::program as mirror_check,
    provision::program as provision,
    rotate_pairs::program as rotate_pairs,
    share::{audit, folder},
    upload::program as upload,
    why_401::program as why_401,
};

const PAUSE: Duration = Duration::from_millis(1);

fn server() -> Builder {
    Server::builder(Version::V8_2).prefix("/pydio").pages(3, 2)
}

/// Creates a server with a few files, and an empty local folder.
async fn place(builder: Builder) -> Place {
    let server = builder.start().await.unwrap();
    for (path, content) in [("/docs/a.txt", "words"), ("/docs/deep/b.txt", "more"), ("/c.txt", "")]
    {
        server.put("common", path, content);
    }
    Place { server, folder: tempfile::tempdir().unwrap() }
}

thread_local! {
    /// Every new client would read the system's certificates, which takes longer than all the rest.
    /// Each test has a separate thread.
    static CLIENT: HttpClient =
        HttpClient::builder().read_timeout(Duration::from_secs(30)).build().unwrap();
}

fn pydio(url: &str, account: &Account) -> Pydio {
    let builder = Pydio::builder(url).login(account.login, account.password);
    builder.transport(CLIENT.with(HttpClient::clone)).build().unwrap()
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Returns the outcome of a program that ends with 0, or with this status after an error.
fn outcome<T>(
    result: Result<T, impl Into<Failed>>,
    failed: impl FnOnce(&(dyn StdError + Send + Sync + 'static)) -> u8,
    told: impl FnOnce(T) -> (u8, String, String),
) -> Outcome {
    let told = result.map_err(Into::into).map(told);
    let (status, out, err) =
        told.unwrap_or_else(|error| (failed(&*error), String::new(), error.to_string()));
    Outcome { status, out, err }
}

#[track_caller]
fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} runs went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn compress() {
    let expected = Expected {
        is_done: Some("already exists"),
        unknown: Some(3),
        ..Expected::naming(&["access.fs/", "listTasks", "/docs"])
    };
    let run = async |url: &str, _: &Place| {
        let options = compress::Options {
            pydio: pydio(url, &ALICE),
            workspace: "common".to_owned(),
            folder: "/docs".into(),
            archive: "docs.zip".to_owned(),
            limit: Duration::from_secs(10),
        };
        outcome(
            compress::run(options).await,
            |error| compress::ended::status(error, 1),
            |packed| (0, packed.bytes.to_string(), String::new()),
        )
    };
    assert_none(sweep(expected, async || place(server().task_steps(2)).await, run).await);
}

#[tokio::test]
async fn export() {
    let begin = async || {
        let place = place(server()).await;
        place.server.put("my-files/admin", "/own.bin", [0, 255, 10]);
        let settings = pydio(&place.server.url(), &ADMIN).workspace("settings");
        settings.call(access_ajxp_conf::create_group("Staff", "/staff")).await.unwrap();
        let user = access_ajxp_conf::create_user("carol", "carol-secret").group_path("/staff");
        settings.call(user).await.unwrap();
        let common = pydio(&place.server.url(), &ALICE).workspace("common");
        let share = action_share::share(SimpleShareType::Public, "/docs");
        common.call(share.expiration(7)).await.unwrap();
        common.call(meta_comments::post_comment("/c.txt", "well done")).await.unwrap();
        place
    };
    let run = async |url: &str, place: &Place| {
        let options = export::Options {
            pydio: pydio(url, &ADMIN),
            folder: place.folder.path().to_owned(),
            without_others: true,
            progress: ProgressBar::hidden(),
        };
        outcome(
            export::run(options).await,
            |_| 2,
            |report| {
                let missing = report.missing.join("\n");
                (u8::from(!missing.is_empty()), format!("{:?}", report.notes), missing)
            },
        )
    };
    let names = ["the ", "whether ", "`/"];
    let expected =
        Expected { ignored: &["summary.json"], positions: 16, ..Expected::naming(&names) };
    assert_none(sweep(expected, begin, run).await);
}

#[tokio::test]
async fn mirror_check() {
    let begin = async || {
        let place = place(server()).await;
        for n in 0..5 {
            place.server.put("common", &format!("/docs/{n}.txt"), format!("file {n}"));
            fs::write(place.folder.path().join(format!("{n}.txt")), format!("file {n}")).unwrap();
        }
        fs::write(place.folder.path().join("2.txt"), "FILE 2").unwrap();
        place
    };
    let run = async |url: &str, place: &Place| {
        let files = pydio(url, &ALICE).workspace("common");
        let here = place.folder.path().to_owned();
        let options = mirror_check::Options { here, files, there: "/docs".into() };
        outcome(
            mirror_check::run(&options).await,
            |_| 2,
            |found| {
                let same = (found.differences.is_empty(), found.is_by_size_alone);
                (u8::from(!same.0), format!("{found:?}"), String::new())
            },
        )
    };
    let names = ["access.fs/ls", "meta.filehasher/stat_hash", "/docs"];
    assert_none(sweep(Expected { status: 1, ..Expected::naming(&names) }, begin, run).await);
}

const PEOPLE: &str = "login,password,group,display_name,email\n\
                      dave,pass-word-1,/staff/paris,Dave,dave@example.org\n\
                      erin,pass-word-2,,,\n\
                      alice,pass-word-3,,Alice Doe,\n";

#[tokio::test]
async fn provision() {
    let run = async |url: &str, _: &Place| {
        let report = provision::run(&pydio(url, &ADMIN), PEOPLE.as_bytes(), false).await;
        outcome(
            report,
            |_| 2,
            |report| {
                let failed: Vec<_> =
                    report.failed.iter().map(|(who, why)| format!("{who}: {why}")).collect();
                let done = format!("{:?} {:?} {:?}", report.groups, report.made, report.kept);
                (u8::from(!failed.is_empty()), done, failed.join("\n"))
            },
        )
    };
    let names = ["the people of the group", "/staff", "dave", "erin", "alice"];
    let expected = Expected::naming(&names);
    assert_none(sweep(expected, async || place(server()).await, run).await);
}

#[tokio::test]
async fn rotate_pairs() {
    let begin = async || {
        let place = place(server()).await;
        place.server.add_pair(ALICE.login, "phone", "t0ken", "s3cret");
        place
    };
    let run = async |url: &str, place: &Place| {
        let (login, password) = (ALICE.login.to_owned(), ALICE.password.to_owned());
        let account = rotate_pairs::Account { url: url.to_owned(), login, password };
        let file = place.folder.path().join("pairs.json");
        let device = "backup".to_owned();
        let options = rotate_pairs::Options {
            account,
            file: file.clone(),
            device,
            revoke_others: true,
            on_session: false,
        };
        let report = rotate_pairs::run(options).await;
        if report.is_ok() {
            let store = FileStore::new(&file);
            let keystore = Keystore::new(ALICE.login, "not needed", "backup").store(store);
            let kept = Pydio::builder(url).keystore(keystore).build().unwrap();
            // The program may exit early.
            let works = async || kept.workspace("common").call(access_fs::ls("/")).await.is_ok();
            assert!(works().await || works().await, "the pair that was kept");
        }
        outcome(
            report,
            |error| rotate_pairs::ended::status(error, 1),
            |report| (0, format!("{:?}", report.left), String::new()),
        )
    };
    let expected = Expected {
        ignored: &["pairs.json", "pairs.json.lock"],
        ..Expected::naming(&["keystore_", "key pair"])
    };
    assert_none(sweep(expected, begin, run).await);
}

#[tokio::test]
async fn share_audit() {
    let begin = async || {
        let place = place(server()).await;
        for folder in ["closed", "endless", "old"] {
            place.server.put("common", &format!("/{folder}/a.txt"), "words");
        }
        let files = pydio(&place.server.url(), &ALICE).workspace("common");
        let open = |path: &str| action_share::share(SimpleShareType::Public, path);
        let closed = action_share::share(SimpleShareType::Private, "/closed");
        files.call(closed.guest_user_pass("link-secret").expiration(300)).await.unwrap();
        files.call(open("/endless")).await.unwrap();
        files.call(open("/old").expiration(1)).await.unwrap();
        place.server.advance(3 * 86_400);
        place
    };
    let run = async |url: &str, _: &Place| {
        let pydio = pydio(url, &ADMIN);
        let found = match audit::clear_expired(&pydio).await {
            Ok(()) => audit::run(&pydio).await,
            Err(error) => Err(error),
        };
        outcome(
            found,
            |error| audit::ended::status(error, 2),
            |found| {
                let links: Vec<_> = found.links.iter().map(ToString::to_string).collect();
                let status = match (found.unknown.is_empty(), found.links.is_empty()) {
                    (false, _) => 2,
                    (true, is_empty) => u8::from(!is_empty),
                };
                let unknown: Vec<_> =
                    found.unknown.iter().map(|(share, why)| format!("{share}: {why}")).collect();
                (status, links.join("\n"), unknown.join("\n"))
            },
        )
    };
    let names = ["action.share/"];
    assert_none(sweep(Expected { status: 1, ..Expected::naming(&names) }, begin, run).await);
}

#[tokio::test]
async fn share_folder() {
    let run = async |url: &str, _: &Place| {
        let options = folder::Options {
            files: pydio(url, &ALICE).workspace("common"),
            folder: "/docs".into(),
            days: 14,
            password: "link-secret".to_owned(),
        };
        let link = folder::run(options).await;
        outcome(
            link,
            |error| folder::ended::status(error, 1),
            |link| (0, format!("{} {}", link.public_link, link.expire_after), String::new()),
        )
    };
    let expected = Expected {
        is_done: Some("is already shared"),
        // No list contains a second link, so that no run can find it.
        is_lost: Some("is not listed"),
        unknown: Some(3),
        ..Expected::naming(&["action.share/", "/docs"])
    };
    assert_none(sweep(expected, async || place(server()).await, run).await);
}

#[tokio::test]
async fn upload() {
    let content: Vec<u8> = (0..100_000_usize).map(|index| ((index * index) >> 7) as u8).collect();
    let begin = async || {
        let place = place(server()).await;
        fs::write(place.folder.path().join("big.iso"), &content).unwrap();
        place
    };
    let run = async |url: &str, place: &Place| {
        let options = upload::Options {
            pydio: pydio(url, &ALICE),
            file: place.folder.path().join("big.iso"),
            workspace: "common".to_owned(),
            folder: "/docs".into(),
            part_size: 30_000,
            pause: PAUSE,
            progress: ProgressBar::hidden(),
        };
        outcome(
            upload::run(options).await,
            |error| upload::ended::status(error, 1),
            |done| (0, format!("{} {}", done.node, done.bytes), String::new()),
        )
    };
    let expected = Expected {
        is_done: Some("already exists"),
        unknown: Some(3),
        ..Expected::naming(&["access.fs/upload", "access.fs/stat", "meta.filehasher/stat_hash"])
    };
    assert_none(sweep(expected, begin, run).await);
}

#[tokio::test]
async fn why_401() {
    for (workspace, status) in [("common", 0), ("settings", 1), ("nowhere", 1)] {
        let run = async |url: &str, _: &Place| {
            let found = why_401::run(&pydio(url, &ALICE), workspace).await;
            outcome(
                found,
                |_| 2,
                |found| {
                    let text = match &found {
                        why_401::Outcome::Works(nodes) => nodes.to_string(),
                        why_401::Outcome::Refused(error, why) => format!("{error}\n{why}"),
                    };
                    (found.status(), text.clone(), text)
                },
            )
        };
        let expected = Expected { status, ..Expected::naming(&["access.fs/ls", "diagnosis"]) };
        assert_none(sweep(expected, async || place(server()).await, run).await);
    }
}
