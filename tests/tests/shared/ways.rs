//! Reports in one table how many of the recorded exchanges over transports other than REST the
//! client reproduces and reads.

mod console;
pub(crate) mod keystore;
pub(crate) mod session;

/// The results for the exchanges of one transport.
struct Count {
    recorded: usize,
    /// The number of exchanges whose request the client sends with the same fields and values.
    made: usize,
    /// The number of responses in them, one for each workspace of a run: each must be read as
    /// recorded, including errors.
    answers: usize,
    /// The differences.
    problems: Vec<String>,
}

pub(crate) async fn every_recorded_exchange_is_reproduced_and_read() {
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
