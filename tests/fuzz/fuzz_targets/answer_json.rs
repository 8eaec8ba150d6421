#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| pydio_fuzz::run("answer_json", input));
