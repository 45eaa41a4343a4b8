"""Sentences of different lengths in batches: what is filled up, and how little it can be.

A batch is a rectangle: each row is padded to the longest, and a mask tells what is text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from jaxtyping import Bool

ORDERS = ("given", "shuffled", "bucketed")
_CHINESE = "。！？"
# The whole run of marks at once: each is then looked at a single time, however long it is.
_END = re.compile(rf"\n|[.!?…{_CHINESE}]++[\"'”’)\]」』）]*+")


@dataclass(frozen=True)
class Plan:
    """Batches of sentences, named by their place among `lengths` (tokens of each)."""

    lengths: tuple[int, ...]
    batches: tuple[tuple[int, ...], ...]

    @cached_property
    def padded(self) -> tuple[int, ...]:
        """Tokens in each row of each batch, padding included."""
        return tuple(max(self.lengths[row] for row in batch) for batch in self.batches)

    @property
    def cells(self) -> int:
        """Places of all batches, filled or not."""
        return sum(
            width * len(batch) for width, batch in zip(self.padded, self.batches, strict=True)
        )

    @property
    def padding(self) -> int:
        return self.cells - sum(self.lengths)

    @property
    def waste(self) -> float:
        """The share of the cells that is padding: 0 to 1."""
        return self.padding / self.cells if self.cells else 0.0

    def mask(self, batch: int) -> Bool[np.ndarray, "rows padded"]:
        """True where a token stands."""
        lengths = np.array([self.lengths[row] for row in self.batches[batch]])
        return np.arange(self.padded[batch]) < lengths[:, None]


def plan(
    lengths: Sequence[int], *, batch_size: int, order: str, generator: np.random.Generator
) -> Plan:
    """Batches of `batch_size` sentences, and one of the rest.

    In the order `given`, `shuffled`, or `bucketed`: those of like length together, in batches
    shuffled after that. No other batches of these sizes need less padding than the bucketed.
    """
    if order not in ORDERS:
        raise ValueError(f"order={order!r} must be one of {', '.join(ORDERS)}")
    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size} must be at least 1")
    sizes = np.asarray(lengths, np.int64)
    rows = np.arange(len(sizes))
    if order != "given":
        generator.shuffle(rows)
    cuts = list(range(batch_size, len(rows), batch_size))
    if order == "bucketed":
        rows = rows[np.argsort(sizes[rows], kind="stable")]
        cuts = _cheapest_cuts(sizes[rows], batch_size)
    batches = [tuple(batch.tolist()) for batch in np.split(rows, cuts)] if len(rows) else []
    if order == "bucketed":
        batches = [batches[place] for place in generator.permutation(len(batches))]
    return Plan(tuple(sizes.tolist()), tuple(batches))


def sentences(text: str) -> list[str]:
    """The sentences of a text, white space around them removed.

    They end at a line break and after . ! ? … with the quotes that close there, where white space
    follows (3.14 goes on), or whatever follows if the marks are Chinese. So does `Mr.`: to tell
    that apart would take a list for each language.
    """
    ends = [end.end() for end in _END.finditer(text) if _closes(text, end)]
    found = (text[a:b].strip() for a, b in pairwise([0, *ends, len(text)]))
    return [sentence for sentence in found if sentence]


def _closes(text: str, end: re.Match[str]) -> bool:
    mark, after = end.group(), text[end.end() : end.end() + 1]
    return mark == "\n" or not after or after.isspace() or not set(mark).isdisjoint(_CHINESE)


def _cheapest_cuts(ascending: np.ndarray, batch_size: int) -> list[int]:
    """Where to cut sorted lengths: into full batches, and a smaller one where it costs least.

    Each batch is as wide as its last row. With the short one first, every full batch ends `rest`
    rows later than with it last; in between, those after it do.
    """
    rest = len(ascending) % batch_size
    full = len(ascending) // batch_size
    if not rest or not full:
        return list(range(batch_size, len(ascending), batch_size))
    ends = np.arange(1, full + 1) * batch_size
    before = np.append(0, np.cumsum(ascending[ends - 1])) * batch_size
    after = np.append(np.cumsum(ascending[ends + rest - 1][::-1])[::-1], 0) * batch_size
    short = ascending[np.append(0, ends) + rest - 1] * rest
    place = int((before + short + after).argmin())  # full batches before the short one
    sizes = [batch_size] * place + [rest] + [batch_size] * (full - place)
    return np.cumsum(sizes)[:-1].tolist()
