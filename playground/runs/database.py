"""The SQLite file of the store: opening, migrations, transactions, and faults as sentences."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playground.refused import Refused

FILE_NAME = "runs.sqlite3"
WAIT_SECONDS = 5.0  # how long another program may hold the file before we give up

# Each script takes the schema from version i to i + 1. Never edit one that has been released.
MIGRATIONS = (
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, slice TEXT NOT NULL, config TEXT NOT NULL, name TEXT NOT NULL,
        "group" TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL,
        started REAL, ended REAL, steps INTEGER NOT NULL DEFAULT 0,
        pinned INTEGER NOT NULL DEFAULT 0, deleted REAL, error TEXT,
        summary TEXT NOT NULL DEFAULT '{}', info TEXT NOT NULL DEFAULT '{}',
        progress TEXT NOT NULL DEFAULT '{}', prompt TEXT NOT NULL DEFAULT '{}',
        snapshot INTEGER, snapshot_step INTEGER, snapshot_file TEXT,
        shipped INTEGER NOT NULL DEFAULT 0, fingerprint TEXT
    );
    CREATE INDEX runs_by_owner ON runs (owner, created);
    CREATE INDEX runs_by_state ON runs (state);
    CREATE TABLE batches (
        run TEXT NOT NULL, start INTEGER NOT NULL, count INTEGER NOT NULL, columns TEXT NOT NULL,
        PRIMARY KEY (run, start)
    ) WITHOUT ROWID;
    CREATE TABLE samples (
        run TEXT NOT NULL, number INTEGER NOT NULL, position INTEGER NOT NULL,
        body TEXT NOT NULL, PRIMARY KEY (run, number)
    ) WITHOUT ROWID;
    CREATE TABLE changes (
        number INTEGER PRIMARY KEY, run TEXT NOT NULL, step INTEGER NOT NULL,
        name TEXT NOT NULL, value REAL NOT NULL
    );
    CREATE INDEX changes_by_run ON changes (run, step);
    CREATE TABLE prompts (
        number INTEGER PRIMARY KEY, run TEXT NOT NULL, step INTEGER NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX prompts_by_run ON prompts (run);
    """,
)


class Database:
    """One connection for all threads of the server, one transaction at a time."""

    def __init__(
        self, file: Path, *, read_only: bool = False, migrations: Sequence[str] = MIGRATIONS
    ):
        self._lock = threading.RLock()
        self._depth = 0
        self._closed = False
        with faults():
            self._connection = sqlite3.connect(
                f"{file.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
                uri=True,
                timeout=WAIT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
        self._connection.row_factory = sqlite3.Row
        try:
            with faults():
                self._prepare(read_only, migrations)
        except Refused:
            self._connection.close()
            raise

    def _prepare(self, read_only: bool, migrations: Sequence[str]) -> None:
        execute = self._connection.execute
        if not read_only:
            execute("PRAGMA auto_vacuum = INCREMENTAL")  # only a file without tables takes it
            execute("PRAGMA journal_mode = WAL")
            # With WAL this survives a killed process; a power cut may cost the last commits,
            # never the file.
            execute("PRAGMA synchronous = NORMAL")
        version = execute("PRAGMA user_version").fetchone()[0]
        if version > len(migrations):
            raise Refused("runs.store_newer")
        if read_only and version < len(migrations):
            raise Refused("runs.store_older")
        for number, script in enumerate(migrations[version:], start=version + 1):
            with self.transaction():
                for statement in script.split(";"):
                    execute(statement)
                execute(f"PRAGMA user_version = {number}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block or none of it; nested blocks join the outermost.

        Raises `Refused` in place of SQLite's errors.
        """
        with self._lock, faults():
            self._check_open()
            if self._depth:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock, faults():
            self._check_open()
            return self._connection.execute(query, values).fetchall()

    def used_bytes(self) -> int:
        """What the tables take up, without pages that wait to be used again."""
        pages, free, size = (
            self.rows(f"PRAGMA {name}")[0][0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    def shrink(self) -> None:
        """Gives free pages back to the disk."""
        with self._lock, faults():
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def disconnect(self) -> None:
        with self._lock:
            self._closed = True
            self._connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise Refused("runs.closing")


@contextmanager
def faults() -> Iterator[None]:
    """SQLite's errors as sentences for a visitor."""
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the kind, the rest its variety.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        key = _SENTENCES.get(code)
        if key is None:
            raise
        raise Refused(key) from error


_SENTENCES = {
    sqlite3.SQLITE_FULL: "runs.disk_full",
    sqlite3.SQLITE_BUSY: "runs.store_locked",
    sqlite3.SQLITE_LOCKED: "runs.store_locked",
    sqlite3.SQLITE_CORRUPT: "runs.store_corrupt",
    sqlite3.SQLITE_NOTADB: "runs.store_corrupt",
    sqlite3.SQLITE_IOERR: "runs.store_unwritable",
    sqlite3.SQLITE_READONLY: "runs.store_unwritable",
    sqlite3.SQLITE_CANTOPEN: "runs.store_unwritable",
    sqlite3.SQLITE_PERM: "runs.store_unwritable",
}
