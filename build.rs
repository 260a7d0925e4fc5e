//! Lists the rule files, so that a new rule is one new file.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut entries = Vec::new();
    for family in fs::read_dir(Path::new(&root).join("rules"))? {
        let family = family?.path();
        let name = family.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The matrices, the surfaces' own data and what is known of policies are not rules.
        if !family.is_dir() || ["matrix", "surface", "policies"].contains(&name.as_str()) {
            continue;
        }
        for file in fs::read_dir(&family)? {
            let file = file?.path();
            if file.extension().is_some_and(|e| e == "yaml") {
                let path = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                entries.push((name.clone(), path, file));
            }
        }
    }
    entries.sort();
    let mut code = String::from(
        "/// Family, file name and text of every rule file.\nstatic RULE_FILES: &[(&str, &str, &str)] = &[\n",
    );
    for (family, path, file) in entries {
        writeln!(code, "    ({family:?}, {path:?}, include_str!({file:?})),")?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rule_files.rs"), code)?;
    Ok(())
}
