//! `backuplint.toml`: what a repository sets once for everybody.
//!
//! Takes the text of configuration files, from the nearest to the outermost, and gives what holds for a path. It reads
//! no file itself and decides nothing about a call.
