//! How many of the recorded exchanges the client repeats and reads, in one table.

use pydio_tests::recordings;

use crate::{console, keystore, session};

/// What became of the exchanges of one way in.
pub(crate) struct Count {
    pub(crate) recorded: usize,
    /// Those whose request the client makes, with the same fields and values.
    pub(crate) made: usize,
    /// The answers in them, one for each workspace that a run went through: each has to come out
    /// as what it is, an error where it tells of one.
    pub(crate) answers: usize,
    /// What is not as it was.
    pub(crate) problems: Vec<String>,
}

#[tokio::test]
async fn every_recorded_exchange_is_repeated_and_read() {
    let counts = [
        ("sessions", session::replay::all().await),
        ("key pairs", keystore::replay::all().await),
        ("command line", console::replay::all().await),
    ];
    let counts: Vec<_> =
        counts.into_iter().filter_map(|(way, count)| Some((way, count?))).collect();
    if counts.is_empty() {
        return println!("skipped: no recordings at {}", recordings::root().display());
    }
    println!("{:14}{:>10}{:>10}{:>10}{:>10}", "", "recorded", "requests", "answers", "read");
    for (way, Count { recorded, made, answers, problems }) in &counts {
        let read = answers - problems.len().min(*answers);
        println!("{way:14}{recorded:>10}{made:>10}{answers:>10}{read:>10}");
    }
    let problems: Vec<_> = counts.iter().flat_map(|(_, count)| count.problems.clone()).collect();
    assert!(problems.is_empty(), "{} are wrong:\n{}", problems.len(), problems.join("\n"));
    assert_eq!(counts.len(), 3);
    assert!(counts.iter().all(|(_, count)| count.made * 10 >= count.recorded * 6));
}
