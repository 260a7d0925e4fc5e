//! Which calls of a program can run at the same time.

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

/// What is said of calls at the same time: the texts of the places, the one of the finding first.
fn together(path: &str, text: &str) -> Vec<Vec<String>> {
    let mut memory = MemoryFiles::new();
    memory.add(path, text);
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let report = checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() });
    let findings = report.findings.iter().filter(|f| f.rule.as_ref() == "concurrent-backup");
    findings
        .map(|f| {
            assert_eq!(f.severity, Severity::Warning);
            let labels = std::iter::once(&f.primary).chain(&f.related);
            labels.map(|label| label.place.text().lines().next().unwrap_or_default().to_owned()).collect()
        })
        .collect()
}

fn told(path: &str, text: &str) -> bool {
    !together(path, text).is_empty()
}

fn go(body: &str) -> String {
    format!(
        "package main\n\nimport (\n\t\"sync\"\n\n\trds \"github.com/alibabacloud-go/rds-20140815/v7/client\"\n\t\"github.com/alibabacloud-go/tea/tea\"\n\t\"golang.org/x/sync/errgroup\"\n)\n\nfunc backup(client *rds.Client, id string) error {{\n\t_, err := client.CreateBackup(&rds.CreateBackupRequest{{DBInstanceId: tea.String(id)}})\n\treturn err\n}}\n\nfunc main() {{\n{body}\n}}\n"
    )
}

#[test]
fn goroutines() {
    for body in [
        "\tgo backup(client, \"rm-1\")\n\tgo backup(client, \"rm-1\")\n\tselect {}",
        "\tvar wg sync.WaitGroup\n\tfor i := 0; i < 3; i++ {\n\t\twg.Add(1)\n\t\tgo func() {\n\t\t\tdefer wg.Done()\n\t\t\tbackup(client, \"rm-1\")\n\t\t}()\n\t}\n\twg.Wait()",
        "\tvar g errgroup.Group\n\tfor _, id := range []string{\"rm-1\", \"rm-2\", \"rm-1\"} {\n\t\tg.Go(func() error { return backup(client, id) })\n\t}\n\tg.Wait()",
        "\tg, ctx := errgroup.WithContext(ctx)\n\tg.Go(func() error { return backup(client, \"rm-1\") })\n\tg.Go(func() error { return backup(client, \"rm-1\") })\n\tg.Wait()",
    ] {
        assert!(told("main.go", &go(body)), "{body}");
    }
    for body in [
        "\tfor _, id := range []string{\"rm-1\", \"rm-2\"} {\n\t\tgo backup(client, id)\n\t}",
        "\tfor _, id := range listed() {\n\t\tgo backup(client, id)\n\t}",
        "\tgo backup(client, \"rm-1\")\n\twg.Wait()\n\tgo backup(client, \"rm-1\")",
        "\tdone := make(chan error)\n\tgo func() { done <- backup(client, \"rm-1\") }()\n\t<-done\n\tgo func() { done <- backup(client, \"rm-1\") }()\n\t<-done",
        "\tvar g errgroup.Group\n\tg.SetLimit(1)\n\tg.Go(func() error { return backup(client, \"rm-1\") })\n\tg.Go(func() error { return backup(client, \"rm-1\") })",
        "\tvar mu sync.Mutex\n\tfor i := 0; i < 3; i++ {\n\t\tgo func() {\n\t\t\tmu.Lock()\n\t\t\tdefer mu.Unlock()\n\t\t\tbackup(client, \"rm-1\")\n\t\t}()\n\t}",
        "\tif full() {\n\t\tgo backup(client, \"rm-1\")\n\t} else {\n\t\tgo backup(client, \"rm-1\")\n\t}",
        "\tbackup(client, \"rm-1\")\n\tbackup(client, \"rm-1\")",
        // One task does one after the other.
        "\tgo func() {\n\t\tbackup(client, \"rm-1\")\n\t\tbackup(client, \"rm-1\")\n\t}()",
    ] {
        assert!(!told("main.go", &go(body)), "{body}");
    }
    let shown = together("main.go", &go("\tgo backup(client, \"rm-1\")\n\tgo backup(client, \"rm-1\")"));
    assert!(shown[0].iter().any(|text| text == "go"), "{shown:?}");
}

fn typescript(body: &str) -> String {
    format!(
        "import Rds, {{ CreateBackupRequest }} from '@alicloud/rds20140815';\n\nasync function backup(client: Rds, id: string) {{\n  await client.createBackup(new CreateBackupRequest({{ DBInstanceId: id }}));\n}}\n\nasync function main(client: Rds) {{\n{body}\n}}\n"
    )
}

#[test]
fn promises() {
    for body in [
        "  await Promise.all([backup(client, 'rm-1'), backup(client, 'rm-1')]);",
        "  await Promise.allSettled(['rm-1', 'rm-2', 'rm-1'].map((id) => backup(client, id)));",
        "  await Promise.all(['rm-1', 'rm-1'].map(async (id) => { await backup(client, id); }));",
        "  await Promise.all([1, 2, 3].map(() => client.createBackup(new CreateBackupRequest({ DBInstanceId: 'rm-1' }))));",
        "  backup(client, 'rm-1');\n  backup(client, 'rm-1');",
        "  const a = backup(client, 'rm-1');\n  const b = backup(client, 'rm-1');\n  await Promise.all([a, b]);",
    ] {
        assert!(told("main.ts", &typescript(body)), "{body}");
    }
    for body in [
        "  await Promise.all([backup(client, 'rm-1'), backup(client, 'rm-2')]);",
        "  await Promise.all(ids.map((id) => backup(client, id)));",
        "  await Promise.all(['rm-1', 'rm-2'].map((id) => backup(client, id)));",
        "  await Promise.all([await backup(client, 'rm-1'), await backup(client, 'rm-1')]);",
        "  await backup(client, 'rm-1');\n  await backup(client, 'rm-1');",
        "  const a = backup(client, 'rm-1');\n  await a;\n  const b = backup(client, 'rm-1');\n  await b;",
        "  for (const id of ['rm-1', 'rm-1']) {\n    await backup(client, id);\n  }",
        "  await Promise.all(['rm-1'].map((id) => backup(client, id)));\n  await Promise.all(['rm-2', 'rm-1'].map((id) => backup(client, id)));",
        "  await Promise.all(['a', 'b'].map((name) => backup(client, lookup(name))));",
    ] {
        assert!(!told("main.ts", &typescript(body)), "{body}");
    }
    let shown =
        together("main.ts", &typescript("  await Promise.all([backup(client, 'rm-1'), backup(client, 'rm-1')]);"));
    assert!(shown[0].iter().any(|text| text == "Promise.all"), "{shown:?}");
}

fn python(body: &str) -> String {
    format!(
        "import asyncio, threading, multiprocessing\nfrom concurrent.futures import ThreadPoolExecutor\nfrom alibabacloud_rds20140815 import models as m\nfrom alibabacloud_rds20140815.client import Client\n\nclient = Client(config)\n\ndef backup(id):\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=id))\n\nasync def later(id):\n    await client.create_backup_async(m.CreateBackupRequest(dbinstance_id=id))\n\n{body}"
    )
}

#[test]
fn threads_pools_and_coroutines_of_python() {
    for body in [
        "with ThreadPoolExecutor(4) as pool:\n    pool.map(backup, ['rm-1', 'rm-1'])\n",
        "with ThreadPoolExecutor() as pool:\n    pool.submit(backup, 'rm-1')\n    pool.submit(backup, id='rm-1')\n",
        "with ThreadPoolExecutor() as pool:\n    futures = [pool.submit(backup, id) for id in ['rm-1', 'rm-2', 'rm-1']]\n",
        "threads = [threading.Thread(target=backup, args=('rm-1',)) for _ in range(2)]\nfor t in threads:\n    t.start()\nfor t in threads:\n    t.join()\n",
        "a = threading.Thread(target=backup, args=('rm-1',))\nb = threading.Thread(target=backup, kwargs={'id': 'rm-1'})\na.start()\nb.start()\na.join()\nb.join()\n",
        "with multiprocessing.Pool(2) as pool:\n    pool.map(backup, ['rm-1', 'rm-1'])\n",
        "pool = multiprocessing.Pool(2)\npool.apply_async(backup, ('rm-1',))\npool.apply_async(backup, ('rm-1',))\n",
        "async def main():\n    await asyncio.gather(later('rm-1'), later('rm-1'))\nasyncio.run(main())\n",
        "async def main():\n    await asyncio.gather(*[later(id) for id in ['rm-1', 'rm-1']])\nasyncio.run(main())\n",
        "async def main():\n    asyncio.create_task(later('rm-1'))\n    asyncio.create_task(later('rm-1'))\nasyncio.run(main())\n",
    ] {
        assert!(told("main.py", &python(body)), "{body}");
    }
    for body in [
        "with ThreadPoolExecutor(4) as pool:\n    pool.map(backup, ['rm-1', 'rm-2'])\n",
        "with ThreadPoolExecutor(max_workers=1) as pool:\n    pool.map(backup, ['rm-1', 'rm-1'])\n",
        "with ThreadPoolExecutor(4) as pool:\n    pool.map(backup, ids)\n",
        "with ThreadPoolExecutor() as pool:\n    pool.submit(backup, 'rm-1')\nwith ThreadPoolExecutor() as pool:\n    pool.submit(backup, 'rm-1')\n",
        "with ThreadPoolExecutor() as pool:\n    pool.submit(backup, 'rm-1').result()\n    pool.submit(backup, 'rm-1').result()\n",
        "a = threading.Thread(target=backup, args=('rm-1',))\nb = threading.Thread(target=backup, args=('rm-1',))\na.start()\na.join()\nb.start()\nb.join()\n",
        "a = threading.Thread(target=backup, args=('rm-1',))\na.start()\nb = threading.Thread(target=backup, args=('rm-2',))\nb.start()\n",
        "async def main():\n    await later('rm-1')\n    await later('rm-1')\nasyncio.run(main())\n",
        "async def main():\n    t = asyncio.create_task(later('rm-1'))\n    await t\n    t = asyncio.create_task(later('rm-1'))\n    await t\nasyncio.run(main())\n",
        "async def main():\n    async with asyncio.TaskGroup() as tg:\n        tg.create_task(later('rm-1'))\n    async with asyncio.TaskGroup() as tg:\n        tg.create_task(later('rm-1'))\nasyncio.run(main())\n",
        "async def main():\n    await asyncio.gather(later('rm-1'), later('rm-2'))\n    await asyncio.gather(later('rm-2'), later('rm-1'))\nasyncio.run(main())\n",
    ] {
        assert!(!told("main.py", &python(body)), "{body}");
    }
}

fn java(body: &str) -> String {
    format!(
        "import com.aliyun.rds20140815.Client;\nimport com.aliyun.rds20140815.models.CreateBackupRequest;\nimport java.util.*;\nimport java.util.concurrent.*;\n\nclass Nightly {{\n    static void backup(Client client, String id) throws Exception {{\n        client.createBackup(new CreateBackupRequest().setDBInstanceId(id));\n    }}\n\n    public static void main(String[] args) throws Exception {{\n        Client client = new Client(config);\n{body}\n    }}\n}}\n"
    )
}

#[test]
fn futures_and_threads_of_java() {
    for body in [
        "        CompletableFuture<Void> a = CompletableFuture.runAsync(() -> backup(client, \"rm-1\"));\n        CompletableFuture<Void> b = CompletableFuture.runAsync(() -> backup(client, \"rm-1\"));\n        CompletableFuture.allOf(a, b).join();",
        "        ExecutorService pool = Executors.newFixedThreadPool(4);\n        pool.submit(() -> backup(client, \"rm-1\"));\n        pool.submit(() -> backup(client, \"rm-1\"));",
        "        new Thread(() -> backup(client, \"rm-1\")).start();\n        new Thread(() -> backup(client, \"rm-1\")).start();",
        "        List.of(\"rm-1\", \"rm-2\", \"rm-1\").parallelStream().forEach(id -> backup(client, id));",
    ] {
        assert!(told("Nightly.java", &java(body)), "{body}");
    }
    for body in [
        "        CompletableFuture.runAsync(() -> backup(client, \"rm-1\")).join();\n        CompletableFuture.runAsync(() -> backup(client, \"rm-1\")).join();",
        "        CompletableFuture.runAsync(() -> backup(client, \"rm-1\"));\n        CompletableFuture.runAsync(() -> backup(client, \"rm-2\"));",
        "        ExecutorService pool = Executors.newSingleThreadExecutor();\n        pool.submit(() -> backup(client, \"rm-1\"));\n        pool.submit(() -> backup(client, \"rm-1\"));",
        "        List.of(\"rm-1\", \"rm-2\").parallelStream().forEach(id -> backup(client, id));",
        "        List.of(\"rm-1\", \"rm-1\").forEach(id -> backup(client, id));",
        "        Thread t = new Thread(() -> backup(client, \"rm-1\"));\n        t.start();\n        t.join();\n        Thread u = new Thread(() -> backup(client, \"rm-1\"));\n        u.start();",
    ] {
        assert!(!told("Nightly.java", &java(body)), "{body}");
    }
}
