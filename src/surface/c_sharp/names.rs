//! Names of .NET: what namespaces begin with, and which classes are known without their namespaces.

/// What names of namespaces begin with.
const ROOTS: [&str; 8] = ["System", "Microsoft", "Hangfire", "Quartz", "CliWrap", "SimpleExec", "Newtonsoft", "NLog"];

/// Namespaces that projects have without asking for them, with classes of theirs.
const IMPLICIT: [(&str, &[&str]); 8] = [
    (
        "System",
        &[
            "Array",
            "Boolean",
            "Console",
            "Convert",
            "DateTime",
            "Double",
            "Environment",
            "Exception",
            "Func",
            "Guid",
            "Int16",
            "Int32",
            "Int64",
            "Lazy",
            "Math",
            "Nullable",
            "Object",
            "String",
            "StringComparer",
            "StringComparison",
            "TimeSpan",
            "Tuple",
            "Type",
            "Uri",
        ],
    ),
    (
        "System.Collections.Generic",
        &[
            "Dictionary",
            "HashSet",
            "IDictionary",
            "IEnumerable",
            "IList",
            "KeyValuePair",
            "LinkedList",
            "List",
            "Queue",
            "SortedDictionary",
            "SortedSet",
            "Stack",
        ],
    ),
    ("System.IO", &["Directory", "File", "Path"]),
    ("System.Linq", &["Enumerable"]),
    ("System.Net.Http", &["FormUrlEncodedContent", "HttpClient", "HttpMethod", "HttpRequestMessage", "StringContent"]),
    ("System.Threading", &["CancellationToken", "CancellationTokenSource", "PeriodicTimer", "Thread"]),
    ("System.Threading.Tasks", &["Parallel", "Task", "ValueTask"]),
    ("System.Text", &["Encoding", "StringBuilder"]),
];

/// Namespaces whose classes are known where they are asked for only.
const ASKED: [(&str, &[&str]); 8] = [
    ("System.Diagnostics", &["Debug", "Process", "ProcessStartInfo", "Trace"]),
    ("System.Collections", &["ArrayList", "Hashtable"]),
    ("System.Collections.Concurrent", &["ConcurrentBag", "ConcurrentDictionary"]),
    ("System.Collections.Specialized", &["NameValueCollection", "StringDictionary"]),
    ("System.Timers", &["Timer"]),
    ("Hangfire", &["Cron", "RecurringJob"]),
    ("CliWrap", &["Cli"]),
    ("SimpleExec", &["Command"]),
];

/// Whether names of namespaces begin with a name.
pub(super) fn is_root(name: &str) -> bool {
    ROOTS.contains(&name)
}

/// The full name of a class of .NET, or of what is often used with it, where these namespaces are asked for.
pub(super) fn class<T: AsRef<str>>(name: &str, asked: &[T]) -> Option<String> {
    let found = |known: &[(&str, &[&str])], wanted: &dyn Fn(&str) -> bool| {
        let mut all = known.iter().filter(|(namespace, classes)| classes.contains(&name) && wanted(namespace));
        all.next().map(|(namespace, _)| format!("{namespace}.{name}"))
    };
    let is_asked = |namespace: &str| asked.iter().any(|other| other.as_ref() == namespace);
    let timer = || (name == "Timer" && is_asked("System.Threading")).then(|| "System.Threading.Timer".to_owned());
    found(&IMPLICIT, &|_| true).or_else(|| found(&ASKED, &is_asked)).or_else(timer)
}
