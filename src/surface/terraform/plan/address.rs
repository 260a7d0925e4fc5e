//! Addresses of resources in a plan: `module.a["x"].type.name[0]`, taken apart.

/// The module part of an address and the rest: `module.a["x"].` and `type.name[0]`.
fn split_address(address: &str) -> (&str, &str) {
    let mut rest = address;
    while let Some(inside) = rest.strip_prefix("module.") {
        rest = inside;
        let mut quoted = false;
        let mut bracket = false;
        let mut escaped = false;
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '[' if !quoted => bracket = true,
                ']' if !quoted => bracket = false,
                '.' if !quoted && !bracket => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    address.split_at_checked(address.len() - rest.len()).unwrap_or(("", address))
}

pub(super) fn module_part(address: &str) -> &str {
    split_address(address).0
}

pub(super) fn resource_part(address: &str) -> &str {
    split_address(address).1
}

/// The names of the modules in an address, without their keys.
pub(super) fn module_path(address: &str) -> Vec<&str> {
    // A module's own address has no resource behind it; it is all module.
    let mut part = module_part(address);
    let mut path = Vec::new();
    while let Some(inside) = part.strip_prefix("module.") {
        let name = inside.split(['.', '[']).next().unwrap_or_default();
        path.push(name);
        // What is left begins at the next `module.` outside a key.
        let (_, skipped) = split_once_module(inside);
        part = skipped;
    }
    path
}

/// Cuts behind the first module name and its key.
fn split_once_module(inside: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '.' if !quoted => return (inside.get(..at).unwrap_or_default(), inside.get(at + 1..).unwrap_or_default()),
            _ => {}
        }
    }
    (inside, "")
}

/// The key at the end of an address, with its brackets.
pub(super) fn key_of(address: &str) -> &str {
    let resource = resource_part(address);
    resource.find('[').and_then(|at| resource.get(at..)).unwrap_or_default()
}

/// An address without the key at its end.
pub(in crate::surface::terraform) fn base_address(address: &str) -> &str {
    address.strip_suffix(key_of(address)).unwrap_or(address)
}
