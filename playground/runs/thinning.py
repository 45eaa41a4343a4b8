"""Fewer points of a long history for drawing; the store keeps them all."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from playground.runs.history import Columns


def thin(columns: Mapping[str, Sequence[Any]], limit: int = 3000) -> tuple[list[int], Columns]:
    """At most `limit` of the records: `(their indices in order, their columns)`.

    Kept are the first and the last record, in each stretch of the history the lowest and the
    highest value of every loss, and what sparse columns (such as a validation loss, None almost
    everywhere) hold, evenly thinned to a third of the limit if there is more.
    """
    length = len(next(iter(columns.values()), ()))
    if length <= limit:
        return list(range(length)), {name: list(values) for name, values in columns.items()}
    sparse, dense = _sparse_and_dense(columns, length)
    losses = [columns[name] for name in dense if "loss" in name]
    kept = {0, length - 1, *_evenly(sparse, limit // 3)}
    room = limit - len(kept)
    for values in losses:
        kept.update(_extremes(values, room // len(losses)))
    if not losses:
        kept.update(_evenly(range(length), room))
    index = sorted(kept)
    return index, {name: [values[i] for i in index] for name, values in columns.items()}


def _sparse_and_dense(
    columns: Mapping[str, Sequence[Any]], length: int
) -> tuple[list[int], list[str]]:
    """Where the columns that are None in more than half of the records are not, and the names of
    the other columns."""
    found: set[int] = set()
    dense = []
    for name, values in columns.items():
        present = [i for i, value in enumerate(values) if value is not None]
        if len(present) * 2 < length:
            found.update(present)
        else:
            dense.append(name)
    return sorted(found), dense


def _evenly(items: Sequence[int], count: int) -> Sequence[int]:
    """At most `count` of the items, the first and the last among them."""
    if len(items) <= count:
        return items
    last = len(items) - 1
    return [items[round(k * last / max(1, count - 1))] for k in range(count)]


def _extremes(values: Sequence[Any], count: int) -> set[int]:
    """Where the lowest and the highest value of each of `count // 2` stretches are."""
    numbers = np.array([np.nan if v is None else v for v in values], dtype=float)
    edges = np.linspace(0, len(numbers), max(1, count // 2) + 1).astype(int)
    found: set[int] = set()
    for start, end in pairwise(edges):
        stretch = numbers[start:end]
        if not np.isnan(stretch).all():
            found.add(int(start + np.nanargmin(stretch)))
            found.add(int(start + np.nanargmax(stretch)))
    return found
