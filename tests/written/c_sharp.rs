//! Programs in C#, in every way that the call is written in them, and what only looks like it.

use crate::{LookAlike, METHOD, Row, other, row};

pub(crate) const ROWS: &[Row] = &[
    row(
        "C#, the SDK",
        "A.cs",
        "using AlibabaCloud.SDK.Rds20140815;\nusing AlibabaCloud.SDK.Rds20140815.Models;\n\nclass A\n{\n    void Run(Client client)\n    {\n        client.CreateBackup(new CreateBackupRequest { DBInstanceId = \"pgm-1\", BackupMethod = \"Snapshot\" });\n    }\n}\n",
        "using AlibabaCloud.SDK.Rds20140815;\nusing AlibabaCloud.SDK.Rds20140815.Models;\n\nclass A\n{\n    void Run(Client client)\n    {\n        var r = new CreateBackupRequest\n        {\n            DBInstanceId = \"pgm-1\",\n            BackupMethod = «\"Logical\"»,\n        };\n        client.CreateBackupWithOptions(r, runtime);\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, the SDK with await and a target type",
        "A.cs",
        "using AlibabaCloud.SDK.Rds20140815;\nusing AlibabaCloud.SDK.Rds20140815.Models;\n\nclass A\n{\n    async Task Run(Client client)\n    {\n        CreateBackupRequest r = new() { DBInstanceId = \"pgm-1\" };\n        r.BackupMethod = \"Physical\";\n        await client.CreateBackupAsync(r);\n    }\n}\n",
        "using AlibabaCloud.SDK.Rds20140815;\nusing AlibabaCloud.SDK.Rds20140815.Models;\n\nclass A\n{\n    async Task Run(Client client)\n    {\n        CreateBackupRequest r = new() { DBInstanceId = \"pgm-1\" };\n        r.BackupMethod = «\"Logical\"»;\n        await client.CreateBackupWithOptionsAsync(r, runtime);\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, the older SDK",
        "A.cs",
        "using Aliyun.Acs.Core;\nusing Aliyun.Acs.Rds.Model.V20140815;\n\nclass A\n{\n    void Run(DefaultAcsClient client)\n    {\n        var r = new CreateBackupRequest();\n        r.DBInstanceId = \"pgm-1\";\n        r.BackupMethod = \"Snapshot\";\n        var response = client.GetAcsResponse(r);\n    }\n}\n",
        "using Aliyun.Acs.Core;\nusing Aliyun.Acs.Rds.Model.V20140815;\n\nclass A\n{\n    void Run(DefaultAcsClient client)\n    {\n        var r = new CreateBackupRequest\n        {\n            DBInstanceId = \"pgm-1\",\n            BackupMethod = «\"Logical\"»\n        };\n        CreateBackupResponse response = client.GetAcsResponse(r);\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, a request of any API",
        "A.cs",
        "using Aliyun.Acs.Core;\n\nclass A\n{\n    void Run(Client client)\n    {\n        var r = new CommonRequest();\n        r.Product = \"Rds\";\n        r.Version = \"2014-08-15\";\n        r.Action = \"CreateBackup\";\n        r.AddQueryParameters(\"DBInstanceId\", \"pgm-1\");\n        client.GetCommonResponse(r);\n    }\n}\n",
        "using Aliyun.Acs.Core;\n\nclass A\n{\n    void Run(Client client)\n    {\n        CommonRequest r = new CommonRequest { Domain = \"rds.aliyuncs.com\", Version = \"2014-08-15\", Action = \"CreateBackup\" };\n        r.AddQueryParameters(\"DBInstanceId\", \"pgm-1\");\n        r.AddBodyParameters(\"BackupMethod\", «\"Logical\"»);\n        client.GetCommonResponse(r);\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, the generic client",
        "A.cs",
        "using System.Collections.Generic;\nusing AlibabaCloud.OpenApiClient.Models;\n\nclass A\n{\n    void Run(Client client)\n    {\n        var p = new Params { Action = \"CreateBackup\", Version = \"2014-08-15\", Style = \"RPC\" };\n        var queries = new Dictionary<string, object>();\n        queries[\"DBInstanceId\"] = \"pgm-1\";\n        var r = new OpenApiRequest { Query = AlibabaCloud.OpenApiUtil.Client.Query(queries) };\n        client.CallApi(p, r, runtime);\n    }\n}\n",
        "using System.Collections.Generic;\nusing AlibabaCloud.OpenApiClient.Models;\n\nclass A\n{\n    void Run(Client client)\n    {\n        var p = new Params { Action = \"CreateBackup\", Version = \"2014-08-15\", Style = \"RPC\" };\n        var queries = new Dictionary<string, object> { { \"DBInstanceId\", \"pgm-1\" }, { \"BackupMethod\", «\"Logical\"» } };\n        var r = new OpenApiRequest { Query = AlibabaCloud.OpenApiUtil.Client.Query(queries) };\n        client.CallApi(p, r, runtime);\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, Pulumi",
        "A.cs",
        "using Pulumi;\nusing AliCloud = Pulumi.AliCloud;\n\nreturn await Deployment.RunAsync(() =>\n{\n    new AliCloud.Rds.RdsBackup(\"nightly\", new() { DbInstanceId = \"pgm-1\", BackupMethod = \"Snapshot\" });\n});\n",
        "using Pulumi.AliCloud.Rds;\n\nclass Backups : Pulumi.Stack\n{\n    public Backups()\n    {\n        var nightly = new RdsBackup(\"nightly\", new RdsBackupArgs\n        {\n            DbInstanceId = \"pgm-1\",\n            BackupMethod = «\"Logical\"»,\n        });\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, a command as a text",
        "A.cs",
        "using System.Diagnostics;\n\nclass A\n{\n    void Run()\n    {\n        Process.Start(\"aliyun\", \"rds CreateBackup --DBInstanceId pgm-1\");\n    }\n}\n",
        "using System.Diagnostics;\n\nclass A\n{\n    void Run()\n    {\n        var start = new ProcessStartInfo(\"aliyun\", \"rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\") { UseShellExecute = false };\n        Process.Start(start).WaitForExit();\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, a command as a list",
        "A.cs",
        "using System.Diagnostics;\n\nclass A\n{\n    void Run()\n    {\n        Process.Start(\"aliyun\", new[] { \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"pgm-1\" });\n    }\n}\n",
        "using System.Diagnostics;\n\nclass A\n{\n    void Run()\n    {\n        var start = new ProcessStartInfo { FileName = \"aliyun\" };\n        start.ArgumentList.Add(\"rds\");\n        start.ArgumentList.Add(\"CreateBackup\");\n        start.ArgumentList.Add(\"--DBInstanceId\");\n        start.ArgumentList.Add(\"pgm-1\");\n        start.ArgumentList.Add(\"--BackupMethod\");\n        start.ArgumentList.Add(«\"Logical\"»);\n        using var process = Process.Start(start);\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, an address",
        "A.cs",
        "using System.Net.Http;\n\nclass A\n{\n    async Task Run(HttpClient http)\n    {\n        await http.GetAsync(\"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1\");\n    }\n}\n",
        "using System.Net.Http;\n\nclass A\n{\n    async Task Run(HttpClient http)\n    {\n        var r = new HttpRequestMessage(HttpMethod.Post, \"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1&BackupMethod=«Logical»\");\n        await http.SendAsync(r);\n    }\n}\n",
        METHOD,
    ),
    row(
        "C#, a form",
        "A.cs",
        "using System.Net.Http;\nusing System.Collections.Generic;\n\nclass A\n{\n    async Task Run(HttpClient http)\n    {\n        var form = new Dictionary<string, string>\n        {\n            [\"Action\"] = \"CreateBackup\",\n            [\"Version\"] = \"2014-08-15\",\n            [\"DBInstanceId\"] = \"pgm-1\",\n        };\n        await http.PostAsync(\"https://rds.aliyuncs.com/\", new FormUrlEncodedContent(form));\n    }\n}\n",
        "using System.Net.Http;\nusing System.Collections.Generic;\n\nclass A\n{\n    async Task Run(HttpClient http)\n    {\n        var form = new Dictionary<string, string>\n        {\n            [\"Action\"] = \"CreateBackup\",\n            [\"Version\"] = \"2014-08-15\",\n            [\"DBInstanceId\"] = \"pgm-1\",\n            [\"BackupMethod\"] = «\"Logical\"»,\n        };\n        await http.PostAsync(\"https://rds.aliyuncs.com/\", new FormUrlEncodedContent(form));\n    }\n}\n",
        METHOD,
    ),
];

pub(crate) const LOOK_ALIKES: &[LookAlike] = &[
    other(
        "C#, another product's SDK",
        "A.cs",
        "using AlibabaCloud.SDK.Dds20151201;\nusing AlibabaCloud.SDK.Dds20151201.Models;\n\nclass A\n{\n    void Run(Client client)\n    {\n        // Alibaba Cloud\n        client.CreateBackup(new CreateBackupRequest { DBInstanceId = \"dds-1\", BackupMethod = \"Logical\" });\n    }\n}\n",
    ),
    other(
        "C#, another product's older SDK",
        "A.cs",
        "using Aliyun.Acs.Core;\nusing Aliyun.Acs.R_kvstore.Model.V20150101;\n\nclass A\n{\n    void Run(Client client)\n    {\n        var r = new CreateBackupRequest { InstanceId = \"r-1\" };\n        client.GetAcsResponse(r);\n    }\n}\n",
    ),
    other(
        "C#, a request of another product",
        "A.cs",
        "using Aliyun.Acs.Core;\n\nclass A\n{\n    void Run(Client client)\n    {\n        var r = new CommonRequest { Domain = \"mongodb.aliyuncs.com\", Version = \"2015-12-01\", Action = \"CreateBackup\" };\n        r.AddQueryParameters(\"DBInstanceId\", \"dds-1\");\n        r.AddQueryParameters(\"BackupMethod\", \"Logical\");\n        client.GetCommonResponse(r);\n    }\n}\n",
    ),
    other(
        "C#, the generic client for another product",
        "A.cs",
        "using System.Collections.Generic;\nusing AlibabaCloud.OpenApiClient.Models;\n\nclass A\n{\n    void Run(Client client)\n    {\n        var p = new Params { Action = \"CreateBackup\", Version = \"2015-12-01\", Style = \"RPC\" };\n        client.CallApi(p, new OpenApiRequest { Query = new Dictionary<string, string> { { \"DBInstanceId\", \"dds-1\" }, { \"BackupMethod\", \"Logical\" } } }, runtime); // aliyun\n    }\n}\n",
    ),
    other(
        "C#, another cloud",
        "A.cs",
        "using Amazon.DynamoDBv2;\nusing Amazon.DynamoDBv2.Model;\n\nclass A\n{\n    void Run(Client client)\n    {\n        // moved from Alibaba Cloud RDS\n        await client.CreateBackupAsync(new CreateBackupRequest { TableName = \"t\", BackupName = \"b\" });\n    }\n}\n",
    ),
    other(
        "C#, a resource of another product",
        "A.cs",
        "using Pulumi.AliCloud.Rds;\nvar policy = new BackupPolicy(\"p\", new BackupPolicyArgs { InstanceId = \"pgm-1\", BackupMethod = \"Logical\" });\nvar b = new Pulumi.AliCloud.Redis.Backup(\"x\");\n",
    ),
    other(
        "C#, a command of another product",
        "A.cs",
        "using System.Diagnostics;\n\nclass A\n{\n    void Run()\n    {\n        Process.Start(\"aliyun\", \"dds CreateBackup --DBInstanceId dds-1 --BackupMethod Logical\");\n        Console.WriteLine(\"aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\");\n    }\n}\n",
    ),
    other(
        "C#, an address of another host",
        "A.cs",
        "using System.Net.Http;\n\nclass A\n{\n    async Task Run(HttpClient http)\n    {\n        // alibaba\n        await http.GetAsync(\"https://rds.volcengineapi.com/?Action=CreateBackup&Version=2022-01-01&InstanceId=mysql-1&BackupMethod=Logical\");\n        await http.GetAsync(\"https://dds.aliyuncs.com/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1&BackupMethod=Logical\");\n    }\n}\n",
    ),
    other(
        "C#, a class of one's own",
        "A.cs",
        "namespace Aliyun.Tools;\n\nrecord CreateBackupRequest(string DBInstanceId, string BackupMethod);\n\nclass Queue\n{\n    void Run(IMediator mediator) => mediator.Send(new CreateBackupRequest(\"pgm-1\", \"Logical\"));\n}\n",
    ),
    other(
        "C#, a test that only sets up a mock",
        "A.cs",
        "using AlibabaCloud.SDK.Rds20140815;\nusing AlibabaCloud.SDK.Rds20140815.Models;\nusing Moq;\n\nclass A\n{\n    void Run()\n    {\n        var mock = new Mock<Client>();\n        mock.Setup(c => c.CreateBackup(It.IsAny<CreateBackupRequest>())).Returns(new CreateBackupResponse());\n    }\n}\n",
    ),
];
