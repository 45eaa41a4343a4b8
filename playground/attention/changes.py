"""What a visitor changes in a trained model: as it comes, checked, and as lenses that do it."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
from jaxtyping import Shaped
from torch import Tensor

from playground.attention.arguments import MOST_CHANGES
from playground.attention.looking import place
from playground.attention.model import Transformer
from playground.attention.multi_head import Lens, Place
from playground.refused import Refused

Head = tuple[str, int, int]  # one of KINDS, a layer and a head, both counted from 0
Cell = tuple[int, int, int]  # head, row (a query), column (a key)
Value = TypeVar("Value", float, bool)


@dataclass(frozen=True)
class Changes:
    """Heads that give nothing, cells of weights (0 to 1) and of masks (True: hidden) that are set,
    and whether tokens are told where they stand."""

    switched_off: frozenset[Head] = frozenset()
    weights: Mapping[Place, Mapping[Cell, float]] = field(default_factory=dict)
    blocked: Mapping[Place, Mapping[Cell, bool]] = field(default_factory=dict)
    positions: bool = True

    @property
    def nothing(self) -> bool:
        return self.positions and not (self.switched_off or self.weights or self.blocked)

    def lenses(self) -> dict[Place, Lens]:
        """What sets the cells wherever a matrix has them; each has its place in the mask first."""
        return {
            at: Lens(block=_setting(self.blocked.get(at)), weigh=_setting(self.weights.get(at)))
            for at in {*self.weights, *self.blocked}
        }


def _setting(cells: Mapping[Cell, float | bool] | None) -> Callable[[Tensor], Tensor] | None:
    if not cells:
        return None
    listed = list(cells.items())

    def changed(matrix: Shaped[Tensor, "batch heads queries keys"]) -> Tensor:
        _, _, rows, columns = matrix.shape
        # While a translation is being written, its later rows are not there yet.
        there = [(cell, value) for cell, value in listed if cell[1] < rows and cell[2] < columns]
        if not there:
            return matrix
        matrix = matrix.clone()
        heads, queries, keys = (
            list(axis) for axis in zip(*(cell for cell, _ in there), strict=True)
        )
        values = [value for _, value in there]
        matrix[:, heads, queries, keys] = torch.tensor(values, device=matrix.device).to(matrix)
        return matrix

    return changed


def changes_of(model: Transformer, told: Any, sizes: Mapping[str, tuple[int, int]]) -> Changes:
    """Changes as they come from a visitor, checked against what the model has.

    `sizes` are rows and columns of the maps of each kind; an empty one allows no cells. Raises
    `Refused` for places that are not there, weights that are none, and anything malformed.
    """
    told = {} if told is None else told
    if not isinstance(told, dict):
        raise Refused("attention.bad_changes")
    lists = [told.get(name) or [] for name in ("switched_off", "weights", "blocked")]
    positions = told.get("positions", True)
    if not (all(isinstance(one, list) for one in lists) and isinstance(positions, bool)):
        raise Refused("attention.bad_changes")
    if sum(map(len, lists)) > MOST_CHANGES:
        raise Refused("attention.many_changes", limit=MOST_CHANGES)
    switched_off, weights, blocked = lists
    return Changes(
        frozenset(head_of(model, one) for one in switched_off),
        _cells(model, weights, sizes, _weight),
        _cells(model, blocked, sizes, _hidden),
        positions,
    )


def head_of(model: Transformer, told: Any) -> Head:
    if not (isinstance(told, list) and len(told) == 3 and _whole(told[1:])):
        raise Refused("attention.bad_changes")
    kind, layer, head = told
    return (*place(model, str(kind), layer, head), head)


def _cells(
    model: Transformer,
    told: Iterable[Any],
    sizes: Mapping[str, tuple[int, int]],
    value_of: Callable[[Any], Value],
) -> dict[Place, dict[Cell, Value]]:
    cells: dict[Place, dict[Cell, Value]] = defaultdict(dict)
    for one in told:
        if not (isinstance(one, list) and len(one) == 6 and _whole(one[1:5])):
            raise Refused("attention.bad_changes")
        kind, layer, head, row, column, value = one
        at = place(model, str(kind), layer, head)
        rows, columns = sizes.get(at[0], (0, 0))
        if not (0 <= row < rows and 0 <= column < columns):
            raise Refused(
                "attention.no_such_cell", row=row + 1, column=column + 1, rows=rows, columns=columns
            )
        cells[at][head, row, column] = value_of(value)
    return dict(cells)


def _weight(told: Any) -> float:
    number = isinstance(told, (int, float)) and not isinstance(told, bool)
    if not number or not math.isfinite(told) or not 0 <= told <= 1:
        raise Refused("attention.no_weight")
    return float(told)


def _hidden(told: Any) -> bool:
    if not isinstance(told, bool):
        raise Refused("attention.bad_changes")
    return told


def _whole(told: Iterable[Any]) -> bool:
    return all(isinstance(one, int) and not isinstance(one, bool) for one in told)
