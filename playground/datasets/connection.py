"""One connection that adds to a part file, in a thread that can be left behind.

Looking a name up cannot be interrupted, and without a network it may take a minute. So whoever
waits does not wait for the thread: it abandons it, and from then on the thread writes nothing.
"""

import os
import threading
from pathlib import Path
from typing import Any

import httpx

from playground.datasets.registry import RemoteFile

CONNECT_SECONDS = 3.0
STALL_SECONDS = 10.0


class Unreachable(Exception):  # noqa: N818 - named for the fault
    """Nobody answers at the address."""


class Connection:
    """Fetches what `part` still lacks of `file`. `fault` is set if that failed."""

    def __init__(self, address: str, file: RemoteFile, part: Path):
        self.received = 0  # bytes, with those that `part` had
        self.reached = threading.Event()  # the server is there and was asked
        self.ended = threading.Event()
        self.fault: Exception | None = None
        self._address, self._file, self._part = address, file, part
        self._abandoned = False
        self._pen = threading.Lock()  # held while writing

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def abandon(self) -> None:
        """From now on nothing is written."""
        with self._pen:
            self._abandoned = True

    def _run(self) -> None:
        try:
            self._receive()
        except (httpx.ConnectError, httpx.ConnectTimeout):
            self.fault = Unreachable()
        except Exception as fault:
            self.fault = fault  # raised again where somebody waits for it
        finally:
            self.ended.set()

    def _receive(self) -> None:
        have = self._usable()
        # Unpacked on the way, a file would have another length and another hash.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        timeout = httpx.Timeout(STALL_SECONDS, connect=CONNECT_SECONDS)
        with (
            httpx.Client(timeout=timeout, follow_redirects=True) as client,
            client.stream(
                "GET", self._address, headers=headers, extensions={"trace": self._trace}
            ) as answer,
        ):
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # there is no more: the hash will tell whether that is all
            answer.raise_for_status()
            at = answer.headers.get("Content-Range", "")
            resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
            if resumed and not at.startswith(f"bytes {have}-"):
                with self._pen:
                    if not self._abandoned:
                        self._part.unlink()  # a server that cannot go on is asked for all of it
                raise httpx.RemoteProtocolError("another part than the one that was asked for")
            self._write(answer, have if resumed else 0)

    def _usable(self) -> int:
        """Bytes that can be gone on with."""
        with self._pen:
            have = self._part.stat().st_size if self._part.exists() else 0
            if have > self._file.largest or (have and not self._file.exact):
                self._part.unlink()
                return 0
            return have

    def _write(self, answer: httpx.Response, start: int) -> None:
        self.received = start
        with self._pen:
            if self._abandoned:
                return
            file = self._part.open("ab" if start else "wb")
        with file:
            for chunk in answer.iter_raw():
                with self._pen:
                    if self._abandoned or self.received + len(chunk) > self._file.largest:
                        return  # a server that sends more than the file has sends another file
                    file.write(chunk)
                    file.flush()
                    self.received += len(chunk)
            os.fsync(file.fileno())
        if self._file.exact and self.received < self._file.size:
            raise httpx.RemoteProtocolError("it ended early")

    def _trace(self, event: str, _: dict[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            self.reached.set()
