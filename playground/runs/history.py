"""What a run leaves behind: records, samples, changes of its rate, prompts.

Records stand at absolute positions 0, 1, 2 … of their run and are kept in batches as they came:
a batch is one row that holds a list per column, so adding one costs the same however long the
run is.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from playground.runs.database import Database

Columns = dict[str, list[Any]]  # equal lengths; None where a record lacks a value

CHUNK = 2048  # records per row after a run has ended
PROMPTS = 1000  # kept of one run, the newest


class History(Database):
    """The tables beside `runs`. Every method raises `Refused` when the file cannot be used."""

    def append(self, run: str, start: int, columns: Mapping[str, Sequence[Any]]) -> int:
        """Adds records `start`, `start + 1` …; returns how many the run has then.

        `ValueError` unless `start` is the number of records the run has: no gap, no overlap.
        """
        count = _count(columns)
        with self.transaction() as connection:
            row = connection.execute("SELECT steps FROM runs WHERE id = ?", (run,)).fetchone()
            if row is None or row["steps"] != start:
                raise ValueError(f"records from {start} do not follow {row and row['steps']}")
            connection.execute(
                "INSERT INTO batches VALUES (?, ?, ?, ?)", (run, start, count, _text(columns))
            )
            connection.execute("UPDATE runs SET steps = ? WHERE id = ?", (start + count, run))
        return start + count

    def records(self, run: str, since: int = 0, limit: int | None = None) -> Columns:
        """Records `since` … `since + limit - 1` (all that follow by default), by column."""
        since = max(0, since)
        end = since + limit if limit is not None else 2**62
        rows = self.rows(
            "SELECT start, count, columns FROM batches WHERE run = ? AND start < ? AND start >= "
            "(SELECT coalesce(max(start), 0) FROM batches WHERE run = ? AND start <= ?) "
            "ORDER BY start",
            run,
            end,
            run,
            since,
        )
        return joined(
            _cut(json.loads(row["columns"]), since - row["start"], end - row["start"])
            for row in rows
        )

    def last_record(self, run: str) -> dict[str, Any] | None:
        rows = self.rows(
            "SELECT columns FROM batches WHERE run = ? ORDER BY start DESC LIMIT 1", run
        )
        if not rows:
            return None
        return {name: values[-1] for name, values in json.loads(rows[0]["columns"]).items()}

    def truncate(self, run: str, position: int) -> None:
        """Drops the records from `position` on, and the samples that were made after it."""
        with self.transaction() as connection:
            straddling = connection.execute(
                "SELECT start, columns FROM batches WHERE run = ? AND start < ? "
                "AND start + count > ?",
                (run, position, position),
            ).fetchone()
            if straddling:
                start = straddling["start"]
                kept = _cut(json.loads(straddling["columns"]), 0, position - start)
                connection.execute(
                    "UPDATE batches SET count = ?, columns = ? WHERE run = ? AND start = ?",
                    (position - start, _text(kept), run, start),
                )
            connection.execute("DELETE FROM batches WHERE run = ? AND start >= ?", (run, position))
            connection.execute(
                "DELETE FROM samples WHERE run = ? AND position > ?", (run, position)
            )
            connection.execute(
                "UPDATE runs SET steps = min(steps, ?) WHERE id = ?", (position, run)
            )

    def compact(self, run: str) -> None:
        """Puts small batches together; the records stay what they are.

        Stretch by stretch, so that others who write wait for a few milliseconds only.
        """
        start: int | None = 0
        while start is not None:
            start = self._merge(run, start)

    def _merge(self, run: str, start: int) -> int | None:
        """Makes one batch of those from `start` on, as many as make a chunk; returns where the
        next stretch starts, None at the end."""
        with self.transaction() as connection:
            query = "SELECT * FROM batches WHERE run = ? AND start >= ? ORDER BY start"
            rows = connection.execute(query, (run, start))
            taken, first, count = [], start, 0
            for row in rows:
                if taken and count + row["count"] > CHUNK:
                    break
                first = first if taken else row["start"]
                taken.append(json.loads(row["columns"]))
                count += row["count"]
            rows.close()
            if not taken:
                return None
            if len(taken) > 1:
                connection.execute(
                    "DELETE FROM batches WHERE run = ? AND start >= ? AND start < ?",
                    (run, first, first + count),
                )
                connection.execute(
                    "INSERT INTO batches VALUES (?, ?, ?, ?)",
                    (run, first, count, _text(joined(taken))),
                )
            return first + count

    def add_sample(self, run: str, position: int, body: dict[str, Any]) -> int:
        """Keeps a look at the model after `position` records; returns its number, from 0."""
        with self.transaction() as connection:
            number = self.sample_count(run)
            connection.execute(
                "INSERT INTO samples VALUES (?, ?, ?, ?)",
                (run, number, position, json.dumps(body, allow_nan=False)),
            )
        return number

    def sample_count(self, run: str) -> int:
        query = "SELECT coalesce(max(number) + 1, 0) FROM samples WHERE run = ?"
        return self.rows(query, run)[0][0]

    def samples(self, run: str, since: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Samples `since` …, oldest first; the newest `limit` of them."""
        rows = self.rows(
            "SELECT body FROM samples WHERE run = ? AND number >= ? ORDER BY number DESC LIMIT ?",
            run,
            since,
            limit,
        )
        return [json.loads(row["body"]) for row in reversed(rows)]

    def add_change(self, run: str, step: int, name: str, value: float | str) -> None:
        """Remembers that `name` was set to `value` after `step` steps."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO changes (run, step, name, value) VALUES (?, ?, ?, ?)",
                (run, step, name, value),
            )

    def drop_changes(self, run: str, after_step: int) -> None:
        with self.transaction() as connection:
            connection.execute("DELETE FROM changes WHERE run = ? AND step > ?", (run, after_step))

    def changes(self, run: str, since_step: int = 0) -> list[dict[str, Any]]:
        """`{"step", "name", "value"}` in the order they took effect."""
        rows = self.rows(
            "SELECT step, name, value FROM changes WHERE run = ? AND step >= ? "
            "ORDER BY step, number",
            run,
            since_step,
        )
        return [dict(row) for row in rows]

    def add_prompt(self, run: str, step: int, body: dict[str, Any]) -> None:
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO prompts (run, step, body) VALUES (?, ?, ?)",
                (run, step, json.dumps(body)),
            )
            connection.execute(
                "DELETE FROM prompts WHERE run = ?1 AND number <= (SELECT number FROM prompts "
                "WHERE run = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
                (run, PROMPTS),
            )

    def prompts(self, run: str) -> list[dict[str, Any]]:
        """`{"step", "prompt"}`, oldest first."""
        rows = self.rows("SELECT step, body FROM prompts WHERE run = ? ORDER BY number", run)
        return [{"step": row["step"], "prompt": json.loads(row["body"])} for row in rows]

    def history_bytes(self, run: str) -> int:
        """About what the run's records and samples take up."""
        return self.rows(
            "SELECT (SELECT coalesce(sum(length(columns)), 0) FROM batches WHERE run = ?1) + "
            "(SELECT coalesce(sum(length(body)), 0) FROM samples WHERE run = ?1)",
            run,
        )[0][0]


def joined(parts: Any) -> Columns:
    """Batches one after the other; a column that a batch lacks is None there."""
    whole: Columns = {}
    length = 0
    for part in parts:
        count = _count(part)
        for name, values in part.items():
            whole.setdefault(name, [None] * length).extend(values)
        length += count
        for values in whole.values():
            values.extend([None] * (length - len(values)))
    return whole


def _cut(columns: Mapping[str, Sequence[Any]], start: int, end: int) -> Columns:
    start, end = max(0, start), max(0, end)
    return {name: list(values[start:end]) for name, values in columns.items()}


def _count(columns: Mapping[str, Sequence[Any]]) -> int:
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns of different lengths: {sorted(lengths)}")
    return lengths.pop() if lengths else 0


def _text(columns: Mapping[str, Sequence[Any]]) -> str:
    return json.dumps(columns, separators=(",", ":"), allow_nan=False)
