"""`--mcp`: the actions as tools for other programs, with and without a login."""

import ast
import asyncio
import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ListToolsResult

from tests.running_app import RunningApp, wait_until


def visited(url: str, headers: dict[str, str]) -> tuple[ListToolsResult, list[CallToolResult]]:
    """The tools, and the results of a good call, a refused one and one about the machine."""

    async def visit() -> tuple[ListToolsResult, list[CallToolResult]]:
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as web,
            streamable_http_client(f"{url}gradio_api/mcp/", http_client=web) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            results = [
                await session.call_tool(name, arguments)
                for name, arguments in (
                    ("start_run", {"slice": "sequence", "config": {"cell": "gru", "seconds": 1}}),
                    ("start_run", {"slice": "sequence", "config": {"cell": "abacus"}}),
                    ("machine", {}),
                )
            ]
            return await session.list_tools(), results

    return asyncio.run(visit())


def said(result: CallToolResult) -> Any:
    return result.content[0].text


def authorization(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"class:{password}".encode()).decode()}


@pytest.mark.parametrize("flags", [(), ("--auth", "class:a:b")])
def test_every_action_is_a_tool_that_can_be_called(tmp_path: Path, flags: tuple[str, ...]):
    app = RunningApp(tmp_path, "--mcp", *flags)
    try:
        wait_until(lambda: "gradio_api/mcp" in app.output, otherwise=lambda: app.output)
        tools, (good, refused, machine) = visited(app.url, authorization("a:b"))
        tool = {one.name: one for one in tools.tools}
        assert {"start_run", "run", "records", "control_run", "generate"} <= set(tool)
        assert tool["start_run"].description
        assert set(tool["start_run"].inputSchema["properties"]) == {"slice", "config", "owner"}
        assert set(ast.literal_eval(said(good))) >= {"run_id", "token"}
        assert refused.isError
        assert "cell=abacus must be one of" in said(refused)
        assert ast.literal_eval(said(machine))["cores"] >= 1
        if flags:
            address = f"{app.url}gradio_api/mcp/"
            assert httpx.post(address, json={}).status_code == 401
            assert httpx.post(address, json={}, headers=authorization("a")).status_code == 401
        assert "Traceback" not in app.output
    finally:
        app.stop()
