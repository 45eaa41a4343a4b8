"""What survives when processes die: real processes, really killed."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from runs import stand_in
from runs.waiting import OTHER, OWNER, until, until_state, until_steps

from playground.runs.record import FAILED, PAUSED, QUEUED, RUNNING, STOPPED, Run
from playground.runs.scheduler import Scheduler
from playground.runs.store import Store

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The other end of `server_process.py`."""

    def __init__(self, folder: Path):
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("server_process.py")), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True,
        )  # fmt: skip

    def ask(self, method: str, *arguments: Any) -> Any:
        self.process.stdin.write(json.dumps([method, arguments]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    search = f"{ROOT}:{ROOT / 'tests'}" if sys.platform != "win32" else f"{ROOT};{ROOT / 'tests'}"
    monkeypatch.setenv("PYTHONPATH", search)
    started = Server(tmp_path / "runs")
    yield started
    started.end()


def pid_of(scheduler: Scheduler, run: Run) -> int:
    until(lambda: scheduler.run(run.id).info)
    return scheduler.run(run.id).info["pid"]


def test_a_killed_server_loses_half_a_second_and_its_runs_go_on_the_same(
    server: Server, tmp_path: Path, open_scheduler: Callable[..., Scheduler]
) -> None:
    (run,) = server.ask("start", "stand-in", [{"seed": 7}], OWNER)
    (waiting,) = server.ask("start", "stand-in", [{"seed": 8, "steps": 5}], OTHER)
    until(lambda: server.ask("run", run["id"])["steps"] > 20)
    server.ask("control", run["id"], OWNER, "snapshot")
    server.ask("control", run["id"], OWNER, "learning_rate", 0.01)
    before = server.ask("run", run["id"])
    worker = psutil.Process(before["info"]["pid"])
    time.sleep(0.7)
    server.end()
    killed = time.monotonic()

    until(lambda: not worker.is_running(), 2)
    with Store(tmp_path / "runs", read_only=True) as store:
        kept = store.records(run["id"])
        snapshot, steps = store.run(run["id"]).snapshot, store.run(run["id"]).steps
        changed = store.changes(run["id"])[0]["step"]
    assert len(kept["step"]) == steps > snapshot
    assert changed >= snapshot  # the change has to be made again
    # 0.7 s passed after the last look; all but the last half second is there.
    assert kept["seconds"][-1] - kept["seconds"][before["steps"] - 1] > 0.2
    assert time.monotonic() - killed < 5

    scheduler = open_scheduler()
    assert scheduler.run(run["id"]).state == QUEUED
    assert scheduler.run(waiting["id"]).place == 2
    scheduler.start_workers()
    until(lambda: scheduler.run(run["id"]).steps > steps + 30)
    scheduler.control(run["id"], OWNER, "stop")
    made = scheduler.store.records(run["id"])
    expected = stand_in.uninterrupted({"seed": 7}, len(made["loss"]), {changed: 0.01})
    assert made["loss"] == expected
    assert made["loss"][:steps] == kept["loss"]
    until(lambda: scheduler.run(waiting["id"]).steps == 5)


def test_a_killed_worker_fails_only_its_runs_which_then_resume(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    scheduler = open_scheduler(slots=2)
    (lost,) = scheduler.start("stand-in", [{"seed": 1}], OWNER)
    (other,) = scheduler.start("stand-in", [{"seed": 2}], OWNER)
    until_steps(scheduler, lost, 20)
    scheduler.control(lost.id, OWNER, "snapshot")
    until_steps(scheduler, lost, scheduler.run(lost.id).steps + 20)
    until_steps(scheduler, other, 1)
    psutil.Process(pid_of(scheduler, lost)).kill()

    failed = until_state(scheduler, lost, FAILED)
    assert failed.error == {"key": "runs.worker_lost", "params": {}}
    steps = scheduler.run(other.id).steps
    until_steps(scheduler, other, steps + 10)
    assert scheduler.run(other.id).state == RUNNING
    kept = scheduler.store.records(lost.id)["loss"]
    assert len(kept) == failed.steps > failed.snapshot

    scheduler.control(lost.id, OWNER, "resume")
    until_steps(scheduler, lost, failed.steps + 20)
    made = scheduler.store.records(lost.id)["loss"]
    assert made == stand_in.uninterrupted({"seed": 1}, len(made), {})
    assert made[: len(kept)] == kept


def test_a_session_that_ends_its_process_fails_its_run(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    scheduler = open_scheduler()
    (run,) = scheduler.start("stand-in", [{"fault": "exit", "fault_step": 3}], OWNER)
    (after,) = scheduler.start("stand-in", [{"steps": 5}], OWNER)
    assert until_state(scheduler, run, FAILED).error["key"] == "runs.worker_lost"
    until_steps(scheduler, after, 5)


def test_an_orderly_end_saves_all_and_the_next_start_goes_on(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    scheduler = open_scheduler()
    race = scheduler.start("stand-in", [{"seed": 1}, {"seed": 2}, {"seed": 3}], OWNER)
    (queued,) = scheduler.start("stand-in", [{"seed": 4}], OWNER)
    (gone,) = scheduler.start("stand-in", [{"seed": 5}], OWNER)
    for run in race:
        until_steps(scheduler, run, 10)
    scheduler.control(race[2].id, OWNER, "pause")
    scheduler.delete(gone.id, OWNER)
    worker = psutil.Process(pid_of(scheduler, race[0]))
    started = time.monotonic()
    scheduler.close()
    assert time.monotonic() - started < 2.5
    assert not worker.is_running()
    left = {run.id: run for run in scheduler.store.runs()}
    assert [left[run.id].state for run in race] == [RUNNING, RUNNING, PAUSED]
    assert all(left[run.id].snapshot == left[run.id].steps > 0 for run in race)
    assert left[queued.id].state == QUEUED
    assert gone.id not in left

    scheduler = open_scheduler()
    scheduler.start_workers()
    for run in race[:2]:
        until_steps(scheduler, run, left[run.id].steps + 10)
        made = scheduler.store.records(run.id)["loss"]
        assert made == stand_in.uninterrupted(run.config, len(made), {})
    assert scheduler.run(race[2].id).state == PAUSED
    assert scheduler.control(race[2].id, OWNER, "resume").state == RUNNING


def test_a_worker_that_hangs_does_not_hold_up_the_end(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    scheduler = open_scheduler()
    (run,) = scheduler.start("stand-in", [{"step_seconds": 30}], OWNER)
    worker = psutil.Process(pid_of(scheduler, run))
    started = time.monotonic()
    scheduler.close()
    assert time.monotonic() - started < 3
    assert not worker.is_running()
    assert scheduler.store.run(run.id).state == RUNNING


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are POSIX")
def test_a_snapshot_that_finds_no_room_fails_its_run_only(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    scheduler = open_scheduler(slots=2)
    (run,) = scheduler.start("stand-in", [{"largest_file": 2000}], OWNER)
    (other,) = scheduler.start("stand-in", [{"steps": 300}], OWNER)
    until_steps(scheduler, run, 5)
    scheduler.control(run.id, OWNER, "snapshot")
    assert until_state(scheduler, run, FAILED).error == {"key": "runs.disk_full", "params": {}}
    until_steps(scheduler, other, 300)


def test_a_full_disk_fails_the_run_and_the_server_lives(
    open_scheduler: Callable[..., Scheduler],
) -> None:
    scheduler = open_scheduler()
    (run,) = scheduler.start("stand-in", [{"step_seconds": 0}], OWNER)
    until_steps(scheduler, run, 1)
    pages = scheduler.store.rows("PRAGMA page_count")[0][0]
    scheduler.store.rows(f"PRAGMA max_page_count = {pages}")
    failed = until_state(scheduler, run, FAILED)
    assert failed.error["key"] == "runs.disk_full"
    assert scheduler.runs(OWNER)[0].state == FAILED

    scheduler.store.rows("PRAGMA max_page_count = 1000000")
    until(lambda: scheduler.store.run(run.id).state == FAILED)  # written as soon as there is room
    scheduler.control(run.id, OWNER, "resume")
    until(lambda: scheduler.run(run.id).steps > failed.steps)
    assert scheduler.control(run.id, OWNER, "stop").state == STOPPED
    made = scheduler.store.records(run.id)["loss"]
    assert made == stand_in.uninterrupted({}, len(made), {})
