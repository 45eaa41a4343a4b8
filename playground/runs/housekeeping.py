"""What is to be done now and then, in a thread of its own."""

import sys
import threading
import time
import traceback
from collections.abc import Callable

from playground.datasets.own_images import purge_images
from playground.datasets.own_text import purge_texts
from playground.runs import expiry
from playground.runs.dispatch import Dispatch

TICK_SECONDS = 1.0
EXPIRE_SECONDS = 600.0
PARK_SECONDS = 30.0  # a paused group keeps its slot for so long while others wait
HUNG_SECONDS = 60.0  # a worker that has not stopped a run by then never will
TEXT_SECONDS = 86400.0  # own texts and images that no run uses are kept for a day


class Housekeeping:
    def __init__(self, dispatch: Dispatch, expire: Callable[[], list[str]]):
        self._dispatch = dispatch
        self._expire = expire
        self._next_expiry = time.monotonic()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="housekeeping", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            try:
                self.tick()
            except Exception:  # one bad round must not be the last
                traceback.print_exc(file=sys.stderr)

    def tick(self) -> None:
        dispatch = self._dispatch
        with dispatch.lock:
            dispatch.ledger.settle()
            for run_id in expiry.purge_deleted(dispatch.store):
                dispatch.feed.forget(run_id)
            dispatch.store.sweep_stale()
            ended, dispatch.just_ended = dispatch.just_ended, []
            self._park()
            self._end_hung()
            dispatch.dispatch()  # memory may have become free
        for run_id in ended:
            dispatch.store.compact(run_id)
        if time.monotonic() >= self._next_expiry:
            self._next_expiry = time.monotonic() + EXPIRE_SECONDS
            self._expire()
            self._expire_own()

    def _expire_own(self) -> None:
        """Own texts and images that no run has in its config; another upload brings them back."""
        runs = self._dispatch.store.runs(deleted=None, limit=1_000_000)
        used = {value for run in runs for value in run.config.values() if isinstance(value, str)}
        purge_texts(self._dispatch.texts, used, TEXT_SECONDS)
        purge_images(self._dispatch.texts, used, TEXT_SECONDS)

    def _end_hung(self) -> None:
        """A run that its owner stopped must end, and its slot be free for others."""
        for slot in self._dispatch.slots:
            if slot.worker is not None and slot.hangs(HUNG_SECONDS):
                slot.worker.kill()

    def _park(self) -> None:
        """Groups that have been paused for long give their slots to those who wait."""
        if not len(self._dispatch.line):
            return
        now = time.monotonic()
        for slot in self._dispatch.slots:
            if slot.paused_since is not None and now - slot.paused_since > PARK_SECONDS:
                slot.paused_since = None
                for run_id, lane in slot.lanes.items():
                    lane.leaving = True
                    slot.send({"do": "close", "run": run_id})
