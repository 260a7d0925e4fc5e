use super::support::{CALL, PRODUCT, event, read_streamed, read_with, seen};
use crate::trail::DamageKind;

fn three() -> [serde_json::Value; 3] {
    [
        event(1, CALL, PRODUCT, "rm-1", None),
        event(2, CALL, "polardb", "pc-1", None),
        event(3, CALL, "rds", "rm-2", Some("BackupJobExists")),
    ]
}

fn check(text: &str, spots: &[(u64, u64, u64)]) {
    for exact in [false, true] {
        let whole = read_with(&[("log", text.as_bytes())], exact);
        let found = seen(&whole);
        let about: Vec<_> = found.iter().map(|s| (s.instance.as_str(), s.code.as_str())).collect();
        assert_eq!(about, [("rm-1", ""), ("rm-2", "BackupJobExists")], "{text}");
        assert_eq!(found[0].id, "8F2A6C10-0B4D-5E7F-9A1B-000000000001");
        assert_eq!(
            found[0].parameters,
            r#"{"DBInstanceId":"rm-1","BackupMethod":"Snapshot","BackupRetentionPeriod":"30"}"#
        );
        assert_eq!(found[0].principal, "acs:ram::1900000000000007:role/night");
        let own: Vec<_> = found.iter().map(|s| (s.record, s.line, s.column)).collect();
        assert_eq!(own, spots, "{text}");
        assert!(whole.damage.is_empty(), "{:?}", whole.damage);
        for step in [1, 7, 4096] {
            let streamed = read_streamed("log", text.as_bytes(), step, exact);
            assert_eq!(seen(&streamed), found);
            let (file, own) = (&streamed.files["log"], &whole.files["log"]);
            assert_eq!((file.records, file.calls, file.text_bytes), (own.records, own.calls, own.text_bytes), "{text}");
            assert_eq!(file.digest, own.digest);
        }
    }
}

#[test]
fn lines_with_and_without_an_end() {
    let lines = three().map(|event| event.to_string()).join("\n");
    check(&lines, &[(1, 1, 1), (3, 3, 1)]);
    check(&format!("{}\r\n\r\n", lines.replace('\n', "\r\n")), &[(1, 1, 1), (3, 3, 1)]);
    check(&format!("\u{FEFF}{lines}\n"), &[(1, 1, 1), (3, 3, 1)]);
    check(&format!("{lines}\0\0\0\0"), &[(1, 1, 1), (3, 3, 1)]);
}

#[test]
fn an_array_on_one_line_on_many_and_pretty() {
    let events = three();
    let one = serde_json::to_string(&events).unwrap();
    let second = one.match_indices("{\"acsRegion\"").chain(one.match_indices("{\"eventId\"")).map(|(at, _)| at).max();
    check(&one, &[(1, 1, 2), (3, 1, second.unwrap() as u64 + 1)]);
    let many = format!("[\n{}\n]\n", events.clone().map(|event| event.to_string()).join(",\n"));
    check(&many, &[(1, 2, 1), (3, 4, 1)]);
    let pretty = serde_json::to_string_pretty(&events).unwrap();
    let line = |needle: &str| pretty[..pretty.find(needle).unwrap()].matches('\n').count() as u64;
    // Each event begins on the line before its first field.
    let third =
        pretty.lines().enumerate().filter(|(_, line)| *line == "  {").map(|(at, _)| at as u64 + 1).nth(2).unwrap();
    assert!(line("rm-2") > third);
    check(&pretty, &[(1, 2, 3), (3, third, 3)]);
}

#[test]
fn objects_without_anything_between_them() {
    let events = three().map(|event| event.to_string());
    let second = events[0].len() + events[1].len() + 1;
    check(&events.concat(), &[(1, 1, 1), (3, 1, second as u64)]);
    let pretty = three().map(|event| serde_json::to_string_pretty(&event).unwrap());
    let line = pretty[0].lines().count() + pretty[1].lines().count() + 1;
    check(&pretty.join("\n"), &[(1, 1, 1), (3, line as u64, 1)]);
}

#[test]
fn answers_of_the_api() {
    let events = three();
    let page = serde_json::json!({"EndTime": "x", "Events": events, "NextToken": "y", "RequestId": "z"}).to_string();
    let partial = read_with(&[("log", page.as_bytes())], false);
    assert_eq!(seen(&partial).len(), 2);
    assert_eq!(partial.files["log"].records, 3, "strings around the list are no records");
    let texts: Vec<String> = events.iter().map(ToString::to_string).collect();
    let page = serde_json::json!({"Events": texts}).to_string();
    let partial = read_with(&[("log", format!("{page}\n{page}\n").as_bytes())], false);
    assert_eq!((seen(&partial).len(), partial.copies.len()), (2, 2));
}

#[test]
fn what_the_log_service_and_the_event_bus_wrap() {
    let wrap = |wrap: fn(&serde_json::Value) -> serde_json::Value| {
        three().iter().map(|event| wrap(event).to_string()).collect::<Vec<_>>().join("\n")
    };
    let raw = wrap(|event| serde_json::json!({"__topic__": "t", "__time__": "1", "event": event.to_string()}));
    check(&raw, &[(1, 1, 1), (3, 3, 1)]);
    let bus = wrap(|event| serde_json::json!({"id": "other", "specversion": "1.0", "data": event}));
    check(&bus, &[(1, 1, 1), (3, 3, 1)]);
    let flat = wrap(|event| {
        let mut columns = serde_json::Map::new();
        for (name, value) in event.as_object().unwrap() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if name != "requestParameters" {
                columns.insert(format!("event.{name}"), text.into());
            }
        }
        columns.insert("event.errorMessage".to_owned(), "null".into());
        columns.into()
    });
    check(&flat, &[(1, 1, 1), (3, 3, 1)]);
    let copies = wrap(|event| {
        let mut columns = serde_json::Map::new();
        for (name, value) in event.as_object().unwrap() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            columns.insert(format!("event_{}", name.to_lowercase()), text.into());
        }
        columns.remove("event_useridentity");
        columns.insert("event_useridentity_type".to_owned(), "assumed-role".into());
        columns.insert("event_useridentity_username".to_owned(), "night:s1".into());
        columns.insert("event_useridentity_accountid".to_owned(), "1900000000000007".into());
        columns.into()
    });
    check(&copies, &[(1, 1, 1), (3, 3, 1)]);
}

#[test]
fn tables() {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["__time__", "event"]).unwrap();
    for event in three() {
        writer.write_record(["1", &event.to_string()]).unwrap();
    }
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    check(&text, &[(1, 2, 1), (3, 4, 1)]);
    let header = "event.eventId,event.eventName,event.serviceName,event.errorCode,event.requestParameterJson\n";
    let row = r#"8F2A6C10-0B4D-5E7F-9A1B-000000000001,CreateBackup,Rds,null,"{""DBInstanceId"":""rm-1""}""#;
    let partial = read_with(&[("log", format!("{header}{row}\n").as_bytes())], false);
    let found = seen(&partial);
    assert_eq!((found.len(), found[0].instance.as_str(), found[0].code.as_str()), (1, "rm-1", ""));
    let other = read_with(&[("list.csv", b"name,size\nCreateBackup,1\n".as_slice())], false);
    assert_eq!((other.survivors.len(), other.files["list.csv"].form.as_str()), (0, "not a log"));
}

#[test]
fn a_broken_record_costs_itself() {
    let [one, _, three] = three().map(|event| event.to_string());
    let masked = one.replace("\"rm-1\"", "17****");
    let lines = format!("{masked}\n{three}\n");
    let partial = read_with(&[("log", lines.as_bytes())], false);
    assert_eq!(seen(&partial).len(), 1);
    let [damage] = partial.damage.as_slice() else { panic!("{:?}", partial.damage) };
    assert_eq!((damage.kind, damage.line, damage.column), (DamageKind::Record, 1, 1));
    assert!(damage.message.contains("seems to be of a call"), "{}", damage.message);
    let array = format!("[{masked},\n{three}]");
    let partial = read_with(&[("log", array.as_bytes())], false);
    assert_eq!((seen(&partial).len(), partial.damage.len()), (1, 1));
    let open = one.replacen("\"rm-1\"", "\"rm-1", 1);
    let array = format!("[\n{open},\n{three}\n]");
    let partial = read_with(&[("log", array.as_bytes())], false);
    assert_eq!((seen(&partial).len(), partial.damage.len()), (1, 1), "{:?}", partial.damage);
    let cut = format!("[{three},{}", &one[..one.len() / 2]);
    let partial = read_with(&[("log", cut.as_bytes())], false);
    assert_eq!((seen(&partial).len(), partial.damage[0].kind), (1, DamageKind::Truncated));
}

#[test]
fn values_in_every_spelling() {
    let text = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut event = event(1, CALL, PRODUCT, "rm-1", None);
        change(&mut event);
        let partial = read_with(&[("log", event.to_string().as_bytes())], false);
        seen(&partial).pop()
    };
    for nothing in [serde_json::Value::Null, "".into(), "null".into()] {
        assert_eq!(text(&|event| event["errorCode"] = nothing.clone()).unwrap().code, "");
    }
    assert_eq!(text(&|event| event["eventVersion"] = "1".into()).unwrap().instance, "rm-1");
    let only_text = |event: &mut serde_json::Value| {
        event.as_object_mut().unwrap().remove("requestParameters");
    };
    assert_eq!(text(&only_text).unwrap().instance, "rm-1");
    let no_text = |event: &mut serde_json::Value| {
        event.as_object_mut().unwrap().remove("requestParameterJson");
    };
    assert_eq!(text(&no_text).unwrap().instance, "rm-1");
    let referenced = |event: &mut serde_json::Value| {
        only_text(event);
        event["requestParameterJson"] = "{}".into();
        event["referencedResources"] = serde_json::json!({"ACS::RDS::DBInstance": ["rm-9"]});
    };
    assert_eq!(text(&referenced).unwrap().instance, "rm-9");
    let user = |event: &mut serde_json::Value| {
        event["userIdentity"] =
            serde_json::json!({"type": "ram-user", "userName": "dba", "accountId": 1_900_000_000_000_007_u64});
        event.as_object_mut().unwrap().remove("recipientAccountId");
    };
    assert_eq!(text(&user).unwrap().principal, "acs:ram::1900000000000007:user/dba");
    assert!(text(&|event| event["eventName"] = "CreateBackupPlan".into()).is_none());
}

#[test]
fn an_escaped_name_is_found_in_the_exact_mode() {
    let line = event(1, CALL, PRODUCT, "rm-1", None).to_string().replace(CALL, "\\u0043reateBackup");
    assert_eq!(read_with(&[("log", line.as_bytes())], false).survivors.len(), 0);
    assert_eq!(read_with(&[("log", line.as_bytes())], true).survivors.len(), 1);
}

#[test]
fn names_of_objects_are_kept() {
    let path = "b/AliyunLogs/Actiontrail/cn-x/2026/03/04/Actiontrail_cn-x_20260304000000_1002_3_99_0a.json";
    let text = serde_json::to_string(&three()).unwrap();
    let partial = read_with(&[(path, text.as_bytes())], false);
    let file = &partial.files[path];
    assert_eq!(file.declared, Some((3, 99, "0a".to_owned())));
    assert_eq!(
        (file.records, file.hours.iter().map(|(region, _)| region.clone()).collect::<Vec<_>>()),
        (3, vec!["cn-x".to_owned()])
    );
}

#[test]
fn damage_that_is_not_told_is_told_of() {
    let lines = "{\"eventName\": \"CreateBackup\", }\n".repeat(150);
    let partial = read_with(&[("log", lines.as_bytes())], false);
    assert_eq!(partial.damage.len(), 101);
    assert!(partial.damage.iter().any(|damage| damage.message.starts_with("more than 100 places")));
}

#[test]
fn what_was_sent_may_stand_one_level_deeper() {
    let mut event = event(1, CALL, PRODUCT, "rm-1", None);
    event["requestParameters"] = serde_json::json!({"Parameters": {"DBInstanceId": "rm-7"}});
    event.as_object_mut().unwrap().remove("requestParameterJson");
    let partial = read_with(&[("log", event.to_string().as_bytes())], false);
    assert_eq!(seen(&partial)[0].instance, "rm-7");
}

#[test]
fn a_text_without_rows_is_not_kept_in_memory() {
    let zeros = vec![b'x'; 40 << 20];
    let partial = read_streamed("log", &zeros, 1 << 20, false);
    assert_eq!(partial.files["log"].form, "not a log");
    assert!(partial.files["log"].bytes < 20 << 20, "{}", partial.files["log"].bytes);
}
