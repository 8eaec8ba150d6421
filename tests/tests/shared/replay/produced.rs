//! Compares recorded v1 requests with those that the bindings send, and reports the reason if the
//! bindings have no such call.

mod asked;
mod class;
pub(crate) mod emitted;
mod made;
mod reason;
mod sent;

use std::collections::BTreeMap;

use pydio_codegen::ir::Endpoint;
use pydio_tests::recordings::{Recording, below};

use crate::replay::declared::{Declared, Reached};
use asked::Asked;
use class::Class;
use reason::Reason;

/// The result of comparing a recorded request.
enum Outcome {
    /// A call sends it; the flag tells whether it uses the recorded method by default.
    Produced(Class, bool),
    /// No call sends it.
    Not(Reason),
}

pub(crate) async fn recorded_requests_are_reproduced() {
    insta::assert_snapshot!(table("v1").await);
}

pub(crate) async fn later_requests_are_reproduced() {
    insta::assert_snapshot!(table("exchanges/8.2.5/v1").await);
}

pub(crate) async fn requests_on_sessions_are_reproduced() {
    insta::assert_snapshot!(table("exchanges/8.2.5/legacy").await);
}

/// Compares every request below a folder, and formats the table.
async fn table(folder: &str) -> String {
    let recordings = below(folder).unwrap();
    let (declared, before) = (Declared::bundled(), Declared::uncorrected());
    let mut table = Table::default();
    for recording in &recordings {
        table.add(recording, outcome(&declared, &before, recording).await);
    }
    let Table { problems, .. } = &table;
    assert!(problems.is_empty(), "{} are wrong:\n{}", problems.len(), problems.join("\n"));
    assert_eq!(table.count(), recordings.len());
    table.show()
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
        (Reached::Call(action), Reached::Call(before)) => (action, before),
        // Available because of corrections.
        (Reached::Call(action), _) => (action, action),
        (Reached::Elsewhere, Reached::Call(_)) => return Ok(Outcome::Not(Reason::TakenOffRest)),
        (_, Reached::Elsewhere) => return Ok(Outcome::Not(Reason::NotOverRest)),
        (_, Reached::Nothing) => return Ok(Outcome::Not(Reason::NoAction)),
        (Reached::Nothing, Reached::Call(_)) => return Err("corrected away".to_owned()),
    };
    produced(action, before, &asked).await
}

async fn produced(action: &Endpoint, before: &Endpoint, asked: &Asked) -> Result<Outcome, String> {
    let made = match made::made(action, before, asked) {
        Ok(made) => made,
        Err(reason) => return Ok(Outcome::Not(reason)),
    };
    let is_by_itself = made.is_sent_as(asked);
    match sent::sent(asked, made).await {
        Some(sent) => Ok(Outcome::Produced(class::of(asked, &sent)?, is_by_itself)),
        None => Reason::refused(asked).map(Outcome::Not),
    }
}

/// The number of recordings by outcome.
#[derive(Default)]
struct Table {
    /// The counts with the default method, and with the method set explicitly.
    produced: BTreeMap<Class, (usize, usize)>,
    /// The names by the reason, each with the parameter concerned.
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
                let line = format!("{}  {}", recording.name, reason.about());
                self.not.entry(reason.to_string()).or_default().push(line.trim_end().to_owned());
            }
            Err(problem) => self.problems.push(format!("{}: {problem}", recording.name)),
        }
    }

    fn show(&self) -> String {
        let mut shown = String::from("alone, by the other method, and how like the recorded one\n");
        for (class, (by_itself, by_choice)) in &self.produced {
            shown.push_str(&format!("{by_itself:5} {by_choice:5}  {class}\n"));
        }
        for (reason, names) in &self.not {
            shown.push_str(&format!("{:5}        no call: {reason}\n", names.len()));
            names.iter().for_each(|name| shown.push_str(&format!("               {name}\n")));
        }
        shown
    }

    fn count(&self) -> usize {
        let produced: usize = self.produced.values().map(|(one, other)| one + other).sum();
        produced + self.not.values().map(Vec::len).sum::<usize>()
    }
}
