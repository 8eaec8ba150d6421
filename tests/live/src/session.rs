//! Sessions on `index.php`.

use std::sync::{Arc, atomic::Ordering};

use pydio_client::{
    ErrorKind, LoginError, Pydio, Session,
    transfer::Uploaded,
    v1::{access_fs, conf_sql},
};

use super::{
    Scenario, Scene, Trouble,
    content::{LIMITS, bytes},
    spoil::{Spoiling, Switches},
    trouble::{ensure, equal, refused},
};

const SESSIONS: &str = "PHP has to keep sessions, the server's cookies have to come through, and a \
                        captcha that is asked for goes away with a login on the web page";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "a session: login, actions that REST does not reach, logout",
        needs: &[],
        help: SESSIONS,
        run: |scene| Box::pin(session(scene)),
    },
    Scenario {
        name: "a file in parts on a session, up and down",
        needs: &[],
        help: LIMITS,
        run: |scene| Box::pin(file_in_parts(scene)),
    },
    Scenario {
        name: "a session with a wrong token goes on",
        needs: &[],
        help: SESSIONS,
        run: |scene| Box::pin(wrong_token(scene)),
    },
    Scenario {
        name: "a session that has expired logs in again, or says so",
        needs: &[],
        help: SESSIONS,
        run: |scene| Box::pin(expiry(scene)),
    },
    Scenario {
        name: "a wrong password is told from a right one",
        needs: &[],
        help: SESSIONS,
        run: |scene| Box::pin(wrong_password(scene)),
    },
];

/// Logs in through a transport that can tamper with requests.
async fn log_in(scene: &Scene, keeps: bool) -> Result<(Session, Arc<Switches>), Trouble> {
    let (transport, switches) = Spoiling::new()?;
    let pydio = Pydio::builder(&scene.target().url).transport(transport).build()?;
    let user = &scene.target().user;
    let builder = pydio.session().keep_password(keeps);
    let session = builder.login(&user.name, &*user.password).await?;
    let last = session.clone();
    scene.later("the session", async move { last.logout().await });
    Ok((session, switches))
}

/// The length of the file, and of the part sent per request.
const LENGTH: usize = 1_500_000;
const PART: u64 = 600_000;

async fn file_in_parts(scene: &Scene) -> Result<(), Trouble> {
    let folder = scene.folder().await?;
    let (session, _) = log_in(scene, true).await?;
    let files = session.workspace(scene.workspace());
    let content = bytes(LENGTH);
    let call = access_fs::upload(&folder, "in parts é+.bin", content.clone());
    let Uploaded { node, bytes, .. } = files.upload(call).part_size(PART).await?;
    equal("the size", bytes, LENGTH as u64)?;
    let mut back = Vec::new();
    files.download(access_fs::download(&node)).to_writer(&mut back).await?;
    ensure(back == content, "the download is something else")?;
    session.logout().await?;
    scene.removed("the session");
    Ok(())
}

async fn session(scene: &Scene) -> Result<(), Trouble> {
    let folder = scene.folder().await?;
    let (session, _) = log_in(scene, true).await?;
    let files = session.workspace(scene.workspace());
    let path = folder.join("ü + 100% & more.txt");
    files.call(access_fs::mkfile(&path).content("on a session")).await?;
    let listing = files.call(access_fs::ls(&folder).options("al")).await?;
    let paths: Vec<_> = listing.nodes.iter().map(|node| node.path()).collect();
    equal("the folder", paths, [path.clone()])?;
    let content = files.call(access_fs::download(&path)).await?.bytes(100).await?;
    equal("the content", &*content, b"on a session")?;
    let registry = files.call(conf_sql::get_xml_registry().x_path("user/repositories")).await?;
    let is_there = registry.repositories.is_some();
    ensure(is_there, format!("the registry is something else: {registry:?}"))?;
    session.logout().await?;
    let error = refused("a call after the logout", files.call(access_fs::ls(&folder)).await)?;
    let is_over = error.kind() == ErrorKind::SessionExpired;
    ensure(is_over, format!("the session is not over: {error}"))
}

async fn wrong_token(scene: &Scene) -> Result<(), Trouble> {
    let folder = scene.folder().await?;
    let (session, switches) = log_in(scene, true).await?;
    let files = session.workspace(scene.workspace());
    files.call(access_fs::ls(&folder)).await?;
    switches.token.store(true, Ordering::SeqCst);
    files.call(access_fs::mkdir(folder.join("once"))).await?;
    equal("the number of spoiled requests", switches.spoiled(), 1)?;
    let listing = files.call(access_fs::ls(&folder)).await?;
    equal("the number of folders", listing.nodes.len(), 1)
}

async fn expiry(scene: &Scene) -> Result<(), Trouble> {
    let folder = scene.folder().await?;
    let (session, switches) = log_in(scene, true).await?;
    let files = session.workspace(scene.workspace());
    switches.cookies.store(true, Ordering::SeqCst);
    files.call(access_fs::mkdir(folder.join("once"))).await?;
    equal("the number of spoiled requests", switches.spoiled(), 1)?;
    equal("the folders", files.call(access_fs::ls(&folder)).await?.nodes.len(), 1)?;

    let (session, switches) = log_in(scene, false).await?;
    let files = session.workspace(scene.workspace());
    switches.cookies.store(true, Ordering::SeqCst);
    let error = files.call(access_fs::mkdir(folder.join("never"))).await;
    let error = refused("a call on a lost session", error)?;
    let is_over = error.kind() == ErrorKind::SessionExpired;
    ensure(is_over, format!("an expired session is told as something else: {error}"))?;
    session.log_in(&*scene.target().user.password).await?;
    equal("the folders", files.call(access_fs::ls(&folder)).await?.nodes.len(), 1)
}

/// One failure, followed by a success that resets the server's counter.
async fn wrong_password(scene: &Scene) -> Result<(), Trouble> {
    let pydio = Pydio::builder(&scene.target().url).build()?;
    let user = &scene.target().user;
    match pydio.session().login(&user.name, scene.password()).await {
        Err(LoginError::Refused(..) | LoginError::Captcha(_)) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return Err(Trouble::Unmet("a wrong password was taken".to_owned())),
    }
    let session = pydio.session().login(&user.name, &*user.password).await?;
    session.logout().await?;
    Ok(())
}
