"""The one middleware: everything that Gradio leaves open, for its routes and ours alike.

What comes in: closed addresses, login, foreign origins, too many requests, too large bodies. What
goes out: the page with our head in it, security headers, files packed and cached. Streams pass
through untouched, chunk by chunk (which Starlette's BaseHTTPMiddleware would not do).
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from playground.gate.boot import with_head
from playground.gate.compression import Packed, PackedFiles, pack, tag_of
from playground.gate.exchange import (
    HEADERS,
    READING,
    Answer,
    Message,
    Receive,
    Request,
    Scope,
    Send,
    once,
    read,
    refuse,
)
from playground.gate.login import Login, login_page
from playground.gate.rate import TokenBuckets

App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Of Gradio's own addresses these are open and no other: not its fetching of remote files, its
# uploads, monitoring, run history, code editing, or whatever a later version brings.
_GRADIO_API = "info|queue|call|run|api|heartbeat|cancel|reset|startup-events|app_id|mcp"
_FILES = re.compile(
    r"/(?:assets/|static/|theme\.css$|favicon\.ico$|manifest\.json$|robots\.txt$"
    r"|playground/(?:page\.(?:js|css)$|locale/|[\w-]+\.(?:js|css|svg|woff2)$))"
)
_OPEN = re.compile(
    rf"/(?:$|config/?$|login/?$|playground/|gradio_api/(?:{_GRADIO_API})(?:/|$)"
    rf"|gradio_api/theme\.css$)"
)
_CALL = re.compile(r"/gradio_api/(?:call|run|api)/([^/]+)")
_FOREVER = re.compile(r"/(?:assets/|playground/)")
_LARGE = re.compile(r"/playground/(?:text|import|images)$")
_JSON_LIMIT_BYTES = 2_000_000


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes; rates in requests a second. A class of 30 behind one address fits."""

    upload_bytes: int = 20_000_000
    images_bytes: int = 100_000_000  # photos of a phone, zipped
    rate: float = 150
    burst: float = 900
    rate_for_all: float = 1_000
    burst_for_all: float = 4_000
    login_rate: float = 1
    login_burst: float = 60


class Gate:
    """ASGI middleware. `head` goes into Gradio's page; `login` is None where all may enter.

    `calls` names the endpoints of Gradio's API; it would answer for any other as for a fault of
    its own. None lets all names pass.
    """

    def __init__(
        self,
        app: App,
        head: bytes = b"",
        login: Login | None = None,
        limits: Limits | None = None,
        calls: frozenset[str] | None = None,
    ):
        self.app = app
        self.calls = calls
        self.head = head
        self.login = login
        self.limits = limits or Limits()
        self._clients = TokenBuckets(self.limits.rate, self.limits.burst)
        self._everyone = TokenBuckets(self.limits.rate_for_all, self.limits.burst_for_all)
        self._logins = TokenBuckets(self.limits.login_rate, self.limits.login_burst)
        self._files = PackedFiles(48_000_000)
        self._pages = PackedFiles(1_000_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._refusal(request)
        if answer is None and request.method not in READING:
            receive, answer = await self._limited_body(request, receive)
        if answer is None and self.login is not None:
            answer = await self._at_the_door(self.login, request, receive)
        if answer is None:
            answer = self._cached_file(request)
        if answer is not None:
            await answer.send(send)
        else:
            await self.app(scope, receive, self._finishing(request, send))

    # What comes in

    def _refusal(self, request: Request) -> Answer | None:
        if not (_OPEN.match(request.path) or _FILES.match(request.path)):
            return refuse(request, 404, "shell.not_found")
        call = _CALL.match(request.path)
        if call and self.calls is not None and call[1] not in self.calls:
            return refuse(request, 404, "endpoints.no_such_action", name=call[1][:40])
        if _FILES.match(request.path):
            return None
        if not (self._clients.allow(request.client) and self._everyone.allow("")):
            return refuse(request, 429, "shell.too_many_requests", (b"retry-after", b"2"))
        if request.method not in READING and not request.same_origin():
            return refuse(request, 403, "shell.foreign_origin")
        return None

    async def _limited_body(
        self, request: Request, receive: Receive
    ) -> tuple[Receive, Answer | None]:
        """The request's body as a new `receive`, or 413 where it is too large.

        A stated length is believed, since the server holds the sender to it; a body sent in
        chunks states none and is read here, no further than the limit.
        """
        limit = _JSON_LIMIT_BYTES
        if _LARGE.search(request.path):
            photos = request.path.endswith("/images")
            limit = self.limits.images_bytes if photos else self.limits.upload_bytes
        too_large = refuse(request, 413, "shell.too_large", limit_mb=limit // 1_000_000)
        if "transfer-encoding" not in request.headers:
            length = request.headers.get("content-length", "0")
            if length.isdigit() and int(length) <= limit:
                return receive, None
            # Read a little on: a sender who is cut off while writing never sees the answer.
            await read(receive, 2 * limit)
            return receive, too_large
        body = await read(receive, limit)
        return (receive, too_large) if body is None else (once(body, receive), None)

    async def _at_the_door(self, login: Login, request: Request, receive: Receive) -> Answer | None:
        """None where the visitor may pass; else the login form, or its answer, or 401."""
        if request.path.rstrip("/") == "/login" and request.method == "POST":
            return await self._let_in(login, request, receive)
        if _FILES.match(request.path) or request.path == "/gradio_api/startup-events":
            return None
        if login.signed_in(request.headers):
            return None
        if request.path == "/":
            page = login_page(request.language, request.scope["query_string"].decode("latin-1"))
            return Answer(401, page, "text/html; charset=utf-8")
        return refuse(request, 401, "shell.not_signed_in")

    async def _let_in(self, login: Login, request: Request, receive: Receive) -> Answer:
        if not self._logins.allow(request.client):
            return refuse(request, 429, "shell.too_many_requests", (b"retry-after", b"2"))
        right, back = login.form(await read(receive, _JSON_LIMIT_BYTES) or b"")
        by_person = "text/html" in request.headers.get("accept", "")
        if not right and by_person:
            page = login_page(request.language, back, wrong=True)
            return Answer(401, page, "text/html; charset=utf-8")
        if not right:
            return refuse(request, 401, "shell.wrong_login")
        cookie = (b"set-cookie", login.cookie_header(request.secure).encode())
        if not by_person:
            return Answer(200, b'{"success": true}', "application/json", (cookie,))
        where = "./" + ("?" + re.sub(r"[^\x21-\x7e]", "", back) if back else "")
        return Answer(303, b"", "text/plain", (cookie, (b"location", where.encode())))

    # What goes out

    def _cached_file(self, request: Request) -> Answer | None:
        if request.method != "GET" or not _FILES.match(request.path):
            return None
        found = self._files.get((request.path, request.encoding))
        return None if found is None else _packed_answer(request, *found)

    def _finishing(self, request: Request, send: Send) -> Send:
        """`send`, with our headers; a page or a file is gathered whole first, a stream is not."""
        gathered: list[bytes] = []
        start: Message = {}

        async def finishing(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                if not _whole(request, start):
                    start["headers"] = [*start["headers"], *HEADERS]
                    await send(start)
            elif not _whole(request, start):
                await send(message)
            else:
                gathered.append(message.get("body", b""))
                if not message.get("more_body"):
                    content_type = _header(start, b"content-type")
                    answer = await self._packed(request, b"".join(gathered), content_type)
                    await answer.send(send)

        return finishing

    async def _packed(self, request: Request, body: bytes, content_type: str) -> Answer:
        """The page or file, packed; packing is done once for each content."""
        is_page = request.path == "/"
        files = self._pages if is_page else self._files
        key = (request.path, request.encoding)
        if is_page:
            # The page differs with the address it was asked by, so its content is the key.
            body = with_head(body, self.head)
            key = (tag_of(body).decode(), request.encoding)
        found = files.get(key)
        if found is None:
            packed = await run_in_threadpool(pack, body, content_type, request.encoding)
            found = (packed, content_type)
            files.keep(key, *found)
        return _packed_answer(request, *found)


def _packed_answer(request: Request, packed: Packed, content_type: str) -> Answer:
    keep = b"no-cache"  # ask each time, by the tag
    if _FOREVER.match(request.path):
        keep = b"public, max-age=31536000, immutable"
    elif _FILES.match(request.path) and request.path != "/theme.css":
        keep = b"public, max-age=86400"
    headers = [(b"cache-control", keep), (b"etag", packed.tag), (b"vary", b"accept-encoding")]
    if packed.tag in request.headers.get("if-none-match", "").encode():
        return Answer(304, b"", content_type, tuple(headers))
    if packed.encoding:
        headers.append((b"content-encoding", packed.encoding.encode()))
    return Answer(200, packed.body, content_type, tuple(headers))


def _whole(request: Request, start: Message) -> bool:
    """Whether an answer is a page or file of ours or Gradio's, to be gathered, packed and kept."""
    if request.method != "GET" or start["status"] != 200 or "range" in request.headers:
        return False
    if request.path == "/":
        return _header(start, b"content-type").startswith("text/html")
    return bool(_FILES.match(request.path)) and not _header(start, b"content-encoding")


def _header(start: Message, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in start["headers"] if key == name), "")
