"""One-hot codes: equal distances between all categories, and a product that is only a look-up."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.tokens.embedding import Weights, read_weights

_SHOWN_COLUMNS = 8
_ROWS_AROUND = 3  # shown on each side of the chosen one


def onehot_distances(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Distances between categories, as one-hot codes and as the integers 0, 1, 2, …"""
    names = asked["categories"]
    codes, onehot = np.arange(len(names)), np.eye(len(names))
    apart = np.linalg.norm(onehot[:, None] - onehot[None], axis=-1)
    return {
        "categories": names,
        "codes": codes.tolist(),
        "onehot": onehot.astype(int).tolist(),
        "onehot_distances": apart.tolist(),
        "code_distances": np.abs(codes[:, None] - codes[None]).tolist(),
    }


def onehot_lookup(asked: Mapping[str, Any]) -> dict[str, Any]:
    """One-hot times weights, really multiplied, beside the row that a look-up takes."""
    held = read_weights(asked["weights"], "input")
    chosen = held.find(asked["token"]) if asked["token"] else held.check_id(asked["token_id"])
    size, dimensions = held.matrix.shape
    code = np.zeros(size, np.float32)
    code[chosen] = 1
    product, row = code @ held.matrix, held.matrix[chosen]
    first = max(0, min(chosen - _ROWS_AROUND, size - 2 * _ROWS_AROUND - 1))
    around = range(first, min(size, first + 2 * _ROWS_AROUND + 1))
    return {
        "source": asked["source"],
        "name": held.name,
        "kind": held.kind,
        "dimensions": dimensions,
        "vocabulary_size": size,
        "rows": [_row(held, number) for number in around],
        "chosen": chosen - first,
        "product": _short(product),
        "row": _short(row),
        "difference": float(np.abs(product - row).max()),
        "multiplications": size * dimensions,
        "lookups": dimensions,
    }


def _row(held: Weights, number: int) -> dict[str, Any]:
    return {"id": number, "token": held.tokens[number], "weights": _short(held.matrix[number])}


def _short(row: np.ndarray) -> list[float]:
    return [float(one) for one in row[:_SHOWN_COLUMNS]]
