//! A profile keeps a key pair in place of the password, and never the password itself.

use std::fs;

use pydio_tests::ALICE;

use crate::support::{Place, finish};

#[tokio::test]
async fn a_profile_replaces_address_user_and_password() {
    let place = Place::new().await;
    place.server.put("common", "/a.txt", "hello");
    let url = place.server.url();
    let login = place.run(&["login", &url]).await;
    assert!(login.done().starts_with(&format!("default\t{url}\talice\tpydio.")), "{login:?}");

    let mut bare = place.command(&ALICE, "", &["ls", "common:/"]);
    bare.env_remove("PYDIO_URL").env_remove("PYDIO_USER").env_remove("PYDIO_PASSWORD");
    assert!(finish(bare).await.done().contains("/a.txt\tfile\t5"));

    for name in ["config.toml", "pairs.json"] {
        let file = place.path("config").join(name);
        assert!(!fs::read_to_string(&file).unwrap().contains(ALICE.password), "{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    let mut logout = place.command(&ALICE, "", &["logout"]);
    logout.env_remove("PYDIO_URL").env_remove("PYDIO_PASSWORD");
    finish(logout).await.done();
    assert!(!fs::read_to_string(place.path("config/pairs.json")).unwrap().contains("pydio."));
    let left = place.run(&["keys", "list"]).await;
    assert_eq!(left.done(), "");
}

#[tokio::test]
async fn another_server_gets_nothing_of_the_default_profile() {
    let (place, other) = (Place::new().await, Place::new().await);
    place.run(&["login", &place.server.url()]).await.done();
    // The address alone is set: neither the user nor the key pair of the profile applies.
    let mut command = place.command(&ALICE, &other.server.url(), &["ls"]);
    command.env_remove("PYDIO_USER").env_remove("PYDIO_PASSWORD");
    assert!(finish(command).await.failed(2).contains("no user given"));
    assert!(other.server.seen().is_empty());
}

#[tokio::test]
async fn a_profile_that_does_not_exist_is_an_error() {
    let place = Place::new().await;
    let run = place.run(&["ls", "--profile", "work"]).await;
    let error = run.failed(2);
    assert!(error.contains("no profile `work`") && error.contains("pydio login --profile work"));
    assert!(place.server.seen().is_empty());
}

#[tokio::test]
async fn key_pairs_that_cannot_be_read_are_a_local_failure() {
    let place = Place::new().await;
    place.run(&["login", &place.server.url(), "--profile", "p"]).await.done();
    place.write("config/pairs.json", "nonsense");
    let mut command = place.command(&ALICE, "", &["ls", "--profile", "p"]);
    command.env_remove("PYDIO_URL").env_remove("PYDIO_PASSWORD");
    assert!(finish(command).await.failed(4).contains("the key pairs: "));
}

#[tokio::test]
async fn a_workspace_that_the_user_cannot_enter_is_refused_at_once() {
    for grants_pairs in [true, false] {
        let builder = pydio_tests::Server::builder(pydio_tests::Version::V8_2);
        let place = Place::of(builder.grants_pairs(grants_pairs).start().await.unwrap());
        for workspace in ["nowhere", "settings"] {
            let run = place.run(&["login", &place.server.url(), "-w", workspace]).await;
            let error = run.failed(1);
            assert!(error.contains(&format!("`alice` has no workspace `{workspace}`")), "{run:?}");
            assert!(error.contains("there are: default, my-files"), "{run:?}");
        }
        assert!(!place.path("config/config.toml").exists());
        assert_eq!(place.run(&["keys", "list"]).await.done(), "");
        let login = place.run(&["login", &place.server.url(), "-w", "my-files", "--json"]).await;
        login.done();
        assert_eq!(login.json()[0]["workspace"], "my-files");
    }
}

/// They do not list the workspaces of a user over REST.
#[tokio::test]
async fn a_workspace_of_an_old_server_is_entered_to_check_it() {
    let place = Place::of(pydio_tests::Server::start(pydio_tests::Version::V6_4).await.unwrap());
    let run = place.run(&["login", &place.server.url(), "-w", "nowhere"]).await;
    assert!(run.failed(1).contains("unknown workspace"), "{run:?}");
    place.run(&["login", &place.server.url(), "-w", "common"]).await.done();
}

#[tokio::test]
async fn a_server_without_key_pairs_leaves_a_profile_that_asks() {
    let builder = pydio_tests::Server::builder(pydio_tests::Version::V8_2);
    let place = Place::of(builder.grants_pairs(false).start().await.unwrap());
    let login = place.run(&["login", &place.server.url(), "--profile", "p"]).await;
    login.done();
    assert!(login.err.contains("issues no key pairs"), "{login:?}");
    let list = place.run(&["profiles"]).await;
    assert_eq!(list.done().split('\t').next_back(), Some("default\n"));
    assert!(list.done().contains("\tpassword\t"));
    place.run(&["ls", "--profile", "p"]).await.done();
}
