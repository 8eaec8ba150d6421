//! Every recorded run of a real console: compares its arguments with those of the client, and reads
//! its output with the client.

mod calls;
mod expected;
mod older;

use std::{collections::BTreeMap, path::PathBuf, sync::LazyLock};

use pydio_client::Json;
use pydio_client::{
    Error,
    cmd::{ArgumentPassing, CommandLine},
    json::{Lenient, Map},
    response::{AnyResponse, Download, Element, Envelope, Listing, OneOrMany, Text},
    v1::models,
};
use pydio_runtime::{FromResponse, Request};
use pydio_tests::{recordings, suite};

use self::{
    calls::{Asked, Made},
    expected::Expected,
};
use super::Count;
use crate::{
    replay::declared::Declared,
    support::{Handmade, PHP, action},
};

/// A recorded run.
struct Recording {
    name: String,
    path: PathBuf,
    /// The arguments after PHP and the script.
    arguments: Vec<String>,
    stdout: String,
    stderr: String,
    status: u64,
}

/// Replays every recorded run.
pub(super) async fn all() -> Count {
    let recordings = recordings();
    let (mut counts, mut problems) = (BTreeMap::<String, usize>::new(), Vec::new());
    for recording in &recordings {
        match replay(recording).await {
            Ok(rows) => rows.into_iter().for_each(|row| *counts.entry(row).or_default() += 1),
            Err(problem) => problems.push(format!("{}: {problem}", recording.name)),
        }
    }
    for (row, count) in &counts {
        println!("{count:5}  {row}");
    }
    println!("{:5}  in all", recordings.len());
    for release in older::releases() {
        let (counts, wrong) = older::of_release(&release).await;
        for (row, count) in &counts {
            println!("{count:5}  {release} {row}");
        }
        problems.extend(wrong);
    }
    // A minimum number is made by the bindings, and read as their types.
    let of = |prefix: &str| {
        let rows = counts.iter().filter(|(row, _)| row.starts_with(prefix));
        rows.map(|(_, count)| count).sum::<usize>()
    };
    assert!(of("arguments: the same, of the bindings") >= 15, "{counts:?}");
    assert!(of("read: ") >= 25, "{counts:?}");
    let made = of("arguments: the same");
    let answers = of("read: ") + of("error: ");
    Count { recorded: recordings.len(), made, answers, problems }
}

fn recordings() -> Vec<Recording> {
    let folders = [recordings::root().join("cli"), suite::shared().join("exchanges/8.2.5/cli")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut recordings: Vec<_> = entries.map(|entry| parse(&entry.unwrap().path())).collect();
    recordings.sort_by(|a, b| a.name.cmp(&b.name));
    recordings
}

fn parse(path: &std::path::Path) -> Recording {
    let json: Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let words = json["request"]["argv"].as_array().unwrap().iter().skip(2);
    Recording {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        path: path.to_owned(),
        arguments: words.map(|word| word.as_str().unwrap().to_owned()).collect(),
        stdout: json["response"]["stdout"].as_str().unwrap().to_owned(),
        stderr: json["response"]["stderr"].as_str().unwrap_or_default().to_owned(),
        status: json["response"]["exit_status"].as_u64().unwrap(),
    }
}

/// Makes the call of a recording with its output; returns its rows in the table.
async fn replay(recording: &Recording) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let argv = folder.path().join("argv");
    let asked = Asked::of(recording);
    if is_unsupported(&asked.action) {
        return Ok(vec!["skipped: the client never sends the action".to_owned()]);
    }
    let options =
        [PHP, "--replay", recording.path.to_str().unwrap(), "--argv-to", argv.to_str().unwrap()];
    let builder = CommandLine::builder("cmd.php").prefix(options);
    let builder =
        builder.argument_passing(ArgumentPassing::Arguments).login(&asked.user, &*asked.password);
    let mut line = builder.build().map_err(|error| error.to_string())?;
    if let Some(file) = &asked.status_file {
        line = line.status_file(file);
    }
    let made = calls::of(recording, &asked);
    let rows = read(recording, &asked, &line, &made).await?;
    let row = match std::fs::read_to_string(&argv) {
        Ok(words) => compare(recording, &made, &words)?,
        Err(_) => "arguments: never sent".to_owned(),
    };
    Ok(rows.into_iter().chain([row]).collect())
}

/// Returns whether a correction says that no client can call the action.
fn is_unsupported(action: &str) -> bool {
    static DECLARED: LazyLock<Declared> = LazyLock::new(Declared::bundled);
    let mut named = DECLARED.named(action).peekable();
    named.peek().is_some() && named.all(|action| action.unsupported.is_some())
}

/// Compares the sent arguments with the recorded ones.
fn compare(recording: &Recording, made: &Made, words: &str) -> Result<String, String> {
    let sorted = |words: Vec<&str>| {
        let mut words: Vec<_> =
            words.into_iter().filter(|word| !word.starts_with("--format=")).collect();
        words.sort_unstable();
        words.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let sent = sorted(words.split_terminator('\0').skip(1).collect());
    let recorded = sorted(recording.arguments.iter().map(|word| &**word).collect());
    match made {
        Made::Differently(why) if sent != recorded => Ok(format!("arguments: others, {why}")),
        Made::ByBindings(_) | Made::ByHand(_) if sent != recorded => {
            Err(format!("sent {sent:?} where {recorded:?} was recorded"))
        }
        Made::ByBindings(_) => Ok("arguments: the same, of the bindings".to_owned()),
        Made::ByHand(_) => Ok("arguments: the same, by hand".to_owned()),
        Made::Differently(why) => Err(format!("the same arguments, in spite of {why}")),
    }
}

/// Reads the output as the action's response type.
async fn read(
    recording: &Recording,
    asked: &Asked,
    line: &CommandLine,
    made: &Made,
) -> Result<Vec<String>, String> {
    let request = match made {
        Made::ByBindings(request) | Made::ByHand(request) => request.clone(),
        Made::Differently(_) => Request::new(action(&asked.action)),
    };
    let is_admin = asked.workspaces.iter().any(|name| matches!(&**name, "ajxp_conf" | "settings"));
    let wanted = expected::of(recording, asked);
    // The client requests XML if the action supports it; a nested listing is JSON by default.
    let is_json = recording.stdout.contains(")\n{");
    if asked.format.as_deref() == Some("json") || is_json && asked.action == "ls" {
        return run::<Json>(&wanted, asked, line, request).await;
    }
    match &*asked.action {
        "ls" => run::<Listing>(&wanted, asked, line, request).await,
        "stat" => run::<OneOrMany<models::Stat>>(&wanted, asked, line, request).await,
        "changes" => run::<models::Changes>(&wanted, asked, line, request).await,
        "list_all_repositories_json" => {
            run::<models::WorkspaceNames>(&wanted, asked, line, request).await
        }
        "keystore_list_tokens" => {
            run::<Lenient<Map<models::KeystoreToken>>>(&wanted, asked, line, request).await
        }
        "edit" if is_admin => run::<AnyResponse>(&wanted, asked, line, request).await,
        "share" => run::<Text>(&wanted, asked, line, request).await,
        "get_bookmarks" => run::<Element>(&wanted, asked, line, request).await,
        "get_xml_registry" => run::<AnyResponse>(&wanted, asked, line, request).await,
        "download" | "get_content" => run::<Download>(&wanted, asked, line, request).await,
        _ => run::<Envelope>(&wanted, asked, line, request).await,
    }
}

async fn run<A: FromResponse + std::fmt::Debug + Send>(
    wanted: &Expected,
    asked: &Asked,
    line: &CommandLine,
    request: Request,
) -> Result<Vec<String>, String> {
    let call = Handmade::<A>::new(request);
    let name = short_name(std::any::type_name::<A>());
    if let ([workspace], [] | [_]) = (&asked.workspaces[..], &asked.users[..])
        && workspace != "*"
        && asked.users.first().is_none_or(|user| user != "*")
    {
        let user = asked.users.first().cloned();
        let line = user.map_or_else(|| line.clone(), |user| line.clone().as_user(user));
        let result = line.workspace(workspace).call(call).await;
        let row = expected::check(&name, &result, wanted)?;
        return Ok(vec![row]);
    }
    // The client makes separate runs, and never reads this combined output.
    Ok(vec!["several in one run".to_owned()])
}

/// Returns a type's name without its modules.
fn short_name(name: &str) -> String {
    name.split('<')
        .map(|part| part.rsplit("::").next().unwrap_or(part))
        .collect::<Vec<_>>()
        .join("<")
}

/// Returns the name of an error's variant.
fn kind(error: &Error) -> String {
    format!("{:?}", error.kind())
}
