//! Measures the generator and the client against the libraries they use: `cargo bench`.
//!
//! Each figure is the ratio of two tasks that alternate within one run, so that it is comparable
//! across machines and under load.

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
