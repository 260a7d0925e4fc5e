//! The book in `docs/`: every page is in the summary, every link leads somewhere, every command is run and answers what
//! the page shows, and pages that are made from data are those that the data give. On a difference the new text is
//! written and the test fails.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod commands;
mod generated;
mod links;
mod pages;

/// Blocks of commands that cannot be run here, with their reasons: what installs a program or needs another one.
const NOT_RUN: usize = 5;

#[test]
fn every_page_is_in_the_summary_and_every_link_leads_somewhere() {
    let problems = links::problems(&pages::all());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// One test for all, since pages that are written anew are run as they were before.
#[test]
fn what_is_made_from_data_is_up_to_date_and_every_command_answers_what_the_page_shows() {
    let mut wrong = generated::differing();
    let mut not_run = Vec::new();
    // What rules have as examples is run by a test of its own.
    for page in pages::all().into_iter().filter(|page| !page.name.starts_with("rules/")) {
        let run = commands::run(&page);
        not_run.extend(run.not_run);
        wrong.extend(run.problems);
        if run.text != page.text {
            std::fs::write(&page.path, &run.text).unwrap();
            wrong.push(format!("{} was out of date; it is written anew, look at it", page.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(not_run.len(), NOT_RUN, "blocks that are not run:\n{}", not_run.join("\n"));
}
