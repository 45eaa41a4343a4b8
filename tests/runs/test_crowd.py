"""Many pages at one run, and a store that is busy."""

import asyncio
import json
import threading
import time
from collections.abc import Callable

from runs.test_feed import Page, grow, settled
from runs.test_store import columns, put

from playground.runs.feed import Feed
from playground.runs.record import FINISHED, RUNNING
from playground.runs.store import Store


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - pages set no events
            await asyncio.sleep(0.01)


class Counted(Store):
    """A store that counts how often a history was read."""

    reads = 0

    def records(self, *arguments, **options):
        self.reads += 1
        return super().records(*arguments, **options)


def test_a_class_that_opens_a_long_run_together_costs_one_reading(tmp_path) -> None:
    async def watch() -> None:
        feed, run = Feed(store), put(store, records=20_000, state=RUNNING)
        pages = [Page() for _ in range(30)]
        watching = [asyncio.create_task(page.follow(feed.follow({run.id: 0}))) for page in pages]
        await until(lambda: all(page.steps for page in pages))
        grow(store, feed, run, 20_010)
        await settled()
        late = Page()
        watching.append(asyncio.create_task(late.follow(feed.follow({run.id: 0}))))
        await until(lambda: len(late.steps) == 20_010)
        feed.about(store.update(run.id, state=FINISHED))
        await asyncio.wait_for(asyncio.gather(*watching), 10)
        assert {len(page.steps) for page in [*pages, late]} == {20_010}
        assert late.kinds[:2] == ["about", "thinned"]

    with Counted(tmp_path) as store:
        asyncio.run(watch())
        assert store.reads <= 2  # the long history, and for the late one what came after it


def test_what_is_kept_of_a_long_history_goes_when_records_are_dropped(store: Store) -> None:
    async def watch() -> None:
        feed, run = Feed(store), put(store, records=8000, state=RUNNING)
        first = feed.follow({run.id: 0})
        while "thinned" not in await anext(first):
            continue
        store.truncate(run.id, 5000)
        feed.truncated(run.id, 5000, 0)
        second, page = feed.follow({run.id: 0}), Page()
        while not page.steps:
            page.take(await anext(second))
        assert page.steps == list(range(5000))
        await first.aclose()
        await second.aclose()

    asyncio.run(watch())


def test_a_kept_history_says_how_the_run_is_now(store: Store) -> None:
    async def history(feed: Feed, run_id: str) -> dict:
        async for message in feed.follow({run_id: 0}):
            if "thinned" in message:
                return json.loads(message)
        raise AssertionError("no history came")

    async def watch() -> None:
        feed, run = Feed(store), put(store, records=5000, state=RUNNING)
        stays = asyncio.create_task(Page().follow(feed.follow({run.id: 0})))
        assert (await history(feed, run.id))["state"] == RUNNING
        feed.about(store.update(run.id, state="paused"))
        again = await history(feed, run.id)
        assert again["state"] == "paused"
        assert again["total"] == 5000
        assert len(again["columns"]["step"]) == len(again["index"]) <= 3000
        stays.cancel()

    asyncio.run(watch())


def test_a_busy_store_keeps_no_page_from_what_is_already_told(store: Store) -> None:
    busy = threading.Event()

    def keep_busy() -> None:
        with store.transaction():
            busy.set()
            time.sleep(1.5)

    async def watch() -> None:
        feed, page = Feed(store), Page()
        run, other = put(store, state=RUNNING), put(store, state=RUNNING)
        watching = asyncio.create_task(page.follow(feed.follow({run.id: 0})))
        await settled()
        holder = threading.Thread(target=keep_busy)
        holder.start()
        busy.wait()
        begun = time.monotonic()
        arriving = asyncio.create_task(Page().follow(feed.follow({other.id: 0})))
        await asyncio.sleep(0.1)  # it waits for the store now
        feed.records(run.id, 0, columns(0, 5), 5)
        await until(lambda: len(page.steps) == 5)
        assert time.monotonic() - begun < 1.0
        holder.join()
        for task in (watching, arriving):
            task.cancel()

    asyncio.run(watch())


def test_a_page_that_asks_for_no_such_run_leaves_nothing_behind(store: Store) -> None:
    async def watch() -> list[dict]:
        return [json.loads(one) async for one in feed.follow({"0" * 32: 0, "x": 5})]

    feed = Feed(store)
    told = asyncio.run(watch())
    assert {one["error"]["key"] for one in told} == {"runs.no_such_run"}
    assert feed._channels == {}
