"""What the feed holds of one run, and the bell of one page."""

import asyncio
import json
import threading
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playground.runs.history import Columns
from playground.runs.record import Run

RECENT = 40  # batches, about six seconds of one run


class Batch:
    """Records `start` … `end - 1`; their JSON is made when the first page asks for it."""

    def __init__(self, run_id: str, start: int, end: int, columns: Columns, more: dict[str, Any]):
        self.start, self.end = start, end
        self._body = {"run": run_id, **more, "start": start, "columns": columns, "total": end}

    @cached_property
    def text(self) -> str:
        return json.dumps(self._body, separators=(",", ":"))


class Frame:
    """A picture of one moment; its JSON is made when the first page asks for it."""

    def __init__(self, run_id: str, body: dict[str, Any]):
        self._told = {"run": run_id, "frame": body}

    @cached_property
    def text(self) -> str:
        return json.dumps(self._told, separators=(",", ":"))


@dataclass(frozen=True)
class Thinned:
    """A long history, for a while good enough for every page that comes: `rest` is the message
    but for its beginning, which says how the run is at the moment."""

    end: int
    rest: str


class Channel:
    def __init__(self, run_id: str):
        self.run_id = run_id
        self.followers: set[Follower] = set()
        self.about = ""
        self.version = 0  # of `about`
        self.ended = False
        self.gone = False
        # None until the store has been asked or the scheduler has told.
        self.total: int | None = None
        self.samples: int | None = None
        self.truncations: list[tuple[int, int]] = []  # (records kept, samples kept)
        self.more: dict[str, Any] = {}  # state, place, progress: they go along with records
        self.frame: Frame | None = None  # the newest one
        self._batches: deque[Batch] = deque(maxlen=RECENT)
        self.reading = threading.Lock()  # for one page at a time to read a long history
        self.thinned: Thinned | None = None

    def set_about(self, run: Run) -> None:
        self.about = json.dumps({"run": run.id, "about": run.as_json()})
        self.version += 1
        self.ended = not run.live
        self.more = {"state": run.state, "place": run.place, "progress": run.progress}

    def add_batch(self, start: int, end: int, columns: Columns, more: dict[str, Any]) -> None:
        self.more = {**self.more, **more}
        self.total = end
        self._batches.append(Batch(self.run_id, start, end, columns, self.more))

    def batch_at(self, position: int) -> Batch | None:
        return next((batch for batch in self._batches if batch.start == position), None)

    def truncate(self, position: int, samples: int) -> None:
        self.total, self.samples = position, samples
        self.truncations.append((position, samples))
        self._batches.clear()
        self.thinned = None


class Follower:
    """Wakes one page's loop from any thread; many wake-ups before it looks are one."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._event = asyncio.Event()
        self._rung = False

    def wake(self) -> None:
        if self._rung:
            return
        self._rung = True
        try:
            self._loop.call_soon_threadsafe(self._event.set)
        except RuntimeError:  # the loop has been closed, and the page with it
            return

    def rest(self) -> None:
        """From here on a wake-up counts as new; called before looking for news."""
        self._event.clear()
        self._rung = False

    async def news(self, timeout_seconds: float) -> bool:
        """Waits for a wake-up; False when none came in time."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True
