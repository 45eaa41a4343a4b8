"""Toy tasks: rows of symbols to be copied, reversed or sorted. Made from a fixed seed, offline.

They are learned in seconds, and what a head has to do for them can be seen at a glance.
"""

import torch

from playground.attention.config import ROWS
from playground.refused import Refused
from playground.seeds import generator

SYMBOLS = "0123456789abcdefghijklmnopqrstuvwxyz"

Pair = tuple[str, str]


def toy_rows(task: str, *, symbols: int, length: int) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Rows to train, validate and test on, none of which stands in two parts.

    A row has 1 to `length` of the first `symbols` symbols, with a space between them. Where there
    are few different rows, each part has its share of them. Raises `Refused` if there are fewer
    than ten.
    """
    wanted = sum(ROWS.values())
    there = sum(symbols**size for size in range(1, length + 1))
    if there < 10:
        raise Refused("attention.few_rows", symbols=symbols, length=length)
    chance = generator(0, "toy", task, symbols, length)
    rows: dict[str, None] = {}
    at_once = min(wanted, 4 * there)
    # Half of all rows at most: the rest would take ever more draws to be met.
    while len(rows) < min(wanted, there // 2):
        sizes = torch.randint(1, length + 1, (at_once,), generator=chance).tolist()
        drawn = torch.randint(symbols, (at_once, length), generator=chance).tolist()
        for size, row in zip(sizes, drawn, strict=True):
            rows[" ".join(SYMBOLS[one] for one in row[:size])] = None
    pairs = [(row, answer(row, task)) for row in list(rows)[:wanted]]
    share = len(pairs) / wanted
    test, validation = (max(2, round(ROWS[part] * share)) for part in ("test", "validation"))
    return pairs[test + validation :], pairs[test : test + validation], pairs[:test]


def answer(row: str, task: str) -> str:
    """What is to be written for a row."""
    symbols = row.split()
    match task:
        case "reverse":
            symbols.reverse()
        case "sort":
            symbols.sort(key=SYMBOLS.index)
    return " ".join(symbols)
