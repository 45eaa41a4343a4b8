"""Starts, controls and keeps runs: the one door for everything that changes them.

Groups of runs (races) wait in a line that is fair between owners and get a slot each: a worker
process. A paused run keeps its lane in the worker, so that it goes on exactly and at once; but
when all lanes of a group have been paused for a while and others wait, the group is saved, gives
its slot away, and returns to the line when it is resumed.

All methods may be called from any thread and raise `Refused`. `control` and `fresh_snapshot` wait
for the worker, so they are nothing for an event loop.
"""

import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from playground import weights
from playground.refused import Refused
from playground.runs import expiry, memory
from playground.runs.controls import Controls
from playground.runs.dispatch import Dispatch
from playground.runs.feed import Feed
from playground.runs.housekeeping import Housekeeping
from playground.runs.record import (
    FINISHED,
    LIVE,
    PAUSED,
    QUEUED,
    RUNNING,
    STOPPED,
    Run,
    clean_name,
    fresh_id,
    owner_hash,
)  # fmt: skip
from playground.runs.session import Slice
from playground.runs.store import Store

LIVE_PER_OWNER = 12
LINE_LENGTH = 500
WARM_AT_START = 2  # workers; the others start when they are needed
CLOSE_SECONDS = 2.0
SAVE_SECONDS = 3.0  # how long a fresh snapshot is waited for


class Scheduler:
    """Runs that were running or queued when the last server ended are in line again, and resume
    when `start_workers` is called (or the first run started)."""

    def __init__(
        self,
        store: Store,
        slices: Mapping[str, Slice],
        *,
        texts: Path,
        slots: int | None = None,
        device: str = "cpu",
        threads: int = 1,
        feed: Feed | None = None,
        keep_days: float | None = None,
        keep_gb: float | None = None,
        free_bytes: Callable[[], int] = memory.free_bytes,
        on_ready: Callable[[dict[str, Any]], None] | None = None,
    ):
        """`on_ready` is told what each worker finds when it is warm: `device` and, of a graphics
        card, `gpu` and `gpu_memory_bytes`."""
        self.store = store
        self.feed = feed or Feed(store)
        self.slices = slices
        self._keep = keep_days, keep_gb
        self._dispatch = Dispatch(
            store, self.feed, slices, slots=slots or memory.default_slots(), device=device,
            texts=texts, threads=threads, free_bytes=free_bytes,
        )  # fmt: skip
        self._dispatch.on_ready = on_ready
        self._lock = self._dispatch.lock
        self._ledger = self._dispatch.ledger
        self._controls = Controls(self._dispatch)
        self._housekeeping = Housekeeping(self._dispatch, self.expire)
        self._line_up_again()

    def _line_up_again(self) -> None:
        for run in self.store.runs(states=LIVE, deleted=True):
            self._ledger.set(run.id, state=STOPPED, ended=time.time())
        left = reversed(self.store.runs(states=(RUNNING, QUEUED), limit=10**6))
        # Those that had a slot come before those that waited.
        for run in sorted(left, key=lambda run: run.state != RUNNING):
            if run.slice not in self.slices:  # made by another version of the app
                self._ledger.set(run.id, state=STOPPED, ended=time.time())
                continue
            self._ledger.set(run.id, state=QUEUED)
            self._dispatch.line.add(self.store.owner(run.id), run.group, [run.id])
        self._dispatch.renumber()

    # Starting and ending

    def start_workers(self) -> None:
        """Warms workers up in the background and resumes what was left running."""
        with self._lock:
            for slot in self._dispatch.slots[:WARM_AT_START]:
                self._dispatch.warm(slot)
            self._dispatch.dispatch()
            self._housekeeping.start()

    def close(self) -> None:
        """Saves what is running, so that it resumes at the next start, and ends all workers."""
        with self._lock:
            self._dispatch.closing = True
            workers = [slot.worker for slot in self._dispatch.slots if slot.worker is not None]
        self._housekeeping.stop()
        self.feed.close()
        for worker in workers:
            worker.send({"do": "shutdown"})
        deadline = time.monotonic() + CLOSE_SECONDS
        for worker in workers:
            if not worker.join(deadline - time.monotonic()):
                worker.kill()
        try:
            expiry.purge_deleted(self.store, 0)
        except Refused:  # no room to write: then at the next start
            return

    def start(
        self,
        slice_name: str,
        configs: Sequence[Any],
        owner_token: str,
        names: Sequence[str] | None = None,
        prompt: Mapping[str, Any] | None = None,
    ) -> list[Run]:
        """One run per config, all of one group, that train side by side in one worker."""
        owner = owner_hash(owner_token)
        room = self._slice(slice_name)
        parsed = [room.parse(config) for config in configs]
        if not parsed or (names is not None and len(names) != len(parsed)):
            raise Refused("runs.no_configs")
        named = [clean_name(name) for name in names or [slice_name] * len(parsed)]
        asked = self._controls.clean_prompt(dict(prompt or {}))
        group = fresh_id()
        with self._lock:
            self._check_room(owner, len(parsed))
            now = time.time()
            runs = [
                Run(id=fresh_id(), slice=slice_name, config=config, name=name, group=group,
                    created=now, prompt=asked)
                for config, name in zip(parsed, named, strict=True)
            ]  # fmt: skip
            self.store.create(runs, owner)
            self._dispatch.line.add(owner, group, [run.id for run in runs])
            self._dispatch.dispatch()
            self._housekeeping.start()
            return [self._ledger.run(run.id) for run in runs]

    def _slice(self, name: str) -> Slice:
        if name not in self.slices:
            raise Refused("runs.no_such_slice", name=str(name)[:40])
        return self.slices[name]

    def _check_room(self, owner: str, more: int) -> None:
        if self._dispatch.closing:
            raise Refused("runs.closing")
        live = len(self.store.runs(owner=owner, states=LIVE))
        if live + more > LIVE_PER_OWNER:
            raise Refused("runs.too_many", limit=LIVE_PER_OWNER)
        if len(self._dispatch.line) >= LINE_LENGTH:
            raise Refused("runs.line_full")

    def adopt(
        self, slice_name: str, config: Any, owner_token: str, name: str, content: bytes
    ) -> Run:
        """A finished run around a file of weights that the slice has found good."""
        owner = owner_hash(owner_token)
        now = time.time()
        run = Run(
            id=fresh_id(), slice=slice_name, config=self._slice(slice_name).parse(config),
            name=clean_name(name or slice_name), group=fresh_id(), state=FINISHED,
            created=now, ended=now,
        )  # fmt: skip
        step = weights.metadata_of(content).get("step", "")
        count = int(step) if re.fullmatch("[0-9]{1,15}", step) else 0
        return self.store.add_finished(run, owner, content, count)

    # Reading

    def run(self, run_id: str) -> Run:
        """With its place in the queue. Raises `Refused("runs.no_such_run")`."""
        with self._lock:
            return self._ledger.run(run_id)

    def runs(self, owner_token: str = "", ids: Iterable[str] = ()) -> list[Run]:
        """Those of an owner, the shipped ones and those named, newest first."""
        with self._lock:
            found = self._ledger.runs(owner=owner_hash(owner_token)) if owner_token else []
            found += self._ledger.runs(shipped=True) + self._ledger.runs(ids=ids)
        unique = {run.id: run for run in found}
        return sorted(unique.values(), key=lambda run: run.created, reverse=True)

    def load(self) -> dict[str, int]:
        """`{"running", "queued", "paused", "slots"}`: how busy the workers are."""
        with self._lock:
            counts = self.store.count_states()
            return {
                "running": counts.get(RUNNING, 0),
                "queued": counts.get(QUEUED, 0),
                "paused": counts.get(PAUSED, 0),
                "slots": len(self._dispatch.slots),
            }

    def fresh_snapshot(self, run_id: str) -> Path | None:
        """The file of the run's weights, of this moment if it is training; None if it has none
        yet. The file stays for a while after the next one has come."""
        self.run(run_id)
        with self._lock:
            self._controls.save_now(run_id, SAVE_SECONDS)
        file = self.store.snapshot_file(run_id)
        return file if file is not None and file.is_file() else None

    # What an owner may do

    def control(self, run_id: str, owner_token: str, action: str, value: Any = None) -> Run:
        """`pause`, `resume`, `step`, `stop`, `snapshot`, `learning_rate` with a number, `change`
        with `{"name", "value"}`, `prompt` with a dictionary. Returns the run after it has been
        done, or after half a second.
        """
        with self._lock:
            run = self._own(run_id, owner_token)
            self._slice(run.slice)
            if run.deleted:
                raise Refused("runs.deleted")
            if not run.live and action == "resume":
                self._check_room(owner_hash(owner_token), 1)
            return self._controls.control(run_id, action, value)

    def rename(self, run_id: str, owner_token: str, name: str) -> Run:
        with self._lock:
            self._own(run_id, owner_token)
            return self._ledger.set(run_id, name=clean_name(name))

    def pin(self, run_id: str, owner_token: str, pinned: bool) -> Run:
        """A pinned run does not expire."""
        with self._lock:
            self._own(run_id, owner_token)
            return self._ledger.set(run_id, pinned=bool(pinned))

    def delete(self, run_id: str, owner_token: str) -> Run:
        """Stops it if it is live. It can be restored for ten minutes, while the server runs."""
        with self._lock:
            run = self._own(run_id, owner_token)
            if run.live:
                self._controls.control(run_id, "stop", None)
            return self._ledger.set(run_id, deleted=time.time())

    def restore(self, run_id: str, owner_token: str) -> Run:
        with self._lock:
            self._own(run_id, owner_token)
            return self._ledger.set(run_id, deleted=None)

    def _own(self, run_id: str, owner_token: str) -> Run:
        """The run, if the token is its owner's. Raises `Refused`."""
        run = self._ledger.run(run_id)
        if run.shipped:
            raise Refused("runs.shipped")
        if not hmac.compare_digest(self.store.owner(run.id), owner_hash(owner_token)):
            raise Refused("runs.not_yours")
        return run

    # What goes

    def expire(self, keep_days: float | None = None, keep_gb: float | None = None) -> list[str]:
        """Purges the oldest ended runs beyond the limits (those given at the start by default;
        0 or None: no limit). Returns their ids."""
        days, gigabytes = keep_days or self._keep[0], keep_gb or self._keep[1]
        with self._lock:
            gone = expiry.expire(self.store, days or None, gigabytes or None)
        for run_id in gone:
            self.feed.forget(run_id)
        return gone
