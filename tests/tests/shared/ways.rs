//! How many of the recorded exchanges the client repeats and reads on the ways in that are no REST,
//! in one table.

mod console;
pub(crate) mod keystore;
pub(crate) mod session;

/// What became of the exchanges of one way in.
struct Count {
    recorded: usize,
    /// Those whose request the client makes, with the same fields and values.
    made: usize,
    /// The answers in them, one for each workspace that a run went through: each has to come out
    /// as what it is, an error where it tells of one.
    answers: usize,
    /// What is not as it was.
    problems: Vec<String>,
}

pub(crate) async fn every_recorded_exchange_is_repeated_and_read() {
    let counts = [
        ("sessions", session::all().await),
        ("key pairs", keystore::all().await),
        ("command line", console::all().await),
    ];
    println!("{:14}{:>10}{:>10}{:>10}{:>10}", "", "recorded", "requests", "answers", "read");
    for (way, Count { recorded, made, answers, problems }) in &counts {
        let read = answers - problems.len().min(*answers);
        println!("{way:14}{recorded:>10}{made:>10}{answers:>10}{read:>10}");
    }
    let problems: Vec<_> = counts.iter().flat_map(|(_, count)| count.problems.clone()).collect();
    assert!(problems.is_empty(), "{} are wrong:\n{}", problems.len(), problems.join("\n"));
    assert!(counts.iter().all(|(_, count)| count.made * 10 >= count.recorded * 6));
}
