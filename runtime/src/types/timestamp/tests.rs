use std::time::{Duration, SystemTime};

use serde_json::json;

use super::Timestamp;
use crate::json::{Fields, FromJson as _, Json, JsonError, ToJson as _};

#[track_caller]
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

#[test]
fn a_time_is_displayed_as_in_rfc_3339() {
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_800, "2000-03-01T00:00:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (1_795_425_481, "2026-11-23T09:18:01Z"),
        (-62_135_596_800, "0001-01-01T00:00:00Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
        (-62_167_219_201, "-0001-12-31T23:59:59Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (253_402_300_800, "+10000-01-01T00:00:00Z"),
    ] {
        assert_eq!(at(seconds).to_string(), text);
        assert_eq!(at(seconds).as_secs(), seconds);
    }
    assert_eq!(format!("{:?}", at(0)), "Timestamp(1970-01-01T00:00:00Z)");
}

#[test]
fn every_number_of_seconds_is_displayed_without_a_panic() {
    for seconds in [i64::MIN, i64::MIN + 1, -1 << 40, 1 << 40, i64::MAX] {
        // Windows represents none of these.
        if let Some(time) = Timestamp::from_secs(seconds) {
            assert_eq!(time.as_secs(), seconds);
            assert!(time.to_string().ends_with('Z'), "{time}");
        }
    }
}

#[test]
fn a_fraction_counts_from_the_second_before() {
    let before = Timestamp::from(SystemTime::UNIX_EPOCH - Duration::from_millis(250));
    assert_eq!((before.as_secs(), before.subsec_nanos()), (-1, 750_000_000));
    assert_eq!(before.to_string(), "1969-12-31T23:59:59.75Z");
    let after = Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_nanos(1_000_000_020));
    assert_eq!((after.as_secs(), after.subsec_nanos()), (1, 20));
    assert_eq!(after.to_string(), "1970-01-01T00:00:01.00000002Z");
    assert!(before < at(0) && at(0) < after && SystemTime::from(at(0)) == SystemTime::UNIX_EPOCH);
}

fn optional(json: Json) -> Result<Option<Timestamp>, JsonError> {
    let mut fields = Fields::of(json!({ "mtime": json }).into()).unwrap();
    fields.optional("mtime")
}

#[test]
fn numbers_and_their_texts_are_times() {
    for (json, seconds) in [
        (json!(1_795_425_481), 1_795_425_481),
        (json!("1795425481"), 1_795_425_481),
        (json!(" 12 "), 12),
        (json!(0), 0),
        (json!(-1), -1),
        (json!(12.0), 12),
    ] {
        assert_eq!(optional(json.clone()), Ok(Some(at(seconds))), "{json}");
        assert_eq!(Timestamp::from_json(json.into()), Ok(at(seconds)));
    }
    let fraction = optional(json!(1.5)).unwrap().unwrap();
    assert_eq!((fraction.as_secs(), fraction.subsec_nanos()), (1, 500_000_000));
    assert_eq!((fraction.to_json(), at(-7).to_json()), (json!(1.5), json!(-7)));
}

#[test]
fn what_stands_for_no_time_or_is_out_of_range_is_unset() {
    for json in
        [json!(null), json!(false), json!(""), json!(1e300), json!("1e300"), json!(u64::MAX)]
    {
        assert_eq!(optional(json.clone()), Ok(None), "{json}");
        assert!(Timestamp::from_json((&json).into()).is_err(), "{json}");
    }
}

#[test]
fn what_is_no_number_is_an_error_with_its_place() {
    let text = |json| optional(json).unwrap_err().to_string();
    let wanted = "mtime: expected a time in seconds since 1970, found";
    assert_eq!(text(json!("yesterday")), format!("{wanted} \"yesterday\""));
    assert_eq!(text(json!([1])), format!("{wanted} a list of 1"));
    assert_eq!(text(json!(true)), format!("{wanted} true"));
    assert_eq!(text(json!("nan")), format!("{wanted} \"nan\""));
}

#[cfg(feature = "jiff")]
#[test]
fn times_convert_to_those_of_jiff() {
    let jiff = jiff::Timestamp::try_from(at(-5)).unwrap();
    assert_eq!((jiff.as_second(), Timestamp::from(jiff)), (-5, at(-5)));
    assert_eq!(jiff.to_string(), at(-5).to_string());
    assert!(jiff::Timestamp::try_from(at(1 << 40)).is_err());
}

#[cfg(feature = "time")]
#[test]
fn times_convert_to_those_of_time() {
    let half = Timestamp::from(SystemTime::UNIX_EPOCH - Duration::from_millis(500));
    let time = time::OffsetDateTime::try_from(half).unwrap();
    assert_eq!((time.unix_timestamp_nanos(), Timestamp::from(time)), (-500_000_000, half));
    assert!(time::OffsetDateTime::try_from(at(1 << 40)).is_err());
}
