//! Following the task of a call until its work is done.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    Evidence, Finished,
    goal::Goal,
    look::{Look, Looking, is_out_of_reach},
    task::{Progress, Sought, TaskInfo, TaskStatus, info_request, list_request},
};
use crate::{
    hook::AccessMethod,
    json::Json,
    response::{Begun, Work, seconds},
    types::{Error, ErrorKind, Failure, Request, Timestamp},
};

/// The pauses between polls: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// After as many failures in a row, and as long a time, the server is not asked again.
const MOST_FAILURES: u32 = 10;
const LONGEST_FAILURE: Duration = Duration::from_secs(30);

/// How often the outcome is looked for in vain after the task has ended: a storage may be late.
const MOST_LOOKS: u32 = 3;

/// A waiting for the work of a call.
pub(super) struct Watch<'w> {
    begun: &'w Begun,
    sought: Sought,
    goal: Option<Goal>,
    /// The first and the last second in which the task may have been created, by the server's
    /// clock.
    window: Option<(i64, i64)>,
    progress: Progress,
    /// The task of the call, once it is known.
    own: Option<TaskInfo>,
    /// Tasks that do the same and are too old or too new, as they were at first.
    others: Option<Vec<TaskInfo>>,
    /// Whether the server lists tasks, as far as the client knows.
    has_list: bool,
    /// How many polls in a row have failed, and since when.
    failures: Option<(u32, Instant)>,
    looks: u32,
    /// How often in a row the task was as before.
    unchanged: u32,
    /// What was there at the last look.
    seen: Option<Vec<(Option<u64>, Option<Timestamp>)>>,
    /// The last failure, or why the outcome is not there yet.
    trouble: Option<String>,
}

/// What the server tells about the task of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// It is going on.
    Running,
    /// It has ended, or there was none.
    Ended,
    /// None is listed, but one that does the same and was created at another time is unfinished: the
    /// clock may be wrong.
    Doubtful,
    /// The server lists no tasks.
    Unlisted,
}

/// What a poll found out.
enum Poll {
    Again,
    Finished(Evidence),
    Failed(Error),
}

impl<'w> Watch<'w> {
    pub(super) fn new(work: Option<&'w Work>, progress: Progress) -> Result<Self, Error> {
        let Some((begun, dated)) = work.and_then(|work| Some((work.begun.as_ref()?, work.dated)))
        else {
            let message = "the response did not arrive over a connection that could be used to \
                           check";
            return Err(Error::new(ErrorKind::Config, Failure::new(message)));
        };
        // The server may date its response when it began or when it ended, and drops fractions.
        let window = dated.map(|dated| {
            let took = seconds(dated.client.duration_since(begun.sent)) + 1;
            (dated.server.saturating_sub(took), dated.server.saturating_add(took))
        });
        Ok(Self {
            begun,
            sought: Sought::of(begun),
            goal: Goal::of(&begun.request),
            window,
            progress,
            own: None,
            others: None,
            has_list: begun.request.endpoint().bindings.dialect.lists_tasks,
            failures: None,
            looks: 0,
            unchanged: 0,
            seen: None,
            trouble: None,
        })
    }

    /// Waits until the work is done.
    pub(super) async fn run(&mut self, every: Option<Duration>) -> Result<Finished, Error> {
        let mut polls = 0_u8;
        loop {
            match self.poll().await {
                Ok(Poll::Finished(evidence)) => {
                    return Ok(Finished { task: self.own.take(), evidence });
                }
                Ok(Poll::Failed(error)) => return Err(error),
                Ok(Poll::Again) => self.failures = None,
                Err(error) => self.tolerate(error)?,
            }
            sleep(every.unwrap_or_else(|| pause(polls))).await;
            polls = polls.saturating_add(1);
        }
    }

    /// Returns the error at the deadline.
    pub(super) fn unfinished(&self, deadline: Duration) -> Error {
        let mut message = format!("not finished within {deadline:?}; the server continues");
        if let Some(own) = &self.own {
            let state = if own.status == TaskStatus::Paused { "paused" } else { "unfinished" };
            message += &format!("; its task is {state}: {}", own.message);
        }
        if let Some(trouble) = &self.trouble {
            message += &format!("; at last, {trouble}");
        }
        self.error(ErrorKind::Unfinished, message)
    }

    fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, self.failure(message))
    }

    fn failure(&self, message: impl Into<String>) -> Failure {
        let endpoint = self.begun.request.endpoint();
        let failure = Failure::new(message).call(endpoint.to_string(), &*self.begun.workspace);
        failure.bindings(endpoint.bindings.release)
    }

    /// Returns the error of a poll if asking again would not help, or did not.
    fn tolerate(&mut self, error: Error) -> Result<(), Error> {
        let (count, since) = self.failures.unwrap_or((0, Instant::now()));
        self.failures = Some((count + 1, since));
        let is_final = error.is_auth()
            || matches!(
                error.kind(),
                ErrorKind::Config
                    | ErrorKind::InvalidRequest
                    | ErrorKind::KeyPairStore
                    | ErrorKind::UnknownAction
                    | ErrorKind::UnknownWorkspace
            );
        if is_final {
            return Err(error);
        }
        if count + 1 >= MOST_FAILURES && since.elapsed() >= LONGEST_FAILURE {
            let message =
                format!("the server could not be asked after {} attempts: {error}", count + 1);
            return Err(Error::new(ErrorKind::Unverified, self.failure(message).source(error)));
        }
        self.trouble = Some(format!("a question failed: {error}"));
        Ok(())
    }

    async fn poll(&mut self) -> Result<Poll, Error> {
        let task = match self.task().await? {
            Ok(task) => task,
            Err(failed) => return Ok(Poll::Failed(failed)),
        };
        if task == Task::Running {
            return Ok(Poll::Again);
        }
        let Some(goal) = &self.goal else { return Ok(self.without_goal(task)) };
        // Old releases tell nothing while they unpack.
        if task == Task::Unlisted && !goal.is_whole {
            return Ok(self.without_goal(task));
        }
        let first = || self.window.and_then(|(first, _)| Timestamp::from_secs(first));
        let since = self.own.as_ref().and_then(|own| own.created).or_else(first);
        let look = Looking { begun: self.begun, goal, since }.look().await?;
        Ok(self.judge(task, look))
    }

    /// Decides by the task alone.
    fn without_goal(&mut self, task: Task) -> Poll {
        match task {
            Task::Running => Poll::Again,
            Task::Ended if self.is_done_at_once() => Poll::Finished(Evidence::Response),
            Task::Ended if self.own.is_some() => Poll::Finished(Evidence::Task),
            Task::Ended => Poll::Finished(Evidence::NoTask),
            Task::Doubtful => match self.has_looked_enough(task) {
                true => Poll::Finished(Evidence::NoTask),
                false => Poll::Again,
            },
            Task::Unlisted => Poll::Failed(self.error(
                ErrorKind::Unverified,
                "this server lists no tasks, and nothing else shows when this work ends",
            )),
        }
    }

    /// Returns whether the server has done the work when it responds.
    fn is_done_at_once(&self) -> bool {
        self.begun.caller.access_method() == AccessMethod::CommandLine
            || !self.begun.request.endpoint().is_in_background()
    }

    /// Decides by what was seen.
    fn judge(&mut self, task: Task, look: Look) -> Poll {
        match look {
            Look::Done(_) if task == Task::Ended => Poll::Finished(Evidence::Outcome),
            // Without a task, a file may still be growing.
            Look::Done(seen) => match self.seen.replace(seen.clone()) {
                Some(before) if before == seen => Poll::Finished(Evidence::Outcome),
                _ => Poll::Again,
            },
            Look::Not(why) => self.missing(task, ErrorKind::NotDone, why),
            // Without a task, the clock that dated the response may be another one.
            Look::Old(why) if self.own.is_none() => self.missing(task, ErrorKind::Unverified, why),
            Look::Old(why) => self.missing(task, ErrorKind::NotDone, why),
            Look::Hidden(why) if task == Task::Unlisted || self.is_replacement() => {
                Poll::Failed(self.error(ErrorKind::Unverified, why))
            }
            Look::Hidden(_) => self.without_goal(task),
        }
    }

    /// Decides by an outcome that is not there: it may be late, and without a list of tasks it may
    /// be on its way.
    fn missing(&mut self, task: Task, kind: ErrorKind, why: String) -> Poll {
        if task != Task::Unlisted && self.has_looked_enough(task) {
            let message = format!("the server reports no failure, but {why}");
            return Poll::Failed(self.error(kind, message));
        }
        self.trouble = Some(why);
        Poll::Again
    }

    /// Returns whether the work may have replaced a node: one that is there then shows nothing.
    fn is_replacement(&self) -> bool {
        self.goal.as_ref().is_some_and(|goal| goal.workspace.is_none() && !goal.is_bin_empty)
    }

    /// Counts the looks after the task has ended.
    fn has_looked_enough(&mut self, task: Task) -> bool {
        self.looks += 1;
        self.looks >= if task == Task::Doubtful { MOST_LOOKS * 2 } else { MOST_LOOKS }
    }

    /// Returns what the server tells about the task, or the error if it has failed.
    async fn task(&mut self) -> Result<Result<Task, Error>, Error> {
        let method = self.begun.caller.access_method();
        if method == AccessMethod::CommandLine {
            return Ok(Ok(Task::Ended));
        }
        if !self.has_list {
            return Ok(Ok(if self.is_done_at_once() { Task::Ended } else { Task::Unlisted }));
        }
        let is_rest = method != AccessMethod::Session;
        if let Some(id) = &self.sought.id {
            return self.described(info_request(id, is_rest)).await;
        }
        let workspace = &*self.begun.workspace;
        let request = list_request(workspace, is_rest);
        let listed = match self.begun.json(workspace, request).await {
            Err(error) if is_out_of_reach(&error) => {
                self.has_list = false;
                return Ok(Ok(if self.is_done_at_once() { Task::Ended } else { Task::Unlisted }));
            }
            listed => listed?,
        };
        let found = self.find(&listed);
        let own = self.own.as_ref().map(|own| own.id.clone());
        match (found, own) {
            (Some(task), _) => Ok(self.running(task)),
            (None, Some(id)) => self.described(info_request(&id, is_rest)).await,
            (None, None) => {
                let others = self.others.iter().flatten();
                let is_doubtful = others.into_iter().any(|other| !other.status.has_failed());
                Ok(Ok(if is_doubtful { Task::Doubtful } else { Task::Ended }))
            }
        }
    }

    /// Returns the task of the call in the list, if it is there.
    fn find(&mut self, listed: &Json) -> Option<TaskInfo> {
        let listed = listed.as_array().into_iter().flatten();
        let alike = listed.filter(|task| self.sought.is_like(task)).filter_map(TaskInfo::read);
        let alike: Vec<TaskInfo> = alike.collect();
        if let Some(own) = &self.own {
            return alike.into_iter().find(|task| task.id == own.id);
        }
        let is_in_time = |task: &&TaskInfo| match (self.window, task.created) {
            (Some((first, last)), Some(created)) => (first..=last).contains(&created.as_secs()),
            _ => true,
        };
        // A call that failed just before has a task that failed.
        let best = alike.iter().filter(is_in_time);
        let best = best.min_by_key(|task| (task.status.has_failed(), task.created));
        if let Some(task) = best {
            return Some(task.clone());
        }
        // One that appears, changes or ends now is not of an earlier call.
        let before = self.others.replace(alike.clone())?;
        let is_listed = |task: &&TaskInfo| alike.iter().any(|other| other.id == task.id);
        let ended = before.iter().find(|task| !task.status.has_failed() && !is_listed(task));
        self.own = ended.cloned();
        alike.iter().find(|task| !before.contains(task)).cloned()
    }

    /// Asks about a task that is not listed: it has ended, was stopped, or its id was known before.
    async fn described(&mut self, request: Request) -> Result<Result<Task, Error>, Error> {
        let workspace = &*self.begun.workspace;
        let described = match self.begun.json(workspace, request).await {
            Err(error) if is_out_of_reach(&error) => Json::Null,
            described => described?,
        };
        match TaskInfo::read(&described) {
            Some(task) => Ok(self.running(task)),
            None => Ok(Ok(Task::Ended)),
        }
    }

    /// Takes over what the server tells about the task of the call.
    fn running(&mut self, task: TaskInfo) -> Result<Task, Error> {
        self.progress.report(&task);
        let is_unchanged = self.own.as_ref() == Some(&task);
        self.unchanged = if is_unchanged { self.unchanged + 1 } else { 0 };
        let failed = |message| Err((ErrorKind::Server, message));
        let outcome = match task.status {
            TaskStatus::Failed => failed(format!("its task failed: {}", task.message)),
            TaskStatus::Interrupted => failed(format!("its task was stopped: {}", task.message)),
            // The console that runs the tasks refuses such a parameter.
            TaskStatus::Pending | TaskStatus::Running
                if task.is_nameless && self.unchanged >= MOST_LOOKS =>
            {
                let message = format!(
                    "the server never starts its task {}, to which REST v1 added a parameter without \
                     a name; delete the task, and call the action in a session",
                    task.id
                );
                Err((ErrorKind::NotDone, message))
            }
            TaskStatus::Pending | TaskStatus::Running | TaskStatus::Paused => Ok(Task::Running),
            TaskStatus::Complete | TaskStatus::Other(_) => Ok(Task::Ended),
        };
        self.own = Some(task);
        outcome.map_err(|(kind, message)| self.error(kind, message))
    }
}

/// Returns the pause after that many others.
fn pause(polls: u8) -> Duration {
    let (first, longest) = PAUSES;
    first.mul_f64(1.5_f64.powi(polls.min(16).into())).min(longest)
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use tokio::time::Instant;

    use super::{LONGEST_FAILURE, MOST_FAILURES, Watch};
    use crate::{
        background::task::Progress,
        hook::AccessMethod,
        json::Json,
        response::{Begun, Called, Caller, Listing, Work},
        testing::MKDIR,
        types::{Error, ErrorKind, Failure, Request},
    };

    /// A connection that is broken.
    struct Broken;

    fn broken<'a, T>() -> Called<'a, T> {
        let error = Error::new(ErrorKind::Transport, Failure::new("broken"));
        Box::pin(async move { Err(error) })
    }

    impl Caller for Broken {
        fn access_method(&self) -> AccessMethod {
            AccessMethod::RestV1
        }

        fn json<'a>(&'a self, _: &'a str, _: Request) -> Called<'a, Json> {
            broken()
        }

        fn listing<'a>(&'a self, _: &'a str, _: Request) -> Called<'a, Listing> {
            broken()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_is_given_up_after_many_failures_and_some_time() {
        let begun = Begun::new(Arc::new(Broken), "files", &Request::new(&MKDIR));
        let work = Work { dated: None, begun: Some(begun) };
        for (every, enough) in [(1, LONGEST_FAILURE), (60_000, 540 * Duration::from_secs(1))] {
            let every = Duration::from_millis(every);
            let start = Instant::now();
            let mut watch = Watch::new(Some(&work), Progress::default()).unwrap();
            let error = watch.run(Some(every)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unverified);
            assert!(watch.failures.unwrap().0 >= MOST_FAILURES);
            let took = start.elapsed();
            assert!(took >= enough && took < enough + Duration::from_secs(5), "{took:?}");
        }
    }
}
