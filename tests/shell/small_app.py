"""A small Gradio app behind our gate, in the tests' own process."""

import contextlib
import http.client
import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from playground import gradio_start  # noqa: F401  (before gradio)

import gradio as gr  # isort: skip
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.endpoints import Endpoint
from playground.gate.boot import head
from playground.middleware import Gate
from playground.serving import free_port
from playground.widgets.published import Page, publish


def shout(text: str) -> str:
    """Make a text loud."""
    return text.upper()


async def _echo(request: Request) -> Response:
    return JSONResponse({"value": len(await request.body())})


async def _ticks(_: Request) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        for number in range(3):
            yield f"data: {time.monotonic()} {number}\n\n".encode()
            await _sleep(0.3)

    return StreamingResponse(lines(), media_type="text/event-stream")


async def _sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


async def _script(_: Request) -> Response:
    forever = {"cache-control": "public, max-age=31536000, immutable"}
    return Response("window.ours = 1;\n" * 400, media_type="text/javascript", headers=forever)


@contextlib.contextmanager
def small_app(
    head_tags: str = "",
    language: str = "",
    root_path: str = "",
    endpoints: Iterable[Endpoint] = (),
    **gate: Any,
) -> Iterator["Caller"]:
    """The app, launched as the real one is; ends with the context."""
    with Page(title="Small", analytics_enabled=False) as demo:
        gr.Button("press", elem_id="press")
        gr.api(shout, api_name="shout")
        publish(demo, endpoints)
    routes = [
        Route("/playground/call/echo", _echo, methods=["POST"]),
        Route("/playground/text", _echo, methods=["POST"]),
        Route("/playground/stream", _ticks),
        Route("/playground/page.js", _script),
    ]
    port = free_port("127.0.0.1", 0)
    demo.launch(
        prevent_thread_lock=True,
        quiet=True,
        server_port=port,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=["api"],
        root_path=root_path,
        app_kwargs={
            "routes": routes,
            "middleware": [Middleware(Gate, head=head(language, head_tags), **gate)],
            "openapi_url": None,
        },
    )
    try:
        yield Caller(port)
    finally:
        demo.close(verbose=False)


class Caller:
    """Raw HTTP, without anything a library would add or hide."""

    def __init__(self, port: int):
        self.port = port
        self.url = f"http://127.0.0.1:{port}/"

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (lower-cased names) and body. `_` in a header's name stands for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            chunked = body is not None and not isinstance(body, bytes)
            connection.request(method, path, body, names, encode_chunked=chunked)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            connection.close()

    def post(self, path: str, value: Any, **headers: str) -> tuple[int, dict[str, str], bytes]:
        return self.ask(
            "POST", path, json.dumps(value).encode(), content_type="application/json", **headers
        )
