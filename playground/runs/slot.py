"""A place for one worker process and the lanes it is training."""

import time
from dataclasses import dataclass, field
from typing import Any

from playground.runs.record import PAUSED
from playground.runs.worker_process import WorkerProcess


@dataclass
class LaneView:
    """What the server knows of a lane without asking the store."""

    state: str
    progress: dict[str, Any] = field(default_factory=dict)
    doomed: bool = False  # it has failed here; what the worker still says of it is ignored
    leaving: bool = False  # told to give its slot back
    postponed: list[tuple[str, Any]] = field(default_factory=list)  # asked for while leaving
    stop_asked: float | None = None  # when it was first told to stop

    def note_stop(self) -> None:
        self.stop_asked = self.stop_asked or time.monotonic()


@dataclass(eq=False)
class Slot:
    worker: WorkerProcess | None = None
    warm: bool = False
    owner: str = ""
    group: str = ""
    lanes: dict[str, LaneView] = field(default_factory=dict)
    unborn_bytes: int = 0  # memory that the lanes will ask for but have not taken yet
    paused_since: float | None = None
    sent: int = 0  # number of the last order
    awaited: set[int] = field(default_factory=set)  # orders whose answers someone waits for
    done: dict[int, dict[str, Any] | None] = field(default_factory=dict)  # error or None

    @property
    def busy(self) -> bool:
        return bool(self.lanes)

    def send(self, order: dict[str, Any]) -> int:
        """Sends an order; returns the number under which it will be answered."""
        self.sent += 1
        if self.worker is not None:
            self.worker.send({**order, "number": self.sent})
        return self.sent

    def note_pauses(self) -> None:
        """Keeps `paused_since`: since when all lanes have been paused."""
        if self.lanes and all(lane.state == PAUSED for lane in self.lanes.values()):
            self.paused_since = self.paused_since or time.monotonic()
        else:
            self.paused_since = None

    def note_use(self) -> None:
        """Someone is at it just now, and its slot is not given away from under their hands."""
        if self.paused_since is not None:
            self.paused_since = time.monotonic()

    def hangs(self, patience_seconds: float) -> bool:
        """Whether a lane was told to stop so long ago and has not."""
        asked = [lane.stop_asked for lane in self.lanes.values() if lane.stop_asked is not None]
        return bool(asked) and time.monotonic() - min(asked) > patience_seconds

    def reset(self) -> None:
        """The worker is gone; the next one starts with nothing."""
        self.worker, self.warm = None, False
        self.lanes.clear()
        self.awaited.clear()
        self.done.clear()
        self.unborn_bytes, self.paused_since = 0, None
