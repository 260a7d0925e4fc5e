//! Nothing: what there is is the benchmark beside this file.
