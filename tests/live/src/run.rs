//! Runs scenarios one after the other, and reports their outcomes.

use std::{
    collections::BTreeSet,
    fmt,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use pydio_client::{
    Diagnosis, Error, Pydio,
    v1::{BINDINGS, access_fs},
};

use super::{Need, Scenario, Scene, Target, Trouble, scenarios, stage::Stage};

/// The time limit of a scenario.
const LIMIT: Duration = Duration::from_secs(600);

/// The result of one scenario.
#[derive(Clone, Debug)]
pub struct Line {
    /// The name of the scenario.
    pub scenario: &'static str,
    /// Its outcome.
    pub outcome: Outcome,
    /// How to fix it, if it failed.
    pub advice: Option<String>,
}

/// The outcome of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded, in this time.
    Ok(Duration),
    /// It failed, or something could not be removed.
    Failed(String),
    /// The server does not have a required feature.
    Skipped(String),
    /// It may be the cause of what fails.
    Warned(String),
}

/// The result of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One line per scenario.
    pub lines: Vec<Line>,
    /// The ids of the v2 operations that were called.
    pub operations: BTreeSet<&'static str>,
}

impl Report {
    /// Returns whether a scenario has failed.
    pub fn has_failed(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.outcome, Outcome::Failed(_)))
    }

    /// Returns whether nothing failed and nothing was skipped.
    pub fn is_complete(&self) -> bool {
        self.lines.iter().all(|line| matches!(line.outcome, Outcome::Ok(_)))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, outcome, advice } = self;
        match outcome {
            Outcome::Ok(time) => write!(f, "ok      {scenario} ({:.1} s)", time.as_secs_f32())?,
            Outcome::Failed(why) => write!(f, "FAILED  {scenario}: {why}")?,
            Outcome::Skipped(why) => write!(f, "skipped {scenario}: {why}")?,
            Outcome::Warned(what) => write!(f, "warning {scenario}: {what}")?,
        }
        advice.iter().try_for_each(|advice| write!(f, "\n        -> {advice}"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count =
            |is: fn(&Outcome) -> bool| self.lines.iter().filter(|line| is(&line.outcome)).count();
        let ok = count(|outcome| matches!(outcome, Outcome::Ok(_)));
        let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        write!(f, "{ok} ok, {failed} failed, {skipped} skipped")
    }
}

/// Runs the scenarios whose names contain one of `wanted`, or all if it is empty, and reports each
/// outcome immediately.
///
/// Runs no scenario if a login fails, since the server locks out an address after three failures,
/// nor if the user may not enter the workspace.
pub async fn run(target: &Target, wanted: &[String], tell: impl FnMut(&Line)) -> Report {
    play(target, scenarios().filter(|scenario| is_wanted(scenario, wanted)), tell).await
}

fn is_wanted(scenario: &Scenario, wanted: &[String]) -> bool {
    wanted.is_empty() || wanted.iter().any(|word| scenario.name.contains(word.as_str()))
}

async fn play<'s>(
    target: &Target,
    scenarios: impl Iterator<Item = &'s Scenario>,
    mut tell: impl FnMut(&Line),
) -> Report {
    let mut report = Report::default();
    if let Some(what) = other_release(target).await {
        let advice = "generate the bindings of the server's release, or of the nearest one: \
                      `cargo run -p pydio-codegen -- generate --version …`";
        report.add(RELEASE, Outcome::Warned(what), Some(advice.to_owned()), &mut tell);
    }
    let begun = Instant::now();
    let stage = match Stage::set(target).await {
        Ok(stage) => Arc::new(stage),
        Err((pydio, error)) => {
            let help = "check the address and the network";
            let advice = diagnosed(pydio.as_ref(), &error).await.unwrap_or_else(|| help.to_owned());
            report.add(LOGIN, Outcome::Failed(error.to_string()), Some(advice), &mut tell);
            report.skip(scenarios, "nobody could log in", &mut tell);
            return report;
        }
    };
    report.add(LOGIN, Outcome::Ok(begun.elapsed()), None, &mut tell);
    let (outcome, advice) = perform(&stage, &ENTRANCE).await;
    let is_in = matches!(outcome, Outcome::Ok(_));
    report.add(ENTRANCE.name, outcome, advice, &mut tell);
    if !is_in {
        report.skip(scenarios, "the user could not enter the workspace", &mut tell);
        return report;
    }
    for scenario in scenarios {
        let (outcome, advice) = perform(&stage, scenario).await;
        report.add(scenario.name, outcome, advice, &mut tell);
    }
    report.operations = stage.operations();
    report
}

/// Compared before anything else, where the server tells its release.
const RELEASE: &str = "the release";

/// Returns which releases differ: a call may be missing, or be answered otherwise.
async fn other_release(target: &Target) -> Option<String> {
    let server = Pydio::builder(&target.url).build().ok()?.release().await.ok()?;
    let bindings = BINDINGS.release()?;
    let differs = !server.may_be(bindings);
    differs.then(|| format!("server {server}, bindings {bindings}"))
}

/// The step before all scenarios.
const LOGIN: &str = "log in";

/// The precondition of all others.
const ENTRANCE: Scenario = Scenario {
    name: "enter the workspace",
    needs: &[],
    help: "a workspace is named by its slug or id, with its capitals",
    run: |scene| Box::pin(async { Ok(scene.files().call(access_fs::ls("/")).await.map(|_| ())?) }),
};

impl Report {
    /// Reports these scenarios as skipped.
    fn skip<'s>(
        &mut self,
        scenarios: impl Iterator<Item = &'s Scenario>,
        why: &str,
        tell: &mut impl FnMut(&Line),
    ) {
        for scenario in scenarios {
            self.add(scenario.name, Outcome::Skipped(why.to_owned()), None, tell);
        }
    }

    fn add(
        &mut self,
        scenario: &'static str,
        outcome: Outcome,
        advice: Option<String>,
        tell: &mut impl FnMut(&Line),
    ) {
        let line = Line { scenario, outcome, advice };
        tell(&line);
        self.lines.push(line);
    }
}

/// Runs a scenario and removes everything it created, however it ended.
async fn perform(stage: &Arc<Stage>, scenario: &Scenario) -> (Outcome, Option<String>) {
    if let Some(why) = stage.lacks(scenario.needs) {
        return (Outcome::Skipped(why), None);
    }
    let scene = Scene::new(stage);
    let begun = Instant::now();
    let steps = AssertUnwindSafe((scenario.run)(&scene)).catch_unwind();
    let ended = match tokio::time::timeout(LIMIT, steps).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(_)) => Err(Trouble::Unmet("the scenario itself is broken: it panicked".to_owned())),
        Err(_) => Err(Trouble::Unmet(format!("no end after {} s", LIMIT.as_secs()))),
    };
    let left = scene.clear().await;
    let (outcome, advice) = match ended {
        Ok(()) => (Outcome::Ok(begun.elapsed()), None),
        Err(Trouble::Skipped(why)) => (Outcome::Skipped(why), None),
        Err(trouble) => match stage.excuses(scenario.needs, &trouble) {
            Some(why) => (Outcome::Skipped(why), None),
            None => (
                Outcome::Failed(trouble.to_string()),
                Some(advice(stage, scenario, &trouble).await),
            ),
        },
    };
    if left.is_empty() {
        return (outcome, advice);
    }
    let left = match outcome {
        Outcome::Failed(why) => format!("{why}; {}", left.join("; ")),
        Outcome::Ok(_) | Outcome::Skipped(_) | Outcome::Warned(_) => left.join("; "),
    };
    let by_hand = "remove by hand what is named `pydio-live-…`".to_owned();
    (Outcome::Failed(left), Some(advice.map_or(by_hand.clone(), |a| format!("{a}; {by_hand}"))))
}

/// Returns how to fix a failure: a diagnosis of the login, or the scenario's hint.
async fn advice(stage: &Stage, scenario: &Scenario, trouble: &Trouble) -> String {
    let is_for_admins = scenario.needs.contains(&Need::Admin);
    let pydio = stage.admin.as_ref().filter(|_| is_for_admins).unwrap_or(&stage.user);
    let diagnosis = match trouble {
        Trouble::Call(error) => diagnosed(Some(pydio), error).await,
        Trouble::Unmet(_) | Trouble::Skipped(_) => None,
    };
    diagnosis.unwrap_or_else(|| scenario.help.to_owned())
}

/// Returns the cause of an error, unless it is unrelated to access.
async fn diagnosed(pydio: Option<&Pydio>, error: &Error) -> Option<String> {
    let diagnosis = pydio?.diagnose(error).await.ok()?;
    (diagnosis != Diagnosis::Unrelated).then(|| diagnosis.to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pydio_client::v1::{access_fs, meta_filehasher};

    use super::{Line, Outcome, Report, play, run};
    use pydio_test_server::{ADMIN, ALICE, Account, Canned, Fault, Server, Version};

    use crate::{Login, Need, Scenario, Target, Trouble};

    fn login(account: &Account) -> Login {
        Login::new(account.login, account.password)
    }

    async fn start() -> (Server, Target) {
        let server = Server::start(Version::V8_2).await.unwrap();
        let target = Target::new(server.url(), login(&ALICE)).workspace("common");
        (server, target)
    }

    async fn played(target: &Target, scenario: Scenario) -> Line {
        let mut told = Vec::new();
        let report = play(target, [&scenario].into_iter(), |line| told.push(line.clone())).await;
        assert_eq!((report.lines.len(), told.len()), (3, 3));
        told.remove(2)
    }

    /// Creates a folder with a file, and ends as configured.
    const FAILS: Scenario = Scenario {
        name: "fails",
        needs: &[],
        help: "look here",
        run: |scene| {
            Box::pin(async {
                let folder = scene.folder().await?;
                scene.files().call(access_fs::mkfile(folder.join("a.txt"))).await?;
                Err(Trouble::Unmet("the end came early".to_owned()))
            })
        },
    };

    const PANICS: Scenario = Scenario {
        name: "panics",
        run: |scene| {
            Box::pin(async {
                let folder = scene.folder().await?;
                panic!("on purpose, in {folder}")
            })
        },
        ..FAILS
    };

    #[tokio::test]
    async fn objects_of_a_failed_scenario_are_removed() {
        for scenario in [FAILS, PANICS] {
            let (server, target) = start().await;
            let before = server.inventory();
            let line = played(&target, scenario).await;
            assert!(matches!(line.outcome, Outcome::Failed(_)), "{line}");
            assert_eq!(line.advice.as_deref(), Some("look here"));
            assert!(server.seen().iter().any(|seen| seen.target.contains("/mkdir/pydio-live-")));
            assert_eq!(server.inventory(), before);
        }
    }

    #[tokio::test]
    async fn a_failed_removal_is_a_failure() {
        let (_server, target) = start().await;
        let line = played(
            &target,
            Scenario {
                run: |scene| {
                    let files = scene.files();
                    scene.later("a file", async move {
                        files.call(access_fs::delete(["/absent"])).await.map(|_| ())
                    });
                    Box::pin(async { Ok(()) })
                },
                ..FAILS
            },
        )
        .await;
        let shown = line.to_string();
        assert!(shown.starts_with("FAILED  fails: could not remove a file: "), "{shown}");
        assert!(shown.contains("-> remove by hand"), "{shown}");
    }

    /// The server has this plugin disabled, whatever the workspace says.
    const SWITCHED_OFF: Scenario = Scenario {
        needs: &[Need::Feature("meta.filehasher")],
        run: |scene| {
            Box::pin(async {
                let call = meta_filehasher::filehasher_signature("/a");
                scene.files().call(call).await.map(|_| ()).map_err(Trouble::from)
            })
        },
        ..FAILS
    };

    #[tokio::test]
    async fn missing_features_are_skipped() {
        let (_server, target) = start().await;
        let line = played(&target, SWITCHED_OFF).await;
        let why = "the server has no action of meta.filehasher there";
        assert_eq!(line.outcome, Outcome::Skipped(why.to_owned()));
        // If the administration lists the plugin, its absence is a failure.
        let line = played(&target.clone().admin(login(&ADMIN)), SWITCHED_OFF).await;
        assert!(matches!(line.outcome, Outcome::Failed(_)), "{line}");

        let target = target.workspace("my-files").admin(login(&ADMIN));
        let report = run(&target, &["comments".to_owned()], |_| ()).await;
        let why = "the workspace does not have the feature meta.comments";
        assert_eq!(report.lines[2].outcome, Outcome::Skipped(why.to_owned()));
        assert!(!report.has_failed() && !report.is_complete());
        assert_eq!(report.to_string(), "2 ok, 0 failed, 1 skipped");
    }

    /// Any error of the administration other than that the workspace does not exist.
    #[tokio::test]
    async fn an_unreadable_workspace_does_not_excuse_failures() {
        let wanted = ["roles over v2".to_owned()];
        for (body, is_failure) in
            [(r#"{"level":"Error","message":"Cannot find workspace"}"#, false), ("{}", true)]
        {
            let (server, target) = start().await;
            // The release and both logins.
            for _ in 0..3 {
                server.fail(Fault::Delay(Duration::ZERO));
            }
            let kind = "application/json; charset=UTF-8";
            server.fail(Fault::Answer(Canned::new(200, kind, body)));
            let report = run(&target.admin(login(&ADMIN)), &wanted, |_| ()).await;
            assert_eq!(report.has_failed(), is_failure, "{}", report.lines[2]);
            assert!(!report.is_complete());
        }
    }

    #[tokio::test]
    async fn without_an_administrator_or_a_command_their_scenarios_are_skipped() {
        let (_server, target) = start().await;
        let wanted = ["roles over v2".to_owned(), "the command line".to_owned()];
        let report = run(&target, &wanted, |_| ()).await;
        let outcomes: Vec<_> = report.lines.iter().map(ToString::to_string).collect();
        assert_eq!(outcomes[2], "skipped roles over v2: no administrator was given");
        assert!(outcomes[3].ends_with(": no command that leads to cmd.php was given"));
        // The administrator may be the user.
        let target = Target::new(&target.url, login(&ADMIN)).workspace("common");
        assert!(run(&target, &wanted[..1], |_| ()).await.is_complete());
    }

    #[tokio::test]
    async fn a_missing_workspace_is_reported_once() {
        let (server, target) = start().await;
        let report = run(&target.workspace("Common"), &["pair".to_owned()], |_| ()).await;
        let shown: Vec<_> = report.lines.iter().map(ToString::to_string).collect();
        assert!(
            shown[1].starts_with("FAILED  enter the workspace: unknown workspace"),
            "{shown:?}"
        );
        assert!(shown[1].ends_with("-> a workspace is named by its slug or id, with its capitals"));
        assert!(shown[2].ends_with(": the user could not enter the workspace"), "{shown:?}");
        // After the release and the login.
        assert_eq!(server.seen().len(), 3);
    }

    #[tokio::test]
    async fn a_wrong_password_is_sent_once() {
        let (server, target) = start().await;
        let target = Target { user: Login::new(ALICE.login, "s3cr3t"), ..target };
        let Report { lines, .. } = run(&target, &[], |_| ()).await;
        let first = lines[0].to_string();
        assert!(first.starts_with("FAILED  log in: bad credentials"), "{first}");
        assert!(first.contains("-> the login or password is wrong"), "{first}");
        assert!(!first.contains("s3cr3t"));
        let others = lines[1..].iter().map(|line| &line.outcome);
        assert!(others.clone().count() > 30);
        assert!(others.into_iter().all(|outcome| matches!(outcome, Outcome::Skipped(_))));
        let seen = server.seen();
        let sent = seen.iter().filter(|seen| seen.header("authorization").is_some()).count();
        assert_eq!(sent, 1);
    }

    #[tokio::test]
    async fn another_release_is_warned_of() {
        let server = Server::start(Version::V7_0).await.unwrap();
        let target = Target::new(server.url(), login(&ALICE)).workspace("common");
        let report = play(&target, std::iter::empty(), |_| ()).await;
        let first = report.lines[0].to_string();
        assert!(first.starts_with("warning the release: server 7.0."), "{first}");
        assert!(!report.has_failed() && !report.is_complete());
    }

    #[tokio::test]
    async fn a_wrong_server_is_reported() {
        let (server, mut target) = start().await;
        target.url = format!("{}/nowhere", server.url());
        let report = run(&target, &["a link".to_owned()], |_| ()).await;
        let first = report.lines[0].to_string();
        assert!(
            report.has_failed() && first.contains("-> there is no Pydio at this URL"),
            "{first}"
        );
        drop(server);
        let report = run(&target, &["a link".to_owned()], |_| ()).await;
        let first = report.lines[0].to_string();
        assert!(first.contains("-> nothing responds at this URL"), "{first}");
    }
}
