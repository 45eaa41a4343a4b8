"""What happens rarely: at limits, to runs that are gone, with processes that do not answer."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs.conftest import STAND_IN
from runs.test_store import columns, new_run, put, refusal
from runs.waiting import OWNER, until, until_state, until_steps

from playground.datasets.own_text import keep_text
from playground.runs import database, housekeeping, line, snapshots
from playground.runs.feed import Feed
from playground.runs.history import CHUNK, PROMPTS
from playground.runs.ledger import Ledger
from playground.runs.record import FAILED, FINISHED, RUNNING, STOPPED, owner_hash
from playground.runs.scheduler import LIVE_PER_OWNER, Scheduler
from playground.runs.session import Slice
from playground.runs.slot import LaneView, Slot
from playground.runs.store import Store
from playground.runs.worker_process import WorkerProcess

ROOT = Path(__file__).resolve().parents[2]
OpenScheduler = Callable[..., Scheduler]


def ended(scheduler: Scheduler, **fields: Any) -> str:
    run = new_run(**{"state": STOPPED, "config": {}, "ended": time.time(), **fields})
    scheduler.store.create([run], owner_hash(OWNER))
    return run.id


# Orders to runs that cannot take them


def test_a_deleted_run_does_nothing_until_it_is_restored(open_scheduler: OpenScheduler) -> None:
    scheduler = open_scheduler(free_bytes=lambda: 0)
    run = ended(scheduler)
    scheduler.delete(run, OWNER)
    for action in ("resume", "stop", "step"):
        wish = lambda action=action: scheduler.control(run, OWNER, action)  # noqa: E731
        assert refusal(wish) == "runs.deleted"
    scheduler.restore(run, OWNER)
    assert scheduler.control(run, OWNER, "resume").state == FAILED  # for want of memory


def test_resuming_is_bound_by_the_limit_of_starting(open_scheduler: OpenScheduler) -> None:
    scheduler = open_scheduler()
    for _ in range(LIVE_PER_OWNER):
        ended(scheduler, state="paused")
    run = ended(scheduler)
    assert refusal(lambda: scheduler.control(run, OWNER, "resume")) == "runs.too_many"
    assert scheduler.run(run).state == STOPPED


def test_the_run_of_a_room_that_is_no_more_is_refused(open_scheduler: OpenScheduler) -> None:
    scheduler = open_scheduler()
    run = ended(scheduler, slice="garden")
    for action, value in (("resume", None), ("learning_rate", 0.1)):
        wish = lambda a=action, v=value: scheduler.control(run, OWNER, a, v)  # noqa: E731
        assert refusal(wish) == "runs.no_such_slice"


def test_the_rate_of_a_finished_run_is_not_changed(open_scheduler: OpenScheduler) -> None:
    scheduler = open_scheduler()
    run = ended(scheduler, state=FINISHED)
    assert refusal(lambda: scheduler.control(run, OWNER, "learning_rate", 0.1)) == "runs.finished"
    assert scheduler.store.changes(run) == []


# Processes that do not answer


def test_a_worker_that_will_not_stop_is_ended_and_its_slot_is_free(
    open_scheduler: OpenScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "HUNG_SECONDS", 0.2)
    scheduler = open_scheduler()
    (hung,) = scheduler.start("stand-in", [{"step_seconds": 600}], OWNER)
    until_state(scheduler, hung, RUNNING)
    until(lambda: scheduler.run(hung.id).info)
    scheduler.control(hung.id, OWNER, "stop")
    stopped = until_state(scheduler, hung, STOPPED)
    assert stopped.error is None
    (after,) = scheduler.start("stand-in", [{"steps": 3}], OWNER)
    until_state(scheduler, after, FINISHED)


def test_orders_to_a_process_that_reads_nothing_hold_up_nobody() -> None:
    lost = threading.Event()
    worker = WorkerProcess(
        "runs.deaf", threads=1, on_message=lambda *_: None, on_lost=lambda _: lost.set()
    )
    begun = time.monotonic()
    for _ in range(100):
        worker.send({"do": "prompt", "prompt": {"prefix": "x" * 4000}})
    assert time.monotonic() - begun < 1
    worker.kill()
    assert lost.wait(10)
    worker.send({"do": "shutdown"})


def test_a_worker_ends_with_its_server_even_after_half_an_order() -> None:
    code = "import time; from playground.runs import pipes; pipes.ServerPipe(); time.sleep(60)"
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    child.stdin.write(b'{"do": "open", "lan')
    child.stdin.close()
    assert child.wait(30) == 0


def test_half_an_answer_of_a_killed_worker_is_no_fault_of_ours(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cut_short.py").write_text("print('{\"tell\": \"rec', end='')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    lost = threading.Event()
    WorkerProcess("cut_short", threads=1, on_message=print, on_lost=lambda _: lost.set())
    assert lost.wait(30)
    assert capfd.readouterr().err == ""


def test_a_lane_that_was_failed_and_closed_leaves_its_slot(open_scheduler: OpenScheduler) -> None:
    dispatch = open_scheduler()._dispatch
    run = put(dispatch.store, state=FAILED)
    slot = dispatch.slots[0]
    slot.lanes[run.id] = LaneView(FAILED, doomed=True, leaving=True)
    dispatch._reports.on_message(None, {"tell": "closed", "run": run.id})
    assert not slot.busy


def test_a_slot_is_not_given_away_under_the_hands_of_its_owner() -> None:
    slot = Slot(paused_since=time.monotonic() - 100)
    slot.note_use()
    assert time.monotonic() - slot.paused_since < 1
    slot = Slot()
    slot.note_use()
    assert slot.paused_since is None


def test_an_estimate_that_breaks_down_stops_nobody(tmp_path: Path) -> None:
    def estimate(config: dict[str, Any]) -> int:
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "a text that is damaged")

    room = Slice(name="stand-in", entry=STAND_IN.entry, parse=STAND_IN.parse, memory_bytes=estimate)
    with Store(tmp_path) as store:
        scheduler = Scheduler(store, {"stand-in": room}, slots=1, texts=tmp_path)
        (run,) = scheduler.start("stand-in", [{}], OWNER)
        assert scheduler.run(run.id).state == RUNNING
        until_steps(scheduler, run, 1)
        scheduler.close()


# What must not grow without end


def test_many_small_batches_become_few_and_stay_the_same(store: Store) -> None:
    run = put(store)
    total = 3 * CHUNK + 100
    for start in range(0, total, 16):
        store.append(run.id, start, columns(start, min(total, start + 16)))
    whole = store.records(run.id)
    for _ in range(2):  # the second time there is nothing to do
        store.compact(run.id)
        counts = [row["count"] for row in store.rows("SELECT count FROM batches ORDER BY start")]
        assert counts == [CHUNK, CHUNK, CHUNK, 100]
        assert store.records(run.id) == whole


def test_of_many_prompts_the_newest_are_kept(store: Store) -> None:
    run, other = put(store), put(store)
    store.add_prompt(other.id, 0, {"prefix": "other"})
    with store.transaction():
        for number in range(PROMPTS + 5):
            store.add_prompt(run.id, number, {})
    assert [one["step"] for one in store.prompts(run.id)] == list(range(5, PROMPTS + 5))
    assert len(store.prompts(other.id)) == 1


def test_the_line_remembers_only_so_many_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "REMEMBERED", 3)
    waiting = line.Line()
    for number in range(9):
        waiting.add(f"owner {number % 5}", str(number), [str(number)])
        waiting.take(waiting.order(Counter())[0])
    assert list(waiting._last_turn) == ["owner 1", "owner 2", "owner 3"]


def test_own_texts_that_no_run_uses_go_after_a_day(
    open_scheduler: OpenScheduler, tmp_path: Path
) -> None:
    texts = tmp_path / "texts"
    used, unused, new = (keep_text(f"{word} " * 200, texts).address for word in ("a", "bb", "ccc"))
    for address in (used, unused):
        file = texts / f"{address.removeprefix('text:')}.txt"
        os.utime(file, (time.time() - 100_000,) * 2)
    scheduler = open_scheduler(texts=texts)
    ended(scheduler, config={"corpus": used, "seed": 1}, deleted=time.time())
    scheduler._housekeeping.tick()
    assert {f"text:{file.stem}" for file in texts.iterdir()} == {used, new}


@pytest.mark.skipif(os.name == "nt", reason="needs a link that leads nowhere")
def test_a_file_that_vanishes_while_all_are_counted_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert snapshots.folder_bytes(tmp_path) == 100


# What could not be written


def test_what_is_written_late_is_told_to_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    with Store(tmp_path) as store:
        feed, run = Feed(store), put(store, state=RUNNING)
        ledger = Ledger(store, feed, {})
        other = sqlite3.connect(tmp_path / database.FILE_NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert ledger.set(run.id, state=FAILED).state == FAILED
        assert store.run(run.id).state == RUNNING
        other.close()
        channel = feed._attach(run.id, threading.Event())
        assert '"running"' in channel.about  # a page that came meanwhile has read the store
        channel.followers.clear()
        ledger.settle()
        assert '"failed"' in channel.about
        assert store.run(run.id).state == FAILED


def test_a_number_that_is_none_never_comes_into_the_store(store: Store) -> None:
    run = put(store)
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            store.append(run.id, 0, {"loss": [value]})
        with pytest.raises(ValueError, match="not JSON compliant"):
            store.add_sample(run.id, 0, {"value": value})
