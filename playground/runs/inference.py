"""Asks models, in a process of their own that is warm before the first question comes."""

import itertools
import queue
import threading
from collections.abc import Generator, Iterable
from typing import Any

from playground.refused import Refused
from playground.runs.worker_process import WorkerProcess

WORKER = "playground.runs.inference_worker"
ITEM_SECONDS = 60.0  # the longest wait for one item; a worker that takes longer is hung
OPEN_AT_ONCE = 32
CLOSE_SECONDS = 1.0


class Inference:
    """`entries` are the `module:function` names that may be called. Thread-safe.

    `warm` is the module that the process imports before the first question: torch, or for what
    needs none the module that will be asked.
    """

    def __init__(self, entries: Iterable[str], *, threads: int = 1, warm: str = "torch"):
        self._entries = frozenset(entries)
        self._threads = threads
        self._warm = warm
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._worker: WorkerProcess | None = None
        self._open: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._closed = False

    def start(self) -> None:
        """Starts the process if there is none; returns at once."""
        with self._lock:
            if self._closed:
                raise Refused("runs.closing")
            if self._worker is None:
                self._worker = WorkerProcess(
                    WORKER, threads=self._threads, warm=self._warm,
                    on_message=self._on_message, on_lost=self._on_lost,
                )  # fmt: skip

    def stream(
        self, entry: str, arguments: dict[str, Any]
    ) -> Generator[dict[str, Any], None, None]:
        """What the entry yields, as it comes; closing the iterator ends the work.

        Raises `Refused`: what the entry raised, or that its process was lost. `ValueError` for an
        entry that was not registered: a visitor must not be able to name one.
        """
        if entry not in self._entries:
            raise ValueError(f"{entry} is no registered entry")
        return self._items(entry, arguments)

    def call(self, entry: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The last item of the stream."""
        item: dict[str, Any] = {}
        for item in self.stream(entry, arguments):  # noqa: B007 - the last one is wanted
            continue
        return item

    def _items(
        self, entry: str, arguments: dict[str, Any]
    ) -> Generator[dict[str, Any], None, None]:
        self.start()
        answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        with self._lock:
            if len(self._open) >= OPEN_AT_ONCE:
                raise Refused("runs.too_many_questions")
            worker, number = self._worker, next(self._numbers)
            self._open[number] = answers
        if worker is None:  # it died between the two locks
            answers.put(_LOST)
        else:
            worker.send({"id": number, "entry": entry, "arguments": arguments})
        ended = False
        try:
            while True:
                try:
                    answer = answers.get(timeout=ITEM_SECONDS)
                except queue.Empty:
                    if worker is not None:
                        worker.kill()
                    answer = _LOST
                if "item" in answer:
                    yield answer["item"]
                    continue
                ended = True
                if "error" in answer:
                    raise Refused(answer["error"]["key"], **answer["error"]["params"])
                return
        finally:
            with self._lock:
                self._open.pop(number, None)
            if not ended and worker is not None:
                worker.send({"cancel": number})

    def close(self) -> None:
        with self._lock:
            self._closed = True
            worker = self._worker
        if worker is not None:
            worker.send({"do": "shutdown"})
            if not worker.join(CLOSE_SECONDS):
                worker.kill()

    def _on_message(self, _: WorkerProcess, message: dict[str, Any]) -> None:
        with self._lock:
            answers = self._open.get(message["id"])
        if answers is not None:  # else it was cancelled meanwhile
            answers.put(message)

    def _on_lost(self, worker: WorkerProcess) -> None:
        """The questions in flight are lost; the next one starts a new process."""
        with self._lock:
            if self._worker is worker:
                self._worker = None
                for answers in self._open.values():
                    answers.put(_LOST)


_LOST: dict[str, Any] = {"error": {"key": "runs.inference_lost", "params": {}}}
