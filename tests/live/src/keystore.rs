//! Key pairs instead of the password.

use pydio_client::{ErrorKind, Pydio, v1::access_fs};

use super::{
    Scenario, Scene, Trouble,
    trouble::{ensure, equal, refused},
};

const PATHS: &str = "what signs has to see the path that the server sees: no proxy may rewrite it";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "a key pair: made, used, revoked",
        needs: &[],
        help: PATHS,
        run: |scene| Box::pin(pair(scene)),
    },
    Scenario {
        name: "a key pair that is made on a session",
        needs: &[],
        help: PATHS,
        run: |scene| Box::pin(pair_of_session(scene)),
    },
];

async fn pair_of_session(scene: &Scene) -> Result<(), Trouble> {
    let user = &scene.target().user;
    let begin = Pydio::builder(&scene.target().url).build()?.session().keep_password(false);
    let session = begin.login(&user.name, &*user.password).await?;
    let pair = session.generate_key_pair(&scene.name("device")).await;
    session.logout().await?;
    let Some(pair) = pair? else {
        return Err(Trouble::Skipped("the server gives out no pairs".to_owned()));
    };
    let (pairs, token) = (scene.user().key_pairs(), pair.token().to_owned());
    scene.later("the key pair", async move { pairs.revoke(&token).await });
    let signed = Pydio::builder(&scene.target().url).key_pair(pair).build()?;
    signed.workspace(scene.workspace()).call(access_fs::ls("/")).await?;
    Ok(())
}

async fn pair(scene: &Scene) -> Result<(), Trouble> {
    let (pairs, device) = (scene.user().key_pairs(), scene.name("device"));
    let Some(pair) = pairs.generate(&device).await? else {
        return Err(Trouble::Skipped("the server gives out no pairs".to_owned()));
    };
    let token = pair.token().to_owned();
    let (own, what) = (pairs.clone(), format!("the key pair of {device}"));
    scene.later(&what, {
        let token = token.clone();
        async move { own.revoke(&token).await }
    });
    let folder = scene.folder().await?;
    let path = folder.join("a+b c~é (1)%.txt");
    let signed = Pydio::builder(&scene.target().url).key_pair(pair).build()?;
    let files = signed.workspace(scene.workspace());
    files.call(access_fs::mkfile(&path).content("signed")).await?;
    let listing = files.call(access_fs::ls(&folder).options("al")).await?;
    equal("the number of files over v1", listing.nodes.len(), 1)?;
    let content = files.call(access_fs::download(&path)).await?;
    equal("the content over v1", &*content.bytes(100).await?, b"signed")?;
    files.call(access_fs::upload(&folder, path.name(), "changed")).await?;
    #[cfg(since = "6.5.1")]
    {
        use pydio_client::v2::file;
        let content = scene.operation(&signed, file::download(scene.workspace(), &path)).await?;
        equal("the content over v2", &*content.bytes(100).await?, b"changed")?;
        let upload = file::upload_stream(scene.workspace(), &path, "changed again");
        scene.operation(&signed, upload).await?;
    }

    let listed = pairs.list().await?;
    let own = listed.iter().find(|known| known.token == token);
    let is_own = own.is_some_and(|known| known.device.as_deref() == Some(&*device));
    let message = "the pair is not in the list of the user's pairs: with some builds of SQLite, the \
                   server finds none, and revokes none";
    ensure(is_own, message)?;
    pairs.revoke(&token).await?;
    let error = refused("a revoked pair", files.call(access_fs::ls(&folder)).await)?;
    let is_bad = error.kind() == ErrorKind::BadCredentials;
    ensure(is_bad, format!("a revoked pair is not bad credentials: {error}"))?;
    let left = pairs.list().await?;
    ensure(left.iter().all(|known| known.token != token), "the revoked pair is still listed")?;
    scene.removed(&what);
    Ok(())
}
