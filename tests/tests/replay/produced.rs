//! Recorded v1 requests against those that the bindings make: how like them what a call sends is, and
//! for the others the reason why there is no such call.

mod asked;
mod class;
mod emitted;
mod made;
mod reason;

use std::collections::BTreeMap;

use pydio_codegen::model::Action;
use pydio_tests::recordings::{self, Recording, below};

use crate::declared::{Declared, Reached};
use asked::Asked;
use class::Class;
use reason::Reason;

/// What became of a recorded request.
enum Outcome {
    /// A call sends it; whether by the recorded method when no other one is chosen.
    Produced(Class, bool),
    /// No call does.
    Not(Reason),
}

#[tokio::test]
async fn recorded_requests_are_made_again() {
    let recordings = below("v1").unwrap();
    if recordings.is_empty() {
        return println!("skipped: no recordings at {}", recordings::root().display());
    }
    let (declared, before) = (Declared::bundled(), Declared::uncorrected());
    let mut table = Table::default();
    for recording in &recordings {
        table.add(recording, outcome(&declared, &before, recording).await);
    }
    table.print();
    assert!(table.problems.is_empty(), "{}", table.problems.join("\n"));
    table.compare(&recordings);
}

async fn outcome(
    declared: &Declared,
    before: &Declared,
    recording: &Recording,
) -> Result<Outcome, String> {
    let asked = match Asked::read(recording) {
        Ok(asked) => asked,
        Err(reason) => return Ok(Outcome::Not(reason)),
    };
    let (action, before) = match (declared.reach(recording), before.reach(recording)) {
        (Reached::Rest(action), Reached::Rest(before)) => (action, before),
        // Corrections have brought it there.
        (Reached::Rest(action), _) => (action, action),
        (Reached::Elsewhere, Reached::Rest(_)) => return Ok(Outcome::Not(Reason::TakenOffRest)),
        (_, Reached::Elsewhere) => return Ok(Outcome::Not(Reason::NotOverRest)),
        (_, Reached::Nothing) => return Ok(Outcome::Not(Reason::NoAction)),
        (Reached::Nothing, Reached::Rest(_)) => return Err("corrected away".to_owned()),
    };
    produced(action, before, &asked).await
}

async fn produced(action: &Action, before: &Action, asked: &Asked) -> Result<Outcome, String> {
    let made = match made::made(action, before, asked) {
        Ok(made) => made,
        Err(reason) => return Ok(Outcome::Not(reason)),
    };
    let is_by_itself = made.is_sent_as(asked);
    match made::sent(asked, made).await {
        Some(sent) => Ok(Outcome::Produced(class::of(asked, &sent)?, is_by_itself)),
        None => Reason::refused(asked).map(Outcome::Not),
    }
}

/// The counts of all outcomes.
#[derive(Default)]
struct Table {
    /// By itself, and with the method chosen.
    produced: BTreeMap<Class, (usize, usize)>,
    /// The names by the reason.
    not: BTreeMap<String, Vec<String>>,
    problems: Vec<String>,
}

impl Table {
    fn add(&mut self, recording: &Recording, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(Outcome::Produced(class, is_by_itself)) => {
                let (by_itself, by_choice) = self.produced.entry(class).or_default();
                *(if is_by_itself { by_itself } else { by_choice }) += 1;
            }
            Ok(Outcome::Not(reason)) => {
                self.not.entry(reason.to_string()).or_default().push(recording.name.clone());
            }
            Err(problem) => self.problems.push(format!("{}: {problem}", recording.name)),
        }
    }

    fn print(&self) {
        println!("v1 requests: by themselves, by the other method, and what sends them");
        for (class, (by_itself, by_choice)) in &self.produced {
            println!("{by_itself:5} {by_choice:5}  {class}");
        }
        println!("v1 requests that no call sends");
        for (reason, names) in &self.not {
            println!("{:5}        {reason}", names.len());
            names.iter().for_each(|name| println!("               {name}"));
        }
    }

    /// Nothing is left out, and each row is as long as it was.
    fn compare(&self, recordings: &[Recording]) {
        let produced = self.produced.iter().map(|(class, (one, other))| (*class, one + other));
        let not = self.not.iter().map(|(reason, names)| (&**reason, names.len()));
        assert_eq!(produced.clone().collect::<Vec<_>>(), PRODUCED);
        assert_eq!(not.clone().collect::<Vec<_>>(), NOT);
        let all = produced.map(|(_, count)| count).chain(not.map(|(_, count)| count));
        assert_eq!(all.sum::<usize>(), recordings.len());
    }
}

const PRODUCED: [(Class, usize); 7] = [
    (Class::Same, 306),
    (Class::Slash, 31),
    (Class::Escapes, 54),
    (Class::Order, 6),
    (Class::Json, 4),
    (Class::Format, 2),
    (Class::File, 3),
];

const NOT: [(&str, usize); 17] = [
    ("JSON in place of what the client reads as XML", 3),
    ("REST does not reach the action", 5),
    ("a body that no action reads", 3),
    ("a field that the path overrides, even where it is empty", 4),
    ("a multipart body", 21),
    ("a parameter that nothing declares", 6),
    ("a parameter that the server does not read, or does harm with", 4),
    ("a path that the server does not read", 10),
    ("a path that the server would not read back", 5),
    ("a value that the parameter does not have", 4),
    ("another format than the one that can be read", 5),
    ("another method than GET and POST", 7),
    ("in the path what the client keeps out of the server's log", 1),
    ("no plugin of the workspace has the action", 1),
    ("the address is not that of an action", 5),
    ("what the action answers is kept in a session, which REST has not", 1),
    ("without what the action needs", 8),
];
