//! Edits of findings, applied to the text of files in memory.
//!
//! Takes texts and fixes and gives new texts; whether a fix did what it promises is found out by judging them again.
