import asyncio
import json
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from runs.test_store import columns, put
from runs.waiting import OWNER, until_steps

from playground.runs import feed as feed_module
from playground.runs.feed import Feed
from playground.runs.record import FINISHED, RUNNING, Run
from playground.runs.scheduler import Scheduler
from playground.runs.store import Store
from playground.runs.thinning import thin


class Page:
    """Keeps what a page would keep, and fails where a page would show a gap or a double."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.samples: list[dict[str, Any]] = []
        self.about: dict[str, Any] = {}
        self.kinds: list[str] = []

    def take(self, text: str) -> None:
        message = json.loads(text)
        if "about" in message:
            self.kinds.append("about")
            self.about = message["about"]
        elif "samples" in message:
            self.kinds.append("samples")
            self.samples += message["samples"]
        elif message.get("truncate"):
            self.kinds.append("truncate")
            assert message["start"] < len(self.steps)
            del self.steps[message["start"] :]
            self.samples = [one for one in self.samples if one["step"] <= message["start"]]
        elif message.get("thinned"):
            self.kinds.append("thinned")
            assert message["start"] == 0
            assert len(message["index"]) <= 3000
            assert [message["index"][-1], message["index"][0]] == [message["total"] - 1, 0]
            self.steps = list(range(message["total"]))
        else:
            self.kinds.append("records")
            assert message["start"] == len(self.steps)
            self.steps += message["columns"]["step"]
            assert message["total"] == len(self.steps)

    async def follow(self, stream: AsyncIterator[str]) -> None:
        async for text in stream:
            if text:
                self.take(text)


async def settled() -> None:
    """Lets the other tasks, and what they wait for in threads, come to rest."""
    await asyncio.sleep(0.1)


def grow(store: Store, feed: Feed, run: Run, end: int) -> None:
    start = store.run(run.id).steps
    new = columns(start, end)
    feed.records(run.id, start, new, store.append(run.id, start, new), state=RUNNING)


def test_a_page_gets_what_is_there_and_what_comes_and_then_the_end(store: Store) -> None:
    async def watch() -> None:
        feed, page = Feed(store), Page()
        run = put(store, records=10, state=RUNNING)
        store.add_sample(run.id, 5, {"step": 5})
        watching = asyncio.create_task(page.follow(feed.follow({run.id: 0})))
        await settled()
        assert page.steps == list(range(10))
        assert page.samples == [{"step": 5}]
        grow(store, feed, run, 17)
        feed.sample(run.id, store.add_sample(run.id, 17, {"step": 17}))
        await settled()
        assert page.steps == list(range(17))
        assert len(page.samples) == 2
        feed.about(store.update(run.id, state=FINISHED))
        await asyncio.wait_for(watching, 2)
        assert page.about["state"] == FINISHED

    asyncio.run(watch())


def test_a_page_that_comes_back_gets_exactly_what_it_lacks(store: Store) -> None:
    async def watch() -> None:
        feed, run = Feed(store), put(store, state=RUNNING)
        pages = [Page() for _ in range(8)]
        for round_ in range(12):
            watching = [
                asyncio.create_task(page.follow(feed.follow({run.id: len(page.steps)})))
                for page in pages[round_ % 3 :]
            ]
            await asyncio.sleep(0.01)
            for more in range(3):
                grow(store, feed, run, 37 * round_ + 12 * (more + 1))
                await asyncio.sleep(0.002 * more)
            for task in watching:
                task.cancel()
        feed.about(store.update(run.id, state=FINISHED))
        for page in pages:
            await page.follow(feed.follow({run.id: len(page.steps)}))
            assert page.steps == list(range(store.run(run.id).steps))

    asyncio.run(watch())


def test_a_slow_page_holds_up_nobody_and_still_gets_all(store: Store) -> None:
    async def watch() -> None:
        feed, quick, slow = Feed(store), Page(), Page()
        run = put(store, state=RUNNING)
        watching = asyncio.create_task(quick.follow(feed.follow({run.id: 0})))
        stream = feed.follow({run.id: 0})
        slow.take(await anext(stream))  # and then it stops reading for a long time
        await settled()
        started = time.perf_counter()
        for end in range(10, 1010, 10):
            grow(store, feed, run, end)
        assert time.perf_counter() - started < 1
        await settled()
        assert quick.steps == list(range(1000))
        feed.about(store.update(run.id, state=FINISHED))
        await slow.follow(stream)
        assert slow.steps == list(range(1000))
        await watching

    asyncio.run(watch())


def test_a_page_learns_that_records_were_dropped(store: Store) -> None:
    async def watch() -> None:
        feed, page = Feed(store), Page()
        run = put(store, records=20, state=RUNNING)
        for step in (10, 20):
            store.add_sample(run.id, step, {"step": step})
        watching = asyncio.create_task(page.follow(feed.follow({run.id: 0})))
        await settled()
        store.truncate(run.id, 12)
        feed.truncated(run.id, 12, store.sample_count(run.id))
        grow(store, feed, run, 15)
        feed.sample(run.id, store.add_sample(run.id, 15, {"step": 15}))
        await settled()
        assert page.kinds.count("truncate") == 1
        assert page.steps == list(range(15))
        assert page.samples == [{"step": 10}, {"step": 15}]
        watching.cancel()

        late = Page()  # had 20 records when its connection broke, before the server's restart
        late.steps = list(range(20))
        feed.about(store.update(run.id, state=FINISHED))
        await late.follow(Feed(store).follow({run.id: 20}))
        assert late.kinds[0] == "truncate"
        assert late.steps == list(range(15))

    asyncio.run(watch())


def test_a_long_history_comes_thinned_and_goes_on_in_full(store: Store) -> None:
    async def watch() -> None:
        feed, page = Feed(store), Page()
        run = put(store, records=10_000, state=RUNNING)
        watching = asyncio.create_task(page.follow(feed.follow({run.id: 0})))
        await asyncio.sleep(0.3)
        grow(store, feed, run, 10_005)
        feed.about(store.update(run.id, state=FINISHED))
        await watching
        assert page.kinds.count("thinned") == 1
        assert page.steps == list(range(10_005))

    asyncio.run(watch())


def test_several_runs_share_a_stream_that_ends_with_the_last(store: Store) -> None:
    async def watch() -> None:
        feed = Feed(store)
        runs = [put(store, records=n, state=RUNNING) for n in (3, 5)]
        seen: dict[str, int] = {}
        watching = asyncio.create_task(collect(feed.follow({run.id: 0 for run in runs}), seen))
        await settled()
        feed.about(store.update(runs[0].id, state=FINISHED))
        await settled()
        assert not watching.done()
        grow(store, feed, runs[1], 9)
        feed.about(store.update(runs[1].id, state=FINISHED))
        await asyncio.wait_for(watching, 2)
        assert seen == {runs[0].id: 3, runs[1].id: 9}

    async def collect(stream: AsyncIterator[str], seen: dict[str, int]) -> None:
        async for text in stream:
            message = json.loads(text)
            seen[message["run"]] = message.get("total", seen.get(message["run"], 0))

    asyncio.run(watch())


def test_a_run_that_is_not_there_or_goes_away_is_said(store: Store) -> None:
    async def watch() -> None:
        feed = Feed(store)
        run = put(store, state=RUNNING)
        (unknown,) = [json.loads(text) async for text in feed.follow({"0" * 32: 4})]
        assert unknown["error"]["key"] == "runs.no_such_run"
        stream = feed.follow({run.id: 0})
        assert "about" in json.loads(await anext(stream))
        store.erase(run.id)
        feed.forget(run.id)
        assert "error" in json.loads(await anext(stream))
        assert [text async for text in stream] == []

    asyncio.run(watch())


def test_silence_is_filled_with_heartbeats_and_closing_ends_the_stream(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "HEARTBEAT_SECONDS", 0.02)

    async def watch() -> None:
        feed = Feed(store)
        stream = feed.follow({put(store, state=RUNNING).id: 0})
        await anext(stream)
        assert await anext(stream) == ""
        assert await anext(stream) == ""
        feed.close()
        assert [text async for text in stream if text] == []

    asyncio.run(watch())


def test_batches_are_not_serialized_while_nobody_watches(store: Store) -> None:
    feed, run = Feed(store), put(store, state=RUNNING)
    feed.about(run)
    grow(store, feed, run, 10)
    batch = feed._channels[run.id].batch_at(0)
    assert "text" not in vars(batch)


def test_a_page_watches_real_training_to_its_end(warm: Scheduler) -> None:
    async def watch() -> None:
        (run,) = warm.start("stand-in", [{"steps": 300}], OWNER)
        early, late = Page(), Page()
        watching = asyncio.create_task(early.follow(warm.feed.follow({run.id: 0})))
        await asyncio.to_thread(until_steps, warm, run, 100)
        await late.follow(warm.feed.follow({run.id: 0}))
        await watching
        for page in (early, late):
            assert page.steps == list(range(1, 301))
            assert page.about["state"] == FINISHED
            assert page.samples[-1]["step"] == 300

    asyncio.run(watch())


# Thinning


def test_thinning_keeps_extremes_ends_and_sparse_values() -> None:
    length = 100_000
    loss: list[float | None] = [1 + (i * 7919 % 1000) / 1000 for i in range(length)]
    loss[55_555], loss[77_777], loss[33_333] = 9.0, 0.1, None
    validation = [0.5 if i % 500 == 0 else None for i in range(length)]
    index, thinned = thin({"loss": loss, "validation_loss": validation})
    assert len(index) <= 3000
    assert index == sorted(set(index))
    assert {0, 55_555, 77_777, length - 1} <= set(index)
    assert sum(value is not None for value in thinned["validation_loss"]) == 200
    assert thinned["loss"] == [loss[i] for i in index]
    both = {"loss_a": loss, "loss_b": loss[::-1], "validation_loss": validation}
    assert {55_555, 77_777, length - 1 - 55_555} <= set(thin(both)[0])
    largest_gap = max(b - a for a, b in pairwise(index))
    assert largest_gap < 200  # drawn evenly


def test_a_short_history_is_left_as_it_is() -> None:
    assert thin(columns(0, 50), 50) == (list(range(50)), columns(0, 50))
    assert thin({}) == ([], {})


def test_many_sparse_values_and_no_loss_still_fit_the_limit() -> None:
    sparse = [i if i % 3 == 0 else None for i in range(30_000)]
    index, _ = thin({"score": list(range(30_000)), "sparse": sparse}, 300)
    assert 150 < len(index) <= 300
    index, _ = thin({"loss": [None] * 1000}, 100)
    assert len(index) > 90
    assert {0, 999} <= set(index)
