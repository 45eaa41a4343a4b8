"""Gives slots to waiting groups, as far as workers and memory go."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playground.refused import Refused
from playground.runs import memory
from playground.runs.feed import Feed
from playground.runs.ledger import Ledger
from playground.runs.line import Line, Ticket
from playground.runs.record import FAILED, QUEUED, RUNNING, Run
from playground.runs.reports import Reports
from playground.runs.session import Slice
from playground.runs.slot import LaneView, Slot
from playground.runs.store import Store
from playground.runs.worker_process import WorkerProcess

WORKER = "playground.runs.worker"


class Dispatch:
    """Everything here happens under `lock`, which `answered` shares."""

    def __init__(
        self,
        store: Store,
        feed: Feed,
        slices: Mapping[str, Slice],
        *,
        slots: int,
        device: str,
        texts: Path,
        threads: int,
        free_bytes: Callable[[], int],
    ):
        self.lock = threading.RLock()
        self.answered = threading.Condition(self.lock)
        self.store, self.feed, self.slices = store, feed, slices
        self._places: dict[str, int] = {}
        self.ledger = Ledger(store, feed, self._places)
        self.line = Line()
        self.slots = [Slot() for _ in range(slots)]
        self.just_ended: list[str] = []  # their records can be put together now
        # Set by their owners: what to do for a run whose lane is gone, and with a worker's facts.
        self.on_released: Callable[[str, list[tuple[str, Any]]], None]
        self.on_ready: Callable[[dict[str, Any]], None] | None = None
        self.closing = False
        self.texts = texts.absolute()
        self._device, self._threads = device, threads
        self._free_bytes = free_bytes
        self._reports = Reports(self)

    # Slots

    def warm(self, slot: Slot) -> None:
        """Starts the slot's worker if it has none; it imports torch by itself."""
        if slot.worker is None and not self.closing:
            slot.worker = WorkerProcess(
                WORKER, threads=self._threads, device=self._device,
                on_message=self._reports.on_message, on_lost=self._reports.on_lost,
            )  # fmt: skip

    def slot_of(self, run_id: str) -> Slot | None:
        return next((slot for slot in self.slots if run_id in slot.lanes), None)

    def enqueue(self, run: Run, *, paused: bool = False) -> None:
        """Puts a run in line, or straight beside the lanes of its group if they are training.

        `paused`: it is to do a single step only.
        """
        owner = self.store.owner(run.id)
        self.ledger.set(run.id, state=QUEUED, error=None, ended=None)
        training = [s for s in self.slots if s.busy and (s.owner, s.group) == (owner, run.group)]
        if training and self._lacking([run.id], training[0]) is None:
            step_only = {run.id} if paused else set()
            self._open(training[0], Ticket(owner, run.group, [run.id], step_only))
        else:
            self.line.add(owner, run.group, [run.id], paused=paused)

    def dispatch(self) -> None:
        """Serves the line as far as slots and memory go, and tells each its new place."""
        while not self.closing and len(self.line):
            # A warm worker first: nobody waits for torch then.
            free = sorted((s for s in self.slots if not s.busy), key=lambda slot: not slot.warm)
            if not free:
                break
            ticket = self.line.order(self._slots_by_owner())[0]
            lacking = self._lacking(ticket.runs, free[0])
            if lacking is not None and any(slot.busy for slot in self.slots):
                break  # there will be more when one of those has ended
            self.line.take(ticket)
            if lacking is None:
                self._open(free[0], ticket)
            else:
                for run_id in ticket.runs:
                    self.set_failed(run_id, lacking)
        self.renumber()

    def _slots_by_owner(self) -> Counter[str]:
        return Counter(slot.owner for slot in self.slots if slot.busy)

    def _lacking(self, run_ids: list[str], slot: Slot) -> Refused | None:
        """Why the runs do not fit into memory now, None if they do."""
        needed = 0 if slot.warm else memory.WORKER_BYTES
        needed += sum(self._estimate(run_id) for run_id in run_ids)
        reserved = sum(each.unborn_bytes for each in self.slots)
        try:
            memory.check(needed, self._free_bytes() - reserved)
        except Refused as refusal:
            return refusal
        return None

    def _estimate(self, run_id: str) -> int:
        run = self.store.run(run_id)
        try:
            return self.slices[run.slice].memory_bytes(run.config)
        except Exception:  # its text is missing, for instance; the session will say so
            return 0

    def renumber(self) -> None:
        """Tells those in line whose place has changed."""
        order = self.line.order(self._slots_by_owner())
        places = {run: place for place, ticket in enumerate(order, 1) for run in ticket.runs}
        changed = [run_id for run_id in places if self._places.get(run_id) != places[run_id]]
        self._places.clear()
        self._places.update(places)
        for run_id in changed:
            self.ledger.publish(run_id)

    def _open(self, slot: Slot, ticket: Ticket) -> None:
        try:
            self.warm(slot)
        except OSError:  # the system lets us start no further process
            for run_id in ticket.runs:
                self.set_failed(run_id, Refused("runs.worker_lost"))
            return
        lanes = []
        slot.owner, slot.group = ticket.owner, ticket.group
        for run_id in ticket.runs:
            self._places.pop(run_id, None)
            try:
                lanes.append(self._description(run_id, paused=run_id in ticket.paused))
            except Refused as refusal:  # the store cannot be written
                self.set_failed(run_id, refusal)
                continue
            run = self.store.run(run_id)
            slot.unborn_bytes += self._estimate(run_id)
            slot.lanes[run_id] = LaneView(RUNNING, run.progress)
            self.ledger.set(run_id, state=RUNNING, started=run.started or time.time())
        if not lanes:
            return
        slot.paused_since = None
        slot.send(
            {
                "do": "open",
                "group": ticket.group,
                "device": self._device,
                "texts": str(self.texts),
                "snapshots": str(self.store.snapshots),
                "lanes": lanes,
            }
        )
        for lane in lanes:
            if lane["paused"]:
                slot.send({"do": "step", "run": lane["run"]})

    def _description(self, run_id: str, *, paused: bool) -> dict[str, Any]:
        """What a worker is told of a run. Drops the records that it will make again."""
        run = self.store.run(run_id)
        file = self.store.snapshot_file(run_id)
        usable = file is not None and file.is_file()
        position = (run.snapshot or 0) if usable else 0
        step = self.store.snapshot_step(run_id) if usable else 0
        if run.steps > position:
            self.store.truncate(run_id, position)
            self.feed.truncated(run_id, position, self.store.sample_count(run_id))
        return {
            "run": run_id,
            "entry": self.slices[run.slice].entry,
            "config": run.config,
            "snapshot": file.name if usable else None,
            "position": position,
            "replay": self.store.changes(run_id, step),
            "prompt": run.prompt,
            "paused": paused,
        }

    def set_failed(self, run_id: str, refusal: Refused) -> None:
        """Ends a run with the sentence of what went wrong."""
        error = {"key": refusal.key, "params": refusal.params}
        self.ledger.set(run_id, state=FAILED, ended=time.time(), error=error)
        self.just_ended.append(run_id)
