"""A request as the checks see it, and an answer as they give it."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playground.gate.boot import POLICY
from playground.gate.compression import encoding_for
from playground.refused import Refused

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

READING = ("GET", "HEAD", "OPTIONS")
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"content-security-policy", POLICY.encode()),
)


class Request:
    """What the checks look at. Gradio may live below a path: `path` is without it."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        self.headers: Mapping[str, str] = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        # uvicorn puts the visitor's address here where a proxy on this machine names it.
        self.client: str = (scope.get("client") or ("", 0))[0]

    @property
    def encoding(self) -> str:
        return encoding_for(self.headers.get("accept-encoding", ""))

    @property
    def language(self) -> str:
        asked = re.search(rb"(?:^|&)lang=(\w+)", self.scope["query_string"])
        return asked[1].decode() if asked else self.headers.get("accept-language", "en")

    @property
    def secure(self) -> bool:
        return self.scope["scheme"] == "https" or self.headers.get("x-forwarded-proto") == "https"

    def same_origin(self) -> bool:
        """Programs name no origin; a browser names the page's, which must be our own address."""
        origin = self.headers.get("origin")
        if origin is None:
            return self.headers.get("sec-fetch-site") in (None, "same-origin", "none")
        asked = (self.headers.get("host"), self.headers.get("x-forwarded-host"))
        return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc in asked


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def send(self, send: Send) -> None:
        headers = [
            (b"content-type", self.content_type.encode()),
            (b"content-length", str(len(self.body)).encode()),
            *(() if b"cache-control" in dict(self.headers) else ((b"cache-control", b"no-store"),)),
            *self.headers,
            *HEADERS,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def refuse(
    request: Request, status: int, key: str, *headers: tuple[bytes, bytes], **params: Any
) -> Answer:
    """A sentence in the visitor's language; `detail` is where Gradio's own client looks for it."""
    error = Refused(key, **params).as_json(request.language)
    body = json.dumps({"error": error, "detail": error["text"]}, ensure_ascii=False)
    return Answer(status, body.encode(), "application/json", headers)


async def read(receive: Receive, limit_bytes: int) -> bytes | None:
    """The whole body; None if it is longer or the sender has gone."""
    parts, length = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > limit_bytes:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def once(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands over a body already read, then listens on."""
    pending = [body]

    async def replay() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replay
