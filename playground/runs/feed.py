"""Fan-out of what runs tell to the pages that watch them.

The scheduler publishes from its threads; each page follows in an `async` loop and is only woken:
it then takes what it lacks, from the last few batches held here or, when it is late, from the
store. So a slow page costs nobody anything, and whoever re-attaches with what it has gets exactly
what is missing. A batch is put into JSON once, and not at all while nobody watches.
"""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from playground.refused import Refused
from playground.runs.channel import Channel, Follower, Frame, Thinned
from playground.runs.history import Columns
from playground.runs.record import Run
from playground.runs.store import Store
from playground.runs.thinning import thin

HEARTBEAT_SECONDS = 10.0
THIN_ABOVE = 3000  # records; a longer history is sent thinned
SAMPLES_AT_ONCE = 100


class Feed:
    """Thread-safe. Raises nothing at whoever publishes."""

    def __init__(self, store: Store):
        self._store = store
        self._lock = threading.RLock()
        self._channels: dict[str, Channel] = {}
        self._followers: set[Follower] = set()
        self._closed = False

    # For the scheduler

    def about(self, run: Run) -> None:
        """The run changed its state, place, name …"""
        with self._lock:
            channel = self._channels.setdefault(run.id, Channel(run.id))
            channel.set_about(run)
            self._publish(channel)

    def records(self, run_id: str, start: int, columns: Columns, total: int, **more: Any) -> None:
        """Records `start` … `total - 1` are in the store; `more` goes along in the message."""
        with self._lock:
            channel = self._channels.get(run_id)
            if channel is None:
                return
            channel.add_batch(start, total, columns, more)
            self._publish(channel)

    def sample(self, run_id: str, number: int) -> None:
        """Sample `number` (from 0) is in the store."""
        with self._lock:
            channel = self._channels.get(run_id)
            if channel is not None:
                channel.samples = number + 1
                self._publish(channel)

    def frame(self, run_id: str, body: dict[str, Any]) -> None:
        """A picture of this moment, in place of the one before: it is kept nowhere else."""
        with self._lock:
            channel = self._channels.get(run_id)
            if channel is not None:
                channel.frame = Frame(run_id, body)
                self._publish(channel)

    def truncated(self, run_id: str, position: int, samples: int) -> None:
        """The store dropped the run's records from `position` on and all but `samples` samples."""
        with self._lock:
            channel = self._channels.get(run_id)
            if channel is not None:
                channel.truncate(position, samples)
                self._publish(channel)

    def forget(self, run_id: str) -> None:
        """The run is gone for good."""
        with self._lock:
            channel = self._channels.pop(run_id, None)
            if channel is not None:
                channel.gone = True
                self._publish(channel)

    def close(self) -> None:
        """Ends all streams."""
        with self._lock:
            self._closed = True
            for follower in self._followers:
                follower.wake()

    def _publish(self, channel: Channel) -> None:
        for follower in channel.followers:
            follower.wake()
        self._drop_if_idle(channel)

    def _drop_if_idle(self, channel: Channel) -> None:
        idle = not channel.followers and (channel.ended or not channel.version)
        if idle and self._channels.get(channel.run_id) is channel:
            del self._channels[channel.run_id]

    # For the pages

    async def follow(self, cursors: Mapping[str, int]) -> AsyncGenerator[str, None]:
        """JSON messages that bring a page with `cursors[run]` records of each run up to date and
        keep it so, until all runs have ended. An empty string is a heartbeat.

        Messages: `{"run", "about"}`; `{"run", "state", "place", "start", "columns", "total",
        "progress"}` with new records; the same with `"thinned": true` and `"index"` for a long
        history, which replaces all that the page has; `{"run", "start", "truncate": true,
        "total"}` when records from `start` on, and samples of later steps, are to be dropped;
        `{"run", "samples"}`; `{"run", "frame"}` with the newest picture; `{"run", "error"}` for a
        run that is not (or no longer) there.
        """
        follower = Follower(asyncio.get_running_loop())
        views = [_View(run_id, max(0, cursor)) for run_id, cursor in cursors.items()]
        with self._lock:
            self._followers.add(follower)
        try:
            for view in views:
                view.channel = await asyncio.to_thread(self._attach, view.run_id, follower)
            while not self._closed:
                follower.rest()
                for view in views:
                    async for message in self._news(view):
                        yield message
                if all(view.done for view in views):
                    return
                if not await follower.news(HEARTBEAT_SECONDS):
                    yield ""
        except Refused:  # the store has been closed, or cannot be read any more
            return
        finally:
            with self._lock:
                self._followers.discard(follower)
                for view in views:
                    if view.channel is not None:
                        view.channel.followers.discard(follower)
                        self._drop_if_idle(view.channel)

    def _attach(self, run_id: str, follower: Follower) -> Channel | None:
        """The store is read without the lock, which a busy store must not keep from the pages;
        what the scheduler tells meanwhile is newer and stays."""
        with self._lock:
            channel = self._channels.setdefault(run_id, Channel(run_id))
            channel.followers.add(follower)
            known = channel.version > 0 and None not in (channel.total, channel.samples)
        if known:
            return channel
        try:
            run, samples = self._store.run(run_id), self._store.sample_count(run_id)
        except Refused as refusal:
            with self._lock:
                channel.followers.discard(follower)
                self._drop_if_idle(channel)
            if refusal.key != "runs.no_such_run":
                raise
            return None
        with self._lock:
            if not channel.version:
                channel.set_about(run)
            if channel.total is None:
                channel.total = run.steps
            if channel.samples is None:
                channel.samples = samples
        return channel

    async def _news(self, view: "_View") -> AsyncIterator[str]:
        """What the page lacks of one run at this moment."""
        channel = view.channel
        if channel is None or channel.gone:
            if not view.done:
                view.done = True
                error = Refused("runs.no_such_run").as_json()
                yield json.dumps({"run": view.run_id, "error": error})
            return
        with self._lock:
            cut = view.cut_back(channel)
            about, version, ended = channel.about, channel.version, channel.ended
            total, samples = channel.total or 0, channel.samples or 0
        if cut:
            body = {"run": view.run_id, "start": view.cursor, "truncate": True, "total": total}
            yield json.dumps({**body, "columns": {}})
        if version != view.version:
            view.version = version
            yield about
        while view.cursor < total:
            with self._lock:
                batch = channel.batch_at(view.cursor)
            if batch is not None:
                view.cursor = batch.end
                yield batch.text
                continue
            message, view.cursor = await asyncio.to_thread(self._late, channel, view.cursor)
            if message is None:
                break  # truncated meanwhile; the next round says so
            yield message
        if view.samples < samples:
            since = max(view.samples, samples - SAMPLES_AT_ONCE)
            bodies = await asyncio.to_thread(self._store.samples, view.run_id, since)
            view.samples = since + len(bodies)
            yield json.dumps({"run": view.run_id, "samples": bodies})
        frame = channel.frame
        if frame is not None and frame is not view.frame:
            view.frame = frame
            yield frame.text
        view.done = ended and view.cursor >= total

    def _late(self, channel: Channel, cursor: int) -> tuple[str | None, int]:
        """What the store has after `cursor`, thinned when it is much: `(message, new cursor)`."""
        if (channel.total or 0) - cursor > THIN_ABOVE:
            with channel.reading:
                return self._whole(channel, cursor)
        columns = self._store.records(channel.run_id, cursor)
        count = len(next(iter(columns.values()), ()))
        if not count:
            return None, cursor
        body = {"run": channel.run_id, "start": cursor, "total": cursor + count, **channel.more}
        return json.dumps({**body, "columns": columns}), cursor + count

    def _whole(self, channel: Channel, cursor: int) -> tuple[str | None, int]:
        """All of a long history, thinned once for the pages that come within a while: a class
        that opens one link together."""
        held = channel.thinned
        if held is None or cursor >= held.end or (channel.total or 0) - held.end > THIN_ABOVE:
            cuts = len(channel.truncations)
            columns = self._store.records(channel.run_id)
            end = len(next(iter(columns.values()), ()))
            if not end:
                return None, cursor
            index, columns = thin(columns, THIN_ABOVE)
            body = {"thinned": True, "start": 0, "total": end, "index": index, "columns": columns}
            held = Thinned(end, json.dumps(body).removeprefix("{"))
            with self._lock:
                if cuts == len(channel.truncations):
                    channel.thinned = held
        now = json.dumps({"run": channel.run_id, **channel.more}).removesuffix("}")
        return f"{now}, {held.rest}", held.end


class _View:
    """How far one page is with one run."""

    def __init__(self, run_id: str, cursor: int):
        self.run_id = run_id
        self.cursor = cursor
        self.samples = 0
        self.version = 0
        self.frame: Frame | None = None
        self.truncations: int | None = None  # None until the first look
        self.channel: Channel | None = None
        self.done = False

    def cut_back(self, channel: Channel) -> bool:
        """Forgets what the store has dropped; True if the page must too."""
        if self.truncations is None:
            cuts = [(channel.total or 0, channel.samples or 0)]
        else:
            cuts = channel.truncations[self.truncations :]
        self.truncations = len(channel.truncations)
        if not cuts:
            return False
        self.samples = min(self.samples, *(samples for _, samples in cuts))
        lowest = min(position for position, _ in cuts)
        cut, self.cursor = self.cursor > lowest, min(self.cursor, lowest)
        return cut
