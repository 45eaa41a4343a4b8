"""Our own HTTP routes beside Gradio's: actions, the live stream, generation, files in and out.

They call the same endpoints as the API, and answer a refusal with its sentence as JSON. What the
middleware checks for every request (login, origin, body size, rate) is not repeated here.
"""

import json
import logging
import tempfile
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Mapping,
)
from contextlib import aclosing
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.endpoints import Endpoint
from playground.exports import Exports
from playground.locales import LANGUAGES, catalogue
from playground.refused import Refused
from playground.runs.feed import Feed
from playground.widgets import assets

LOG = logging.getLogger("playground")
MOST_RUNS_IN_A_STREAM = 50
_IN_MEMORY = 2_000_000  # bytes of an upload; what is beyond goes to the disk
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
# A proxy that buffers would turn a live stream into one late block.
_LIVE = {"cache-control": "no-store", "x-accel-buffering": "no"}

Handler = Callable[[Request], Awaitable[Response]]
Lines = Callable[..., Generator[dict[str, Any], None, None]]


def routes(
    endpoints: Mapping[str, Endpoint], streams: Mapping[str, Lines], feed: Feed, exports: Exports
) -> list[Route]:
    """All routes under `/playground/`. `streams` are those endpoints answered line by line too."""

    async def call(request: Request) -> Response:
        name = request.path_params["action"]
        if name not in endpoints:
            raise Refused("endpoints.no_such_action", name=name[:40])
        arguments = await _json(request)
        return JSONResponse({"value": await run_in_threadpool(endpoints[name].call, arguments)})

    async def live(request: Request) -> Response:
        cursors = _cursors(request.query_params.get("cursors", ""))
        return StreamingResponse(
            _events(feed.follow(cursors)), media_type="text/event-stream", headers=_LIVE
        )

    async def keep_text(request: Request) -> Response:
        content = await request.body()
        return JSONResponse({"value": await run_in_threadpool(exports.keep_text, content)})

    async def keep_images(request: Request) -> Response:
        # To the disk as it comes: a class may send its photos at the same time.
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as content:
            async for chunk in request.stream():
                await run_in_threadpool(content.write, chunk)
            value = await run_in_threadpool(exports.keep_images, content)
        return JSONResponse({"value": value})

    async def import_weights(request: Request) -> Response:
        content = await request.body()
        name, owner = (request.query_params.get(field, "") for field in ("name", "owner"))
        value = await run_in_threadpool(exports.import_weights, content, name, owner)
        return JSONResponse({"value": value})

    async def export(request: Request) -> Response:
        asked = request.path_params
        file = await run_in_threadpool(
            exports.file, asked["run_ids"].split(","), asked["kind"], _language(request)
        )
        return Response(
            file.content,
            media_type=file.media_type,
            headers={"content-disposition": f'attachment; filename="{file.name}"'},
        )

    return [
        Route("/playground/call/{action}", _answered(call), methods=["POST"]),
        *(
            Route(f"/playground/{name}", _answered(_by_line(endpoints[name], lines)),
                  methods=["POST"])
            for name, lines in streams.items()
        ),
        Route("/playground/stream", _answered(live), methods=["GET"]),
        Route("/playground/text", _answered(keep_text), methods=["POST"]),
        Route("/playground/images", _answered(keep_images), methods=["POST"]),
        Route("/playground/import", _answered(import_weights), methods=["POST"]),
        Route("/playground/export/{run_ids}.{kind}", _answered(export), methods=["GET"]),
        Route("/playground/locale/{language}.json", _locale, methods=["GET"]),
        Route("/playground/{name}", _page_file, methods=["GET"]),
    ]  # fmt: skip


async def _page_file(request: Request) -> Response:
    served = assets.served(request.path_params["name"])
    if served is None:
        return Response(status_code=404)
    return Response(served.content, media_type=served.media_type, headers=_FOREVER)


async def _locale(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return Response(status_code=404)
    return JSONResponse(dict(catalogue(language)), headers=_FOREVER)


def _answered(handler: Handler) -> Handler:
    """The handler; a refusal is answered as 400, anything unforeseen logged and said kindly.

    Our own page asks for refusals with status 200: its scripts read them, its console is quiet.
    """

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refusal:
            asked = request.headers.get("x-refusal") == "answer"
            return _error(refusal, request, 200 if asked else 400)
        except Exception:
            LOG.exception("a request failed")
            return _error(Refused("endpoints.failed"), request, 500)

    return answer


def _error(refusal: Refused, request: Request, status: int) -> Response:
    return JSONResponse({"error": refusal.as_json(_language(request))}, status_code=status)


def _language(request: Request) -> str:
    """`?lang=` of the address, else what the browser prefers."""
    return request.query_params.get("lang") or request.headers.get("accept-language", "en")


def _by_line(endpoint: Endpoint, lines: Lines) -> Handler:
    """A handler that answers with one JSON object a line, as they come."""

    async def stream(request: Request) -> Response:
        arguments = endpoint.check(await _json(request))
        items = await run_in_threadpool(lines, **arguments)
        # The first is awaited before answering, so that a refusal is a status, not half a stream.
        first = await run_in_threadpool(next, items, None)

        async def body() -> AsyncIterator[bytes]:
            item = first
            try:
                while item is not None:
                    yield _line(item)
                    item = await run_in_threadpool(next, items, None)
            except Refused as refusal:
                yield _line({"error": refusal.as_json(_language(request))})
            except Exception:
                LOG.exception("a stream failed")
                yield _line({"error": Refused("endpoints.failed").as_json(_language(request))})
            finally:
                # Also when the visitor has gone: the worker need not finish what nobody reads.
                # Not in a thread: a request that was cancelled may wait for nothing any more.
                items.close()

        return StreamingResponse(body(), media_type="application/x-ndjson", headers=_LIVE)

    return stream


def _line(item: dict[str, Any]) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode() + b"\n"


async def _events(messages: AsyncGenerator[str, None]) -> AsyncIterator[bytes]:
    """Messages as server-sent events; an empty one is the heartbeat, a comment."""
    async with aclosing(messages):
        async for message in messages:
            yield f"data: {message}\n\n".encode() if message else b": still here\n\n"


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        raise Refused("endpoints.not_an_object") from None


def _cursors(text: str) -> dict[str, int]:
    """`a:0,b:120` -> `{"a": 0, "b": 120}`; what is not of this form is left out."""
    pairs = (part.rsplit(":", 1) for part in text.split(",") if ":" in part)
    cursors = {run_id: int(start) for run_id, start in pairs if start.isascii() and start.isdigit()}
    if len(cursors) > MOST_RUNS_IN_A_STREAM:
        raise Refused("endpoints.many_runs", limit=MOST_RUNS_IN_A_STREAM)
    return cursors
