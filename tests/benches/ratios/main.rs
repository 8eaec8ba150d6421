//! How fast the generator and the client are, against what they stand on: `cargo bench`.
//!
//! Each figure is a ratio of two things done in turn in one run, so that it means the same on
//! another machine, and on a busy one.

mod calls;
mod decode;
mod generate;
mod pairs;
mod transfers;

fn main() {
    pairs::head();
    generate::bundle();
    generate::cells();
    decode::listings();
    decode::models();
    calls::addresses();
    calls::signatures();
    calls::loopback();
    transfers::files();
}
