"""The store: every run with its records, in one SQLite file and a folder of snapshots.

One server per folder; others may open it `read_only` (the command line does). All methods may be
called from any thread and raise `Refused` with a sentence when the disk is full, the file is
locked or damaged, or a run does not exist.
"""

import dataclasses
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import filelock

from playground import weights
from playground.refused import Refused
from playground.runs import snapshots
from playground.runs.database import FILE_NAME
from playground.runs.history import Columns, History
from playground.runs.record import FINISHED, Run

LOCK_NAME = "playground.lock"
STALE_SECONDS = 20.0  # a replaced snapshot stays this long for those who are reading it

_AS_JSON = ("config", "error", "summary", "info", "progress", "prompt")
_AS_BOOL = ("pinned", "shipped")
_FIELDS = tuple(item.name for item in dataclasses.fields(Run) if item.name != "place")


class Store(History):
    """Raises `Refused("runs.second_server")` when another server has the folder."""

    def __init__(self, folder: Path, *, read_only: bool = False):
        folder = folder.absolute()  # its files are named to other processes
        self.folder = folder
        self.snapshots = folder / "snapshots"
        self._stale: list[tuple[float, Path]] = []
        self._server_lock = filelock.FileLock(folder / LOCK_NAME, blocking=False)
        if read_only:
            if not (folder / FILE_NAME).is_file():
                raise Refused("runs.no_store")
        else:
            self._take_folder()
        try:
            super().__init__(folder / FILE_NAME, read_only=read_only)
        except BaseException:
            self._server_lock.release()
            raise
        try:
            self.rows("SELECT count(name) FROM runs")  # a damaged file says so now
            if not read_only:
                self._sweep_all()
        except BaseException:
            self.close()
            raise

    def _take_folder(self) -> None:
        try:
            self.snapshots.mkdir(parents=True, exist_ok=True)
            self._server_lock.acquire()
        except filelock.Timeout:
            raise Refused("runs.second_server") from None
        except OSError:
            raise Refused("runs.store_unwritable") from None

    def close(self) -> None:
        self.disconnect()
        self._server_lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Runs

    def create(self, runs: Iterable[Run], owner: str) -> None:
        """Adds runs of one owner (the hash of a token, empty for nobody)."""
        with self.transaction() as connection:
            for run in runs:
                values = {name: _to_column(name, getattr(run, name)) for name in _FIELDS}
                names = ", ".join(f'"{name}"' for name in (*values, "owner"))
                blanks = ", ".join("?" * (len(values) + 1))
                insert = f"INSERT INTO runs ({names}) VALUES ({blanks})"  # noqa: S608 (the names are ours)
                connection.execute(insert, (*values.values(), owner))

    def run(self, run_id: Any) -> Run:
        """Raises `Refused("runs.no_such_run")`."""
        rows = self.rows("SELECT * FROM runs WHERE id = ?", str(run_id)[:64])
        if not rows:
            raise Refused("runs.no_such_run")
        return _run(rows[0])

    def owner(self, run_id: str) -> str:
        """The hash of the owner's token. Raises `Refused("runs.no_such_run")`."""
        rows = self.rows("SELECT owner FROM runs WHERE id = ?", str(run_id)[:64])
        if not rows:
            raise Refused("runs.no_such_run")
        return rows[0]["owner"]

    def runs(
        self,
        *,
        owner: str | None = None,
        ids: Iterable[str] | None = None,
        states: Iterable[str] | None = None,
        deleted: bool | None = False,
        shipped: bool | None = None,
        limit: int = 1000,
    ) -> list[Run]:
        """Runs that fit all the conditions given, newest first. `deleted=None` takes both."""
        conditions, values = ["1"], []
        for column, allowed in (("id", ids), ("state", states)):
            if allowed is not None:
                wanted = [str(value)[:64] for value in allowed][:500]
                conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values += wanted
        if owner is not None:
            conditions.append("owner = ?")
            values.append(owner)
        if deleted is not None:
            conditions.append("deleted IS " + ("NOT NULL" if deleted else "NULL"))
        if shipped is not None:
            conditions.append("shipped = ?")
            values.append(int(shipped))
        query = f"SELECT * FROM runs WHERE {' AND '.join(conditions)}"  # noqa: S608 (the names are ours)
        rows = self.rows(query + " ORDER BY created DESC, rowid DESC LIMIT ?", *values, limit)
        return [_run(row) for row in rows]

    def count_states(self) -> dict[str, int]:
        rows = self.rows("SELECT state, count(*) AS count FROM runs GROUP BY state")
        return {row["state"]: row["count"] for row in rows}

    def update(self, run_id: str, **changes: Any) -> Run:
        """Sets fields of a run and returns it."""
        assignments = ", ".join(f'"{name}" = ?' for name in changes)
        values = [_to_column(name, value) for name, value in changes.items()]
        with self.transaction() as connection:
            connection.execute(f"UPDATE runs SET {assignments} WHERE id = ?", (*values, run_id))  # noqa: S608 (the names are ours)
            return self.run(run_id)

    def put_shipped(
        self,
        run_id: str,
        run: Mapping[str, Any],
        columns: Columns,
        samples: Iterable[dict[str, Any]] = (),
    ) -> Run:
        """A finished run that comes with the app, anew only when it is not there just so.

        `run` has `slice`, `config`, `name` and, if known, `summary`, `info`, `prompt`.
        """
        content = json.dumps([run, columns, list(samples)], sort_keys=True)
        fingerprint = hashlib.sha256(content.encode()).hexdigest()
        with self.transaction() as connection:
            held = self.rows("SELECT fingerprint FROM runs WHERE id = ?", run_id)
            if held and held[0]["fingerprint"] == fingerprint:
                return self.run(run_id)
            self.purge([run_id])
            now = time.time()
            told: dict[str, Any] = {
                **run,
                "id": run_id,
                "group": run_id,
                "state": FINISHED,
                "shipped": True,
            }
            times: dict[str, Any] = {"created": now, "ended": now}
            self.create([Run(**{**times, **told})], "")
            self.append(run_id, 0, columns)
            for sample in samples:
                self.add_sample(run_id, int(sample.get("step", 0)), sample)
            connection.execute(
                "UPDATE runs SET fingerprint = ? WHERE id = ?", (fingerprint, run_id)
            )
            return self.run(run_id)

    def add_finished(self, run: Run, owner: str, content: bytes, step: int) -> Run:
        """A run that was trained elsewhere; `content` is the file of its weights."""
        name = snapshots.file_name(run.id, 0)
        try:
            weights.write_bytes(self.snapshots / name, content)
        except OSError as error:
            full = snapshots.out_of_space(error)
            raise Refused("runs.disk_full" if full else "runs.store_unwritable") from error
        with self.transaction():
            self.create([run], owner)
            self.register_snapshot(run.id, 0, step, name)
        return self.run(run.id)

    # Snapshots

    def register_snapshot(self, run_id: str, position: int, step: int, name: str) -> None:
        """From now on the run resumes from this file; the one before is deleted a little later."""
        before = self.snapshot_file(run_id)
        with self.transaction() as connection:
            connection.execute(
                "UPDATE runs SET snapshot = ?, snapshot_step = ?, snapshot_file = ? WHERE id = ?",
                (position, step, name, run_id),
            )
        if before is not None and before.name != name:
            self._stale.append((time.monotonic(), before))
        self.sweep_stale()

    def snapshot_file(self, run_id: str) -> Path | None:
        """The file of the last snapshot; it stays for at least `STALE_SECONDS`."""
        rows = self.rows("SELECT snapshot_file FROM runs WHERE id = ?", run_id)
        name = rows[0]["snapshot_file"] if rows else None
        return self.snapshots / name if name else None

    def snapshot_step(self, run_id: str) -> int:
        """How many steps the run's last snapshot has behind it; 0 without one."""
        rows = self.rows("SELECT snapshot_step FROM runs WHERE id = ?", run_id)
        return (rows[0]["snapshot_step"] or 0) if rows else 0

    def sweep_stale(self) -> None:
        with self._lock:
            now = time.monotonic()
            while self._stale and now - self._stale[0][0] > STALE_SECONDS:
                snapshots.delete(self._stale.pop(0)[1])

    def _sweep_all(self) -> None:
        rows = self.rows("SELECT snapshot_file FROM runs WHERE snapshot_file IS NOT NULL")
        snapshots.sweep(self.snapshots, {row["snapshot_file"] for row in rows})

    # What goes

    def erase(self, run_id: str) -> None:
        """Deletes one run for good. Raises `Refused` if there is none or it came with the app."""
        if self.run(run_id).shipped:
            raise Refused("runs.shipped")
        self.purge([run_id])

    def purge(self, run_ids: Iterable[str]) -> None:
        """Deletes runs with all that belongs to them, for good."""
        files = []
        with self.transaction() as connection:
            for run_id in run_ids:
                files.append(self.snapshot_file(run_id))
                for table in ("batches", "samples", "changes", "prompts"):
                    connection.execute(f"DELETE FROM {table} WHERE run = ?", (run_id,))  # noqa: S608 (the names are ours)
                connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
        for file in files:
            if file is not None:
                snapshots.delete(file)

    def disk_bytes(self) -> int:
        """Tables and snapshot files together."""
        return self.used_bytes() + snapshots.folder_bytes(self.snapshots)


def _run(row: sqlite3.Row) -> Run:
    return Run(**{name: _from_column(name, row[name]) for name in _FIELDS})


def _to_column(name: str, value: Any) -> Any:
    return json.dumps(value) if name in _AS_JSON and value is not None else value


def _from_column(name: str, value: Any) -> Any:
    if name in _AS_JSON:
        return None if value is None else json.loads(value)
    return bool(value) if name in _AS_BOOL else value
