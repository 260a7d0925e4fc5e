//! The page of `--format html` in a browser: what it shows, what its filter does, by keyboard, in light and dark,
//! and that it asks for nothing over the network.
//!
//! Needs `chromium` and `chromedriver`; without them the tests say that they were skipped.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/program.rs"]
mod support;
#[path = "support/trail.rs"]
mod trail;

use std::fs;

use browser::Browser;
use serde_json::{Value, json};
use support::{code, err, run};
use tempfile::TempDir;
use trail::logs;

/// A page of an audit, open in a browser, and the report in JSON; nothing without a browser.
fn open() -> Option<(TempDir, Browser, Value)> {
    let browser = Browser::start()?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    logs(7).write(&path.join("logs"));
    for (format, name) in [("html", "page.html"), ("json", "report.json")] {
        let arguments = ["audit", "logs", "--timezone", "UTC", "--level", "note", "--format", format, "--output", name];
        let output = run(path, &arguments);
        assert_eq!((code(&output), err(&output).as_str()), (1, ""));
    }
    let report = serde_json::from_str(&fs::read_to_string(path.join("report.json")).unwrap()).unwrap();
    browser.open(&format!("file://{}", path.join("page.html").display()));
    Some((folder, browser, report))
}

#[test]
fn the_page_shows_what_the_report_says_and_asks_for_nothing() {
    let Some((_folder, browser, report)) = open() else { return };
    let sums = browser.run(
        "return Object.fromEntries([...document.querySelectorAll('dl.sums div')].map(e => \
         [e.querySelector('dt').textContent, Number(e.querySelector('dd').textContent)]))",
    );
    let audit = &report["audit"];
    for (name, value) in [
        ("errors", &report["summary"]["errors"]),
        ("warnings", &report["summary"]["warnings"]),
        ("notes", &report["summary"]["notes"]),
        ("calls", &audit["calls"]),
        ("accepted", &audit["accepted"]),
        ("refused", &audit["refused"]),
        ("of these denied", &audit["denied"]),
        ("records", &audit["records"]),
    ] {
        assert_eq!(&sums[name], value, "{name}: {sums}");
    }
    let findings = report["findings"].as_array().unwrap().len();
    assert_eq!(browser.run("return document.querySelectorAll('article[data-rule]').length"), json!(findings));
    // The page itself, and nothing else.
    let asked = browser.requests();
    assert!(asked.len() == 1 && asked[0].ends_with("/page.html"), "{asked:?}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_filter_narrows_the_findings_and_gives_them_back() {
    let Some((_folder, browser, report)) = open() else { return };
    let findings = report["findings"].as_array().unwrap();
    let of = |fits: &dyn Fn(&Value) -> bool| findings.iter().filter(|finding| fits(finding)).count();
    let shown = || {
        let script = "return [[...document.querySelectorAll('article')].filter(e => e.offsetHeight > 0).length, \
                      document.getElementById('count').textContent]";
        let found = browser.run(script);
        (usize::try_from(found[0].as_u64().unwrap()).unwrap(), found[1].as_str().unwrap().to_owned())
    };
    let expect = |count: usize| assert_eq!(shown(), (count, format!("{count} of {} findings", findings.len())));
    let set = |name: &str, value: &str| {
        let script = format!(
            "const e = document.getElementById('filter').elements[{}]; e.value = {}; \
             e.dispatchEvent(new Event('input', {{bubbles: true}}))",
            json!(name),
            json!(value)
        );
        browser.run(&script);
    };
    expect(findings.len());
    set("severity", "error");
    expect(of(&|finding| finding["severity"] == "error"));
    set("severity", "");
    set("rule", "ram-denied-call");
    let denied = of(&|finding| finding["rule"] == "ram-denied-call");
    assert!(denied > 0 && denied < findings.len());
    expect(denied);
    set("text", "no such text");
    expect(0);
    browser.run("document.querySelector('#filter button[type=reset]').click()");
    browser.wait("return document.getElementById('filter').elements.text.value === ''");
    browser.wait(&format!("return document.getElementById('count').textContent.startsWith('{} ')", findings.len()));
    expect(findings.len());
}

#[test]
fn everything_is_reached_by_keyboard_and_the_focus_is_seen() {
    let Some((_folder, browser, _)) = open() else { return };
    let mut met = Vec::new();
    for _ in 0..12 {
        browser.key("\u{E004}");
        let focus = browser.run(
            "const e = document.activeElement, s = getComputedStyle(e); \
             return [e.className || e.name || e.type || e.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]",
        );
        assert!(focus[1] != "none" && focus[2].as_f64().unwrap() >= 2.0, "no focus is seen: {focus}");
        met.push(focus[0].as_str().unwrap().to_owned());
    }
    let mut order = met.iter();
    // In the order of the page: the chart that scrolls, the filter from left to right, what opens.
    for expected in ["scroll", "text", "severity", "rule", "reset", "SUMMARY"] {
        assert!(order.any(|name| name == expected), "{expected} is not reached: {met:?}");
    }
    // What is open was opened by a key.
    browser.run("document.querySelector('article summary').focus()");
    assert_eq!(browser.run("return document.querySelector('article details').open"), json!(false));
    browser.key("\u{E007}");
    assert_eq!(browser.run("return document.querySelector('article details').open"), json!(true));
}

/// For every text that is shown: its contrast with what is behind it, and what it is; only those below 4.5.
const LOW_CONTRAST: &str = r"
const parse = c => c.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] !== 0) return c; }
  return [255, 255, 255]; };
const low = new Set();
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (!walk.currentNode.textContent.trim() || !e.offsetHeight || e.closest('script')) continue;
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) low.add(e.tagName + '.' + e.className + ' ' + contrast.toFixed(1));
}
return [...low];";

#[test]
fn light_and_dark_wide_and_narrow_can_be_read() {
    let Some((_folder, browser, _)) = open() else { return };
    browser.run("document.querySelectorAll('details').forEach(e => { e.open = true; })");
    let mut backs = Vec::new();
    for scheme in ["light", "dark"] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.devtools("Emulation.setEmulatedMedia", &media);
        for width in [1280, 360] {
            let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
            browser.devtools("Emulation.setDeviceMetricsOverride", &size);
            assert_eq!(browser.run(LOW_CONTRAST), json!([]), "{scheme}, {width}");
            let wider = browser.run("return document.documentElement.scrollWidth - innerWidth");
            assert!(wider.as_i64().unwrap() <= 0, "{scheme}: {width} is too narrow by {wider}");
            browser.keep(&format!("{scheme}-{width}"));
        }
        backs.push(browser.run("return getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(backs[0], backs[1]);
}

#[test]
fn without_its_script_the_page_shows_everything() {
    let Some((folder, browser, report)) = open() else { return };
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    let (before, after) = (page.find("<script>").unwrap(), page.find("</script>").unwrap());
    fs::write(folder.path().join("plain.html"), format!("{}{}", &page[..before], &page[after..])).unwrap();
    browser.open(&format!("file://{}", folder.path().join("plain.html").display()));
    let script = "return [[...document.querySelectorAll('article')].filter(e => e.offsetHeight > 0).length, \
                  document.getElementById('filter').offsetHeight]";
    assert_eq!(browser.run(script), json!([report["findings"].as_array().unwrap().len(), 0]));
}
