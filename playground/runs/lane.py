"""One run inside a worker: its session, what it has not told yet, and when it acts next."""

import importlib
import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from playground.refused import Refused
from playground.runs import snapshots
from playground.runs.session import Moving, Session

SAMPLE_SECONDS = 3.0
FIRST_SAMPLE_SECONDS = 1.0
SNAPSHOT_SECONDS = 5.0
# A slow look or a slow disk must not eat the training time: a sample may take a twentieth of it,
# a snapshot a fiftieth.
SAMPLE_PATIENCE = 20
SNAPSHOT_PATIENCE = 50
# Whoever may read a run may ask for its weights of this moment, which takes at most a tenth.
ASKED_PATIENCE = 10
# A frame is one of a moving picture: often enough to move, and a fifth of the time at most.
FRAME_SECONDS = 0.045
FRAME_PATIENCE = 5
LARGEST_SAMPLE = 500_000  # characters of JSON

Tell = Callable[[dict[str, Any]], None]


class Lane:
    """`order` describes the run, see `Dispatch`; `folder` holds the snapshots.

    Raises what opening the session raises.
    """

    def __init__(
        self, order: dict[str, Any], *, device: str, texts: Path, folder: Path, tell: Tell
    ):
        self.run: str = order["run"]
        self.paused: bool = order["paused"]
        self.steps_owed = 0  # single steps asked for while paused
        self.position: int = order["position"]  # records so far, told or not
        self.prompt: dict[str, Any] = order["prompt"]
        self._replay: list[dict[str, Any]] = list(order["replay"])
        self._folder = folder
        self._tell = tell
        self._told = self.position
        self._columns: dict[str, list[Any]] = {}
        module, function = order["entry"].split(":")
        open_session = getattr(importlib.import_module(module), function)
        self.session: Session = open_session(order["config"], device=device, texts=texts)
        self._moving = self.session if isinstance(self.session, Moving) else None
        if order["snapshot"] is not None:
            snapshots.restore(folder / order["snapshot"], self.session)
        self._records: Iterator[dict[str, Any]] = self.session.records()
        self._saved_at = self.position if order["snapshot"] is not None else None
        now = time.monotonic()
        self._next_sample = now + FIRST_SAMPLE_SECONDS
        self._next_snapshot = now + SNAPSHOT_SECONDS
        self._affordable_from = now
        self._next_frame = now

    @property
    def seconds(self) -> float:
        return self.session.seconds

    def advance(self) -> bool:
        """One training step; False when the budget is spent. Raises what the session raises."""
        self._replay_due_changes()
        if self.paused and self._moving is not None:
            self._moving.attend()
        record = next(self._records, None)
        if record is None:
            return False
        self._keep(record)
        return True

    def _replay_due_changes(self) -> None:
        while self._replay and self._replay[0]["step"] <= self.session.step:
            change = self._replay.pop(0)
            self.session.change(change["name"], change["value"])

    def _keep(self, record: dict[str, Any]) -> None:
        held = self.position - self._told
        for name, value in record.items():
            plain = value if not isinstance(value, float) or isfinite(value) else None
            self._columns.setdefault(name, [None] * held).append(plain)
        self.position += 1
        for values in self._columns.values():
            if len(values) <= held:
                values.append(None)

    def tell_records(self) -> None:
        """Sends the records that have not been sent yet."""
        if self._columns:
            message = {"tell": "records", "run": self.run, "start": self._told}
            self._tell({**message, "columns": self._columns})
            self._columns = {}
            self._told = self.position

    def tell_progress(self) -> None:
        self._tell({"tell": "progress", "run": self.run, "body": self.session.progress()})

    def change(self, name: str, value: Any) -> None:
        """Sets it from the next step on. Raises `Refused` when the session does."""
        self._replay_due_changes()  # an older change must not come after this one
        self.session.change(name, value)
        self.tell_records()
        step = self.session.step
        self._tell({"tell": "changed", "run": self.run, "step": step, "name": name, "value": value})

    def act_when_due(self, now: float) -> None:
        """Looks and saves at their pace. Raises `OSError` when the disk is full."""
        if now >= self._next_frame:
            self.tell_frame()
        if now >= self._next_sample:
            self.sample()
        if now >= self._next_snapshot:
            self.save()

    def tell_frame(self) -> None:
        """Tells the picture of this moment, if the session has one. One that fails is the last."""
        if self._moving is None:
            return
        started = time.monotonic()
        try:
            body = self._moving.frame()
        except Exception:  # as for a look
            traceback.print_exc(file=sys.stderr)
            self._moving = None
            return
        if body is not None:
            self._tell({"tell": "frame", "run": self.run, "body": body})
        now = time.monotonic()
        usual = max(FRAME_SECONDS, self._moving.frame_seconds)
        self._next_frame = now + max(usual, FRAME_PATIENCE * (now - started))

    def sample(self) -> None:
        """Tells a look at the model. A look that fails is told as such; the training goes on."""
        started = time.monotonic()
        try:
            body = self.session.sample(self.prompt)
            if len(json.dumps(body)) > LARGEST_SAMPLE:
                raise Refused("runs.large_sample")
        except Exception as error:  # whatever a slice's picture runs into is no reason to stop
            body = {"step": self.session.step, "error": fault(error)}
        self.tell_records()
        self._tell(
            {
                "tell": "sample",
                "run": self.run,
                "step": self.session.step,
                "position": self.position,
                "body": body,
            }
        )
        now = time.monotonic()
        usual = SAMPLE_SECONDS if self._moving is None else self._moving.sample_seconds
        self._next_sample = now + max(usual, SAMPLE_PATIENCE * (now - started))

    def save_if_affordable(self) -> None:
        """As `save`, unless the last one was just now for what it cost."""
        if time.monotonic() >= self._affordable_from:
            self.save()

    def save(self) -> None:
        """Writes a snapshot unless the last one still holds. Raises `OSError`."""
        started = time.monotonic()
        if self._saved_at != self.position:
            name = snapshots.write(self._folder, self.run, self.position, self.session)
            self._saved_at = self.position
            self.tell_records()
            self._tell(
                {
                    "tell": "snapshot",
                    "run": self.run,
                    "step": self.session.step,
                    "position": self.position,
                    "file": name,
                }
            )
        now = time.monotonic()
        self._affordable_from = now + ASKED_PATIENCE * (now - started)
        self._next_snapshot = now + max(SNAPSHOT_SECONDS, SNAPSHOT_PATIENCE * (now - started))


def fault(error: Exception) -> dict[str, Any]:
    """`{"key", "params"}` of the sentence for what a session raised.

    An error that brings a sentence of its own (`Refused`, a slice's `Diverged`) keeps it; what
    nobody foresaw goes to the log in full and is told by its kind only.
    """
    key, params = getattr(error, "key", None), getattr(error, "params", None)
    if isinstance(key, str) and isinstance(params, dict):
        return {"key": key, "params": params}
    traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, MemoryError) or _out_of_memory(error):
        return {"key": "runs.out_of_memory", "params": {}}
    if isinstance(error, OSError) and snapshots.out_of_space(error):
        return {"key": "runs.disk_full", "params": {}}
    return {"key": "runs.broke_down", "params": {"kind": type(error).__name__}}


def _out_of_memory(error: Exception) -> bool:
    """torch has a kind of its own for it on a GPU and a plain RuntimeError on a CPU."""
    words = ("can't allocate memory", "not enough memory")
    return type(error).__name__ == "OutOfMemoryError" or any(word in str(error) for word in words)
