import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from playground.refused import Refused
from playground.runs import snapshots
from playground.runs.expiry import expire, purge_deleted
from playground.runs.record import FAILED, FINISHED, PAUSED, QUEUED, RUNNING, Run, fresh_id
from playground.runs.store import Store


def new_run(**fields: object) -> Run:
    given = {"slice": "stand-in", "config": {"seed": 1}, "name": "one", "created": time.time()}
    return Run(**{"id": fresh_id(), "group": fresh_id(), **given, **fields})


def put(store: Store, records: int = 0, **fields: object) -> Run:
    run = new_run(**fields)
    store.create([run], "owner")
    if records:
        store.append(run.id, 0, columns(0, records))
    return store.run(run.id)


def refusal(action) -> str:
    with pytest.raises(Refused) as caught:
        action()
    assert str(caught.value)
    assert caught.value.say("zh") != str(caught.value)
    return caught.value.key


def columns(start: int, end: int) -> dict[str, list]:
    return {"step": list(range(start, end)), "loss": [1 / (1 + i) for i in range(start, end)]}


def test_a_run_comes_back_as_it_was_put(store: Store) -> None:
    run = new_run(
        config={"text": "é 中 🙂 ${x} <b>", "rate": 1e-5, "on": True},
        prompt={"prefix": "'; DROP TABLE runs; --"},
        error={"key": "runs.worker_lost", "params": {}},
        pinned=True,
    )
    store.create([run], "owner")
    assert store.run(run.id) == run
    assert store.runs(owner="owner") == [run]
    assert store.runs(owner="else") == []


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of hypothesis; each leaves it as it found it."""
    return tmp_path_factory.mktemp("shared")


@given(sizes=some.lists(some.integers(1, 40), max_size=12), data=some.data())
def test_records_come_back_whatever_batches_they_came_in(
    shared_folder: Path, sizes: list[int], data
) -> None:
    with Store(shared_folder) as store:
        run = put(store)
        total = 0
        for size in sizes:
            total = store.append(run.id, total, columns(total, total + size))
        since = data.draw(some.integers(0, total + 3))
        limit = data.draw(some.none() | some.integers(0, 50))
        end = total if limit is None else min(total, since + limit)
        expected = columns(since, max(since, end))
        assert store.records(run.id, since, limit).get("step", []) == expected["step"]
        store.compact(run.id)
        assert store.records(run.id, since, limit).get("loss", []) == expected["loss"]

        kept = data.draw(some.integers(0, total))
        store.truncate(run.id, kept)
        assert store.run(run.id).steps == kept
        assert store.records(run.id).get("step", []) == list(range(kept))
        store.append(run.id, kept, columns(kept, kept + 5))
        assert store.records(run.id) == columns(0, kept + 5)
        store.erase(run.id)


def test_records_with_a_gap_or_twice_are_an_error(store: Store) -> None:
    run = put(store, records=10)
    for start in (9, 11):
        with pytest.raises(ValueError, match="do not follow 10"):
            store.append(run.id, start, columns(start, start + 1))
    with pytest.raises(ValueError, match="different lengths"):
        store.append(run.id, 10, {"step": [1], "loss": []})
    assert store.run(run.id).steps == 10


def test_a_column_that_comes_later_is_none_before(store: Store) -> None:
    run = put(store, records=2)
    store.append(run.id, 2, {"step": [2], "accuracy": [0.5]})
    assert store.records(run.id) == {
        "step": [0, 1, 2],
        "loss": [1, 0.5, None],
        "accuracy": [None, None, 0.5],
    }


def test_truncating_drops_later_samples_but_not_changes(store: Store) -> None:
    run = put(store, records=30)
    for position in (10, 20, 30):
        store.add_sample(run.id, position, {"step": position})
    store.add_change(run.id, 25, "learning_rate", 0.1)
    store.add_change(run.id, 5, "learning_rate", 0.2)
    store.truncate(run.id, 20)
    assert store.samples(run.id) == [{"step": 10}, {"step": 20}]
    assert store.add_sample(run.id, 20, {"step": 20}) == 2
    assert [change["step"] for change in store.changes(run.id)] == [5, 25]
    assert [change["step"] for change in store.changes(run.id, 6)] == [25]


def test_many_threads_write_and_read_at_once(store: Store) -> None:
    runs = [put(store) for _ in range(4)]

    def write(run: Run) -> None:
        for start in range(0, 500, 10):
            store.append(run.id, start, columns(start, start + 10))
            assert store.records(run.id, start) == columns(start, start + 10)

    threads = [threading.Thread(target=write, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(store.records(run.id) == columns(0, 500) for run in runs)


def test_a_closed_store_says_that_the_server_is_ending(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.close()
    assert refusal(store.runs) == "runs.closing"


# Snapshots


def test_a_replaced_snapshot_stays_for_its_readers_and_then_goes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = put(store)
    for position in (1, 2):
        name = snapshots.file_name(run.id, position)
        (store.snapshots / name).write_bytes(b"x")
        store.register_snapshot(run.id, position, position, name)
    assert store.snapshot_file(run.id).name == snapshots.file_name(run.id, 2)
    assert store.snapshot_step(run.id) == 2
    assert len(list(store.snapshots.iterdir())) == 2
    monkeypatch.setattr("playground.runs.store.STALE_SECONDS", 0.0)
    store.sweep_stale()
    assert [file.name for file in store.snapshots.iterdir()] == [snapshots.file_name(run.id, 2)]


def test_opening_sweeps_what_nobody_names(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        run = put(store)
        named = snapshots.file_name(run.id, 5)
        store.register_snapshot(run.id, 5, 5, named)
    for name in (named, snapshots.file_name(run.id, 6), f".{named}.ab12cd34", "a note.txt"):
        (tmp_path / "snapshots" / name).write_bytes(b"x")
    with Store(tmp_path):
        left = {file.name for file in (tmp_path / "snapshots").iterdir()}
    assert left == {named, "a note.txt"}


# Shipped runs, and what goes


def test_a_shipped_run_is_put_once_and_anew_when_it_changed(store: Store) -> None:
    shipped = {"slice": "stand-in", "config": {}, "name": "to look at", "summary": {"loss": 1}}
    run = store.put_shipped("5" * 32, shipped, columns(0, 40), [{"step": 4, "text": "x"}])
    assert run.shipped
    assert run.state == FINISHED
    assert run.steps == 40
    assert run.name == "to look at"
    assert store.put_shipped("5" * 32, shipped, columns(0, 40), [{"step": 4, "text": "x"}]) == run
    again = store.put_shipped("5" * 32, shipped, columns(0, 30))
    assert again.steps == 30
    assert store.samples(run.id) == []
    assert refusal(lambda: store.erase(run.id)) == "runs.shipped"


def test_old_ended_runs_expire_and_no_others(store: Store) -> None:
    long_ago = time.time() - 40 * 86400
    old = [put(store, state=FINISHED, ended=long_ago + i).id for i in range(2)]
    put(store, state=FINISHED, ended=time.time() - 60)
    put(store, state=FINISHED, ended=long_ago, pinned=True)
    for state in (RUNNING, QUEUED, PAUSED):
        put(store, state=state, created=long_ago)
    store.put_shipped(
        "5" * 32, {"slice": "s", "config": {}, "name": "n", "ended": long_ago}, columns(0, 3)
    )
    assert expire(store, None, None) == []
    assert expire(store, 30, None) == old
    assert expire(store, 30, None) == []
    assert len(store.runs()) == 6


def test_the_oldest_go_first_when_the_folder_is_too_large(store: Store) -> None:
    runs = []
    for age in (3, 1, 2):
        run = put(store, records=2000, state=FAILED, ended=time.time() - age)
        name = snapshots.file_name(run.id, 2000)
        (store.snapshots / name).write_bytes(b"x" * 1_000_000)
        store.register_snapshot(run.id, 2000, 2000, name)
        runs.append(run.id)
    pinned = put(store, state=FAILED, ended=time.time() - 9, pinned=True)
    assert store.disk_bytes() > 3_000_000
    assert expire(store, None, 2.5e-3) == [runs[0]]
    assert expire(store, None, 1e-9) == [runs[2], runs[1]]
    assert [run.id for run in store.runs()] == [pinned.id]
    assert list(store.snapshots.iterdir()) == []
    assert store.disk_bytes() < 200_000  # the freed pages went back to the disk


def test_deleted_runs_are_purged_after_a_while(store: Store) -> None:
    now = time.time()
    gone = put(store, state=FINISHED, deleted=now - 601, records=5)
    kept = put(store, state=FINISHED, deleted=now - 5)
    assert [run.id for run in store.runs()] == []
    assert purge_deleted(store) == [gone.id]
    assert store.run(kept.id).deleted is not None
    assert refusal(lambda: store.run(gone.id)) == "runs.no_such_run"
    assert store.records(gone.id) == {}
