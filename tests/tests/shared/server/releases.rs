//! Sends every request recorded with an older release to a server of its generation, in the state
//! at the time of the recording.

use std::collections::BTreeMap;

use pydio_tests::{
    COMMON_ID, Version, leaked,
    recordings::{Recording, below, releases},
    suite,
};

use super::{
    annotations::{self, FIELDS},
    exchanges::{Row, UNORDERED, shown},
    recipes::{RECIPES, Step},
    release_recipes::RELEASE_RECIPES,
    replay::{Verdict, judge, steps_before},
    unlike::reason,
};

/// The recordings of a release, by transport.
const TRANSPORTS: [&str; 3] = ["v1", "v2", "legacy"];

/// The form that makes a workspace, and the parameter that makes a task.
const WORKSPACE: &str = "DISPLAY=Rec+WS&DRIVER=fs&DRIVER_OPTION_PATH=AJXP_DATA_PATH%2Frecws";
const TASK: &str = "task=%7B%22action%22%3A%22compress%22%2C%22label%22%3A%22rec%22%2C\
                    %22statusMessage%22%3A%22x%22%2C%22parameters%22%3A%7B%7D%7D";

/// Folders of recordings that need the same steps as those of 8.2.5 with the same names.
const SHARED: [&str; 4] = ["v1/admin/", "v1/errors/", "v1/keystore/", "v2/keystore/"];

/// A release whose recorded requests are sent again.
struct Release {
    name: &'static str,
    version: Version,
    recordings: Vec<Recording>,
    /// The id of `common` on its server.
    common: String,
}

impl Release {
    fn open(name: &'static str) -> Self {
        let folders = TRANSPORTS.map(|transport| format!("exchanges/{name}/{transport}"));
        let there = folders.iter().filter(|folder| suite::shared().join(folder).is_dir());
        let recordings: Vec<_> = there.flat_map(|folder| below(folder).unwrap()).collect();
        let common = recordings.iter().find_map(id_of_common).unwrap();
        Self { name, version: Version::of_release(name).unwrap(), recordings, common }
    }

    /// Returns the steps before a recording.
    fn steps(&self, recording: &Recording) -> Vec<Step> {
        let name = self.short(recording);
        let own = steps_before(RELEASE_RECIPES, name);
        let mut steps = vec![Step::Replace(leaked(&self.common), COMMON_ID)];
        if own.iter().any(|step| matches!(step, Step::Hashes)) {
            // REST accepts no password then.
            return [steps, own].concat();
        }
        steps.extend([UNORDERED, FIELDS]);
        steps.extend(annotations::workspaces(recording));
        if SHARED.iter().any(|folder| name.starts_with(folder)) {
            steps.extend(steps_before(RECIPES, name));
        }
        steps.extend(own);
        steps.extend(annotations::steps(recording));
        steps.extend(self.made(recording));
        steps.extend(annotations::after_made(recording));
        steps
    }

    /// Returns the step that makes what a request names by an id of the recorded server.
    fn made(&self, recording: &Recording) -> Option<Step> {
        let path = recording.target.split('?').next().unwrap_or_default();
        let fails =
            String::from_utf8_lossy(&recording.response.body).contains("error while deleting");
        if let Some(id) = path.strip_prefix("/api/v2/tasks/") {
            let is_there = recording.response.body.starts_with(b"{");
            return is_there.then(|| {
                Step::Call("alice", "POST", leaked(&format!("/api/v2/tasks/{id}")), TASK)
            });
        }
        let is_id =
            |part: &&str| part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = path.split('/').find(is_id).filter(|id| *id != self.common && !fails)?;
        Some(Step::Made(leaked(id), "/api/settings/edit/create_repository", WORKSPACE))
    }

    /// Returns the name of a recording without the release.
    fn short<'r>(&self, recording: &'r Recording) -> &'r str {
        let name = recording.name.strip_prefix("exchanges/").unwrap();
        name.strip_prefix(self.name).unwrap().trim_start_matches('/')
    }
}

/// Returns the id of `common` if the response lists the user's workspaces.
fn id_of_common(recording: &Recording) -> Option<String> {
    let text = String::from_utf8_lossy(&recording.response.body).into_owned();
    let (before, _) = text.split_once("repositorySlug=\"common\"")?;
    let (_, id) = before.rsplit_once(" id=\"")?;
    id.split('"').next().map(str::to_owned)
}

/// Sends the requests of every release that was recorded but 8.2.5, which has its own test.
pub(crate) async fn older_releases_get_equivalent_responses() {
    for name in releases().unwrap() {
        let release = Release::open(leaked(&name));
        let (table, problems) = compared(&release).await;
        assert!(
            problems.is_empty(),
            "{table}{} of {name} differ:\n{}",
            problems.len(),
            problems.join("\n")
        );
        insta::assert_snapshot!(name, table);
    }
}

/// Returns the table of a release, and what differs without a reason.
async fn compared(release: &Release) -> (String, Vec<String>) {
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for recording in &release.recordings {
        let (folder, _) = release.short(recording).rsplit_once('/').unwrap();
        let row = table.entry(folder.to_owned()).or_default();
        match judge(release.version, recording, release.steps(recording)).await {
            Verdict::ToTheWord | Verdict::Alike => row.alike += 1,
            Verdict::Other(class, what) => {
                row.different += 1;
                match reason(release.version, recording) {
                    Some(reason) => *reasons.entry(reason).or_default() += 1,
                    None => problems.push(format!("{}: {class}: {what}", recording.name)),
                }
            }
        }
    }
    (shown(&table, &reasons, &BTreeMap::new()), problems)
}
