//! The command line, run through the given command.

use pydio_client::{
    ErrorKind, NodePath,
    cmd::{CommandLine, Workspace},
    v1::{access_fs, conf_sql},
};

use super::{
    Need, Scenario, Scene, Trouble,
    trouble::{ensure, equal, given, refused},
};

const COMMAND: &str = "the command has to run `cmd.php` as the web server's user, ask nothing \
                       (`sudo -n`, `ssh -o BatchMode=yes`) and hand its standard input on";

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "the command line: ls, mkdir, compress",
    needs: &[Need::CommandLine],
    help: COMMAND,
    run: |scene| Box::pin(commands(scene)),
}];

async fn commands(scene: &Scene) -> Result<(), Trouble> {
    let line = connect(scene)?;
    let files = line.workspace(scene.workspace());
    let folder = NodePath::root().join(&scene.name("é on the line"));
    let what = remove(scene, &files, &folder);
    files.call(access_fs::mkdir(&folder)).await?;
    let nodes = [folder.join("a b.txt"), folder.join("it's 100%.txt")];
    for path in &nodes {
        files.call(access_fs::mkfile(path).content(path.name())).await?;
    }
    let listing = files.call(access_fs::ls(&folder).options("al")).await?;
    let mut paths: Vec<_> = listing.nodes.iter().map(|node| node.path()).collect();
    paths.sort();
    equal("the folder", &paths[..], &nodes[..])?;
    let again = files.call(access_fs::mkdir(&folder)).await;
    let error = refused("a second folder of that name", again)?;
    ensure(error.kind() == ErrorKind::Server, format!("no error of the server: {error}"))?;

    let compress = access_fs::compress(&nodes).dir(&folder).archive_name("both.zip");
    files.call(compress).await?;
    let archive = files.call(access_fs::stat(folder.join("both.zip"))).await?.one();
    let size = given("the archive, which is there when the call returns", archive)?.size;
    ensure(size > Some(0), "the archive is empty")?;
    files.call(conf_sql::get_xml_registry().x_path("user/repositories")).await?;
    files.call(access_fs::delete([&folder]).force_deletion(true)).await?;
    scene.removed(&what);
    Ok(())
}

fn connect(scene: &Scene) -> Result<CommandLine, Trouble> {
    let words = scene.target().command.as_deref().unwrap_or_default();
    let (script, prefix) = given("the command", words.split_last())?;
    let user = &scene.target().user;
    let builder = CommandLine::builder(script).prefix(prefix.iter().cloned());
    Ok(builder.login(&user.name, &*user.password).build()?)
}

/// Schedules the removal of a folder.
fn remove(scene: &Scene, files: &Workspace, folder: &NodePath) -> String {
    let what = format!("{folder} on the command line");
    let (files, folder) = (files.clone(), folder.clone());
    scene.later(&*what, async move {
        files.call(access_fs::delete([&folder]).force_deletion(true)).await.map(|_| ())
    });
    what
}
