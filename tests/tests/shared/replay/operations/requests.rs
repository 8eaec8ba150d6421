//! Compares recorded v2 requests with those that the bindings send, and reports the reason if the
//! bindings have no such call.

mod calls;
mod likeness;
mod unsent;

use std::collections::BTreeMap;

use pydio_tests::recordings::{Recording, below};

use crate::replay::{declared::Declared, wire::Wire};

pub(crate) async fn recorded_requests_are_reproduced() {
    let recorded = below("v2").unwrap();
    let (declared, before) = (Declared::bundled(), Declared::uncorrected());
    let (mut table, mut problems) = (BTreeMap::<String, Vec<&str>>::new(), Vec::new());
    for recording in &recorded {
        match class(&declared, &before, recording).await {
            Ok(row) => table.entry(row).or_default().push(short(recording)),
            Err(problem) => problems.push(format!("{}: {problem}", recording.name)),
        }
    }
    assert!(problems.is_empty(), "{} are wrong:\n{}", problems.len(), problems.join("\n"));
    let counted: usize = table.values().map(Vec::len).sum();
    assert_eq!(counted, recorded.len());
    let mut shown = String::new();
    for (row, names) in &table {
        shown.push_str(&format!("{:5}  {row}\n", names.len()));
        if row.starts_with("no call") {
            names.iter().for_each(|name| shown.push_str(&format!("         {name}\n")));
        }
    }
    insta::assert_snapshot!(shown);
}

/// Returns the name below `v2`.
fn short(recording: &Recording) -> &str {
    recording.name.strip_prefix("v2/").unwrap_or(&recording.name)
}

/// Returns the table row of a recording.
async fn class(
    declared: &Declared,
    before: &Declared,
    recording: &Recording,
) -> Result<String, String> {
    let wire = Wire::default();
    let is_called = calls::again(&wire.connect(), short(recording), &recording.body).await;
    match (is_called, unsent::reason(declared, before, recording), wire.take()) {
        (true, None, Some(sent)) => {
            let operation = declared.operation(recording).ok_or("no operation")?;
            likeness::of(before.same(operation), recording, &sent)
        }
        (true, None, None) => Err("the call was not sent".to_owned()),
        (false, Some(reason), _) => Ok(format!("no call: {reason}")),
        (true, Some(reason), _) => Err(format!("called, although it is {reason}")),
        (false, None, _) => Err("neither called nor with a reason".to_owned()),
    }
}
