"""Downloads with progress and resume, verified before they are used.

A download runs in a thread of its own, one per data set however many visitors ask. What has come
is kept in a `.part` file, so that a broken connection goes on where it stopped. A machine that is
offline answers within `CONNECT_SECONDS`, all addresses together.
"""

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from playground.datasets.cache import cache_folder, find, locate, verify
from playground.datasets.connection import CONNECT_SECONDS, Connection, Unreachable
from playground.datasets.registry import Dataset, RemoteFile
from playground.refused import Refused

TRIES = 3  # at each address without getting on; whatever gets on may go on
LOG = logging.getLogger("playground")


@dataclass
class Download:
    """One download. `state` is running, done, failed or cancelled; sizes are bytes."""

    dataset: Dataset
    received: int = 0
    size: int = 0
    state: str = "running"
    error: Refused | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "received": self.received,
            "size": self.size,
            "error": self.error.as_json() if self.error else None,
        }


_running: dict[str, Download] = {}
_lock = threading.Lock()


def start(dataset: Dataset) -> Download:
    """Starts the download, or joins the one that is under way."""
    with _lock:
        under_way = _running.get(dataset.name)
        if under_way is not None and under_way.state == "running":
            return under_way
        download = Download(dataset, size=dataset.size)
        if find(dataset) is not None:
            download.state, download.received = "done", dataset.size
        else:
            download.thread = threading.Thread(target=_run, args=(download,), daemon=True)
            download.thread.start()
        _running[dataset.name] = download
        return download


def progress(name: str) -> Download | None:
    """The last download of a data set, if there was one since the app was started."""
    with _lock:
        return _running.get(name)


def cancel(name: str) -> None:
    """Ends a download; what has come is kept for the next time."""
    under_way = progress(name)
    if under_way is not None:
        under_way.cancelled.set()


def _run(download: Download) -> None:
    try:
        before = 0
        for file in download.dataset.remote:
            if locate(file) is None:
                _fetch(download, file, before)
            before += file.size
        download.state = "done"
    except _Cancelled:
        download.state = "cancelled"
    except Refused as refusal:
        download.error, download.state = refusal, "failed"
    except OSError as error:
        LOG.warning("a download could not be kept: %s", error.strerror)
        download.error, download.state = Refused("datasets.cannot_keep"), "failed"
    except Exception:
        # Whatever it was, nobody may wait for this download any longer.
        LOG.exception("a download failed")
        download.error = Refused("datasets.broke_off", **download.dataset.named)
        download.state = "failed"


def _fetch(download: Download, file: RemoteFile, before: int) -> None:
    """Every address in turn. Raises `Refused` when none of them gave the file."""
    part = cache_folder() / f"{file.name}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    failure = "datasets.offline", {}
    for address in file.addresses:
        fault = _from(address, file, part, download, before)
        if fault is None:
            part.replace(part.with_name(part.name.removesuffix(".part")))
            return
        if failure[0] == "datasets.offline":
            failure = fault
    raise Refused(failure[0], **download.dataset.named, **failure[1])


def _from(
    address: str, file: RemoteFile, part: Path, download: Download, before: int
) -> tuple[str, dict[str, int]] | None:
    """None once `part` is the whole and right file, else the sentence that says what is wrong."""
    tries, fault = TRIES, ("datasets.broke_off", {})
    fresh = not part.exists()  # else older parts may be what is wrong
    while tries:
        tries -= 1
        had = _size(part)
        connection = Connection(address, file, part)
        try:
            _follow(connection, download, before, CONNECT_SECONDS / len(file.addresses))
        except Unreachable:
            return ("datasets.broke_off", {}) if download.received > before else (
                "datasets.offline", {})  # fmt: skip
        except httpx.HTTPStatusError as error:
            return "datasets.bad_answer", {"status": error.response.status_code}
        except httpx.HTTPError:  # it broke off, stalled, or made no sense
            if _size(part) - had > file.size / 100:
                tries = TRIES
            continue
        if verify(part, file):
            return None
        # Not what it should be: keeping it would spoil the next try as well.
        part.unlink()
        fault = "datasets.wrong_content", {}
        if fresh:
            break
        fresh = True
    return fault


def _follow(connection: Connection, download: Download, before: int, patience: float) -> None:
    """Sees a connection to its end, and raises what it ended by."""
    connection.start()
    reached = False
    deadline = time.monotonic() + patience
    try:
        while not connection.ended.wait(0.05):
            download.received = before + connection.received
            reached = reached or connection.reached.is_set()
            if not reached and time.monotonic() > deadline:
                raise Unreachable
            if download.cancelled.is_set():
                raise _Cancelled
    finally:
        connection.abandon()
    download.received = before + connection.received
    if connection.fault is not None:
        raise connection.fault


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


class _Cancelled(Exception):  # noqa: N818 - nothing is wrong
    """A visitor ended the download."""
