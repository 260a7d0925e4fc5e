//! RAM policies for whoever measures how they are read and asked.

use std::fmt::Write as _;

/// A policy with so many statements.
pub(crate) fn document(statements: usize) -> String {
    let mut text = String::from("{\"Version\":\"1\",\"Statement\":[");
    for number in 0..statements {
        let comma = if number > 0 { "," } else { "" };
        let effect = if number % 7 == 6 { "Deny" } else { "Allow" };
        let _ = write!(
            text,
            "{comma}{{\"Effect\":\"{effect}\",\"Action\":[\"rds:Create*\",\"ecs:Describe*\"],\"Resource\":\"acs:rds:*:*:dbinstance/*-{number}*\",\
             \"Condition\":{{\"IpAddress\":{{\"acs:SourceIp\":[\"10.{}.0.0/16\"]}}}}}}",
            number % 200
        );
    }
    text + "]}"
}
