//! Bellpull's tests across crates: one binary, a module for each part.

mod cases;
mod house;
mod serve;
