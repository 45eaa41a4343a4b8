"""Downloads with progress and resume, verified before they are used.

A download runs in a thread of its own, one per data set however many visitors ask. What has come
is kept in a `.part` file, so that a broken connection goes on where it stopped. A machine that is
offline answers within `CONNECT_SECONDS`.
"""

import contextlib
import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from playground.datasets.cache import cache_folder, find, is_whole
from playground.datasets.registry import Dataset
from playground.refused import Refused

CONNECT_SECONDS = 3.0
STALL_SECONDS = 10.0
TRIES = 3  # at each address; a later try goes on from what has come
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
        error = self.error.as_json() if self.error else None
        return {
            "state": self.state,
            "received": self.received,
            "size": self.size,
            "error": error,
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
    with _lock:
        if name in _running:
            _running[name].cancelled.set()


def _run(download: Download) -> None:
    try:
        _fetch(download)
        download.state = "cancelled" if download.cancelled.is_set() else "done"
    except Refused as refusal:
        download.error, download.state = refusal, "failed"
    except OSError as error:
        LOG.warning("a download could not be kept: %s", error.strerror)
        download.error, download.state = Refused("datasets.cannot_keep"), "failed"


def _fetch(download: Download) -> None:
    """Every address in turn. Raises `Refused` when none of them gave the file."""
    dataset = download.dataset
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{dataset.file_name}.part"
    failure = Refused("datasets.offline", title=dataset.title["en"])
    for address in dataset.addresses:
        for _ in range(TRIES):
            try:
                _receive(download, address, part)
            except httpx.ConnectError:
                break  # offline, or the address is gone: trying again is of no use
            except httpx.TimeoutException:
                continue
            except httpx.HTTPStatusError as error:
                code = error.response.status_code
                failure = Refused("datasets.bad_answer", title=dataset.title["en"], status=code)
                break
            except httpx.TransportError:
                continue
            if download.cancelled.is_set():
                return
            if is_whole(part, dataset):
                part.replace(folder / dataset.file_name)
                return
            # Not what it should be: keeping it would spoil the next try as well.
            part.unlink()
            failure = Refused("datasets.wrong_content", title=dataset.title["en"])
    raise failure


def _receive(download: Download, address: str, part: Path) -> None:
    """Adds to the part file until the server has no more."""
    have = part.stat().st_size if part.exists() else 0
    if have > download.dataset.size:
        part.unlink()
        have = 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    timeout = httpx.Timeout(STALL_SECONDS, connect=CONNECT_SECONDS)
    with httpx.stream(
        "GET", address, headers=headers, timeout=timeout, follow_redirects=True
    ) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # there is no more: the hash will tell whether that is all
        answer.raise_for_status()
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        download.received = have if resumed else 0
        with part.open("ab" if resumed else "wb") as file, contextlib.suppress(_TooMuch):
            for chunk in answer.iter_bytes():
                if download.cancelled.is_set():
                    return
                download.received += len(chunk)
                if download.received > download.dataset.size:
                    raise _TooMuch
                file.write(chunk)


class _TooMuch(Exception):
    """A server sends more than the file has; what it sends is not the file."""
