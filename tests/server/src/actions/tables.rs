//! The tables of a database: `access.mysql`. Requests are answered with their SQL.

use std::collections::BTreeMap;

use super::{Action, Answer, Call, Outcome, Refusal, admin::done, error, facts::nothing, html};
use crate::{
    describe::{Described, Value},
    element::Element,
    envelope::{Format, Listing, xml_reply},
    names::{base, join},
    reply::Reply,
    world::{Database, Table},
};

/// The actions of a database, and whether they change anything.
pub(super) static ACTIONS: &[(&str, bool, Action)] = &[
    ("ls", false, ls),
    ("edit_record", true, edit_record),
    ("edit_table", true, edit_table),
    ("delete_record", true, delete_record),
    ("delete_table", true, delete_table),
    ("mkfile", true, nothing),
    ("mktable", true, nothing),
    ("set_query", false, set_query),
];

/// The two tables of a new database.
fn seeds() -> Database {
    let row = |id: &str, name: &str| {
        let values = [("id", id), ("name", name), ("born", ""), ("note", "")];
        values.map(|(column, value)| (column.to_owned(), value.to_owned())).into_iter().collect()
    };
    let people = Table {
        columns: ["id", "name", "born", "note"].map(str::to_owned).to_vec(),
        rows: vec![row("1", "Ada"), row("2", "Grace"), row("3", "Edith")],
    };
    let empty = Table { columns: vec!["k".to_owned()], rows: Vec::new() };
    [("people".to_owned(), people), ("empty_table".to_owned(), empty)].into_iter().collect()
}

impl Call<'_> {
    fn database(&mut self) -> &mut Database {
        self.world.databases.entry(self.disk_name.to_owned()).or_insert_with(seeds)
    }

    /// Returns the table of a parameter.
    fn table(&mut self, parameter: &str) -> Result<(String, &mut Table), Refusal> {
        let name = self.text(parameter).map(base).unwrap_or_default().to_owned();
        match self.database().get_mut(&name) {
            Some(table) => Ok((name, table)),
            None => error("A non-numeric value encountered"),
        }
    }
}

/// Returns the path of a row by its primary key.
fn row_name(table: &Table, row: &BTreeMap<String, String>) -> String {
    let key = table.columns.first().map_or("", |key| key);
    format!("record.{key}__{}.pk", row.get(key).map_or("", |value| value))
}

/// Lists the tables, or the rows of one.
fn ls(mut call: Call<'_>) -> Answer {
    let dir = call.text("dir").unwrap_or("/").to_owned();
    let (columns, listing) = match base(&dir) {
        "" => (vec!["ajxp_label", "bytesize", "count"], tables(call.database())),
        _ => {
            let (_, table) = call.table("dir")?;
            let rows = table.rows.iter().map(|row| {
                let values = row.iter().map(|(name, value)| (&**name, Value::from(&**value)));
                let values = values.chain([("ajxp_mime", Value::from("pk"))]).collect();
                let path = join(&dir, &row_name(table, row));
                let row = Described::other(Some(&path), "", values).typed(true);
                Listing::leaf(row.without(|name| name == "text").unlabelled())
            });
            let root = Described::other(Some(&dir), "", Vec::new()).typed(false);
            let listing = Listing::of(root, rows.collect());
            let columns = table.columns.iter().enumerate();
            let columns = columns.map(|(n, name)| {
                Element::new("column")
                    .attributes(&[("attributeName", name), ("sortType", "String"), ("width", "")])
                    .attributes(&[("field_name", name), ("field_type", "varchar")])
                    .attributes(&[("field_size", "100"), ("field_flags", "")])
                    .attribute("field_pk", if n == 0 { "1" } else { "0" })
                    .attributes(&[("field_null", "NULL"), ("field_default", "")])
                    .attribute("messageString", name)
            });
            let columns = columns.collect();
            return Ok(Outcome::Reply(listed(&call, &listing, true, columns)));
        }
    };
    let columns = columns.into_iter().map(|name| {
        Element::new("column").attributes(&[
            ("attributeName", name),
            ("sortType", "String"),
            ("width", ""),
            ("messageString", name),
        ])
    });
    let columns = columns.collect();
    Ok(Outcome::Reply(listed(&call, &listing, false, columns)))
}

fn tables(database: &Database) -> Listing {
    let icon = "sql_images/mimes/ICON_SIZE/table_empty.png";
    let tables = database.iter().map(|(name, table)| {
        let count = i64::try_from(table.rows.len()).unwrap_or(i64::MAX);
        let attributes = vec![
            ("bytesize", Value::from("16 KB")),
            ("count", Value::Number(count)),
            ("icon", icon.into()),
            ("ajxp_mime", "table".into()),
        ];
        Described::other(Some(&join("/", name)), name, attributes).typed(false)
    });
    let results = vec![
        ("bytesize", Value::from("-")),
        ("count", "-".into()),
        ("icon", "search.png".into()),
        ("ajxp_node", "true".into()),
    ];
    let path = "/ajxpmysqldriver_searchresults";
    let results = Described::other(Some(path), "Search Results", results).typed(false);
    let children = tables.chain([results]).map(Listing::leaf).collect();
    Listing::of(Described::root(), children)
}

/// Writes a list, in XML with its columns.
fn listed(call: &Call<'_>, listing: &Listing, is_grid: bool, columns: Vec<Element>) -> Reply {
    if call.format == Format::Json {
        return listing.reply(call.dialect(), Format::Json);
    }
    let columns = Element::new("columns")
        .attribute("switchGridMode", if is_grid { "grid" } else { "filelist" })
        .attribute("switchDisplayMode", "list")
        .attribute("template_name", "")
        .children(columns);
    let config = Element::new("component_config").attribute("component", "FilesList");
    let configs = Element::new("client_configs").child(config.child(columns));
    let children = listing.children.iter().flatten();
    let children = children.map(|child| format!("<tree{}/>", child.node.xml()));
    let children: String = children.collect();
    xml_reply(&format!("<tree{}>{}{children}</tree>", listing.node.xml(), configs.xml()))
}

/// Inserts a row, or changes the one with a primary key.
fn edit_record(mut call: Call<'_>) -> Answer {
    let fields = call.parameters.prefixed("ajxp_mysql_");
    let fields: BTreeMap<_, _> =
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let key = call.text("pk_name").unwrap_or_default().to_owned();
    let is_new = call.parameters.is_true("record_is_new");
    let (name, table) = call.table("table_name")?;
    if is_new {
        table.rows.push(fields);
        return done(format!("INSERT INTO {name}"), [""]);
    }
    let Some(value) = fields.get(&key).cloned() else { return error("Cannot find PK Value") };
    for row in table.rows.iter_mut().filter(|row| row.get(&key) == Some(&value)) {
        row.extend(fields.clone());
    }
    done(format!("UPDATE `{name}` WHERE {key}='{value}'"), [""])
}

/// Adds or removes a column, or creates a table.
fn edit_table(mut call: Call<'_>) -> Answer {
    if let Some(name) = call.text("new_table").map(str::to_owned) {
        let columns = (0..).map_while(|n| call.text(&format!("field_name_{n}")));
        let columns = columns.map(str::to_owned).collect();
        call.database().insert(name.clone(), Table { columns, rows: Vec::new() });
        return done(format!("CREATE TABLE `{name}`"), [""]);
    }
    let removed = call.text("delete_column").map(str::to_owned);
    let added = call.text("add_field_name").map(str::to_owned);
    let (name, table) = call.table("current_table")?;
    match (removed, added) {
        (Some(column), _) if !table.columns.contains(&column) => error(format!(
            "ALTER TABLE {name} DROP COLUMN {column}: Can't DROP COLUMN `{column}`; check that it \
             exists"
        )),
        (Some(column), _) => {
            table.columns.retain(|known| *known != column);
            table.rows.iter_mut().for_each(|row| drop(row.remove(&column)));
            done(format!("ALTER TABLE {name} DROP COLUMN {column}"), [""])
        }
        (None, Some(column)) => {
            table.columns.push(column.clone());
            done(format!("ALTER TABLE `{name}` ADD COLUMN ({column})"), [""])
        }
        (None, None) => nothing(call),
    }
}

fn delete_record(mut call: Call<'_>) -> Answer {
    let row = call.text("file").map(base).unwrap_or_default().to_owned();
    let (name, table) = call.table("dir")?;
    let known = table.clone();
    table.rows.retain(|other| row_name(&known, other) != row);
    done(format!("DELETE FROM {name}"), [""])
}

fn delete_table(mut call: Call<'_>) -> Answer {
    let name = call.text("file").map(base).unwrap_or_default().to_owned();
    match call.database().remove(&name) {
        Some(_) => done(format!("DROP TABLE {name}"), [""]),
        None => error(format!("DROP TABLE {name}: Unknown table '{name}'")),
    }
}

/// Keeps a query for the search results, which this server does not run.
fn set_query(_: Call<'_>) -> Answer {
    let text = "<tree store=\"true\"></tree>";
    html(text)
}
