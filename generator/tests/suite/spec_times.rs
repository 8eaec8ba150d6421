//! Points in time in specs, and what equality of models depends on.

use pydio_codegen::emit::{Options, emit};

use crate::specs::read_headed as read;

const SPEC: &str = "\
paths:
  /events:
    get:
      operationId: events
      parameters:
        - {name: since, in: query, schema: {type: integer, format: unixtime}}
      responses:
        '200':
          description: Events.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Event'}}
components:
  schemas:
    Event:
      type: object
      required: [at, place]
      properties:
        at: {type: integer, format: unixtime}
        place: {$ref: '#/components/schemas/Place'}
    Place:
      type: object
      required: [name]
      properties:
        name: {type: string}
        height: {type: number}
        owner: {$ref: '#/components/schemas/Owner'}
    Owner:
      type: object
      required: [name]
      properties: {name: {type: string}}
";

#[test]
fn an_integer_that_is_a_time_is_one_in_rust() {
    let read = read(SPEC);
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    let files = emit(&read.api, &Options { crate_name: "times".to_owned() }).unwrap();
    let all: String = files.values().flat_map(|text| text.split_whitespace()).collect();
    assert!(all.contains("fnsince(self,value:implInto<rt::Timestamp>)->Self"), "{all}");
    assert!(all.contains(".time(\"since\",value)"), "{all}");
    // Required or not: the server may send one that no clock has.
    assert!(all.contains("pubat:Option<rt::Timestamp>,"), "{all}");
    assert!(all.contains("pubfnnew(place:Place)->Self"), "{all}");
}

#[test]
fn models_with_floating_point_numbers_at_any_depth_are_not_eq() {
    let files = emit(&read(SPEC).api, &Options { crate_name: "times".to_owned() }).unwrap();
    let models = &files["src/models.rs"];
    let is_eq = |name: &str| {
        let before = models.split(&format!("pub struct {name} ")).next().unwrap();
        before.rsplit("#[derive(").next().unwrap().starts_with("Clone, Debug, PartialEq, Eq)]")
    };
    assert_eq!(["Event", "Place", "Owner"].map(is_eq), [false, false, true]);
}
