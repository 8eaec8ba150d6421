//! The examples of tasks in the documentation, executed.

use std::{fs, path::Path};

use pydio_client::{Error, Files as _, Pydio, Users as _, Workspace};
use pydio_tests::{ADMIN, ALICE, Server, Version};

use crate::support::connect;

/// Runs what the documentation shows, in its words.
async fn run(server: &Server, files: Workspace, pydio: Pydio, local: &Path) -> Result<(), Error> {
    for node in files.list("/photos").await? {
        println!("{} {:?}", node.path(), node.size());
    }

    let page = files.list_page("/photos", 1).await?;
    println!("{} of {} nodes", page.nodes.len(), page.count);

    assert!(files.exists("/photos").await?);

    if let Some(node) = files.stat("/photos/a.jpg").await? {
        println!("{:?} bytes", node.size());
    }

    let found = files.stat_many(["/photos", "/notes.txt"]).await?;
    assert_eq!(found.len(), 2);

    files.upload_file(local, "/backup/big.iso").await?;

    files.download_file("/backup/big.iso", local).await?;

    files.create_folder("/photos/2019/june").await?;
    assert!(server.has("common", "/photos/2019/june"));

    files.copy_to("/photos", "/archive").await?;
    assert!(server.has("common", "/archive/photos/a.jpg"));

    files.rename("/photos/a.jpg", "b.jpg").await?;
    assert!(server.has("common", "/photos/b.jpg"));

    server.put("common", "/photos/a.jpg", "pixels");
    files.move_to(["/photos/a.jpg", "/notes.txt"], "/archive").await?;
    assert!(server.has("common", "/archive/notes.txt"));

    server.put("common", "/photos/a.jpg", "pixels");
    files.delete("/photos/a.jpg").await?;
    assert!(!server.has("common", "/photos/a.jpg"));

    let link = files.share_link("/photos").password("secret-2019").expires_after_days(14);
    println!("{}", link.create().await?.public_link);

    let user = pydio.create_user("carol", "a-password").name("Carol").mail("carol@example.org");
    user.group("/staff").create().await?;
    Ok(())
}

#[tokio::test]
async fn every_example_runs() {
    let server = Server::start(Version::V8_2).await.unwrap();
    for (path, content) in [("/photos/a.jpg", "pixels"), ("/notes.txt", "words")] {
        server.put("common", path, content);
    }
    server.folder("common", "/archive");
    server.folder("common", "/backup");
    server.add_group("/staff", "Staff");
    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().join("big.iso");
    fs::write(&local, "bytes").unwrap();
    let files = connect(&server, &ALICE).workspace("common");
    run(&server, files, connect(&server, &ADMIN), &local).await.unwrap();
    assert_eq!(server.content("common", "/backup/big.iso").unwrap(), b"bytes");
    assert_eq!(fs::read(&local).unwrap(), b"bytes");
}

/// Returns the statements of each example in the documentation.
fn documented() -> Vec<String> {
    let module = include_str!("../../../generated/src/tasks.rs");
    let lines = module.lines().filter_map(|line| line.trim().strip_prefix("///"));
    let text: Vec<_> = lines.map(str::trim).collect();
    let text = text.join("\n");
    let examples = text.split("```no_run\n").skip(1).filter_map(|rest| rest.split("```").next());
    let is_shown = |line: &&str| !line.starts_with(['#']) && !line.starts_with("use ");
    let shown = |example: &str| example.lines().filter(is_shown).collect::<Vec<_>>().join("\n");
    examples.map(|example| shown(example).trim().replace("\"big.iso\"", "local")).collect()
}

#[test]
fn what_runs_is_what_the_documentation_shows() {
    let program: Vec<_> = include_str!("task_examples.rs").lines().map(str::trim).collect();
    let program = program.join("\n");
    let documented = documented();
    assert_eq!(documented.len(), 14);
    for example in documented {
        assert!(program.contains(&example), "this does not run:\n{example}");
        assert!(example.lines().count() <= 3, "{example}");
    }
}
