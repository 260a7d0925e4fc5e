//! Tests of the matrix: against a plain twin, by mutation, and sentence by sentence.

mod judge;
mod loading;
mod mutation;
mod scenarios;
mod twin;
mod twin_test;
