//! Has no code: its manifest gives each crate of others that Bellpull is built of one set of features,
//! so that each is compiled once. Whatever is built with a build script of ours depends on it on both
//! sides.
