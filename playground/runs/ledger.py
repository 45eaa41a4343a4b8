"""Runs as they stand: the store's rows, with what could not be written yet laid over them."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from playground.refused import Refused
from playground.runs.feed import Feed
from playground.runs.record import QUEUED, Run
from playground.runs.store import Store


class Ledger:
    """Writes changes of runs to the store and tells the feed.

    When the disk is full even "this run has failed, the disk is full" cannot be written. The
    change is then kept here and written as soon as there is room. Called under the scheduler's
    lock.
    """

    def __init__(self, store: Store, feed: Feed, places: Mapping[str, int]):
        self._store = store
        self._feed = feed
        self._places = places
        self._unwritten: dict[str, dict[str, Any]] = {}

    def run(self, run_id: str) -> Run:
        """Raises `Refused("runs.no_such_run")`."""
        return self._complete(self._store.run(run_id))

    def runs(self, **conditions: Any) -> list[Run]:
        """As `Store.runs`."""
        return [self._complete(run) for run in self._store.runs(**conditions)]

    def set(self, run_id: str, **changes: Any) -> Run:
        """Sets fields of a run, in the store or until the store takes them."""
        held = self._unwritten.get(run_id)
        try:
            self._store.update(run_id, **{**(held or {}), **changes})
            self._unwritten.pop(run_id, None)
        except Refused as refusal:
            if refusal.key == "runs.no_such_run":
                raise
            self._unwritten[run_id] = {**(held or {}), **changes}
        run = self.run(run_id)
        self._feed.about(run)
        return run

    def settle(self) -> None:
        """Tries again to write what is held; called every now and then."""
        for run_id in list(self._unwritten):
            try:
                self._store.update(run_id, **self._unwritten[run_id])
            except Refused as refusal:
                if refusal.key != "runs.no_such_run":
                    return
                del self._unwritten[run_id]
                continue
            del self._unwritten[run_id]
            self.publish(run_id)

    def publish(self, run_id: str) -> None:
        self._feed.about(self.run(run_id))

    def _complete(self, run: Run) -> Run:
        changes = self._unwritten.get(run.id, {})
        run = dataclasses.replace(run, **changes)
        place = self._places.get(run.id) if run.state == QUEUED else None
        return dataclasses.replace(run, place=place)
