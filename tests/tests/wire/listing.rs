//! Listings: attributes, pages, and nested folders.

use pydio_client::{ErrorKind, response::Node, v1::access_fs};

use crate::support::common;

fn names(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(Node::label).collect()
}

#[tokio::test]
async fn a_listing_follows_its_options() {
    let (server, files) = common().await;
    server.folder("common", "/docs/sub");
    server.put("common", "/docs/a <&> \"b.txt", "hello");
    let full = files.call(access_fs::ls("/docs").options("al")).await.unwrap();
    assert_eq!(names(&full.nodes), ["sub", "a <&> \"b.txt"]);
    let [folder, file] = &full.nodes[..] else { panic!("{full:?}") };
    assert_eq!((folder.is_file(), folder.mime()), (false, Some("ajxp_folder")));
    assert_eq!((file.is_file(), file.mime(), file.size()), (true, None, Some(5)));
    assert_eq!((file.permissions(), file.is_read_only()), (Some("0666"), false));
    assert_eq!(file.attributes.get("mimestring"), Some("Text file"));
    assert!(file.modified().is_some_and(|time| time.as_secs() > 1_795_000_000));
    assert_eq!(full.folder.path().as_str(), "/docs");
    let minimal = files.call(access_fs::ls("/docs")).await.unwrap();
    let file = &minimal.nodes[1];
    assert_eq!((file.size(), file.permissions()), (Some(5), None));
    assert_eq!(server.last().unwrap().target, "/api/common/ls/docs");
}

#[tokio::test]
async fn the_root_has_its_recycle_bin_last() {
    let (server, files) = common().await;
    server.put("common", "/z.txt", "");
    server.folder("common", "/s");
    let root = files.call(access_fs::ls("/").options("al")).await.unwrap();
    assert_eq!(names(&root.nodes), ["s", "z.txt", "Recycle Bin"]);
    assert_eq!(root.nodes[2].mime(), Some("ajxp_recycle"));
    assert_eq!(root.folder.attributes.get("repo_has_recycle"), Some("/recycle_bin"));
    assert_eq!(root.pagination.map(|page| (page.count, page.total, page.current)), Some((3, 1, 1)));
}

#[tokio::test]
async fn nodes_can_be_requested_by_name() {
    let (server, files) = common().await;
    server.put("common", "/a/1.txt", "1");
    server.put("common", "/b+c/2.txt", "22");
    let ls = access_fs::ls("/").nodes(["/a/1.txt", "/b+c/2.txt", "/absent"]).options("al");
    let listing = files.call(ls).await.unwrap();
    let paths: Vec<_> = listing.nodes.iter().map(|node| node.path().to_string()).collect();
    assert_eq!(paths, ["/a/1.txt", "/b+c/2.txt"]);
    assert_eq!(listing.pagination, None);
}

#[tokio::test]
async fn a_large_folder_is_paged() {
    let (server, files) = common().await;
    for n in 0..600 {
        server.put("common", &format!("/many/{n:03}.txt"), "");
    }
    let first = files.call(access_fs::ls("/many")).await.unwrap();
    let page = first.pagination.unwrap();
    assert_eq!((page.count, page.total, page.current, page.has_more()), (600, 4, 1, true));
    assert_eq!((first.nodes.len(), first.nodes[0].label()), (200, "000.txt"));
    let mut found = first.nodes.len();
    for n in 2..=page.total {
        let page = access_fs::ls("/many").page(u32::try_from(n).unwrap());
        let listing = files.call(page).await.unwrap();
        assert_eq!(listing.folder.path().as_str(), "/many");
        assert_eq!(listing.pagination.map(|page| page.current), Some(n));
        assert_eq!(listing.nodes.is_empty(), n == 4);
        found += listing.nodes.len();
    }
    assert_eq!(found, 600);
    assert_eq!(server.last().unwrap().target, "/api/common/ls/many%25234");
    // The server also interprets a number at the end of a path as a page: that is another folder.
    let by_path = files.call(access_fs::ls("/many%232")).await.unwrap_err();
    assert!(by_path.kind() == ErrorKind::Malformed, "{by_path}");
    let by_page = files.call(access_fs::ls("/many/").page(2)).await.unwrap();
    assert_eq!(by_page.nodes[0].label(), "200.txt");
}

/// A name may look like a page number: the page of that folder must then be requested by number.
#[tokio::test]
async fn the_root_and_odd_folders_have_pages() {
    let (server, files) = common().await;
    for n in 0..501 {
        server.put("common", &format!("/{n:03}.txt"), "");
        server.put("common", &format!("/odd #5 %23/{n:03}.txt"), "");
    }
    let root = files.call(access_fs::ls("/").page(3)).await.unwrap();
    assert_eq!(root.pagination.map(|page| (page.total, page.current)), Some((3, 3)));
    let odd = files.call(access_fs::ls("/odd #5 %23").page(2).options("al")).await.unwrap();
    assert_eq!(odd.pagination.map(|page| page.current), Some(2));
    assert_eq!((odd.nodes.len(), odd.nodes[0].label()), (200, "200.txt"));
    assert_eq!(odd.folder.path().as_str(), "/odd #5 %23");
}

#[tokio::test]
async fn up_to_500_nodes_are_on_one_page() {
    let (server, files) = common().await;
    for n in 0..500 {
        server.put("common", &format!("/five/{n}"), "");
    }
    let listing = files.call(access_fs::ls("/five")).await.unwrap();
    assert_eq!(listing.nodes.len(), 500);
    assert!(!listing.pagination.unwrap().has_more());
}

#[tokio::test]
async fn a_recursive_listing_reports_what_it_omits() {
    let (server, files) = common().await;
    server.put("common", "/top/a/b/c.txt", "c");
    for n in 0..501 {
        server.put("common", &format!("/top/large/{n}"), "");
    }
    let listing = files.call(access_fs::ls("/top").recursive(true)).await.unwrap();
    let [a, large] = &listing.nodes[..] else { panic!("{listing:?}") };
    assert_eq!(a.children[0].children[0].path().as_str(), "/top/a/b/c.txt");
    assert_eq!(large.children.len(), 200);
    assert!(large.pagination.unwrap().has_more());
    assert!(!a.pagination.unwrap().has_more());
    let flat = files.call(access_fs::ls("/top")).await.unwrap();
    assert!(flat.nodes.iter().all(|node| node.children.is_empty()));
}

#[tokio::test]
async fn a_missing_folder_is_an_error() {
    let (_server, files) = common().await;
    let error = files.call(access_fs::ls("/absent")).await.unwrap_err();
    assert!(error.message().starts_with("There was a problem trying to open folder"));
    assert_eq!(error.call_name(), "access.fs/ls");
    assert_eq!(error.workspace(), "common");
}
