//! Replays every recorded exchange of a session with the client.

mod cases;
pub(crate) mod script;

use std::{collections::BTreeMap, fs};

use pydio_client::{ErrorKind, v1::access_fs};
use pydio_tests::recordings;

use self::{
    cases::{CASES, Likeness, action, outcome},
    script::{PASSWORD, Script, Sent, read},
};
use super::Count;

/// Replays every exchange.
pub(super) async fn all() -> Count {
    let entries = fs::read_dir(recordings::root().join("legacy/session")).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".json").to_owned())
        .collect();
    names.sort();
    assert_eq!(names, CASES.map(|(name, ..)| name), "every recording is a case");
    let (mut counts, mut problems) = (BTreeMap::new(), Vec::new());
    for (name, likeness, expected) in CASES {
        let script = script(name);
        let told = outcome(name, &script).await;
        *counts.entry(likeness).or_insert(0) += 1;
        if told != expected {
            problems.push(format!("{name}: {told:?} where {expected:?} was expected"));
        }
        if let Some(problem) = difference(name, &script, likeness) {
            problems.push(format!("{name}: {problem}"));
        }
    }
    println!("{} in all, requests {counts:?}", CASES.len());
    let is_made = |(_, likeness, _): &&(&str, Likeness, &str)| *likeness != Likeness::None;
    let made = CASES.iter().filter(is_made).count();
    Count { recorded: CASES.len(), made, answers: CASES.len(), problems }
}

fn script(name: &'static str) -> Script {
    match name {
        // The client requests a token after such a response.
        "22_get_secure_token" => Script::new([("no_such_action", "20_wrong_token")]),
        _ => Script::new([(action(name), name)]),
    }
}

/// Returns an unexpected difference between the client's request and the recorded one.
fn difference(name: &str, script: &Script, likeness: Likeness) -> Option<String> {
    let recorded = Sent::recorded(&read(name));
    let Some(sent) = script.sent(action(name)).into_iter().next() else {
        return Some("nothing was sent".to_owned());
    };
    let mut fields = sent.fields();
    let is_alike = match likeness {
        Likeness::None => return None,
        Likeness::Same => {
            let line = |sent: &Sent| {
                (sent.method.clone(), sent.path.clone(), sent.query.clone(), sent.form.clone())
            };
            line(&sent) == line(&recorded)
        }
        Likeness::InForm => {
            assert_eq!((&*sent.method, &*sent.query), ("POST", ""));
            fields == recorded.fields()
        }
        Likeness::ById => {
            let mut recorded = recorded.fields();
            let place = recorded.iter_mut().find(|(name, _)| name == "repository_id").unwrap();
            let there = fields.iter().find(|(name, _)| name == "repository_id").unwrap();
            assert_ne!(place.1, there.1);
            place.1.clone_from(&there.1);
            fields == recorded
        }
        Likeness::AndToken => {
            fields.retain(|(name, _)| name != "secure_token");
            fields == recorded.fields()
        }
    };
    let is_json = |sent: &Sent| sent.accept == "application/json";
    let asks_alike = !is_json(&recorded) || is_json(&sent);
    let is_same_session = sent.cookie == recorded.cookie || likeness == Likeness::AndToken;
    let is_it = is_alike && asks_alike && is_same_session;
    (!is_it).then(|| format!("{sent:?} where {recorded:?} was recorded"))
}

pub(crate) async fn the_cookie_of_remember_me_is_kept_until_logout() {
    let subjects = [
        ("login", "58_remember_me_login"),
        ("ls", "41_expired_session_ls"),
        ("logout", "30_logout"),
    ];
    let script = Script::new(subjects);
    let session = script.login(PASSWORD, true).await.unwrap();
    let ls = || session.call(access_fs::ls("/"));
    // The recorded server never recovers.
    assert!(
        ls().await.as_ref().is_err_and(|error| error.kind() == ErrorKind::AuthenticationRequired)
    );
    assert_eq!(script.sent("get_boot_conf")[1].cookie, "AjaXplorer-remember=s3ss10n");
    let login = &script.sent("login")[1];
    assert!(login.form.contains("&cookie_login=true&") && !login.form.contains(PASSWORD));

    session.logout().await.unwrap();
    assert!(ls().await.as_ref().is_err_and(|error| error.kind() == ErrorKind::SessionExpired));
    assert_eq!(script.sent("ls").last().unwrap().cookie, "AjaXplorer=s3ss10n");
    assert_eq!(script.sent("login").len(), 2);
}
