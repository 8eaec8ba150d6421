use super::{Expression, Tree};
use crate::{diagnostic::SourceFile, manifest::parse};

const FILE: &str = r#"<driver>
  <actions>
    <action name="ls" dirDefault="true"><processing><serverCallback methodName="x"/></processing></action>
    <action name="mv"><gui/></action>
    <action name="get-x" n="3"/>
    <other name="ls"/>
  </actions>
  <hooks><hook name="ls"/></hooks>
  <registry_contributions><actions><action name="deep"/></actions></registry_contributions>
  <n:actions xmlns:n="urn:n"><action name="prefixed"/></n:actions>
  <actions xmlns="urn:d"><action name="namespaced"/></actions>
</driver>"#;

/// Returns the names of the selected elements, with those of their parents.
fn select(expression: &str) -> Result<String, String> {
    let document = parse(&SourceFile::new("x.xml", FILE)).expect("well-formed");
    let expression = Expression::parse(expression)?;
    let selected = Tree::new(&document.root).select(&expression)?;
    let shown = selected.iter().map(|(element, parent)| {
        let parent = parent.map_or("-", |parent| &*parent.name);
        format!("{parent}/{}", element.attribute("name").unwrap_or(&element.name))
    });
    Ok(shown.collect::<Vec<_>>().join(" "))
}

#[test]
fn elements_are_selected_according_to_xpath() {
    let all = "actions/ls actions/mv actions/get-x";
    let cases = [
        ("actions/action", all),
        ("actions/*", "actions/ls actions/mv actions/get-x actions/ls"),
        ("./actions/action[@name='ls']", "actions/ls"),
        ("actions/action[@name = \"get-x\"]", "actions/get-x"),
        ("actions/action[@name='ls' or @name='mv']", "actions/ls actions/mv"),
        ("actions/action[@name='ls' and @dirDefault='true']", "actions/ls"),
        ("actions/action[not(@name='ls')]", "actions/mv actions/get-x"),
        ("actions/action[not(@name='ls' or @name='mv') and @n]", "actions/get-x"),
        ("actions/action[@name!='ls'][1]", "actions/mv"),
        ("actions/action[2]", "actions/mv"),
        ("actions/action[last()]", "actions/get-x"),
        ("actions/action[position()<3]", "actions/ls actions/mv"),
        ("actions/action[position() >= 2]", "actions/mv actions/get-x"),
        ("actions/action[@n > 2]", "actions/get-x"),
        ("actions/action[@n]", "actions/get-x"),
        ("actions/action[gui]", "actions/mv"),
        ("actions/action[processing/serverCallback[@methodName='x']]", "actions/ls"),
        ("actions/action[.//serverCallback]", "actions/ls"),
        ("actions/action[count(*)=0]", "actions/get-x"),
        ("actions/*[name()='other']", "actions/ls"),
        ("actions/action[(@name='ls' or @name='mv') and gui]", "actions/mv"),
        ("actions/action[true()][2]", "actions/mv"),
        ("actions/action[false()]", ""),
        ("actions/action[@name='mv'] | actions/action[@name='ls']", "actions/ls actions/mv"),
        ("actions/action[@name='mv']|hooks/*", "actions/mv hooks/ls"),
        ("//action", &format!("{all} actions/deep n:actions/prefixed")),
        ("//actions//action[@name='deep']", "actions/deep"),
        ("/driver/actions/action[1]", "actions/ls"),
        ("/actions/action", ""),
        ("descendant::hook", "hooks/ls"),
        ("child::actions/child::action[attribute::name='ls']", "actions/ls"),
        ("registry_contributions/actions/*", "actions/deep"),
        ("registry_contributions/actions[id='audio_proxy']", ""),
        ("hooks/hook/../../actions/action[1]", "actions/ls"),
        ("hooks/..", "-/driver"),
        ("/", ""),
        ("nothing/*", ""),
    ];
    for (expression, expected) in cases {
        assert_eq!(select(expression).as_deref(), Ok(expected), "{expression}");
    }
}

#[test]
fn unsupported_expressions_are_explained() {
    let cases = [
        ("", "no name before ``"),
        ("actions/", "no name before ``"),
        ("actions/action[@name='a", "an unclosed quote in `'a`"),
        ("actions/action[@name='a'", "no `]` before ``"),
        ("actions/action[contains(@name", "`contains()` is not supported"),
        ("'x')]", "no name before `'x')]`"),
        ("actions/text()", "`text()` is not supported"),
        ("n:actions/*", "`n:` is a namespace"),
        ("following::action", "the axis `following` is not supported"),
        ("actions/@x/y", "a step below an attribute"),
        ("actions) or", "unexpected `) or`"),
        ("actions[action='x']", "it compares the text of elements"),
        ("actions/action[1.2.3]", "`1.2.3` is not a number"),
        ("hooks/hook[true() < 1]", "it puts truth values in order"),
    ];
    for (expression, why) in cases {
        assert_eq!(select(expression), Err(why.to_owned()), "{expression}");
    }
    let deep = format!("a{}", "[a".repeat(100_000));
    assert_eq!(select(&deep), Err("it is nested too deep".to_owned()));
    assert_eq!(select(&format!("a[{}", "(".repeat(100_000))), Err("it is nested too deep".into()));
}

#[test]
fn other_parts_of_a_file_are_distinguished_from_actions() {
    let is_about = |text: &str| Expression::parse(text).expect("an expression").is_about_actions();
    for text in ["actions/*", "//action", "*", "*/action", "registry_contributions/actions/*"] {
        assert!(is_about(text), "{text}");
    }
    for text in ["client_configs/*", "registry_contributions/hooks/*", "hooks/hook[@name='x']"] {
        assert!(!is_about(text), "{text}");
    }
}
