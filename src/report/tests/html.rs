//! The format `html`, taken apart as a browser would.

use super::{Presentation, sample, write};
use crate::finding::{AuditSummary, InstanceDay, Report};

fn html(report: &Report) -> String {
    write("html", report, Presentation::plain(80))
}

/// The tags of a page, in their order, without what stands in scripts and styles; panics on a tag that is not closed.
fn tags(page: &str) -> Vec<String> {
    const EMPTY: [&str; 5] = ["meta", "input", "line", "rect", "!DOCTYPE"];
    let mut open: Vec<String> = Vec::new();
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        assert!(!before.contains('>'), "{before}");
        let (tag, behind) = after.split_once('>').unwrap();
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap().to_owned();
        rest = behind;
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed));
            continue;
        }
        tags.push(tag.to_owned());
        if !EMPTY.contains(&name.as_str()) {
            if name == "script" || name == "style" {
                rest = &behind[behind.find(&format!("</{name}>")).unwrap()..];
            }
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    tags
}

#[test]
fn the_page_is_well_formed_and_asks_for_nothing() {
    for report in [sample::awkward(), sample::audit(), sample::empty()] {
        let page = html(&report);
        for tag in tags(&page) {
            for attribute in [" src=", " href=", " onclick=", " style="] {
                assert!(!tag.contains(attribute), "{tag}");
            }
        }
        for address in ["http://", "https://", "url(", "@import", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(address), "{address}");
        }
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn nothing_of_the_logs_is_markup() {
    let page = html(&sample::audit());
    assert!(!page.contains("<b>") && page.contains("rm-&lt;b&gt;uf6&lt;/b&gt;"));
}

#[test]
fn every_finding_can_be_filtered_and_has_its_evidence() {
    let page = html(&sample::audit());
    let tags = tags(&page);
    let count = |beginning: &str| tags.iter().filter(|tag| tag.starts_with(beginning)).count();
    assert_eq!(count("article class=\"error\" data-severity=\"error\" data-rule="), 2);
    // One for each finding, and one for the table of refusals.
    assert_eq!(count("details"), 3);
    assert!(page.contains("<td class=\"h5\" title=\"0 denied, 3 refused for another reason\">24*</td>"));
    assert!(page.contains("<td class=\"h2\">12</td>"));
    assert!(page.contains("<title>2026-03-09: 96 denied, 0 refused</title>"));
    // Whatever scrolls or folds can be reached by keyboard.
    assert!(tags.iter().filter(|tag| tag.contains("class=\"scroll\"")).all(|tag| tag.contains("tabindex=\"0\"")));
}

#[test]
fn a_year_of_many_instances_stays_a_page() {
    let day = |instance: u32, day: u32| InstanceDay {
        instance: format!("rm-{instance:05}"),
        day: format!("2026-{:02}-{:02}", day / 28 + 1, day % 28 + 1),
        accepted: u64::from(instance % 23),
        denied: 0,
        refused: 0,
    };
    let days = (0..500).flat_map(|instance| (0..336).map(move |n| day(instance, n))).collect();
    let audit = AuditSummary { instance_days: days, limit: 20, ..AuditSummary::default() };
    let page = html(&Report { audit: Some(Box::new(audit)), ..sample::empty() });
    assert!(page.len() < 300_000, "{}", page.len());
    assert!(page.contains("Not shown: 440 instances with fewer calls, 274 earlier days."));
}
