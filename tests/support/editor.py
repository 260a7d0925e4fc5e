"""An editor made of pygls: opens a workspace, changes a file, and writes down what it is told.

Usage: editor.py SERVER FOLDER. Ends with 0 when the conversation went as it should.
"""

import asyncio
import pathlib
import sys

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 120


async def main(server: str, folder: str) -> None:
    root = pathlib.Path(folder)
    client = LanguageClient("editor", "1")
    published: asyncio.Queue = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def told(params: types.PublishDiagnosticsParams) -> None:
        published.put_nowait(params)

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        assert params.registrations[0].method == "workspace/didChangeWatchedFiles"

    async def until(wanted) -> types.PublishDiagnosticsParams:
        while True:
            params = await asyncio.wait_for(published.get(), PATIENCE)
            if wanted(params):
                return params

    await client.start_io(server, "lsp", "--stdio")
    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    answer = await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(
                workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching)
            ),
            workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name="w")],
        )
    )
    assert answer.server_info.name == "backuplint", answer
    client.initialized(types.InitializedParams())
    uri = (root / "main.tf").as_uri()
    found = await until(lambda params: params.uri == uri)
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["invalid-value"], found
    text = (root / "main.tf").read_bytes().decode()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri=uri, language_id="terraform", version=1, text=text))
    )
    found = await until(lambda params: params.uri == uri and params.version == 1)
    identifier = types.TextDocumentIdentifier(uri=uri)
    where = found.diagnostics[0].range
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(identifier, where, types.CodeActionContext(found.diagnostics))
    )
    assert any(action.title.startswith("ignore") for action in actions), actions
    hover = await client.text_document_hover_async(types.HoverParams(identifier, where.start))
    assert "Snapshot" in hover.contents.value, hover
    completion = await client.text_document_completion_async(types.CompletionParams(identifier, where.end))
    print(completion)
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(uri=uri, version=2),
            [types.TextDocumentContentChangeWholeDocument(text.replace("Snapshott", "Snapshot"))],
        )
    )
    await until(lambda params: params.uri == uri and params.version == 2 and not params.diagnostics)
    await client.shutdown_async(None)
    client.exit(None)
    for _ in range(PATIENCE * 10):
        if client._server.returncode is not None:
            break
        await asyncio.sleep(0.1)
    assert client._server.returncode == 0, client._server.returncode


asyncio.run(main(sys.argv[1], sys.argv[2]))
