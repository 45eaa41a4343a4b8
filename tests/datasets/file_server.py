"""A server on this machine that breaks off, lies or stalls, and data sets that are at it."""

import hashlib
import http.server
import random
import time

from playground.datasets import download
from playground.datasets.registry import Dataset, RemoteFile

CONTENT = random.Random(0).randbytes(300_000)


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT; `behaviour` says what goes wrong, `asked` which ranges came in."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = ""
        self.asked: list[str | None] = []
        self.encodings: set[str | None] = set()

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what some tests are about


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        self.server.encodings.add(self.headers.get("Accept-Encoding"))
        behaviour = self.server.behaviour
        if behaviour == "missing":
            self.send_error(404)
            return
        content = CONTENT if behaviour != "wrong" else CONTENT[::-1]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if behaviour == "no ranges":
            start = 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            shown = start if behaviour != "another range" else start + 1
            self.send_header("Content-Range", f"bytes {shown}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        part = content[start:]
        if behaviour == "breaks always":
            part = part[:1_000]
        if behaviour == "breaks always" or (
            behaviour in {"breaks", "no ranges", "another range"} and len(self.server.asked) == 1
        ):
            self.wfile.write(part[:100_000])
            self.wfile.flush()
            self.connection.close()
            return
        if behaviour == "slow":
            for at in range(0, len(part), 10_000):
                self.wfile.write(part[at : at + 10_000])
                time.sleep(0.05)
            return
        if behaviour == "endless":
            part *= 20
        self.wfile.write(part)

    def log_message(self, *_):
        pass


def dataset(server, **changes):
    """A data set at the server, of a new name each time, so that no two tests share a download."""
    values = {
        "name": "bytes.bin", "size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "addresses": (f"http://127.0.0.1:{server.server_port}/bytes.bin",),
    }  # fmt: skip
    return of_files(RemoteFile(**(values | changes)))


def of_files(*files):
    return Dataset(
        name=f"bytes-{random.random()}", title={"en": "Bytes", "zh": "字节"}, language="en",
        licence="none", citation="", remote=files,
    )  # fmt: skip


def fetched(one):
    started = download.start(one)
    if started.thread:
        started.thread.join(30)
    return started
