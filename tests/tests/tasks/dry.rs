//! A dry run changes nothing, and its summary is that of the run.

use pydio_tests::proxy::{self, Proxy, Rule, Which};
use serde_json::Value;

use crate::support::{Place, content};

/// Runs a mirror with and without `--dry-run`, and returns both summaries.
async fn both(place: &Place, from: &str, to: &str) -> [Value; 2] {
    let mut summaries = Vec::new();
    for dry in [["--dry-run"].as_slice(), &[]] {
        let arguments = [&["mirror", from, to, "--delete", "--json"], dry].concat();
        let run = place.run(&arguments).await;
        run.done();
        let mut summary = run.json().pop().unwrap();
        assert_eq!(summary["dry_run"], !dry.is_empty());
        summary["dry_run"].take();
        summaries.push(summary);
    }
    summaries.try_into().unwrap()
}

#[tokio::test]
async fn a_dry_run_counts_what_a_run_does() {
    let place = Place::new().await;
    for n in 0..5 {
        place.server.put("common", &format!("/set/new/f{n}.txt"), content(n, 100));
    }
    place.server.put("common", "/set/same.txt", "same");
    place.write("here/same.txt", "same");
    place.write("here/old/a.txt", "old");
    place.write("here/old.txt", "old");
    let [dry, run] = both(&place, "common:/set", "here").await;
    assert_eq!(dry["summary"]["deleted"], 2);
    assert_eq!(dry["summary"]["files"], 5);
    assert_eq!(dry["summary"]["folders created"], 1);
    assert_eq!(dry, run);

    place.write("here/more/g.txt", "more");
    place.server.put("common", "/set/old/b.txt", "old");
    place.server.put("common", "/set/old.txt", "old");
    let [dry, run] = both(&place, "here", "common:/set").await;
    assert_eq!((&dry["summary"]["deleted"], &dry["summary"]["files"]), (&2.into(), &1.into()));
    assert_eq!(dry, run);
    let [dry, run] = both(&place, "here", "common:/elsewhere").await;
    assert_eq!(dry["summary"]["folders created"], 3);
    assert_eq!(dry, run);
}

#[tokio::test]
async fn a_dry_run_deletes_no_more_than_the_run_would() {
    let place = Place::new().await;
    place.server.put("common", "/set/a/f.txt", "f");
    place.write("here/a/f.txt", "f");
    place.write("here/b.txt", "b");
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let which = Which::Of(None, "/ls/set/a".into());
    proxy.plan(vec![Rule { which, fault: proxy::Fault::Answer(500) }]);
    let arguments = ["mirror", "common:/set", "here", "--delete", "--dry-run"];
    let dry = place.run_at(proxy.url(), &arguments).await;
    assert_eq!(dry.failed(1).lines().last(), Some("WOULD NOT BE COMPLETE: 2 would fail"));
    let run = place.run_at(proxy.url(), &arguments[..4]).await;
    let problems = |text: &str| -> Vec<String> {
        let of = |line: &str| line.strip_prefix("FAILED ").map(str::to_owned);
        text.replace("WOULD FAIL ", "FAILED ").lines().filter_map(of).collect()
    };
    assert_eq!(problems(&dry.err), problems(run.failed(1)));
    assert_eq!(problems(&dry.err).len(), 2);
    assert_eq!(dry.out, "");
    assert!(place.path("here/b.txt").exists());

    let run = place.run(&["mirror", "common:/set", "none", "--delete", "-n"]).await;
    assert!(run.done().contains("download\ta/f.txt\n"), "{run:?}");
    assert!(run.err.contains("would be complete; "), "{run:?}");
    assert!(!place.path("none").exists());
}
