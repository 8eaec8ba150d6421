//! The shares of releases that list some of them twice.

use pydio_client::{Pydio, v1};
use pydio_releases::{v6_5_5, v7_0_4};
use pydio_tests::{ALICE, Server, Version};

/// Measured on 7.0.4: 51 shares come as 102, and are counted as 52, 101 and 102.
#[tokio::test]
async fn every_share_comes_once() {
    for version in [Version::V6_5, Version::V7_0, Version::V8_2] {
        for count in [49, 50, 51, 55, 105] {
            let server = Server::start(version).await.unwrap();
            server.put("common", "/f.txt", "");
            server.put("common", "/g.txt", "");
            for number in 0..count {
                let path = if number % 2 == 0 { "/f.txt" } else { "/g.txt" };
                server.add_link("common", path, ALICE.login);
            }
            let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
            let files = builder.build().unwrap().workspace("common");
            let mut shares = match version {
                Version::V6_5 => files.items(v6_5_5::v1::action_share::sharelist_load()),
                Version::V7_0 => files.items(v7_0_4::v1::action_share::sharelist_load()),
                _ => files.items(v1::action_share::sharelist_load()),
            };
            let mut hashes = Vec::new();
            while let Some(share) = shares.next().await.unwrap() {
                hashes.push(share.attributes.get("shared_element_hash").unwrap().to_owned());
            }
            assert!(!shares.has_changed(), "{version:?} {count}");
            assert!(hashes.iter().all(|hash| !hash.starts_with("repo-")), "{version:?} {count}");
            hashes.sort();
            hashes.dedup();
            assert_eq!(hashes.len(), count, "{version:?}");
        }
    }
}
