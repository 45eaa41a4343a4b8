"""Minibatches of a text, and sentences of different lengths that must be padded to be one."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.refused import Refused
from playground.text import minibatches as cuts
from playground.text.padding import ORDERS, Plan, plan, sentences
from playground.tokens.reading import Reading, encoded, learned, shown

_MOST_BATCHES = 200
_MOST_ROWS = 8  # of the preview
_RIBBON = 2_000  # tokens
_MOST_SENTENCES = 200
_MOST_CHARACTERS = 60_000  # in which to look for them
# A text that is broken at a fixed width has long lines with no mark at their ends.
_LONG_LINE = 50
_ENDS_OF_SENTENCES = ".!?…。！？:：\"'”’"


def minibatches(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Where the rows of an epoch's batches start in the text, and the first batch's X and Y."""
    reading = Reading.of(asked)
    ids, steps, rows = encoded(reading).ids, asked["steps"], asked["batch_size"]
    total, sampling = len(ids), asked["sampling"]
    offset = asked["offset"] % steps  # what an offset can be, as in training
    needed = cuts.shortest(steps=steps, batch_size=rows)
    if total < needed:
        raise Refused("tokens.too_short_to_batch", tokens=total, needed=needed)
    order = None
    if sampling == "random":
        number = cuts.stretches(total, steps=steps)
        order = np.random.default_rng(asked["seed"]).permutation(number)
    starts = cuts.starts(
        total, steps=steps, batch_size=rows, sampling=sampling, offset=offset, order=order
    )
    known = learned(reading).vocabulary.known
    inputs, targets = cuts.inputs_and_targets(ids, starts[0], steps=steps)
    return {
        "tokens": total,
        "steps": steps,
        "offset": offset,
        "starts": starts[:_MOST_BATCHES].tolist(),
        "batches": len(starts),
        "unused": {"before": offset, "after": total - int(starts.max()) - steps - 1},
        "read": int(starts.size) * steps,
        "continues": sampling == "sequential",
        "preview": [
            {"x": [known[one] for one in x], "y": [known[one] for one in y]}
            for x, y in zip(inputs[:_MOST_ROWS], targets[:_MOST_ROWS], strict=True)
        ],
        "ribbon": [known[one] for one in ids[:_RIBBON]],
    }


def padding(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The text's first sentences in batches, each padded to its longest, and what that wastes."""
    reading = Reading.of(asked)
    made = learned(reading)
    text = unbroken(shown(reading)[:_MOST_CHARACTERS])
    counted = [(one, len(made.encode(one))) for one in sentences(text)[:_MOST_SENTENCES]]
    counted = [(one, length) for one, length in counted if length]
    if not counted:
        raise Refused("tokens.no_sentence")

    def planned(order: str) -> Plan:
        return plan(
            [length for _, length in counted],
            batch_size=asked["batch_size"],
            order=order,
            generator=np.random.default_rng(asked["seed"]),
        )

    plans = {order: planned(order) for order in ORDERS}
    chosen = plans[asked["order"]]
    return {
        "sentences": [{"text": one, "length": length} for one, length in counted],
        "batches": [
            {"rows": list(rows), "padded": width}
            for rows, width in zip(chosen.batches, chosen.padded, strict=True)
        ],
        "cells": chosen.cells,
        "padding": chosen.padding,
        "waste": chosen.waste,
        "compare": {order: one.waste for order, one in plans.items()},
    }


def unbroken(text: str) -> str:
    """The text with its paragraphs on one line each, if it is broken at a fixed width."""
    lines = text.split("\n")
    parts: list[str] = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        goes_on = len(line) > _LONG_LINE and after and line[-1] not in _ENDS_OF_SENTENCES
        parts += [line, " " if goes_on else "\n"]
    return "".join(parts)
