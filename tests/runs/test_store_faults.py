import sqlite3
from pathlib import Path

import pytest
from runs.test_store import columns, put, refusal

from playground.runs import database
from playground.runs.database import FILE_NAME, MIGRATIONS, Database
from playground.runs.store import Store

# One server, whole files, room on the disk


def test_a_second_server_is_refused_and_a_reader_is_not(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        run = put(store, records=3)
        assert refusal(lambda: Store(tmp_path)) == "runs.second_server"
        with Store(tmp_path, read_only=True) as reader:
            assert reader.records(run.id) == columns(0, 3)
            assert refusal(lambda: put(reader)) == "runs.store_unwritable"
    with Store(tmp_path) as store:
        assert store.run(run.id).steps == 3


def test_reading_where_nothing_is_says_so(tmp_path: Path) -> None:
    assert refusal(lambda: Store(tmp_path, read_only=True)) == "runs.no_store"


@pytest.mark.parametrize("damage", ["garbage", "torn"])
def test_a_damaged_file_is_refused_with_a_sentence(tmp_path: Path, damage: str) -> None:
    with Store(tmp_path) as store:
        for _ in range(50):
            put(store, records=200)
    file = tmp_path / FILE_NAME
    content = file.read_bytes()
    spoiled = b"\xa5" * len(content)
    # A torn file keeps its header, but its pages are not what they were.
    file.write_bytes(spoiled if damage == "garbage" else content[:100] + spoiled[100:])
    assert refusal(lambda: Store(tmp_path)) == "runs.store_corrupt"
    file.unlink()
    with Store(tmp_path) as store:  # the lock has been let go
        assert store.runs() == []


def test_a_file_that_another_program_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    with Store(tmp_path) as store:
        run = put(store)
        other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert refusal(lambda: store.append(run.id, 0, columns(0, 1))) == "runs.store_locked"
        other.execute("ROLLBACK")
        other.close()
        assert store.append(run.id, 0, columns(0, 1)) == 1


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert refusal(lambda: Store(tmp_path / "file" / "runs")) == "runs.store_unwritable"


def test_a_full_disk_is_said_and_costs_nothing_that_was_there(store: Store) -> None:
    run = put(store, records=10)
    store.rows(f"PRAGMA max_page_count = {store.rows('PRAGMA page_count')[0][0] + 2}")
    total = 10

    def fill() -> None:
        nonlocal total
        while True:
            total = store.append(run.id, total, columns(total, total + 200))

    assert refusal(fill) == "runs.disk_full"
    assert store.records(run.id) == columns(0, total)
    store.rows("PRAGMA max_page_count = 1000000")
    assert store.append(run.id, total, columns(total, total + 1)) == total + 1


# Versions of the schema


def test_every_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    later = (*MIGRATIONS, "ALTER TABLE runs ADD COLUMN mood TEXT; CREATE TABLE moods (id TEXT)")
    for version in range(len(later) + 1):
        file = tmp_path / f"{version}.sqlite3"
        Database(file, migrations=later[:version]).disconnect()
        new = Database(file, migrations=later)
        assert new.rows("PRAGMA user_version")[0][0] == len(later)
        assert new.rows("SELECT mood FROM runs") == []
        new.disconnect()


def test_a_migration_that_fails_leaves_the_old_version(tmp_path: Path) -> None:
    file = tmp_path / "one.sqlite3"
    Database(file).disconnect()
    broken = (*MIGRATIONS, "CREATE TABLE moods (id TEXT); CREATE TABLE runs (id TEXT)")
    with pytest.raises(sqlite3.OperationalError):
        Database(file, migrations=broken)
    same = Database(file)
    assert same.rows("SELECT name FROM sqlite_master WHERE name = 'moods'") == []
    same.disconnect()


def test_other_versions_than_ours_are_refused_where_they_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    Database(file, migrations=(*MIGRATIONS, "CREATE TABLE moods (id TEXT)")).disconnect()
    assert refusal(lambda: Store(tmp_path)) == "runs.store_newer"
    file.unlink()
    Database(file, migrations=()).disconnect()
    assert refusal(lambda: Store(tmp_path, read_only=True)) == "runs.store_older"
